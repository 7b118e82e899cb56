//===- Placement.h - Offsets for buffers with lifetimes ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_PLACEMENT_H
#define RTWMC_PLANNING_PLACEMENT_H

#include <cstdint>
#include <span>
#include <vector>

namespace rtwmc::planning {

/// A buffer that is alive at the times `[first, last]`.
struct LiveBuffer {
  int64_t bytes = 0, align = 1;
  int64_t first = 0, last = 0;
};

/// Where buffers are in one arena.
struct Placement {
  /// By buffer, bytes.
  std::vector<int64_t> offsets;
  /// One past the last byte of any.
  int64_t arenaBytes = 0;
};

/// Gives buffers that are alive together separate bytes. The arena is small,
/// though not in every case the smallest there is. Deterministic.
Placement placeBuffers(std::span<const LiveBuffer> buffers);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_PLACEMENT_H
