//===- ScaleSearch.cpp - Short formulas proved equal to TOSA's ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScaleSearch.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

using namespace rtwmc;

int64_t Rescale::scale(int64_t accumulator) const {
  int64_t round = int64_t(1) << (shift - 1);
  if (isDouble && shift > 31)
    round += accumulator >= 0 ? int64_t(1) << 30 : -(int64_t(1) << 30);
  return (accumulator * multiplier + round) >> shift;
}

int64_t Rescale::apply(int64_t accumulator) const {
  return std::clamp(scale(accumulator) + zeroPoint, min, max);
}

int64_t ShortScale::apply(int64_t sum, int64_t shift,
                          const Rescale &like) const {
  return std::clamp((offset + (sum * multiplier >> 32)) >> shift, like.min,
                    like.max);
}

/// The word that SMMLAR makes of a RoundedScale, before it is shifted.
static int64_t roundHigh(const RoundedScale &self, int64_t accumulator,
                         bool isSigned, int64_t factor) {
  int64_t value =
      factor == 1 ? 2 * accumulator : factor * accumulator + self.start;
  int64_t high = (value * self.multiplier + (int64_t(1) << 31)) >> 32;
  return high + self.offset - (isSigned && value < 0);
}

int64_t RoundedScale::apply(int64_t accumulator, bool isSigned,
                            const Rescale &like, int64_t factor) const {
  return std::clamp(roundHigh(*this, accumulator, isSigned, factor) >> shift,
                    like.min, like.max);
}

/// Whether nothing within `reach` overflows in TOSA's formula.
static bool isWithinWords(const Rescale &rescale, const Reach &reach) {
  return rescale.multiplier >= 0 && reach.least <= reach.most &&
         isWord(reach.low()) && isWord(reach.high()) &&
         isWord(rescale.scale(reach.low()) + rescale.zeroPoint) &&
         isWord(rescale.scale(reach.high()) + rescale.zeroPoint);
}

/// The least accumulator above `low` and up to `high` that gives at least
/// `value`; `high + 1` if none does.
static int64_t findLeast(const Rescale &rescale, int64_t value, int64_t low,
                         int64_t high) {
  int64_t below = low, above = high + 1;
  while (above - below > 1) {
    int64_t middle = below + (above - below) / 2;
    (rescale.apply(middle) >= value ? above : below) = middle;
  }
  return above;
}

std::vector<int64_t> rtwmc::findThresholds(const Rescale &rescale,
                                           const Reach &reach) {
  std::vector<int64_t> thresholds;
  int64_t last = rescale.apply(reach.high());
  for (int64_t at = reach.low(), value = rescale.apply(at); value < last;) {
    at = findLeast(rescale, value + 1, at, reach.high());
    thresholds.push_back(at);
    value = rescale.apply(at);
  }
  return thresholds;
}

/// The proof: `formula` agrees with `rescale` on both sides of every threshold
/// and at the ends. Both are monotone.
template <typename Formula>
static bool agree(const Rescale &rescale, const Reach &reach,
                  const std::vector<int64_t> &thresholds, Formula formula) {
  auto agreeAt = [&](int64_t accumulator) {
    return formula(accumulator) == rescale.apply(accumulator);
  };
  return agreeAt(reach.low()) && agreeAt(reach.high()) &&
         std::all_of(thresholds.begin(), thresholds.end(), [&](int64_t at) {
           return agreeAt(at) && agreeAt(at - 1);
         });
}

//===----------------------------------------------------------------------===//
// ShortScale
//===----------------------------------------------------------------------===//

/// The largest shift that all multipliers allow and that keeps words words, or
/// nothing.
static std::optional<int64_t> findShift(const std::vector<Rescale> &rescales,
                                        const std::vector<Reach> &reaches,
                                        int64_t factor) {
  // Limits of a byte, shifted by 32 more, leave room in 64 bits.
  int64_t shift = 21;
  for (size_t channel = 0; channel < rescales.size(); ++channel) {
    const Rescale &rescale = rescales[channel];
    const Reach &reach = reaches[channel];
    if (rescale.multiplier < 0 || !isWithinWords(rescale, reach))
      return std::nullopt;
    int64_t bits = 0;
    while (rescale.multiplier / factor >> bits)
      ++bits;
    // The multiplier, shifted by 32 + shift - rescale.shift, has 31 bits.
    shift = std::min(shift, rescale.shift - 1 - bits);
    for (int64_t end : {reach.low(), reach.high()}) {
      // With some room for where sums start.
      int64_t most = 2 + std::abs(rescale.scale(end) + rescale.zeroPoint);
      while (shift > 0 && !isWord(most << shift))
        --shift;
    }
  }
  return shift < 1 ? std::nullopt : std::optional(shift);
}

/// The words that a ShortScale makes at both ends of `reach`.
static bool overflows(const ShortScale &scale, const Reach &reach,
                      int64_t factor) {
  for (int64_t sum :
       {factor * reach.least + scale.start, factor * reach.most + scale.start})
    if (!isWord(sum) || !isWord(scale.offset + (sum * scale.multiplier >> 32)))
      return true;
  return false;
}

/// A start between -`mostStart` and that, of the smallest magnitude, such that
/// `start * multiplier` is above a multiple of 2^32 where `first` is, by up to
/// `room` more.
static std::optional<int32_t> findStart(int64_t multiplier, int64_t first,
                                        int64_t room) {
  auto factor = static_cast<uint32_t>(multiplier);
  auto up = static_cast<uint32_t>(-first), down = up;
  for (int32_t start = 0; start < mostStart; ++start) {
    if (up <= room)
      return start;
    if (down <= room)
      return -start;
    up += factor;
    down -= factor;
  }
  return std::nullopt;
}

static std::optional<ShortScale> findShortScale(const Rescale &rescale,
                                                const Reach &reach,
                                                int64_t shift, int64_t factor) {
  std::vector<int64_t> thresholds = findThresholds(rescale, reach);
  auto isExact = [&](const ShortScale &scale) {
    return !overflows(scale, reach, factor) &&
           agree(rescale, reach, thresholds, [&](int64_t accumulator) {
             int64_t sum = factor * (accumulator - reach.bias) + scale.start;
             return scale.apply(sum, shift, rescale);
           });
  };
  int64_t lowest = rescale.apply(reach.low());
  if (thresholds.empty()) {
    ShortScale constant{0, 0, static_cast<int32_t>(lowest << shift)};
    return isExact(constant) ? std::optional(constant) : std::nullopt;
  }
  int64_t left = 32 + shift - rescale.shift;
  int64_t nearest =
      (left >= 0 ? rescale.multiplier << left : rescale.multiplier >> -left) /
      factor;
  for (int64_t off : {0, 1, -1, 2, -2, 3, -3, 5, -5, 8, -8}) {
    int64_t multiplier = nearest + off;
    if (multiplier <= 0 || !isWord(multiplier))
      continue;
    // offset * 2^32 + start * multiplier lies between `first` and `last`, for
    // then each threshold gives its value, and what is below it does not.
    int64_t first = std::numeric_limits<int64_t>::min();
    int64_t last = std::numeric_limits<int64_t>::max();
    int64_t value = lowest;
    for (int64_t at : thresholds) {
      int64_t sum = factor * (at - reach.bias), before = sum - factor;
      // Values that are passed over have the same threshold.
      int64_t next = rescale.apply(at);
      first = std::max(first, (next << (32 + shift)) - sum * multiplier);
      last = std::min(last,
                      ((value + 1) << (32 + shift)) - before * multiplier - 1);
      value = next;
    }
    // The ends bound it where no clamp does.
    if (lowest > rescale.min)
      first = std::max(first, (lowest << (32 + shift)) -
                                  factor * reach.least * multiplier);
    if (value < rescale.max)
      last = std::min(last, ((value + 1) << (32 + shift)) -
                                factor * reach.most * multiplier - 1);
    if (first > last)
      continue;
    std::optional<int32_t> start = findStart(multiplier, first, last - first);
    if (!start)
      continue;
    // The least multiple of 2^32 that is enough.
    int64_t rest = first - *start * multiplier;
    int64_t offset = (rest + (int64_t(1) << 32) - 1) >> 32;
    if (!isWord(offset))
      continue;
    ShortScale scale{*start, static_cast<int32_t>(multiplier),
                     static_cast<int32_t>(offset)};
    if (isExact(scale))
      return scale;
  }
  return std::nullopt;
}

std::optional<ShortScales>
rtwmc::findShortScales(const std::vector<Rescale> &rescales,
                       const std::vector<Reach> &reaches, int64_t factor) {
  std::optional<int64_t> shift = findShift(rescales, reaches, factor);
  if (!shift)
    return std::nullopt;
  ShortScales result{*shift, {}};
  for (size_t channel = 0; channel < rescales.size(); ++channel) {
    std::optional<ShortScale> scale =
        findShortScale(rescales[channel], reaches[channel], *shift, factor);
    if (!scale)
      return std::nullopt;
    result.channels.push_back(*scale);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// RoundedScale
//===----------------------------------------------------------------------===//

/// Whether `scale` is exact.
static bool isExact(const RoundedScale &scale, const Rescale &rescale,
                    const Reach &reach, const std::vector<int64_t> &thresholds,
                    bool isSigned, int64_t factor) {
  auto isRoundedWord = [&](int64_t accumulator) {
    return isWord(roundHigh(scale, accumulator, isSigned, factor));
  };
  return isRoundedWord(reach.low()) && isRoundedWord(reach.high()) &&
         agree(rescale, reach, thresholds, [&](int64_t accumulator) {
           return scale.apply(accumulator, isSigned, rescale, factor);
         });
}

static std::optional<RoundedScale> findRoundedScale(const Rescale &rescale,
                                                    const Reach &reach,
                                                    bool isSigned,
                                                    int64_t factor) {
  // What is multiplied stays a word, and so do offset and zero point.
  int64_t most = std::max<int64_t>(factor, 2);
  if (!isWithinWords(rescale, reach) || rescale.shift < 32 ||
      rescale.shift > 53 || !isWord(most * reach.low()) ||
      !isWord(most * reach.high() + factor))
    return std::nullopt;
  int64_t half = int64_t(1) << (rescale.shift - 32);
  int64_t offset = half + rescale.zeroPoint * 2 * half;
  if (!isWord(rescale.multiplier) || !isWord(offset))
    return std::nullopt;
  std::vector<int64_t> thresholds = findThresholds(rescale, reach);
  RoundedScale scale{static_cast<int32_t>(rescale.multiplier),
                     static_cast<int32_t>(offset),
                     static_cast<int32_t>(rescale.shift - 31)};
  auto isFound = [&] {
    return isExact(scale, rescale, reach, thresholds, isSigned, factor);
  };
  if (factor == 1)
    return isFound() ? std::optional(scale) : std::nullopt;
  // Of an inexact multiplier some start makes good what is missing.
  int64_t nearest = (2 * rescale.multiplier + factor / 2) / factor;
  for (int64_t off : {0, 1, -1})
    for (scale.start = 0; scale.start < factor; ++scale.start) {
      scale.multiplier = static_cast<int32_t>(nearest + off);
      if (scale.multiplier >= 0 && isFound())
        return scale;
    }
  return std::nullopt;
}

std::optional<std::vector<RoundedScale>>
rtwmc::findRoundedScales(const std::vector<Rescale> &rescales,
                         const std::vector<Reach> &reaches, bool isSigned,
                         int64_t factor) {
  std::vector<RoundedScale> result;
  for (size_t channel = 0; channel < rescales.size(); ++channel) {
    std::optional<RoundedScale> scale =
        findRoundedScale(rescales[channel], reaches[channel], isSigned, factor);
    if (!scale)
      return std::nullopt;
    result.push_back(*scale);
  }
  return result;
}
