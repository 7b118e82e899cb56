//===- PrunedSearch.h - The least loss that fits ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner. For a partition, a set of packed maps and a stacking
// order of all buffers the arena only shrinks when more is dropped; so the
// drops that lose least are found by raising one price, the loss a byte may
// cost, until the arena fits, and lowering single drops from there.
//
// Which maps are packed is found by leaving maps out as long as that loses
// less. The sets it begins with do not depend on the budget: a budget for which
// one of them fits works however it grows, and the smallest arena is that of a
// set of which everything is dropped.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_PRUNEDSEARCH_H
#define RTWMC_LIB_PLANNING_PRUNEDSEARCH_H

#include "Partitions.h"
#include "PlacementProblem.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace rtwmc::planning {

/// When layers run, with some maps packed.
struct Schedule {
  Schedule(const Network &network, const Drops &drops,
           const Partition &partition)
      : topo(network, drops), time(makeTimeline(topo, partition)) {}
  Schedule(const Schedule &) = delete;

  Topology topo;
  Timeline time;
};

/// A pruned solution, ready to be written out.
struct PrunedSolution {
  std::shared_ptr<const Schedule> when;
  Partition segments;
  Drops dropped;
  Placement placed;
  /// As predicted: the sum over all maps.
  double loss = 0.0;
};

class PrunedProblem;

/// The search for what to pack, and what to drop of it.
class PrunedSearch {
public:
  PrunedSearch(const Topology &topology, std::vector<Partition> tried,
               const Options &options);
  ~PrunedSearch();

  /// The solution that is predicted to lose least, then takes the smallest
  /// arena. `lossless` is the partition of the least arena without pruning.
  std::optional<PrunedSolution> solve(int64_t budget,
                                      const Partition &lossless);

  /// The solution with the smallest arena: everything dropped. Nothing if no
  /// map can be packed.
  std::optional<PrunedSolution> smallest();

private:
  struct PackedMap {
    int map;
    PruneUnit unit;
  };
  using PackedSet = std::vector<PackedMap>;
  struct Candidate;
  struct Start;

  int64_t elementsOf(PackedMap packed) const;
  Drops dropsOf(const PackedSet &set, double share) const;
  /// `alpha` (eq. 3): by map that is packed, what must be dropped at least.
  std::vector<int64_t> leastAllowedDrops(const PrunedProblem &problem,
                                         int64_t budget) const;
  std::shared_ptr<const Schedule> schedule(const Candidate &candidate,
                                           const PackedSet &set) const;
  /// All maps that can be packed.
  PackedSet allMaps(const Candidate &candidate) const;
  static PackedSet without(const PackedSet &set, PackedMap packed);
  /// A smallest part of a set with the same peak if everything is dropped.
  PackedSet smallSet(const Start &start) const;
  Start makeStart(const Candidate &candidate, PackedSet set) const;
  void findStarts();
  /// The peak with everything dropped of `set`.
  int64_t leastPeak(const Candidate &candidate, const PackedSet &set) const;

  /// The best for exactly this set; `near` says where its stacking orders are
  /// looked for, everywhere if it is null.
  std::optional<PrunedSolution> solveSet(const Candidate &candidate,
                                         const PackedSet &set, int64_t budget,
                                         const Drops *near) const;
  /// The best for `set` and what is left of it when maps are left out.
  std::optional<PrunedSolution> solveFrom(const Candidate &candidate,
                                          const PackedSet &set,
                                          int64_t budget) const;
  /// The best of `best`, which is of `set`, and of what is left when maps are
  /// left out, those of the least `key` first.
  PrunedSolution
  leaveOut(const Candidate &candidate, PackedSet set, int64_t budget,
           PrunedSolution best,
           const std::function<double(PackedMap, const PrunedSolution &)> &key)
      const;
  /// What is lost of a map, as predicted.
  double lossOf(PackedMap packed, const PrunedSolution &solution) const;

  const Topology &topo;
  const Options &opts;
  PackedCost cost;
  LossCurve unknown;
  std::vector<Candidate> candidates;
  /// The least peak with everything dropped first.
  std::vector<Start> starts;
};

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_PRUNEDSEARCH_H
