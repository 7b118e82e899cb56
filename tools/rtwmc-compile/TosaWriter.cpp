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
