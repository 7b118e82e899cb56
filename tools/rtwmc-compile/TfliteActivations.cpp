//===- TfliteActivations.cpp - Sigmoid and tanh of 16 bits, ELU -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As tensorflow/lite/kernels/internal/reference/integer_ops/{logistic,tanh}.h
// compute them: of the magnitude, between two of 256 values of the sigmoid at
// steps of 1/24. tanh(x) is 2 sigmoid(2x) - 1.
//
//===----------------------------------------------------------------------===//

#include "TfliteOwn.h"
#include "TosaWriter.h"

#include <cmath>

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

/// Of the least entry, one half: of 16 bits with a sign, entries are less it.
static constexpr int64_t half = 1 << 15;
static constexpr int64_t lastEntry = 255;

/// The sigmoid in 65536ths less one half. Between entries the sigmoid is above
/// the line, the entries are half of that more than it; the last is that of all
/// behind.
static Value sigmoidTable(TosaWriter &writer) {
  SmallVector<int16_t> entries;
  for (int64_t i = 0; i <= lastEntry; ++i) {
    constexpr double step = 1.0 / 24;
    double sigmoid = 1.0 / (1.0 + std::exp(-step * double(i)));
    double bend = sigmoid * (1 - sigmoid) * (2 * sigmoid - 1);
    double value = 65536 * (sigmoid + bend * step * step / 16);
    int64_t rounded = i == lastEntry ? 65535 : std::lround(value);
    entries.push_back(static_cast<int16_t>(rounded - half));
  }
  return writer.table(entries);
}

/// Entry `index` of the table.
static Value entry(TosaWriter &writer, Value table, Value index) {
  return writer.add(writer.lookUp(table, index), half);
}

/// The sigmoid of `magnitude`, of which the entry has `bits` bits less, in that
/// many more bits; `greatest` behind the last entry.
static Value interpolate(TosaWriter &writer, Value magnitude, unsigned bits,
                         int64_t greatest) {
  Value table = sigmoidTable(writer);
  Value index = writer.shiftRight(magnitude, bits);
  // Behind the last two entries all is replaced below.
  Value low = writer.clamp(index, 0, lastEntry - 1);
  Value next = writer.add(low, 1);
  Value before = entry(writer, table, low), behind = entry(writer, table, next);
  Value slope = writer.subtract(behind, before);
  Value fraction = writer.bitwiseAnd(magnitude, (1 << bits) - 1);
  Value more = writer.multiply(slope, fraction);
  Value start = writer.shiftLeft(before, bits);
  Value between = writer.sum(start, more);
  return writer.selectAtLeast(index, lastEntry,
                              writer.splatLike(index, greatest), between);
}

/// `value` in steps of a table that has 256 between entries of tanh, 512
/// between those of the sigmoid.
static Value tableSteps(TosaWriter &writer, Value value, TableScale scale) {
  Value product = writer.scaleBy(writer.cast(value, 32), scale.multiplier);
  if (scale.shift == 0)
    return product;
  Value rounded = writer.add(product, int64_t(1) << (scale.shift - 1));
  return writer.shiftRight(rounded, scale.shift);
}

Value tflite::logistic16(TosaWriter &writer, Value value, TableScale scale) {
  Value input = tableSteps(writer, value, scale);
  Value found = interpolate(writer, writer.absolute(input), 9, 0x7fff << 10);
  Value positive = writer.add(found, 1 << 9);
  Value all = writer.splatLike(found, (1 << 25) + (1 << 9) - 1);
  Value negative = writer.subtract(all, found);
  Value chosen = writer.selectAtLeast(input, 0, positive, negative);
  return writer.cast(writer.shiftRight(chosen, 10), 16);
}

Value tflite::tanh16(TosaWriter &writer, Value value, TableScale scale) {
  Value input = tableSteps(writer, value, scale);
  Value found = interpolate(writer, writer.absolute(input), 8, 0xffff << 8);
  Value positive = writer.add(found, (1 << 7) - (1 << 23));
  Value all = writer.splatLike(found, (1 << 23) + (1 << 7) - 1);
  Value negative = writer.subtract(all, found);
  Value chosen = writer.selectAtLeast(input, 0, positive, negative);
  return writer.cast(writer.shiftRight(chosen, 8), 16);
}

TableScale TableScale::ofPower(int power) {
  int shift = 15 + power - 3;
  return shift >= 0 ? TableScale{3 << shift, 0} : TableScale{3, -shift};
}

std::optional<TableScale> TableScale::of(float scale, int mostShift) {
  // As CalculateArithmeticOpData has it, powers of two to three digits.
  double logarithm = std::log2(scale);
  double power = std::round(logarithm);
  auto shift = static_cast<int>(power) + 12;
  if (std::abs(logarithm - power) < 1e-3 && shift >= 0 && shift <= mostShift)
    return TableScale{3 << shift, 0};
  double multiplier = double(scale) * 4096.0 * 3.0;
  TableScale result{0, 0};
  while (multiplier <= 32767.0 / 2.0 && result.shift <= 30) {
    ++result.shift;
    multiplier *= 2.0;
  }
  // What is larger leaves 32 bits.
  if (multiplier > 32767.0 || result.shift > 30)
    return std::nullopt;
  result.multiplier = static_cast<int32_t>(multiplier);
  return result;
}

bool tflite::isOwnActivation(const Model &model, const Operator &op) {
  Tensor input = model.tensor(op.inputs[0]), result = model.resultOf(op);
  return input.type == ElementType::Int16 &&
         result.type == ElementType::Int16 && input.scale && result.scale;
}

FailureOr<Value> tflite::expandActivation(const Model &model,
                                          const Operator &op,
                                          tosa::CustomOp custom) {
  Tensor input = model.tensor(op.inputs[0]), result = model.resultOf(op);
  bool isTanh = op.code == Code::Tanh;
  std::optional<TableScale> scale =
      TableScale::of(*input.scale, isTanh ? 1 : 0);
  if (!scale || *result.scale != 1.0F / half || input.zeroPoint != 0 ||
      result.zeroPoint != 0)
    return failure();
  OpBuilder builder(custom);
  TosaWriter writer(builder, custom.getLoc());
  auto function = isTanh ? tanh16 : logistic16;
  return function(writer, custom->getOperand(0), *scale);
}

/// As micro/kernels/elu.cc of TensorFlow Lite Micro fills its table.
FailureOr<Value> tflite::expandElu(const Model &model, const Operator &op,
                                   tosa::CustomOp custom) {
  Tensor input = model.tensor(op.inputs[0]), result = model.resultOf(op);
  float inverse = 1 / *result.scale;
  SmallVector<int8_t> entries;
  for (int32_t element = -128; element <= 127; ++element) {
    float number = *input.scale * float(element - input.zeroPoint);
    float value = number < 0 ? std::exp(number) - 1 : number;
    float rounded = std::round(value * inverse) + float(result.zeroPoint);
    entries.push_back(
        static_cast<int8_t>(std::clamp(rounded, -128.0F, 127.0F)));
  }
  OpBuilder builder(custom);
  TosaWriter writer(builder, custom.getLoc());
  Value table = writer.constant<int8_t>({256}, entries);
  return Value(tosa::TableOp::create(builder, custom.getLoc(),
                                     custom->getResult(0).getType(),
                                     custom->getOperand(0), table));
}
