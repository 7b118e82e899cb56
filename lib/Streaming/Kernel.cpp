//===- Kernel.cpp - What the planner must know of a kernel ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/Kernel.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace rtwmc;

func::FuncOp rtwmc::findNetwork(ModuleOp module) {
  func::FuncOp found;
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (function.isDeclaration() || function.isPrivate())
      continue;
    if (found)
      return {};
    found = function;
  }
  return found;
}

bool rtwmc::isLayer(Operation *op) {
  return isa<Conv2DOp, DepthwiseConv2DOp, MaxPool2DOp, SumPool2DOp,
             ElementwiseOp>(op);
}

Operation *rtwmc::getLayer(func::FuncOp kernel) {
  for (Operation &op : kernel.front())
    if (isLayer(&op))
      return &op;
  return nullptr;
}

PruneOp rtwmc::getPrune(func::FuncOp kernel) {
  auto prunes = kernel.front().getOps<PruneOp>();
  return prunes.empty() ? PruneOp() : *prunes.begin();
}

RankedTensorType rtwmc::getMapType(Type type) {
  if (auto pruned = dyn_cast<PrunedType>(type))
    return RankedTensorType::get(pruned.getShape(), pruned.getElementType());
  return cast<RankedTensorType>(type);
}

int64_t rtwmc::getRows(RankedTensorType type) {
  return type.getRank() == 4 && type.getDimSize(0) == 1 ? type.getDimSize(1)
                                                        : 1;
}

static planning::MapShape shapeOf(RankedTensorType type) {
  int64_t rows = getRows(type);
  int64_t channels = type.getRank() == 4 ? type.getDimSize(3) : 1;
  int64_t columns = channels == 0 ? 0 : type.getNumElements() / rows / channels;
  // One bit still takes a byte of memory.
  return {rows, columns, channels, (type.getElementTypeBitWidth() + 7) / 8};
}

int64_t rtwmc::getRowBytes(RankedTensorType type) {
  return shapeOf(type).rowBytes();
}

planning::Map rtwmc::describeMap(RankedTensorType type, StringRef name) {
  return planning::makeMap(name.str(), shapeOf(type));
}

bool rtwmc::streamsByChannel(RankedTensorType type, StreamOrder order) {
  return order == StreamOrder::NCHW && shapeOf(type).hasChannelOrder();
}

bool rtwmc::streamsByChannel(PrunedType type) {
  return streamsByChannel(getMapType(type), type.getOrder());
}

bool rtwmc::runsByChannel(func::FuncOp kernel) {
  PruneOp prune = getPrune(kernel);
  return prune &&
         streamsByChannel(cast<PrunedType>(prune.getPruned().getType()));
}

int64_t rtwmc::getRankBytes(RankedTensorType type) {
  return shapeOf(type).rankBytes();
}

static PoolAttr getFusedPool(Operation *layer) {
  if (auto conv = dyn_cast<Conv2DOp>(layer))
    return conv.getPoolAttr();
  if (auto conv = dyn_cast<DepthwiseConv2DOp>(layer))
    return conv.getPoolAttr();
  return {};
}

planning::KernelShape rtwmc::getKernelShape(Operation *layer) {
  using planning::KernelKind;
  planning::KernelShape shape;
  auto windows = [&](KernelKind kind, auto op, int64_t height, int64_t width) {
    shape.kind = kind;
    shape.kernelHeight = height;
    shape.kernelWidth = width;
    shape.strideHeight = op.getStride()[0];
    shape.strideWidth = op.getStride()[1];
    llvm::copy(op.getPad(), shape.pad.begin());
  };
  auto convolution = [&](auto op, int64_t height, int64_t width) {
    windows(KernelKind::Convolution, op, height, width);
    shape.dilationHeight = op.getDilation()[0];
    shape.dilationWidth = op.getDilation()[1];
  };
  TypeSwitch<Operation *>(layer)
      .Case([&](Conv2DOp op) {
        auto weight = cast<RankedTensorType>(op.getWeight().getType());
        convolution(op, weight.getDimSize(1), weight.getDimSize(2));
      })
      .Case([&](DepthwiseConv2DOp op) {
        auto weight = cast<RankedTensorType>(op.getWeight().getType());
        convolution(op, weight.getDimSize(0), weight.getDimSize(1));
      })
      .Case([&](MaxPool2DOp op) {
        windows(KernelKind::MaxPool, op, op.getKernel()[0], op.getKernel()[1]);
      })
      .Case([&](SumPool2DOp op) {
        windows(KernelKind::SumPool, op, op.getKernel()[0], op.getKernel()[1]);
      });
  shape.mixesChannels = isa<Conv2DOp>(layer);
  if (PoolAttr pool = getFusedPool(layer))
    shape.pooledRows = pool.getHeight();
  shape.input = shapeOf(cast<RankedTensorType>(layer->getOperand(0).getType()));
  shape.output = shapeOf(cast<RankedTensorType>(layer->getResult(0).getType()));
  return shape;
}

bool rtwmc::needsPatch(Operation *layer) {
  return getKernelShape(layer).needsPatch();
}

bool rtwmc::readsThroughCursors(Operation *layer) {
  return getKernelShape(layer).readsThroughCursors();
}

bool rtwmc::isPooledInside(Operation *layer) {
  return getFusedPool(layer) != nullptr;
}

int64_t rtwmc::getPassSteps(Operation *layer) {
  return getKernelShape(layer).passSteps();
}

planning::Layer rtwmc::describeKernel(func::FuncOp kernel,
                                      ArrayRef<bool> isReshaped,
                                      StreamOrder order) {
  auto isByChannel = [&](Type type) {
    auto pruned = dyn_cast<PrunedType>(type);
    return streamsByChannel(getMapType(type),
                            pruned ? pruned.getOrder() : order);
  };
  Operation *layer = getLayer(kernel);
  SmallVector<planning::KernelInput> inputs;
  for (auto [type, reshaped] : llvm::zip(kernel.getArgumentTypes(), isReshaped))
    inputs.push_back({shapeOf(getMapType(type)), reshaped, isByChannel(type)});
  planning::Layer result;
  if (layer)
    result = planning::describeKernel(getKernelShape(layer), inputs,
                                      isByChannel(kernel.getResultTypes()[0]));
  else
    for (const planning::KernelInput &input : inputs)
      result.inputs.push_back({-1, {0, 0, input.shape.height}});
  result.name = kernel.getName().str();
  return result;
}

int64_t rtwmc::countMacs(Operation *layer) {
  if (auto conv = dyn_cast<Conv2DOp>(layer)) {
    auto [height, width] = conv.getConvolvedSize();
    return height * width * conv.getWeight().getNumElements();
  }
  if (auto conv = dyn_cast<DepthwiseConv2DOp>(layer)) {
    auto [height, width] = conv.getConvolvedSize();
    return height * width * conv.getWeight().getNumElements();
  }
  return 0;
}
