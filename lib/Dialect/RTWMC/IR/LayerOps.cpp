//===- LayerOps.cpp - Quantized layers ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/IR/Requantize.h"
#include "rtwmc/Planning/KernelShape.h"

using namespace mlir;
using namespace rtwmc;

LogicalResult
RequantizationAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                           ArrayRef<int32_t> multiplier,
                           ArrayRef<int32_t> shift, Rounding rounding,
                           int32_t zeroPoint, int32_t min, int32_t max) {
  if (multiplier.empty() || multiplier.size() != shift.size())
    return emitError() << "expects as many multipliers as shifts, got "
                       << multiplier.size() << " and " << shift.size();
  for (int32_t m : multiplier)
    if (m < 0)
      return emitError() << "multiplier " << m << " is negative";
  for (int32_t s : shift)
    if (s < 2 || s > 62)
      return emitError() << "shift " << s << " is outside [2, 62]";
  if (min > max)
    return emitError() << "range [" << min << ", " << max << "] is empty";
  return success();
}

LogicalResult PoolAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               Reduction, int64_t height, int64_t width,
                               int32_t) {
  if (height < 1 || width < 1)
    return emitError() << "pooling window " << height << "x" << width
                       << " is empty";
  return success();
}

LogicalResult KernelAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringRef name, int64_t channels,
                                 int64_t columns, int64_t scratch) {
  if (name.empty())
    return emitError() << "expects the name of a kernel";
  if (channels < 1 || columns < 1)
    return emitError() << "expects at least one channel and one column, got "
                       << channels << " and " << columns;
  if (scratch < 0)
    return emitError() << "expects no less than 0 bytes of scratch, got "
                       << scratch;
  return success();
}

//===----------------------------------------------------------------------===//
// Shared checks
//===----------------------------------------------------------------------===//

/// Checks that `type` is a 1xHxWxC map of `width`-bit integers.
static LogicalResult verifyMap(Operation *op, RankedTensorType type,
                               StringRef what, unsigned width) {
  if (type.getRank() != 4 || type.getDimSize(0) != 1)
    return op->emitOpError()
           << "expects a 1xHxWxC " << what << ", got " << type;
  if (!type.getElementType().isSignlessInteger(width))
    return op->emitOpError() << "expects i" << width << " elements in the "
                             << what << ", got " << type.getElementType();
  return success();
}

/// Checks the lengths and signs of the window attributes.
static LogicalResult verifyWindow(Operation *op, ArrayRef<int64_t> kernel,
                                  ArrayRef<int64_t> stride,
                                  ArrayRef<int64_t> pad) {
  if (kernel.size() != 2 || stride.size() != 2 || pad.size() != 4)
    return op->emitOpError("expects 2 kernel sizes, 2 strides and 4 paddings");
  if (kernel[0] < 1 || kernel[1] < 1 || stride[0] < 1 || stride[1] < 1)
    return op->emitOpError("expects kernel sizes and strides of at least 1");
  return success();
}

/// Checks the result of a layer whose windows count `height` x `width` and
/// that may pool them.
template <typename Op>
static LogicalResult verifyConvolution(Op op, int64_t kernelHeight,
                                       int64_t kernelWidth,
                                       int64_t outputChannels) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getOutput().getType());
  auto weight = cast<RankedTensorType>(op.getWeight().getType());
  auto bias = cast<RankedTensorType>(op.getBias().getType());
  if (failed(verifyMap(op, input, "input", 8)) ||
      failed(verifyWindow(op, {kernelHeight, kernelWidth}, op.getStride(),
                          op.getPad())))
    return failure();
  if (!isa<DenseElementsAttr>(op.getWeight()) ||
      !isa<DenseElementsAttr>(op.getBias()))
    return op.emitOpError("expects weights and bias to be in the module");
  if (!weight.getElementType().isSignlessInteger(8))
    return op.emitOpError("expects i8 weights, got ")
           << weight.getElementType();
  if (op.getDilation().size() != 2 || op.getDilation()[0] < 1 ||
      op.getDilation()[1] < 1)
    return op.emitOpError("expects 2 dilations of at least 1");
  if (int64_t repeat = op.getRowRepeat(); repeat < 1)
    return op.emitOpError("expects rows to be read once at least, got ")
           << repeat;
  if (bias.getRank() != 1 || !bias.getElementType().isSignlessInteger(32) ||
      bias.getDimSize(0) != outputChannels)
    return op.emitOpError("expects a bias of ")
           << outputChannels << " i32 elements, got " << bias;
  if (auto requant = op.getRequantAttr()) {
    size_t channels = requant.getMultiplier().size();
    if (channels != 1 && channels != static_cast<size_t>(outputChannels))
      return op.emitOpError("expects 1 or ")
             << outputChannels << " multipliers, got " << channels;
    bool isSigned = requant.getMin() >= -128 && requant.getMax() <= 127;
    bool isUnsigned = requant.getMin() >= 0 && requant.getMax() <= 255;
    if (!isSigned && (!isUnsigned || op.getPoolAttr()))
      return op.emitOpError("expects a range within i8")
             << (op.getPoolAttr() ? ", as it pools" : " or ui8") << ", got ["
             << requant.getMin() << ", " << requant.getMax() << "]";
  }
  auto [height, width] = op.getConvolvedSize();
  unsigned bits = op.getRequantAttr() ? 8 : 32;
  if (PoolAttr pool = op.getPoolAttr()) {
    if (!op.getRequantAttr())
      return op.emitOpError("expects `requant` where it pools");
    if (pool.getReduction() == Reduction::Sum &&
        (pool.getHeight() != height || pool.getWidth() != width))
      return op.emitOpError("expects a sum over all of ")
             << height << "x" << width << " pixels";
    height /= pool.getHeight();
    width /= pool.getWidth();
    bits = pool.getReduction() == Reduction::Max ? 8 : 32;
  }
  if (failed(verifyMap(op, output, "output", bits)))
    return failure();
  auto expected = RankedTensorType::get({1, height, width, outputChannels},
                                        output.getElementType());
  if (height < 1 || width < 1 || output != expected)
    return op.emitOpError("expects the result to be ")
           << expected << ", got " << output;
  return success();
}

template <typename Op>
static std::pair<int64_t, int64_t> convolvedSize(Op op, int64_t kernelHeight,
                                                 int64_t kernelWidth) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  ArrayRef<int64_t> pad = op.getPad(), stride = op.getStride(),
                    dilation = op.getDilation();
  return {planning::windowCount(input.getDimSize(1) * op.getRowRepeat(), pad[0],
                                pad[1], (kernelHeight - 1) * dilation[0] + 1,
                                stride[0]),
          planning::windowCount(input.getDimSize(2), pad[2], pad[3],
                                (kernelWidth - 1) * dilation[1] + 1,
                                stride[1])};
}

//===----------------------------------------------------------------------===//
// Conv2DOp, DepthwiseConv2DOp
//===----------------------------------------------------------------------===//

std::pair<int64_t, int64_t> Conv2DOp::getConvolvedSize() {
  auto weight = cast<RankedTensorType>(getWeight().getType());
  return convolvedSize(*this, weight.getDimSize(1), weight.getDimSize(2));
}

LogicalResult Conv2DOp::verify() {
  auto weight = dyn_cast<RankedTensorType>(getWeight().getType());
  auto input = cast<RankedTensorType>(getInput().getType());
  if (!weight || weight.getRank() != 4 ||
      !isa<RankedTensorType>(getBias().getType()))
    return emitOpError("expects OxKHxKWxI weights and a bias tensor");
  if (input.getRank() == 4 && weight.getDimSize(3) != input.getDimSize(3))
    return emitOpError("expects weights of ")
           << input.getDimSize(3) << " input channels, got "
           << weight.getDimSize(3);
  return verifyConvolution(*this, weight.getDimSize(1), weight.getDimSize(2),
                           weight.getDimSize(0));
}

std::pair<int64_t, int64_t> DepthwiseConv2DOp::getConvolvedSize() {
  auto weight = cast<RankedTensorType>(getWeight().getType());
  return convolvedSize(*this, weight.getDimSize(0), weight.getDimSize(1));
}

LogicalResult DepthwiseConv2DOp::verify() {
  auto weight = dyn_cast<RankedTensorType>(getWeight().getType());
  auto input = cast<RankedTensorType>(getInput().getType());
  if (!weight || weight.getRank() != 4 ||
      !isa<RankedTensorType>(getBias().getType()))
    return emitOpError("expects KHxKWxCxM weights and a bias tensor");
  if (input.getRank() == 4 && weight.getDimSize(2) != input.getDimSize(3))
    return emitOpError("expects weights of ")
           << input.getDimSize(3) << " input channels, got "
           << weight.getDimSize(2);
  return verifyConvolution(*this, weight.getDimSize(0), weight.getDimSize(1),
                           weight.getDimSize(2) * weight.getDimSize(3));
}

//===----------------------------------------------------------------------===//
// MaxPool2DOp, SumPool2DOp
//===----------------------------------------------------------------------===//

template <typename Op>
static LogicalResult verifyPool(Op op, unsigned outputBits) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getOutput().getType());
  ArrayRef<int64_t> kernel = op.getKernel(), stride = op.getStride(),
                    pad = op.getPad();
  if (failed(verifyMap(op, output, "output", outputBits)) ||
      failed(verifyWindow(op, kernel, stride, pad)))
    return failure();
  auto expected = RankedTensorType::get(
      {1,
       planning::windowCount(input.getDimSize(1), pad[0], pad[1], kernel[0],
                             stride[0]),
       planning::windowCount(input.getDimSize(2), pad[2], pad[3], kernel[1],
                             stride[1]),
       input.getDimSize(3)},
      output.getElementType());
  if (output != expected || expected.getNumElements() == 0)
    return op.emitOpError("expects the result to be ")
           << expected << ", got " << output;
  return success();
}

/// Whether there is something around the input that `op` reads.
template <typename Op> static bool readsPadding(Op op) {
  return llvm::any_of(op.getPad(), [](int64_t pad) { return pad > 0; });
}

LogicalResult MaxPool2DOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  unsigned bits = input.getElementType().isSignlessInteger(16) ? 16 : 8;
  if (failed(verifyMap(*this, input, "input", bits)))
    return failure();
  if (int32_t value = getPadValue(); value < -128 || value > 127)
    return emitOpError("expects a pad value of 8 bits, got ") << value;
  if (bits != 8 && readsPadding(*this))
    return emitOpError("expects no padding of ") << input.getElementType();
  return verifyPool(*this, bits);
}

LogicalResult SumPool2DOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  unsigned bits = input.getElementType().isSignlessInteger(32) ? 32 : 8;
  if (failed(verifyMap(*this, input, "input", bits)))
    return failure();
  // Padding is the zero point as an element.
  int32_t zeroPoint = getInputZp();
  if (readsPadding(*this) && (bits != 8 || zeroPoint < -128 || zeroPoint > 127))
    return emitOpError("expects no padding of ")
           << input.getElementType() << " with zero point " << zeroPoint;
  return verifyPool(*this, 32);
}

//===----------------------------------------------------------------------===//
// ElementwiseOp
//===----------------------------------------------------------------------===//

/// Whether each dimension is that of `to`, or 1 in a map of the same rank.
static bool canBroadcast(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  return from.size() == to.size() && (from == to || from.size() == 4) &&
         llvm::all_of(llvm::zip(from, to), [](auto sizes) {
           auto [mine, its] = sizes;
           return mine == its || mine == 1;
         });
}

SmallVector<int64_t> ElementwiseOp::getProgramShape() {
  auto output = cast<RankedTensorType>(getOutput().getType());
  SmallVector<int64_t> shape(output.getShape());
  if (getReduction())
    for (Value input : getInputs())
      shape.back() =
          std::max(shape.back(),
                   cast<RankedTensorType>(input.getType()).getShape().back());
  return shape;
}

LogicalResult ElementwiseOp::verifyRegions() {
  auto output = cast<RankedTensorType>(getOutput().getType());
  Block &block = getBody().front();
  if (block.getNumArguments() != getInputs().size())
    return emitOpError("expects a block argument for each input");
  if (getReduction() && (output.getRank() != 4 || output.getDimSize(3) != 1 ||
                         llvm::any_of(getInputs().getTypes(), [](Type type) {
                           return cast<RankedTensorType>(type).getRank() != 4;
                         })))
    return emitOpError("expects maps, reduced to one channel, got ") << output;
  auto shape = output.clone(getProgramShape());
  bool hasShape = getInputs().empty();
  for (auto [input, argument] : llvm::zip(getInputs(), block.getArguments())) {
    auto type = cast<RankedTensorType>(input.getType());
    if (!canBroadcast(type.getShape(), shape.getShape()))
      return emitOpError("expects inputs of the shape of the output, got ")
             << type << " and " << shape;
    hasShape |= type.getShape() == shape.getShape();
    if (type.getElementType() != argument.getType())
      return emitOpError("expects block arguments of the element types");
  }
  if (!hasShape)
    return emitOpError("expects an input of the shape of the output, ")
           << shape;
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getValue().getType() != output.getElementType())
    return emitOpError("expects to yield an element of the output");
  return success();
}

//===----------------------------------------------------------------------===//
// LookupOp
//===----------------------------------------------------------------------===//

LogicalResult LookupOp::verify() {
  auto table = dyn_cast<DenseElementsAttr>(getValues());
  if (!table || table.getType().getRank() != 1 || table.empty() ||
      !isa<IntegerType>(table.getElementType()))
    return emitOpError("expects a table of one dimension, got ")
           << cast<ElementsAttr>(getValues()).getType();
  if (getElement().getType() != table.getElementType())
    return emitOpError("expects to give an element of the table, ")
           << table.getElementType() << ", got " << getElement().getType();
  return success();
}

OpFoldResult LookupOp::fold(FoldAdaptor adaptor) {
  auto index = dyn_cast_or_null<IntegerAttr>(adaptor.getIndex());
  if (!index || index.getInt() < 0 ||
      index.getInt() >= getTable().getNumElements())
    return {};
  return getTable().getValues<Attribute>()[index.getInt()];
}

//===----------------------------------------------------------------------===//
// ConcatOp
//===----------------------------------------------------------------------===//

LogicalResult ConcatOp::verify() {
  auto output = cast<RankedTensorType>(getOutput().getType());
  Type element = output.getElementType();
  if (!element.isSignlessInteger(8) && !element.isSignlessInteger(16) &&
      !element.isSignlessInteger(32))
    return emitOpError("expects elements of 8, 16 or 32 bits, got ") << element;
  if (getInputs().empty())
    return emitOpError("expects an input");
  auto first = cast<RankedTensorType>(getInputs()[0].getType());
  int64_t channels = 0;
  for (Value input : getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    if (failed(
            verifyMap(*this, type, "input", element.getIntOrFloatBitWidth())))
      return failure();
    if (type.getShape().drop_back() != first.getShape().drop_back())
      return emitOpError("expects inputs of the same rows and columns, got ")
             << first << " and " << type;
    channels += type.getDimSize(3);
  }
  auto expected = RankedTensorType::get(
      {1, first.getDimSize(1), first.getDimSize(2), channels}, element);
  if (output != expected || expected.getNumElements() == 0)
    return emitOpError("expects the result to be ")
           << expected << ", got " << output;
  return success();
}

//===----------------------------------------------------------------------===//
// ReadRowsOp
//===----------------------------------------------------------------------===//

LogicalResult ReadRowsOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto output = cast<RankedTensorType>(getOutput().getType());
  if (input.getElementType() != output.getElementType() ||
      input.getNumElements() != output.getNumElements())
    return emitOpError("expects a result with the elements of its input, got ")
           << input << " and " << output;
  return success();
}

//===----------------------------------------------------------------------===//
// ApplyScaleOp
//===----------------------------------------------------------------------===//

LogicalResult ApplyScaleOp::verify() {
  if (static_cast<int32_t>(getMultiplier()) < 0)
    return emitOpError("expects a non-negative multiplier");
  if (getShift() < 2 || getShift() > 62)
    return emitOpError("expects a shift within [2, 62], got ") << getShift();
  return success();
}

OpFoldResult ApplyScaleOp::fold(FoldAdaptor adaptor) {
  auto value = dyn_cast_or_null<IntegerAttr>(adaptor.getValue());
  if (!value)
    return {};
  return IntegerAttr::get(value.getType(),
                          applyScale32(value.getValue().getSExtValue(),
                                       getMultiplier(), getShift(),
                                       getRounding() == Rounding::Double));
}
