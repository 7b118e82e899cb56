//===- PrunedSearch.h - The least drops that fit ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner. A candidate is a partition, a set of packed maps, and
// a stacking order of all buffers. None of them depends on the budget, and with
// all three fixed the arena only shrinks when more is dropped; so a budget that
// works for a candidate works whenever it grows, the smallest arena is the one
// with everything dropped, and the least drop is found by bisection.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_PRUNEDSEARCH_H
#define RTWMC_LIB_PLANNING_PRUNEDSEARCH_H

#include "Partitions.h"
#include "PlacementProblem.h"

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
  int64_t totalDrop = 0;
};

class PrunedSearch {
public:
  PrunedSearch(const Topology &topology, std::vector<Partition> tried,
               const Options &options);
  ~PrunedSearch();

  /// The solution that drops the fewest elements, then takes the smallest
  /// arena.
  std::optional<PrunedSolution> solve(int64_t budget);

  /// The solution with the smallest arena: everything dropped. Nothing if no
  /// map can be packed.
  std::optional<PrunedSolution> smallest();

private:
  struct Candidate;
  struct Problem;

  void addCandidates(int partition);
  void addCandidate(int partition, const std::vector<int> &packed);
  std::shared_ptr<const Schedule> schedule(const Candidate &candidate) const;
  std::unique_ptr<Problem> makeProblem(const Candidate &candidate) const;
  Drops dropsOf(const Candidate &candidate, bool everything) const;
  int64_t leastAllowedDrop(int map, int64_t budget) const;

  const Topology &topo;
  const Options &opts;
  PackedCost cost;
  std::vector<Partition> partitions;
  /// By partition: how layers run that do not mind what is packed.
  std::vector<std::shared_ptr<const Schedule>> schedules;
  std::vector<Candidate> candidates;
};

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_PRUNEDSEARCH_H
