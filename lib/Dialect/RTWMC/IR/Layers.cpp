//===- Layers.cpp - What every layer answers ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;
using planning::KernelKind;
using planning::KernelShape;

planning::MapShape rtwmc::describeShape(RankedTensorType type) {
  int64_t rows =
      type.getRank() == 4 && type.getDimSize(0) == 1 ? type.getDimSize(1) : 1;
  int64_t channels = type.getRank() == 4 ? type.getDimSize(3) : 1;
  int64_t columns = channels == 0 ? 0 : type.getNumElements() / rows / channels;
  // One bit still takes a byte of memory, and 48 take eight.
  int64_t bytes = (type.getElementTypeBitWidth() + 7) / 8;
  return {rows, columns, channels, int64_t(llvm::PowerOf2Ceil(bytes))};
}

/// The shape of a layer without windows.
static KernelShape describeMaps(Operation *layer, KernelKind kind) {
  KernelShape shape;
  shape.kind = kind;
  shape.input =
      describeShape(cast<RankedTensorType>(layer->getOperand(0).getType()));
  shape.output =
      describeShape(cast<RankedTensorType>(layer->getResult(0).getType()));
  return shape;
}

/// The shape of a layer with windows of `height` x `width`.
template <typename Op>
static KernelShape describeWindows(Op op, KernelKind kind, int64_t height,
                                   int64_t width) {
  KernelShape shape = describeMaps(op, kind);
  shape.kernelHeight = height;
  shape.kernelWidth = width;
  shape.strideHeight = op.getStride()[0];
  shape.strideWidth = op.getStride()[1];
  llvm::copy(op.getPad(), shape.pad.begin());
  return shape;
}

//===----------------------------------------------------------------------===//
// Conv2DOp, DepthwiseConv2DOp
//===----------------------------------------------------------------------===//

template <typename Op>
static KernelShape describeConvolution(Op op, int64_t height, int64_t width) {
  KernelShape shape =
      describeWindows(op, KernelKind::Convolution, height, width);
  shape.dilationHeight = op.getDilation()[0];
  shape.dilationWidth = op.getDilation()[1];
  shape.divisorHeight = op.getRowRepeat();
  if (PoolAttr pool = op.getPoolAttr()) {
    shape.pooledRows = pool.getHeight();
    shape.pooledColumns = pool.getWidth();
  }
  if (KernelAttr kernel = op.getKernelAttr()) {
    shape.columnsAtOnce = kernel.getColumns();
    shape.scratch = kernel.getScratch();
  }
  return shape;
}

template <typename Op> static int64_t convolutionMacs(Op op) {
  auto [height, width] = op.getConvolvedSize();
  return height * width * op.getWeight().getNumElements();
}

template <typename Op>
static LogicalResult fuseIntoConvolution(Op op, PoolAttr pool,
                                         RankedTensorType pooled) {
  // Poolings read signed elements.
  if (!op.getRequantAttr() || op.getPoolAttr() ||
      op.getRequantAttr().getMax() > 127)
    return failure();
  op.setPoolAttr(pool);
  op.getOutput().setType(pooled);
  return success();
}

template <typename Op>
static std::optional<int32_t> convolutionZeroPoint(Op op) {
  RequantizationAttr requant = op.getRequantAttr();
  bool isSigned = requant && requant.getMax() <= 127;
  return isSigned ? std::optional(requant.getZeroPoint()) : std::nullopt;
}

KernelShape Conv2DOp::getKernelShape() {
  auto weight = cast<RankedTensorType>(getWeight().getType());
  KernelShape shape =
      describeConvolution(*this, weight.getDimSize(1), weight.getDimSize(2));
  shape.mixesChannels = true;
  return shape;
}

StringRef Conv2DOp::getNameStem() {
  auto input = cast<RankedTensorType>(getInput().getType());
  bool isPixel = input.getDimSize(1) == 1 && input.getDimSize(2) == 1;
  return isPixel || getKernelShape().accumulatesRows() ? "fc" : "conv";
}

int64_t Conv2DOp::countMacs() { return convolutionMacs(*this); }

PoolAttr Conv2DOp::getFusedPool() { return getPoolAttr(); }

LogicalResult Conv2DOp::fusePool(PoolAttr pool, RankedTensorType pooled) {
  return fuseIntoConvolution(*this, pool, pooled);
}

std::optional<int32_t> Conv2DOp::getReadZeroPoint() { return getInputZp(); }

std::optional<int32_t> Conv2DOp::getWrittenZeroPoint() {
  return convolutionZeroPoint(*this);
}

KernelShape DepthwiseConv2DOp::getKernelShape() {
  auto weight = cast<RankedTensorType>(getWeight().getType());
  return describeConvolution(*this, weight.getDimSize(0), weight.getDimSize(1));
}

StringRef DepthwiseConv2DOp::getNameStem() { return "dwconv"; }

int64_t DepthwiseConv2DOp::countMacs() { return convolutionMacs(*this); }

PoolAttr DepthwiseConv2DOp::getFusedPool() { return getPoolAttr(); }

LogicalResult DepthwiseConv2DOp::fusePool(PoolAttr pool,
                                          RankedTensorType pooled) {
  return fuseIntoConvolution(*this, pool, pooled);
}

std::optional<int32_t> DepthwiseConv2DOp::getReadZeroPoint() {
  return getInputZp();
}

std::optional<int32_t> DepthwiseConv2DOp::getWrittenZeroPoint() {
  return convolutionZeroPoint(*this);
}

//===----------------------------------------------------------------------===//
// MaxPool2DOp, SumPool2DOp, ElementwiseOp, ConcatOp, ReadRowsOp
//===----------------------------------------------------------------------===//

KernelShape MaxPool2DOp::getKernelShape() {
  return describeWindows(*this, KernelKind::MaxPool, getKernel()[0],
                         getKernel()[1]);
}

StringRef MaxPool2DOp::getNameStem() { return "pool"; }

bool MaxPool2DOp::keepsZeroPoint() { return true; }

KernelShape SumPool2DOp::getKernelShape() {
  return describeWindows(*this, KernelKind::SumPool, getKernel()[0],
                         getKernel()[1]);
}

StringRef SumPool2DOp::getNameStem() { return "sum"; }

KernelShape ElementwiseOp::getKernelShape() {
  KernelShape shape = describeMaps(*this, KernelKind::Pointwise);
  SmallVector<int64_t> program = getProgramShape();
  for (Value input : getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    if (type.getShape() != ArrayRef(program))
      continue;
    shape.input = describeShape(type);
    break;
  }
  return shape;
}

StringRef ElementwiseOp::getNameStem() {
  if (std::optional<Reduction> reduction = getReduction())
    return *reduction == Reduction::Max ? "max" : "sum";
  if (getInputs().size() == 1)
    return "scale";
  return getBody().getOps<arith::MulIOp>().empty() ? "add" : "mul";
}

KernelShape ConcatOp::getKernelShape() {
  return describeMaps(*this, KernelKind::Pointwise);
}

StringRef ConcatOp::getNameStem() { return "concat"; }

bool ConcatOp::keepsZeroPoint() { return true; }

KernelShape ReadRowsOp::getKernelShape() {
  return describeMaps(*this, KernelKind::Rows);
}

StringRef ReadRowsOp::getNameStem() { return "rows"; }

bool ReadRowsOp::keepsZeroPoint() { return true; }
