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

/// Layers `first` to `last`, both included, in `count` strips.
struct StripChoice {
  int first = 0, last = 0;
  int64_t count = 0;
  /// Multiply-accumulates that are computed more than once.
  int64_t extraMacs = 0;
  /// Bytes alive at once, as a bound from below on what the planner will place.
  int64_t peakBytes = 0;
};

/// The choices of one segment, better than no strips, for which nothing else
/// takes less both of memory and of work, from the least work to the least
/// memory. `layers` are those of
/// `network`, each by what strips must know of it; `SegmentInput::producer`
/// counts layers of the network, and nothing is a layer that has no strips.
/// A choice computes at most `maxExtraMacs` twice.
std::vector<StripChoice>
findStrips(const Network &network,
           std::span<const std::optional<SegmentLayer>> layers,
           int64_t maxExtraMacs);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_STRIPSEARCH_H
