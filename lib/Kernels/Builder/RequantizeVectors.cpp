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

Value ChannelParameters::scaleVector(KernelBuilder &b, Value values,
                                     Value multiplier, Value by) const {
  bool twice = requant.getRounding() == Rounding::Double;
  if (!layout.shiftEach && shifts.front() == leastShift)
    return multiplyHigh(b, values, multiplier, /*isRounded=*/true);
  Value high = multiplyHigh(b, values, multiplier, twice);
  if (twice && !clampsNegative()) {
    Value sign = arith::ShRSIOp::create(b, high, splat(b, 31));
    high = arith::AddIOp::create(b, high, sign);
  }
  return shiftRightRounded(b, high, by);
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
  Value shift = layout.shiftEach ? b.loadByte(pointers[1], channel)
                                 : b.i32(shifts.front());
  Value by = b.add(shift, -leastShift);
  return scaleVector(b, values, splat(b, multiplier), by);
}

Value ChannelParameters::scaleChannels(KernelBuilder &b, Value accumulators,
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
  Value values = arith::AddIOp::create(b, accumulators, start);
  Value by;
  if (layout.shiftEach) {
    Value each = loadBytesAsWords(b, pointers[1]);
    by = arith::SubIOp::create(b, each, splat(b, leastShift));
  } else {
    by = b.i32(shifts.front() - leastShift);
  }
  return scaleVector(b, values, multiplier, by);
}

Value ChannelParameters::addZeroPoint(KernelBuilder &b, Value words) const {
  words = arith::AddIOp::create(b, words, splat(b, requant.getZeroPoint()));
  words = arith::MaxSIOp::create(b, words, splat(b, requant.getMin()));
  return arith::MinSIOp::create(b, words, splat(b, requant.getMax()));
}

Value ChannelParameters::narrowPairs(KernelBuilder &b, Value even,
                                     Value odd) const {
  Value halves = interleaveHalves(b, even, odd);
  if (int64_t zeroPoint = requant.getZeroPoint())
    halves = LLVM::SAddSat::create(b, halves, splat(b, zeroPoint, 8));
  return halves;
}

Value ChannelParameters::clampPairs(KernelBuilder &b, Value halves) const {
  int64_t min = requant.getMin(), max = requant.getMax();
  if (min == -128 && max == 127)
    return saturateToBytes(b, halves);
  halves = arith::MaxSIOp::create(b, halves, splat(b, min, 8));
  return arith::MinSIOp::create(b, halves, splat(b, max, 8));
}
