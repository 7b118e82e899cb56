//===- Requantize.h - TOSA's scaling, on constants --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_REQUANTIZE_H
#define RTWMC_DIALECT_RTWMC_IR_REQUANTIZE_H

#include <cstdint>
#include <utility>

namespace rtwmc {

/// TOSA 1.0 `apply_scale_32`: `value * multiplier / 2^shift`, rounded to
/// nearest, or twice where `doubleRound` is set and `shift > 31`. Expects a
/// non-negative multiplier and `2 <= shift <= 62`; wraps to 32 bits.
inline int32_t applyScale32(int32_t value, int32_t multiplier, int32_t shift,
                            bool doubleRound) {
  int64_t round = int64_t(1) << (shift - 1);
  if (doubleRound && shift > 31)
    round += value >= 0 ? int64_t(1) << 30 : -(int64_t(1) << 30);
  return static_cast<int32_t>((int64_t(value) * multiplier + round) >> shift);
}

/// TOSA 1.0 `reciprocal_scale`: the multiplier and shift by which
/// `apply_scale_32` divides by `count`, `1 <= count < 2^30`.
inline std::pair<int32_t, int32_t> reciprocalScale(uint32_t count) {
  int32_t bits = 0;
  while ((uint64_t(1) << bits) < count)
    ++bits;
  uint64_t numerator = (uint64_t(1) << 30) + 1;
  return {static_cast<int32_t>((numerator << bits) / count), 30 + bits};
}

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_IR_REQUANTIZE_H
