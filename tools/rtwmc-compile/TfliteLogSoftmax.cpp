//===- TfliteLogSoftmax.cpp - The operator LOG_SOFTMAX --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As LogSoftmaxQuantized of tensorflow/lite/kernels/internal/reference/
// log_softmax.h computes it of int8, with the logarithm of internal/common.h
// and the exponential function and the reciprocal of gemmlowp. "Of n bits" says
// how many of 32 are before the point, the sign not counted.
//
//===----------------------------------------------------------------------===//

#include "TfliteOwn.h"
#include "TosaWriter.h"

#include "llvm/ADT/Sequence.h"

#include <limits>

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

static constexpr int64_t most = std::numeric_limits<int32_t>::max();
/// Differences from the largest element are of 5 bits, sums of exponentials of
/// 12, and the logarithm is summed with 6.
static constexpr int differenceBits = 5, sumBits = 12, logarithmBits = 6;

//===----------------------------------------------------------------------===//
// What is computed here
//===----------------------------------------------------------------------===//

/// The product of two numbers, as `TosaWriter::multiply` rounds it.
static int64_t multiply(int64_t first, int64_t second) {
  return (first * second + (int64_t(1) << 30)) >> 31;
}

/// Rounds to the nearest, halves away from 0.
static int64_t roundingShiftRight(int64_t value, int bits) {
  int64_t half = int64_t(1) << (bits - 1);
  return value < 0 ? -((-value + half) >> bits) : (value + half) >> bits;
}

/// e to the power of `value`, of 5 bits and not above 0; of no bits.
static int64_t exponential(int64_t value) {
  if (value == 0)
    return most;
  constexpr int fraction = 31 - differenceBits;
  constexpr int64_t quarter = int64_t(1) << (fraction - 2);
  int64_t rest = (value & (quarter - 1)) - quarter;
  // Around -1/8, by Taylor's series.
  constexpr int64_t middle = 1895147668, third = 715827883;
  int64_t x = rest * (1 << differenceBits) + (int64_t(1) << 28);
  int64_t square = multiply(x, x), cube = multiply(square, x);
  int64_t fourth = roundingShiftRight(multiply(square, square), 2);
  int64_t behind =
      roundingShiftRight(multiply(fourth + cube, third) + square, 1);
  int64_t result = middle + multiply(middle, x + behind);
  // Quarters, halves and so on by their powers.
  constexpr int64_t powers[] = {1672461947, 1302514674, 790015084, 290630308,
                                39332535,   720401,     242};
  int64_t steps = rest - value;
  for (auto [index, power] : llvm::enumerate(powers))
    if (steps & (quarter << index))
      result = multiply(result, power);
  return result;
}

//===----------------------------------------------------------------------===//
// What is written
//===----------------------------------------------------------------------===//

/// Twice `value`, of 32 bits and not below 0, or the most there is.
static Value twice(TosaWriter &writer, Value value) {
  Value doubled = writer.shiftLeft(value, int64_t(1));
  return writer.selectAtLeast(value, 1 << 30, writer.splatLike(value, most),
                              doubled);
}

/// `value * factor`.
static Value times(TosaWriter &writer, Value value, int64_t factor) {
  return writer.multiply(value, writer.splatLike(value, factor), 31);
}

static Value countZeros(TosaWriter &writer, Value value) {
  return tosa::ClzOp::create(writer.builder, writer.loc, value.getType(),
                             value);
}

/// 1 / (1 + `x`), for `x` from 0 to 1, both of no bits.
static Value reciprocal(TosaWriter &writer, Value x) {
  Value half = writer.add(writer.shiftRight(x, int64_t(1)), 1 << 30);
  Value result = writer.add(times(writer, half, -1010580540), 1515870810);
  Value one = writer.splatLike(x, 1 << 29);
  for (unsigned iteration = 0; iteration < 3; ++iteration) {
    Value error = writer.subtract(one, writer.multiply(half, result, 31));
    Value change = writer.multiply(result, error, 31);
    result = writer.sum(result, writer.shiftLeft(change, int64_t(2)));
  }
  return twice(writer, result);
}

/// A power of two of 6 bits: `value`, an integer, and `quarters`.
static Value exponentOf(TosaWriter &writer, Value value, int64_t quarters) {
  constexpr int fraction = 31 - logarithmBits;
  return writer.add(writer.shiftLeft(value, int64_t(fraction)),
                    quarters * (int64_t(1) << (fraction - 2)));
}

/// The natural logarithm of `sum`, of 12 bits and at least 1; of 5 bits.
static Value logarithm(TosaWriter &writer, Value sum) {
  constexpr int64_t rootOfHalf = 1518500250, rootOfThat = 1805811301;
  // The mantissa, such that it is near the root of the root of one half: of the
  // number as it is, or times the root of one half.
  Value zeros = countZeros(writer, sum);
  Value normal = writer.shiftLeft(sum, writer.add(zeros, -1));
  Value first = twice(writer, times(writer, normal, rootOfHalf));
  Value zerosOfLess = countZeros(writer, times(writer, sum, rootOfHalf));
  Value fewer = writer.subtract(zerosOfLess, zeros);
  Value second =
      writer.selectAtLeast(fewer, 1, writer.splatLike(sum, most), normal);
  Value mantissa = writer.minimum(first, second);
  Value bits = writer.splatLike(sum, sumBits);
  Value power = exponentOf(writer, writer.subtract(bits, zeros), 1);
  Value other =
      exponentOf(writer, writer.add(writer.subtract(bits, zerosOfLess), 1), -1);
  power = writer.maximum(power, other);

  // A quotient of polynomials.
  Value mean =
      writer.add(writer.shiftRight(mantissa, int64_t(1)), rootOfThat / 2 + 1);
  Value x = writer.shiftLeft(writer.add(mantissa, -rootOfThat), int64_t(1));
  Value square = writer.multiply(x, x, 31);
  Value cube = times(writer, writer.multiply(x, square, 31), 117049297);
  Value numerator = writer.sum(writer.multiply(x, mantissa, 31), cube);
  Value ofSquare = times(writer, square, 127690142);
  Value inner = writer.sum(writer.add(x, 1057819769), ofSquare);
  Value linear = times(writer, x, 638450708);
  Value denominator = writer.sum(writer.multiply(mean, inner, 31), linear);
  Value scaled = writer.roundingShiftRight(numerator, int64_t(logarithmBits));
  Value quotient = writer.multiply(scaled, reciprocal(writer, denominator), 31);
  constexpr int64_t logOfTwo = 1488522236;
  return writer.shiftLeft(writer.sum(times(writer, power, logOfTwo), quotient),
                          int64_t(1));
}

bool tflite::isOwnLogSoftmax(const Model &model, const Operator &op) {
  Tensor input = model.tensor(op.inputs[0]), result = model.resultOf(op);
  return input.type == ElementType::Int8 && result.type == ElementType::Int8 &&
         input.scale && result.scale == 1.0F / 16 && result.zeroPoint == 127;
}

FailureOr<Value> tflite::expandLogSoftmax(const Model &model,
                                          const Operator &op,
                                          tosa::CustomOp custom) {
  Tensor input = model.tensor(op.inputs[0]);
  ArrayRef<int64_t> sizes = sizesOf(custom->getOperand(0));
  constexpr int fraction = 31 - differenceBits;
  FixedPoint factor(double(*input.scale) * (1 << fraction));
  if (sizes.empty() || ShapedType::getNumElements(sizes) == 0 ||
      sizes.back() >= 1 << sumBits || !factor.isValid())
    return failure();
  OpBuilder builder(custom);
  TosaWriter writer(builder, custom.getLoc());
  Value value = writer.asMap(custom->getOperand(0));
  Value number = writer.cast(value, 32);
  Value largest = writer.cast(writer.maximumLast(value), 32);
  Value difference = writer.subtract(number, largest);

  // Exponentials of differences from -255 on; where they may be less than -31,
  // they are 0.
  constexpr int64_t entries = 256;
  int64_t leftShift = 31 - factor.shift;
  int64_t least =
      -((int64_t((1 << differenceBits) - 1) << fraction) >> leftShift);
  least = std::max(least, 1 - entries);
  SmallVector<int16_t> high, low;
  constexpr int lowBits = 10;
  for (int64_t entry = 0; entry < entries; ++entry) {
    int64_t each = entry + 1 - entries, power = 0;
    if (each >= least)
      power = roundingShiftRight(
          exponential(multiply(each << leftShift, factor.multiplier)), sumBits);
    high.push_back(static_cast<int16_t>(power >> lowBits));
    low.push_back(static_cast<int16_t>(power & ((1 << lowBits) - 1)));
  }
  Value index = writer.add(difference, entries - 1);
  Value upper = writer.lookUp(writer.table(high), index);
  Value lower = writer.lookUp(writer.table(low), index);
  Value powers = writer.sum(writer.shiftLeft(upper, int64_t(lowBits)), lower);
  Value log = logarithm(writer, writer.sumLast(powers));

  // So is the result the least there is, as it is of less than -16 anyway.
  Value scaled = writer.rescale(writer.maximum(difference, least), factor, 32);
  scaled = writer.maximum(scaled, -(int64_t(1) << 30));
  Value exact = writer.subtract(scaled, log);
  Value sixteenths = writer.roundingShiftRight(exact, int64_t(fraction - 4));
  Value limited = writer.clamp(writer.add(sixteenths, 127), -128, 127);
  limited = writer.selectAtLeast(difference, least, limited,
                                 writer.splatLike(limited, -128));
  return writer.reshape(writer.cast(limited, 8), sizesOf(custom->getResult(0)));
}
