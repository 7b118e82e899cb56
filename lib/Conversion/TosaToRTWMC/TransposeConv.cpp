//===- TransposeConv.cpp - Transposed convolutions as convolutions --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With stride s, the pixels of the output whose places are p modulo s see every
// s-th tap of the kernel. They are a convolution over the map as it is: all s*s
// of them together are one with s*s times the filters, of ceil(kernel / s) taps
// a side, whose channels are then moved to their pixels. No tap is multiplied
// with a zero that was put in between; only where s does not divide the kernel
// are some weights 0.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// One axis.
struct ConvAxis {
  ConvAxis(int64_t input, int64_t output, int64_t kernel, int64_t stride,
           int64_t outPad);

  int64_t kernel, stride, output;
  /// Taps that one pixel of the output sees.
  int64_t taps;
  /// Around the map, and pixels that there are then, for each place.
  int64_t before, behind, pixels;
  /// The first of `pixels * stride` that is output.
  int64_t first;
};

ConvAxis::ConvAxis(int64_t input, int64_t output, int64_t kernel,
                   int64_t stride, int64_t outPad)
    : kernel(kernel), stride(stride), output(output),
      taps(llvm::divideCeil(kernel, stride)) {
  // Pixel q of place p is at q * stride + p + outPad, from q = -more on.
  int64_t more = std::max(llvm::divideCeilSigned(outPad, stride), 1 - taps);
  int64_t last = llvm::divideFloorSigned(output - 1 - outPad, stride);
  before = taps - 1 + more;
  behind = std::max<int64_t>(last - input + 1, 0);
  pixels = input + before + behind - taps + 1;
  first = more * stride - outPad;
}

/// `count` numbers: those of `values` again and again.
DenseElementsAttr repeat(DenseElementsAttr values, int64_t count) {
  SmallVector<APInt> one(values.getValues<APInt>()), result;
  while (static_cast<int64_t>(result.size()) < count)
    result.append(one);
  return DenseElementsAttr::get(
      RankedTensorType::get({count}, values.getElementType()), result);
}

/// Builds what stands for one transposed convolution.
class Builder {
public:
  Builder(tosa::TransposeConv2DOp op, ConvAxis rows, ConvAxis columns)
      : builder(op), loc(op.getLoc()), rows(rows), columns(columns) {}

  int64_t places() const { return rows.stride * columns.stride; }
  Value constant(DenseElementsAttr values) {
    return tosa::ConstOp::create(builder, loc, values.getType(), values);
  }
  Value weights(DenseElementsAttr weights, int8_t zero);
  /// Moves the channels of `map` to their pixels, and drops what is outside.
  Value place(Value map);

  OpBuilder builder;

private:
  Value shape(ArrayRef<int64_t> sizes) {
    return tosa::ConstShapeOp::create(
        builder, loc, tosa::shapeType::get(builder.getContext(), sizes.size()),
        builder.getIndexTensorAttr(sizes));
  }
  Value reshape(Value value, ArrayRef<int64_t> sizes) {
    auto type = cast<RankedTensorType>(value.getType()).clone(sizes);
    return tosa::ReshapeOp::create(builder, loc, type, value, shape(sizes));
  }

  Location loc;
  ConvAxis rows, columns;
};

Value Builder::weights(DenseElementsAttr weights, int8_t zero) {
  ArrayRef<int64_t> shape = weights.getType().getShape();
  int64_t filters = shape[0], depth = shape[3];
  SmallVector<int8_t> from(weights.getValues<int8_t>()), to;
  for (int64_t y = 0; y < rows.stride; ++y)
    for (int64_t x = 0; x < columns.stride; ++x)
      for (int64_t filter = 0; filter < filters; ++filter)
        for (int64_t tapY = rows.taps - 1; tapY >= 0; --tapY)
          for (int64_t tapX = columns.taps - 1; tapX >= 0; --tapX) {
            int64_t row = y + tapY * rows.stride;
            int64_t column = x + tapX * columns.stride;
            bool isInside = row < rows.kernel && column < columns.kernel;
            int64_t at =
                ((filter * rows.kernel + row) * columns.kernel + column) *
                depth;
            for (int64_t channel = 0; channel < depth; ++channel)
              to.push_back(isInside ? from[at + channel] : zero);
          }
  auto type = RankedTensorType::get(
      {places() * filters, rows.taps, columns.taps, depth},
      builder.getI8Type());
  return constant(DenseElementsAttr::get(type, ArrayRef<int8_t>(to)));
}

Value Builder::place(Value map) {
  int64_t filters =
      cast<RankedTensorType>(map.getType()).getDimSize(3) / places();
  int64_t height = rows.pixels * rows.stride;
  int64_t width = columns.pixels * columns.stride;
  if (places() > 1) {
    int64_t row = columns.stride * filters;
    map = reshape(map, {rows.pixels, columns.pixels, rows.stride, row});
    auto type = cast<RankedTensorType>(map.getType())
                    .clone({rows.pixels, rows.stride, columns.pixels, row});
    map = tosa::TransposeOp::create(builder, loc, type, map,
                                    builder.getDenseI32ArrayAttr({0, 2, 1, 3}));
    map = reshape(map, {1, height, width, filters});
  }
  if (height == rows.output && width == columns.output)
    return map;
  SmallVector<int64_t> sizes{1, rows.output, columns.output, filters};
  auto type = cast<RankedTensorType>(map.getType()).clone(sizes);
  Value start = shape({0, rows.first, columns.first, 0});
  Value size = shape(sizes);
  return tosa::SliceOp::create(builder, loc, type, map, start, size);
}

/// Whether `value` is a tensor of rank 4 and static shape.
bool isStatic(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getRank() == 4 && type.hasStaticShape() &&
         type.getDimSize(0) == 1;
}

/// Replaces `op`, the `rescale` that makes elements of its accumulators and a
/// `clamp` behind it, if there is one: these come before channels are moved, so
/// that they become part of the convolution.
void replace(tosa::TransposeConv2DOp op, tosa::RescaleOp rescale,
             tosa::ClampOp clamp) {
  DenseElementsAttr weights = getConstant(op.getWeight());
  DenseElementsAttr bias = getConstant(op.getBias());
  DenseElementsAttr multiplier = getConstant(rescale.getMultiplier());
  DenseElementsAttr shift = getConstant(rescale.getShift());
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getType());
  ArrayRef<int64_t> kernel = weights.getType().getShape();
  ArrayRef<int64_t> pad = op.getOutPad(), stride = op.getStride();
  ConvAxis rows(input.getDimSize(1), output.getDimSize(1), kernel[1], stride[0],
                pad[0]);
  ConvAxis columns(input.getDimSize(2), output.getDimSize(2), kernel[2],
                   stride[1], pad[2]);
  Builder b(op, rows, columns);
  int64_t filters = kernel[0], channels = b.places() * filters;
  FailureOr<int64_t> weightZero = op.getWeightZeroPoint();
  Value newWeights = b.weights(weights, static_cast<int8_t>(*weightZero));
  Value newBias = b.constant(repeat(bias, channels));
  auto type = output.clone({1, rows.pixels, columns.pixels, channels});
  Value sums = tosa::Conv2DOp::create(
      b.builder, op.getLoc(), type, op.getInput(), newWeights, newBias,
      op.getInputZp(), op.getWeightZp(),
      b.builder.getDenseI64ArrayAttr(
          {rows.before, rows.behind, columns.before, columns.behind}),
      b.builder.getDenseI64ArrayAttr({1, 1}),
      b.builder.getDenseI64ArrayAttr({1, 1}), op.getAccTypeAttr(),
      op.getLocalBoundAttr());
  if (multiplier.getNumElements() > 1) {
    Value newMultiplier = b.constant(repeat(multiplier, channels));
    Value newShift = b.constant(repeat(shift, channels));
    rescale.getMultiplierMutable().assign(newMultiplier);
    rescale.getShiftMutable().assign(newShift);
  }
  Operation *last = clamp ? clamp.getOperation() : rescale.getOperation();
  b.builder.setInsertionPoint(last);
  Value elements = sums;
  for (Operation *each : {rescale.getOperation(), clamp.getOperation()}) {
    if (!each)
      continue;
    Operation *copy = b.builder.clone(*each);
    copy->setOperand(0, elements);
    elements = copy->getResult(0);
    elements.setType(type.clone(getElementTypeOrSelf(elements.getType())));
  }
  last->getResult(0).replaceAllUsesWith(b.place(elements));
  if (clamp)
    clamp.erase();
  rescale.erase();
  op.erase();
}

/// Whether the weights of all places stay in proportion.
bool isReasonable(tosa::TransposeConv2DOp op, DenseElementsAttr weights) {
  ArrayRef<int64_t> kernel = weights.getType().getShape();
  ArrayRef<int64_t> stride = op.getStride();
  constexpr int64_t mostStride = 64, mostTaps = 4;
  return llvm::all_of(stride,
                      [&](int64_t each) { return each <= mostStride; }) &&
         stride[0] <= mostTaps * kernel[1] && stride[1] <= mostTaps * kernel[2];
}

/// The operation of type `Op` that alone reads `value`; null if there is none.
template <typename Op> Op soleReader(Value value) {
  return value.hasOneUse() ? dyn_cast<Op>(*value.user_begin()) : Op();
}

} // namespace

void rtwmc::decomposeTransposeConvs(func::FuncOp network) {
  SmallVector<tosa::TransposeConv2DOp> all(
      network.front().getOps<tosa::TransposeConv2DOp>());
  for (tosa::TransposeConv2DOp op : all) {
    auto rescale = soleReader<tosa::RescaleOp>(op);
    DenseElementsAttr weights = getConstant(op.getWeight());
    DenseElementsAttr bias = getConstant(op.getBias());
    auto isOf = [](Value value, unsigned bits) {
      return getElementTypeOrSelf(value.getType()).isSignlessInteger(bits);
    };
    // Of bytes, or of 16 bits.
    unsigned bits = rescale && rescale.getScale32() ? 8 : 16;
    unsigned sumBits = bits == 8 ? 32 : 48;
    if (!rescale || !RescaleParameters::get(rescale) || !weights || !bias ||
        !isStatic(op.getInput()) || !isStatic(op.getOutput()) ||
        !isOf(op.getInput(), bits) || !isOf(op.getWeight(), 8) ||
        !isOf(op.getBias(), sumBits) || !isOf(op, sumBits) ||
        failed(op.getWeightZeroPoint()) || !isReasonable(op, weights))
      continue;
    int64_t filters = weights.getType().getDimSize(0);
    auto isForAll = [&](Value value) {
      int64_t count = getConstant(value).getNumElements();
      return count == 1 || count == filters;
    };
    if (isForAll(op.getBias()) && isForAll(rescale.getMultiplier()))
      replace(op, rescale, soleReader<tosa::ClampOp>(rescale));
  }
}
