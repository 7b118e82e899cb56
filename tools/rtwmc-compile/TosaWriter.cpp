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
  auto type = cast<RankedTensorType>(value.getType()).clone(sizes);
  Value target = shape(sizes);
  return tosa::ReshapeOp::create(builder, loc, type, value, target);
}

Value TosaWriter::rescale(Value value, FixedPoint factor, unsigned bits,
                          int64_t from, int64_t to) {
  unsigned mine = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  Value multiplier = splat({1}, 32, factor.multiplier);
  Value shift = splat({1}, 8, factor.shift);
  Value zeroFrom = splat({1}, mine, from);
  Value zeroTo = splat({1}, bits, to);
  RankedTensorType type = typeOf(sizesOf(value), bits);
  return tosa::RescaleOp::create(
      builder, loc, type, value, multiplier, shift, zeroFrom, zeroTo,
      /*scale32=*/true, tosa::RoundingMode::DOUBLE_ROUND,
      /*per_channel=*/false, /*input_unsigned=*/false,
      /*output_unsigned=*/false);
}

Value TosaWriter::slice(Value value, ArrayRef<int64_t> begin,
                        ArrayRef<int64_t> sizes) {
  auto type = cast<RankedTensorType>(value.getType()).clone(sizes);
  Value from = shape(begin);
  Value size = shape(sizes);
  return tosa::SliceOp::create(builder, loc, type, value, from, size);
}

Value TosaWriter::concat(Value first, Value second) {
  auto type = cast<RankedTensorType>(first.getType());
  SmallVector<int64_t> sizes(type.getShape());
  sizes.back() += sizesOf(second).back();
  auto axis = static_cast<int32_t>(sizes.size() - 1);
  return tosa::ConcatOp::create(builder, loc, type.clone(sizes),
                                ValueRange{first, second}, axis);
}

Value TosaWriter::sumLast(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> sizes(type.getShape());
  sizes.back() = 1;
  auto axis = static_cast<int32_t>(sizes.size() - 1);
  return tosa::ReduceSumOp::create(builder, loc, type.clone(sizes), value,
                                   axis);
}

Value TosaWriter::rescale(Value value, ArrayRef<FixedPoint> factors,
                          unsigned bits) {
  SmallVector<int32_t> multipliers;
  SmallVector<int8_t> shifts;
  for (FixedPoint factor : factors) {
    multipliers.push_back(factor.multiplier);
    shifts.push_back(static_cast<int8_t>(factor.shift));
  }
  auto count = static_cast<int64_t>(factors.size());
  RankedTensorType multiplierType = typeOf({count}, 32);
  RankedTensorType shiftType = typeOf({count}, 8);
  Value multiplier = tosa::ConstOp::create(
      builder, loc, multiplierType,
      DenseElementsAttr::get(multiplierType, ArrayRef(multipliers)));
  Value shift = tosa::ConstOp::create(
      builder, loc, shiftType,
      DenseElementsAttr::get(shiftType, ArrayRef(shifts)));
  unsigned mine = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  Value zeroFrom = splat({1}, mine, 0);
  Value zeroTo = splat({1}, bits, 0);
  RankedTensorType type = typeOf(sizesOf(value), bits);
  return tosa::RescaleOp::create(
      builder, loc, type, value, multiplier, shift, zeroFrom, zeroTo,
      /*scale32=*/true, tosa::RoundingMode::DOUBLE_ROUND,
      /*per_channel=*/true, /*input_unsigned=*/false,
      /*output_unsigned=*/false);
}

Value TosaWriter::widen(Value value) {
  return tosa::CastOp::create(builder, loc, typeOf(sizesOf(value), 32), value);
}

Value TosaWriter::splatLike(Value value, int64_t number) {
  SmallVector<int64_t> ones(sizesOf(value).size(), 1);
  unsigned bits = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  return splat(ones, bits, number);
}

Value TosaWriter::sum(Value first, Value second) {
  return tosa::AddOp::create(builder, loc, first.getType(), first, second);
}

Value TosaWriter::subtract(Value first, Value second) {
  Type type = first.getType();
  if (sizesOf(first).size() == sizesOf(second).size() &&
      ShapedType::getNumElements(sizesOf(first)) == 1)
    type = second.getType();
  return tosa::SubOp::create(builder, loc, type, first, second);
}

Value TosaWriter::multiply(Value first, Value second) {
  Value noShift = splat({1}, 8, 0);
  return tosa::MulOp::create(builder, loc, first.getType(), first, second,
                             noShift);
}

Value TosaWriter::add(Value value, int64_t number) {
  return sum(value, splatLike(value, number));
}

Value TosaWriter::scaleBy(Value value, int64_t number) {
  return multiply(value, splatLike(value, number));
}

Value TosaWriter::shiftLeft(Value value, int64_t bits) {
  Value count = splatLike(value, bits);
  return tosa::LogicalLeftShiftOp::create(builder, loc, value.getType(), value,
                                          count);
}

Value TosaWriter::shiftRight(Value value, int64_t bits) {
  Value count = splatLike(value, bits);
  return tosa::ArithmeticRightShiftOp::create(builder, loc, value.getType(),
                                              value, count, /*round=*/false);
}

Value TosaWriter::bitwiseAnd(Value value, int64_t mask) {
  Value bits = splatLike(value, mask);
  return tosa::BitwiseAndOp::create(builder, loc, value.getType(), value, bits);
}

Value TosaWriter::absolute(Value value) {
  return tosa::AbsOp::create(builder, loc, value.getType(), value);
}

Value TosaWriter::selectAtLeast(Value value, int64_t least, Value yes,
                                Value no) {
  Value limit = splatLike(value, least);
  Value isSo = tosa::GreaterEqualOp::create(
      builder, loc, typeOf(sizesOf(value), 1), value, limit);
  return tosa::SelectOp::create(builder, loc, no.getType(), isSo, yes, no);
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

Value TosaWriter::saturatingAdd16(Value first, Value second) {
  Value a = widen(first), b = widen(second);
  Value limited = clamp(sum(a, b), -(1 << 15), (1 << 15) - 1);
  return tosa::CastOp::create(builder, loc, first.getType(), limited);
}
