//===- ScaleCases.h - Rescales and accumulators to try ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TEST_UNIT_KERNELS_SCALECASES_H
#define RTWMC_TEST_UNIT_KERNELS_SCALECASES_H

#include "Builder/ScaleSearch.h"

#include <algorithm>
#include <random>

namespace rtwmc {

/// TOSA's apply_scale_32 by its text, in 128 bits.
inline int64_t referenceOf(const Rescale &rescale, int64_t accumulator) {
  __int128 round = __int128(1) << (rescale.shift - 1);
  if (rescale.isDouble && rescale.shift > 31)
    round += accumulator >= 0 ? __int128(1) << 30 : -(__int128(1) << 30);
  auto scaled = static_cast<int64_t>(
      (__int128(accumulator) * rescale.multiplier + round) >> rescale.shift);
  return std::clamp(scaled + rescale.zeroPoint, rescale.min, rescale.max);
}

struct Case {
  Rescale rescale;
  Reach reach;
};

inline Case makeCase(std::mt19937 &random) {
  auto between = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  Case result;
  int64_t bits = between(6, 22);
  result.reach.bias = between(-(1 << bits), 1 << bits);
  result.reach.least = -between(0, int64_t(1) << bits);
  result.reach.most = between(0, int64_t(1) << bits);
  Rescale &rescale = result.rescale;
  rescale.multiplier = between(int64_t(1) << 30, (int64_t(1) << 31) - 1);
  // Around where the reach fills all values.
  rescale.shift = 31 + bits - 8 + between(-2, 3);
  rescale.isDouble = between(0, 3) > 0;
  rescale.zeroPoint = between(-128, 127);
  if (between(0, 1)) {
    rescale.zeroPoint = rescale.min = -128;
  } else if (between(0, 2) == 0) {
    rescale.min = rescale.zeroPoint;
  } else if (between(0, 3) == 0) {
    rescale.min = 0;
    rescale.max = 255;
  }
  return result;
}

/// The ends of `reach`, what is about every threshold, and some between.
inline std::vector<int64_t> samplesOf(const Case &each, std::mt19937 &random) {
  int64_t low = each.reach.low(), high = each.reach.high();
  std::vector<int64_t> samples{low, high};
  for (int64_t at : findThresholds(each.rescale, each.reach))
    samples.insert(samples.end(), {at - 1, at});
  for (int64_t at : {-1, 0, 1})
    if (at >= low && at <= high)
      samples.push_back(at);
  std::uniform_int_distribution<int64_t> any(low, high);
  for (int i = 0; i < 50; ++i)
    samples.push_back(any(random));
  return samples;
}

} // namespace rtwmc

#endif // RTWMC_TEST_UNIT_KERNELS_SCALECASES_H
