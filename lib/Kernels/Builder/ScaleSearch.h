//===- ScaleSearch.h - Short formulas proved equal to TOSA's ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An element is a monotone function of its accumulator: it is known by the
// least accumulator of each of its at most 256 values. A formula that is
// monotone, too, and agrees there agrees for every accumulator that the input
// can lead to, which the weights say.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_SCALESEARCH_H
#define RTWMC_LIB_KERNELS_BUILDER_SCALESEARCH_H

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rtwmc {

inline bool isWord(int64_t value) { return value == int32_t(value); }

/// TOSA's rescale of a 32-bit accumulator, then a clamp. The multiplier is not
/// negative, the shift is 2 to 62.
struct Rescale {
  int64_t multiplier = 0;
  int64_t shift = 2;
  /// DOUBLE_ROUND, else SINGLE_ROUND.
  bool isDouble = true;
  int64_t zeroPoint = 0, min = -128, max = 127;

  /// Before the zero point.
  int64_t scale(int64_t accumulator) const;
  int64_t apply(int64_t accumulator) const;
};

/// The accumulators of a channel: the bias and a sum of products between both
/// ends.
struct Reach {
  int32_t bias = 0;
  int64_t least = 0, most = 0;

  int64_t low() const { return bias + least; }
  int64_t high() const { return bias + most; }
};

/// SMMLA and SSAT: with sums that start at `start`,
/// `clamp((offset + (sum * multiplier >> 32)) >> shift)`. The shift is the same
/// for all channels.
struct ShortScale {
  int32_t start = 0, multiplier = 0, offset = 0;

  int64_t apply(int64_t sum, int64_t shift, const Rescale &like) const;
};

/// SMMLAR and SSAT: with accumulators times `factor`, or twice these where that
/// is 1, `clamp((offset + sign + (value * multiplier >> 32, rounded)) >>
/// shift)`, where `sign` is -1 for negative ones if `isSigned`, else 0.
struct RoundedScale {
  int32_t multiplier = 0, offset = 0, shift = 1;
  /// Added to what is multiplied, less than `factor`.
  int32_t start = 0;

  int64_t apply(int64_t accumulator, bool isSigned, const Rescale &like,
                int64_t factor = 1) const;
};

/// The accumulators at which `rescale` takes a new value within `reach`.
std::vector<int64_t> findThresholds(const Rescale &rescale, const Reach &reach);

/// A short scale for each of the channels, and their shift, or nothing. Starts
/// are less than `mostStart` in magnitude. Sums are multiples of `factor`: what
/// they would be otherwise, that many times.
struct ShortScales {
  int64_t shift = 0;
  std::vector<ShortScale> channels;
};
inline constexpr int32_t mostStart = 1 << 16;
std::optional<ShortScales> findShortScales(const std::vector<Rescale> &rescales,
                                           const std::vector<Reach> &reaches,
                                           int64_t factor = 1);

/// A rounded scale for each of the channels, or nothing.
std::optional<std::vector<RoundedScale>>
findRoundedScales(const std::vector<Rescale> &rescales,
                  const std::vector<Reach> &reaches, bool isSigned,
                  int64_t factor = 1);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_SCALESEARCH_H
