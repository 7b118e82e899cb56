//===- SplitScale.h - Requantization in products of 32 bits -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For cores without a multiplication of 64 bits. The thresholds of a channel
// (ScaleSearch.h) say below and from which accumulators a clamp decides; what
// is between takes two products, of a multiplier in two parts.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_SPLITSCALE_H
#define RTWMC_LIB_KERNELS_BUILDER_SPLITSCALE_H

#include "ScaleSearch.h"

namespace rtwmc {

/// With `u` as the accumulator less `first`: the least value for `u < 0`, the
/// largest for `u >= limit`; between, unsigned and modulo 2^32, `least + 1 +
/// (word >> valueShift)` with `word = u * high + ((u >> drop) * low >> shift) +
/// offset`, to which `offsetFrom` is added from `u = from` on.
struct SplitScale {
  int32_t first = 0, limit = 0;
  uint32_t high = 0, low = 0, offset = 0;
  int32_t from = 0;
  uint32_t offsetFrom = 0;
};

/// One for each of the channels, and what they have in common.
struct SplitScales {
  std::vector<SplitScale> channels;
  /// Of the low product.
  int32_t drop = 0, shift = 0;
  int32_t valueShift = 0;
  /// Whether `from` and `offsetFrom` mean something: TOSA's double rounding
  /// depends on the sign.
  bool isSided = false;
};

/// The shortest that is proved for all accumulators within `reaches`, or
/// nothing.
std::optional<SplitScales> findSplitScales(const std::vector<Rescale> &rescales,
                                           const std::vector<Reach> &reaches);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_SPLITSCALE_H
