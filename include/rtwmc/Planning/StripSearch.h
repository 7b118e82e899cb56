//===- StripSearch.h - Which segment in how many strips ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_STRIPSEARCH_H
#define RTWMC_PLANNING_STRIPSEARCH_H

#include "rtwmc/Planning/Network.h"
#include "rtwmc/Planning/Strips.h"

#include <optional>
#include <span>
#include <vector>

namespace rtwmc::planning {

/// Percent of the multiply-accumulates that may be computed again where a
/// network does not fit otherwise, unless someone says another number.
inline constexpr int64_t defaultMaxRecompute = 25;

/// Layers `first` to `last`, both included, in `count` strips.
struct StripChoice {
  int first = 0, last = 0;
  int64_t count = 0;

  friend bool operator==(const StripChoice &, const StripChoice &) = default;
};

/// A network cut into segments, of which these are in strips, in order.
struct StripCut {
  std::vector<StripChoice> segments;
  /// Multiply-accumulates that are computed more than once.
  int64_t extraMacs = 0;
  /// Bytes alive at once. The planner need not cut where the segments end, and
  /// may so do with less.
  int64_t peakBytes = 0;
};

/// The cuts that take less memory than any without strips, and of which no
/// other takes less both of memory and of work, if maps slide over others or if
/// they do not; from the least work to the least memory. `layers` are those of
/// `network`, each by what strips must know of it; `SegmentInput::producer`
/// counts layers of the network, and nothing is a layer that has no strips. A
/// cut computes at most `maxExtraMacs` again.
std::vector<StripCut>
findStrips(const Network &network,
           std::span<const std::optional<SegmentLayer>> layers,
           int64_t maxExtraMacs);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_STRIPSEARCH_H
