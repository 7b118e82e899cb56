//===- Interval.h - When something is alive ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_INTERVAL_H
#define RTWMC_PLANNING_INTERVAL_H

#include <cstdint>
#include <span>

namespace rtwmc::planning {

/// Steps `[first, last]`.
struct Interval {
  int64_t first, last;
};

/// Whether some step is in both lists, each of intervals apart and in order.
inline bool meet(std::span<const Interval> a, std::span<const Interval> b) {
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();)
    if (a[i].last < b[j].first)
      ++i;
    else if (b[j].last < a[i].first)
      ++j;
    else
      return true;
  return false;
}

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_INTERVAL_H
