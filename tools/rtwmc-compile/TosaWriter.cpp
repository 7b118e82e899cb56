//===- TosaWriter.cpp - TOSA operations on quantized numbers --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TosaWriter.h"

#include <cmath>

using namespace mlir;
using namespace rtwmc;

FixedPoint::FixedPoint(double factor) {
  int exponent = 0;
  double fraction = std::frexp(factor, &exponent);
  auto rounded = static_cast<int64_t>(std::round(std::ldexp(fraction, 31)));
  if (rounded == int64_t(1) << 31) {
    rounded /= 2;
    ++exponent;
  }
  multiplier = static_cast<int32_t>(rounded);
  shift = 31 - exponent;
}

RankedTensorType TosaWriter::typeOf(ArrayRef<int64_t> shape, unsigned bits) {
  return RankedTensorType::get(shape, builder.getIntegerType(bits));
}

Value TosaWriter::splat(ArrayRef<int64_t> shape, unsigned bits, int64_t value) {
  RankedTensorType type = typeOf(shape, bits);
  auto element = builder.getIntegerAttr(type.getElementType(), value);
  return tosa::ConstOp::create(builder, loc, type,
                               DenseElementsAttr::get(type, element));
}

Value TosaWriter::shape(ArrayRef<int64_t> sizes) {
  auto type = tosa::shapeType::get(builder.getContext(), sizes.size());
  return tosa::ConstShapeOp::create(builder, loc, type,
                                    builder.getIndexTensorAttr(sizes));
}

Value TosaWriter::reshape(Value value, ArrayRef<int64_t> sizes) {
  auto type = mlir::cast<RankedTensorType>(value.getType()).clone(sizes);
  Value target = shape(sizes);
  return tosa::ReshapeOp::create(builder, loc, type, value, target);
}

Value TosaWriter::asMap(Value value) {
  ArrayRef<int64_t> sizes = sizesOf(value);
  if (sizes.size() == 4 && sizes[0] == 1)
    return value;
  int64_t rows = ShapedType::getNumElements(sizes.drop_back());
  return reshape(value, {1, rows, 1, sizes.back()});
}

Value TosaWriter::cast(Value value, unsigned bits) {
  return tosa::CastOp::create(builder, loc, typeOf(sizesOf(value), bits),
                              value);
}

Value TosaWriter::rescale(Value value, ArrayRef<FixedPoint> factors,
                          unsigned bits, int64_t from, int64_t to) {
  SmallVector<int32_t> multipliers;
  SmallVector<int8_t> shifts;
  for (FixedPoint factor : factors) {
    multipliers.push_back(factor.multiplier);
    shifts.push_back(static_cast<int8_t>(factor.shift));
  }
  auto count = static_cast<int64_t>(factors.size());
  Value multiplier = constant<int32_t>({count}, multipliers);
  Value shift = constant<int8_t>({count}, shifts);
  unsigned mine = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  Value zeroFrom = splat({1}, mine, from);
  Value zeroTo = splat({1}, bits, to);
  RankedTensorType type = typeOf(sizesOf(value), bits);
  return tosa::RescaleOp::create(
      builder, loc, type, value, multiplier, shift, zeroFrom, zeroTo,
      /*scale32=*/true, tosa::RoundingMode::DOUBLE_ROUND,
      /*per_channel=*/count > 1, /*input_unsigned=*/false,
      /*output_unsigned=*/false);
}

Value TosaWriter::multiplyRows(Value vector, Value weights, Value bias,
                               int64_t zeroPoint) {
  Value zero = splat({1}, 8, zeroPoint);
  Value weightsZero = splat({1}, 8, 0);
  RankedTensorType type = typeOf({1, 1, 1, sizesOf(weights)[0]}, 32);
  return tosa::Conv2DOp::create(
      builder, loc, type, vector, weights, bias, zero, weightsZero,
      /*pad=*/ArrayRef<int64_t>{0, 0, 0, 0}, /*stride=*/ArrayRef<int64_t>{1, 1},
      /*dilation=*/ArrayRef<int64_t>{1, 1}, builder.getI32Type());
}

Value TosaWriter::slice(Value value, ArrayRef<int64_t> begin,
                        ArrayRef<int64_t> sizes) {
  auto type = mlir::cast<RankedTensorType>(value.getType()).clone(sizes);
  Value from = shape(begin);
  Value size = shape(sizes);
  return tosa::SliceOp::create(builder, loc, type, value, from, size);
}

Value TosaWriter::reverse(Value value, int64_t axis) {
  return tosa::ReverseOp::create(builder, loc, value.getType(), value,
                                 static_cast<int32_t>(axis));
}

Value TosaWriter::padBehind(Value value, int64_t axis, int64_t count) {
  auto type = mlir::cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> sizes(type.getShape()), pads(2 * sizes.size(), 0);
  sizes[axis] += count;
  pads[2 * axis + 1] = count;
  Value around = shape(pads);
  Value zero = splat({1}, type.getElementTypeBitWidth(), 0);
  return tosa::PadOp::create(builder, loc, type.clone(sizes), value, around,
                             zero);
}

Value TosaWriter::concat(Value first, Value second) {
  auto type = mlir::cast<RankedTensorType>(first.getType());
  SmallVector<int64_t> sizes(type.getShape());
  sizes.back() += sizesOf(second).back();
  auto axis = static_cast<int32_t>(sizes.size() - 1);
  return tosa::ConcatOp::create(builder, loc, type.clone(sizes),
                                ValueRange{first, second}, axis);
}

/// The type of `value` with one element on its last axis, and that axis.
static std::pair<RankedTensorType, int32_t> reduceLast(Value value) {
  auto type = mlir::cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> sizes(type.getShape());
  sizes.back() = 1;
  return {type.clone(sizes), static_cast<int32_t>(sizes.size() - 1)};
}

Value TosaWriter::sumLast(Value value) {
  auto [type, axis] = reduceLast(value);
  return tosa::ReduceSumOp::create(builder, loc, type, value, axis);
}

Value TosaWriter::maximumLast(Value value) {
  auto [type, axis] = reduceLast(value);
  return tosa::ReduceMaxOp::create(builder, loc, type, value, axis);
}

Value TosaWriter::splatLike(Value value, int64_t number) {
  SmallVector<int64_t> ones(sizesOf(value).size(), 1);
  unsigned bits = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  return splat(ones, bits, number);
}

/// Dimensions of 1 are repeated.
static Type broadcast(Value first, Value second) {
  SmallVector<int64_t> sizes(sizesOf(first));
  for (auto [size, other] : llvm::zip(sizes, sizesOf(second)))
    size = std::max(size, other);
  return mlir::cast<RankedTensorType>(first.getType()).clone(sizes);
}

Value TosaWriter::sum(Value first, Value second) {
  return tosa::AddOp::create(builder, loc, broadcast(first, second), first,
                             second);
}

Value TosaWriter::subtract(Value first, Value second) {
  return tosa::SubOp::create(builder, loc, broadcast(first, second), first,
                             second);
}

Value TosaWriter::multiply(Value first, Value second, unsigned shift) {
  Value count = splat({1}, 8, shift);
  return tosa::MulOp::create(builder, loc, broadcast(first, second), first,
                             second, count);
}

Value TosaWriter::add(Value value, int64_t number) {
  return sum(value, splatLike(value, number));
}

Value TosaWriter::scaleBy(Value value, int64_t number) {
  return multiply(value, splatLike(value, number));
}

Value TosaWriter::shiftLeft(Value value, Value bits) {
  return tosa::LogicalLeftShiftOp::create(builder, loc, broadcast(value, bits),
                                          value, bits);
}

Value TosaWriter::shiftLeft(Value value, int64_t bits) {
  return shiftLeft(value, splatLike(value, bits));
}

Value TosaWriter::shiftRight(Value value, Value bits) {
  return tosa::ArithmeticRightShiftOp::create(
      builder, loc, broadcast(value, bits), value, bits, /*round=*/false);
}

Value TosaWriter::shiftRight(Value value, int64_t bits) {
  return shiftRight(value, splatLike(value, bits));
}

Value TosaWriter::bitwiseAnd(Value value, Value mask) {
  return tosa::BitwiseAndOp::create(builder, loc, broadcast(value, mask), value,
                                    mask);
}

Value TosaWriter::bitwiseAnd(Value value, int64_t mask) {
  return bitwiseAnd(value, splatLike(value, mask));
}

/// `value >> bits`, and one more where the `mask` of these bits has more than
/// `half`, one of a negative value than one more.
static Value roundHalfAway(TosaWriter &writer, Value value, Value bits,
                           Value mask, Value half) {
  Value rest = writer.bitwiseAnd(value, mask);
  Value isNegative = writer.shiftRight(value, int64_t(31));
  Value limit = writer.subtract(half, isNegative);
  Value up = tosa::GreaterOp::create(
      writer.builder, writer.loc, writer.typeOf(sizesOf(rest), 1), rest, limit);
  Value low = writer.shiftRight(value, bits);
  Value high = writer.add(low, 1);
  return tosa::SelectOp::create(writer.builder, writer.loc, low.getType(), up,
                                high, low);
}

Value TosaWriter::roundingShiftRight(Value value, Value bits) {
  Value one = splatLike(bits, 1);
  Value mask = add(shiftLeft(one, bits), -1);
  Value half = shiftRight(mask, int64_t(1));
  return roundHalfAway(*this, value, bits, mask, half);
}

Value TosaWriter::roundingShiftRight(Value value, int64_t bits) {
  int64_t mask = (int64_t(1) << bits) - 1;
  Value count = splatLike(value, bits);
  Value all = splatLike(value, mask);
  Value half = splatLike(value, mask / 2);
  return roundHalfAway(*this, value, count, all, half);
}

Value TosaWriter::absolute(Value value) {
  return tosa::AbsOp::create(builder, loc, value.getType(), value);
}

Value TosaWriter::maximum(Value first, Value second) {
  return tosa::MaximumOp::create(builder, loc, broadcast(first, second), first,
                                 second);
}

Value TosaWriter::maximum(Value value, int64_t number) {
  return maximum(value, splatLike(value, number));
}

Value TosaWriter::minimum(Value first, Value second) {
  return tosa::MinimumOp::create(builder, loc, broadcast(first, second), first,
                                 second);
}

Value TosaWriter::selectAtLeast(Value value, int64_t least, Value yes,
                                Value no) {
  Value limit = splatLike(value, least);
  Value isSo = tosa::GreaterEqualOp::create(
      builder, loc, typeOf(sizesOf(value), 1), value, limit);
  return tosa::SelectOp::create(builder, loc, broadcast(no, yes), isSo, yes,
                                no);
}

Value TosaWriter::clamp(Value value, int64_t least, int64_t most) {
  Type element = getElementTypeOrSelf(value.getType());
  return tosa::ClampOp::create(
      builder, loc, value.getType(), value,
      builder.getIntegerAttr(element, least),
      builder.getIntegerAttr(element, most),
      tosa::NanPropagationModeAttr::get(builder.getContext(),
                                        tosa::NanPropagationMode::PROPAGATE));
}

Value TosaWriter::table(ArrayRef<int16_t> entries) {
  // Those from 256 on are of indices from 0 on.
  SmallVector<int16_t> all(513, 0);
  llvm::copy(entries, all.begin() + 256);
  return constant<int16_t>({513}, all);
}

Value TosaWriter::lookUp(Value table, Value index) {
  // The low 7 bits are for what lies between entries.
  Value narrow = cast(shiftLeft(index, int64_t(7)), 16);
  Value found =
      tosa::TableOp::create(builder, loc, index.getType(), narrow, table);
  return shiftRight(found, int64_t(7));
}

Value TosaWriter::saturatingAdd16(Value first, Value second) {
  Value a = cast(first, 32), b = cast(second, 32);
  return cast(clamp(sum(a, b), -(1 << 15), (1 << 15) - 1), 16);
}
