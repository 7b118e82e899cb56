//===- PlacementProblem.h - The search for offsets --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner. Offsets are found in two steps: a greedy search for
// an arrangement at given sizes, and from it the *stacking order*, which says
// of any two buffers that are alive together which one is below. With the order
// fixed, the arena is a longest path: it never grows when a buffer shrinks,
// which makes the search for the least drop exact.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_PLACEMENTPROBLEM_H
#define RTWMC_LIB_PLANNING_PLACEMENTPROBLEM_H

#include "rtwmc/Planning/Placement.h"

#include <cstdint>
#include <span>
#include <vector>

namespace rtwmc::planning {

class Layout;

/// Buffers as the placement sees them: sizes, alignments, who is alive with
/// whom.
class PlacementProblem {
public:
  explicit PlacementProblem(const Layout &layout);
  explicit PlacementProblem(std::span<const LiveBuffer> buffers);

  /// By buffer of the layout; the search changes those of packed maps.
  std::vector<int64_t> bytes;

  /// Greedy by several orders, then by putting forward whatever sticks out;
  /// stops at `lowerBound`. Deterministic. Never larger than if no map could
  /// slide over another.
  Placement place(int64_t lowerBound) const;
  /// As if all of a map were alive when any of it is.
  Placement placeWhole(int64_t lowerBound) const;
  /// Whether that may make a difference.
  bool hasRows() const { return anyRows; }

  /// Buffers from bottom to top, as in `placement`.
  std::vector<int> stackingOrder(const Placement &placement) const;

  /// The placement in which each buffer stands on the highest of those that are
  /// alive with it and below it in `order`.
  Placement stack(const std::vector<int> &order) const;
  int64_t stackHeight(const std::vector<int> &order) const;

private:
  /// With whom a buffer is alive.
  struct Other {
    int buffer;
    /// How far this one begins behind it at least, if it is above, and it
    /// behind this one; less the bytes of the lower where `bytes` has them all.
    int64_t over = 0, under = 0;
  };

  void addBuffer(const LiveBuffer &buffer, bool hasRows = false);
  void addConflict(int a, int b, int64_t over = 0, int64_t under = 0);
  /// How far a buffer that is above `b` begins behind it at least.
  int64_t distance(int b, int64_t extra, bool byRow) const;
  Placement greedy(const std::vector<int> &order, bool byRow) const;
  Placement search(int64_t lowerBound, bool byRow) const;
  int size() const { return int(bytes.size()); }

  std::vector<int64_t> align;
  std::vector<int64_t> first, last;
  /// Buffers of which rows are alive apart from others, and whether any is.
  std::vector<bool> isByRow;
  bool anyRows = false;
  std::vector<std::vector<Other>> conflicts;
  /// Scratch of `stackHeight`.
  mutable std::vector<int64_t> offsets;
};

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_PLACEMENTPROBLEM_H
