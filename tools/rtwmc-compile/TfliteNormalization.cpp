//===- TfliteNormalization.cpp - The operator L2_NORMALIZATION ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Embeddings end with it. As L2Normalization of int8 has it in TensorFlow
// Lite's kernels/internal/reference/integer_ops/l2normalization.h, and
// GetInvSqrtQuantizedMultiplierExp in internal/common.h.
//
//===----------------------------------------------------------------------===//

#include "TfliteOwn.h"
#include "TosaWriter.h"

#include <limits>

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

namespace {

/// A factor that is computed: of values, shifted to the left by `shift` bits,
/// or to the right where that is negative.
struct Factor {
  Value multiplier, shift;
};

} // namespace

/// `value`, of 9 bits before the point, with 3.
static Value rescaleCube(TosaWriter &writer, Value value) {
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  Value shifted = writer.shiftLeft(value, 6);
  return writer.selectAtLeast(value, 1 << 25, writer.splatLike(value, most),
                              shifted);
}

/// One over the square root of `number`, which is from 2 to 2^29, by five steps
/// of Newton's method of numbers with 3 bits before the point.
static Factor inverseRoot(TosaWriter &writer, Value number) {
  Value zeros =
      tosa::ClzOp::create(writer.builder, writer.loc, number.getType(), number);
  Value pairs =
      writer.add(writer.shiftRight(writer.add(zeros, -1), int64_t(1)), -1);
  Value normal = writer.shiftLeft(number, writer.shiftLeft(pairs, int64_t(1)));
  Value input = writer.shiftRight(normal, int64_t(1));
  Value halfInput = writer.shiftRight(writer.add(input, 1), int64_t(1));
  Value root = writer.bitwiseAnd(number, int64_t(0));
  root = writer.add(root, 1 << 28);
  for (unsigned iteration = 0; iteration < 5; ++iteration) {
    Value square = writer.multiply(root, root, 31);
    Value cube = rescaleCube(writer, writer.multiply(square, root, 31));
    Value halfThree = writer.splatLike(root, (1 << 28) + (1 << 27));
    Value first = writer.multiply(root, halfThree, 31);
    Value second = writer.multiply(halfInput, cube, 31);
    root = writer.shiftLeft(writer.subtract(first, second), int64_t(3));
  }
  // The root of one half: `pairs` of bits are an even number.
  Value halfRoot = writer.splatLike(root, 1518500250);
  Value result = writer.multiply(root, halfRoot, 31);
  Value shift = writer.add(pairs, -11);
  Value left = writer.maximum(shift, 0);
  Value none = writer.splatLike(shift, 0);
  Value right = writer.minimum(shift, none);
  return {writer.shiftLeft(result, left), right};
}

FailureOr<Value> tflite::expandL2Normalization(const Model &model,
                                               const Operator &op,
                                               tosa::CustomOp custom) {
  Tensor input = model.tensor(op.inputs[0]), result = model.resultOf(op);
  ArrayRef<int64_t> sizes = sizesOf(custom->getOperand(0));
  // Sums of squares that are larger are divided first.
  constexpr int64_t mostChannels = (int64_t(1) << 29) / (255 * 255);
  if (sizes.empty() || sizes.back() > mostChannels || sizes.back() < 1 ||
      *result.scale != 1.0F / 128 || result.zeroPoint != 0 ||
      op.fusedActivation() != Activation::None)
    return failure();
  OpBuilder builder(custom);
  TosaWriter writer(builder, custom.getLoc());
  Value value = writer.asMap(custom->getOperand(0));
  Value number = writer.rescale(value, FixedPoint(1.0), 32, input.zeroPoint);
  Value sum = writer.sumLast(writer.multiply(number, number));
  Value atLeastTwo = writer.maximum(sum, 2);
  Factor factor = inverseRoot(writer, atLeastTwo);
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  Value largest = writer.splatLike(sum, most), none = writer.splatLike(sum, 0);
  factor.multiplier = writer.selectAtLeast(sum, 2, factor.multiplier, largest);
  factor.shift = writer.selectAtLeast(sum, 2, factor.shift, none);
  // Results are in 128ths.
  Value shift = writer.add(factor.shift, 7);
  Value left = writer.maximum(shift, 0);
  Value zero = writer.splatLike(shift, 0);
  Value negative = writer.subtract(zero, shift);
  Value right = writer.maximum(negative, 0);
  Value large = writer.shiftLeft(number, left);
  Value product = writer.multiply(large, factor.multiplier, 31);
  Value rounded = writer.roundingShiftRight(product, right);
  Value limited = writer.clamp(rounded, -128, 127);
  return writer.reshape(writer.cast(limited, 8), sizesOf(custom->getResult(0)));
}
