//===- RequantizeVectors.cpp - Scaling four accumulators at once ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With multiplier m and shift s, VQRDMULH and VRSHL by s - 31 are
//
//     (v * m + 2^(s-1) + 2^30) >> s,
//
// for nested floors join. That is TOSA's DOUBLE_ROUND for v >= 0. For v < 0 it
// has 2^30 with the other sign, which is h - 1 after the first of the two, and
// the sign of h may stand for v's. Where negative results are clamped neither
// form gives more than 0. TOSA rounds once at s = 31 and in SINGLE_ROUND: there
// VQDMULH, which does not round, leaves that to VRSHL.
//
//===----------------------------------------------------------------------===//

#include "Requantize.h"
#include "Vectors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Where VRSHL shifts by nothing.
static constexpr int32_t leastShift = 31;

bool rtwmc::canScaleVectors(RequantizationAttr requant) {
  if (!requant || *llvm::min_element(requant.getShift()) < leastShift ||
      *llvm::min_element(requant.getMultiplier()) < 0)
    return false;
  bool isMixed = llvm::is_contained(requant.getShift(), leastShift) &&
                 !llvm::all_equal(requant.getShift());
  return !isMixed || (requant.getRounding() == Rounding::Double &&
                      requant.getMin() == requant.getZeroPoint());
}

/// Shifts are more than the least.
static Value scale(KernelBuilder &b, Value values, Value multiplier,
                   Value distance, Rounding rounding, bool negativeIsClamped) {
  bool twice = rounding == Rounding::Double;
  Value high = multiplyHigh(b, values, multiplier, /*isRounded=*/twice);
  if (twice && !negativeIsClamped) {
    Value sign = arith::ShRSIOp::create(b, high, splat(b, 31));
    high = arith::AddIOp::create(b, high, sign);
  }
  return shiftRounded(b, high, distance);
}

/// A power of two that a shift to the left makes.
static bool isShiftLeft(int32_t multiplier, int32_t shift) {
  return multiplier == 1 << 30 && shift <= 30;
}

bool rtwmc::canScaleVectors(int32_t multiplier, int32_t shift) {
  return multiplier >= 0 &&
         (shift >= leastShift || isShiftLeft(multiplier, shift));
}

Value rtwmc::applyScaleToVector(KernelBuilder &b, Value values,
                                int32_t multiplier, int32_t shift,
                                Rounding rounding) {
  if (isShiftLeft(multiplier, shift))
    return arith::ShLIOp::create(b, values, splat(b, 30 - shift));
  Value factor = splat(b, multiplier);
  if (shift == leastShift)
    return multiplyHigh(b, values, factor, /*isRounded=*/true);
  Value distance = b.i32(VectorScale::distance(shift));
  return scale(b, values, factor, distance, rounding,
               /*negativeIsClamped=*/false);
}

Value VectorScale::apply(KernelBuilder &b, Value values, Value multiplier,
                         Value distance) const {
  auto isLeast = [](int32_t shift) { return shift == leastShift; };
  if (llvm::all_of(requant.getShift(), isLeast))
    return multiplyHigh(b, values, multiplier, /*isRounded=*/true);
  return scale(b, values, multiplier, distance, requant.getRounding(),
               requant.getMin() == requant.getZeroPoint());
}

Value ChannelParameters::scaleColumns(KernelBuilder &b, Value accumulators,
                                      ValueRange pointers,
                                      int64_t channel) const {
  Value start = splat(b, bias(b, pointers, channel));
  Value values = arith::AddIOp::create(b, accumulators, start);
  Value multiplier =
      layout.multiplierEach
          ? b.loadWord(pointers[0], channel * stride() + layout.multiplier)
          : b.i32(multipliers.front());
  Value distance = layout.shiftEach
                       ? b.loadByte(pointers[1], channel)
                       : b.i32(VectorScale::distance(shifts.front()));
  return VectorScale(requant).apply(b, values, splat(b, multiplier), distance);
}

Value ChannelParameters::scaleChannels(KernelBuilder &b,
                                       ValueRange accumulators,
                                       ValueRange pointers) const {
  Value start, multiplier;
  if (layout.multiplierEach) {
    Value pairs = LLVM::LoadOp::create(b, vectorType(b, 8, 32), pointers[0], 4);
    start = LLVM::ShuffleVectorOp::create(b, pairs, pairs,
                                          ArrayRef<int32_t>{0, 2, 4, 6});
    multiplier = LLVM::ShuffleVectorOp::create(b, pairs, pairs,
                                               ArrayRef<int32_t>{1, 3, 5, 7});
  } else {
    start = loadWords(b, pointers[0]);
    multiplier = splat(b, multipliers.front());
  }
  Value values;
  for (Value each : accumulators) {
    Value sums = arith::AddIOp::create(b, each, start);
    values = values ? arith::MaxSIOp::create(b, values, sums) : sums;
  }
  Value distance = layout.shiftEach
                       ? loadBytesAsWords(b, pointers[1])
                       : b.i32(VectorScale::distance(shifts.front()));
  return VectorScale(requant).apply(b, values, multiplier, distance);
}

Value VectorScale::addZeroPoint(KernelBuilder &b, Value words) const {
  words = arith::AddIOp::create(b, words, splat(b, requant.getZeroPoint()));
  words = arith::MaxSIOp::create(b, words, splat(b, requant.getMin()));
  return arith::MinSIOp::create(b, words, splat(b, requant.getMax()));
}

Value VectorScale::narrowPairs(KernelBuilder &b, Value even, Value odd) const {
  Value halves = interleaveHalves(b, even, odd);
  if (int64_t zeroPoint = requant.getZeroPoint())
    halves = LLVM::SAddSat::create(b, halves, splat(b, zeroPoint, 8));
  return halves;
}

Value VectorScale::clampPairs(KernelBuilder &b, Value halves) const {
  int64_t min = requant.getMin(), max = requant.getMax();
  if (min == -128 && max == 127)
    return saturateToBytes(b, halves);
  halves = arith::MaxSIOp::create(b, halves, splat(b, min, 8));
  return arith::MinSIOp::create(b, halves, splat(b, max, 8));
}
