//===- Planner.cpp - The exact, row-level memory planner ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Planner.h"
#include "GrowBatches.h"
#include "MakePlan.h"
#include "Partitions.h"
#include "PlacementProblem.h"
#include "PrunedSearch.h"

#include <algorithm>

using namespace rtwmc::planning;

/// 4098 -> "4,098".
static std::string withCommas(int64_t value) {
  std::string digits = std::to_string(value), text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0)
      text += ',';
    text += digits[i];
  }
  return text;
}

static PlanError malformed(std::string message) {
  PlanError e;
  e.message = std::move(message);
  return e;
}

namespace {

class Planner {
public:
  Planner(const Network &network, const Options &options)
      : topo(network), opts(options) {}

  PlanResult run();

private:
  std::string checkOptions() const;
  /// The plan of least arena with exactly the maps of `drops` packed.
  std::optional<Plan> smallest(SegmentPeaks &peaks) const;
  Drops forcedDrops() const;
  /// The plan of `placed`, in which tiny buffers may still grow.
  Plan planOf(const Timeline &time, Drops drops, Placement placed,
              const Partition &partition) const;
  PlanResult runForced();
  PlanResult runPruned(const Plan *lossless);
  Plan planOf(const PrunedSolution &solution) const;
  PlanError tooSmall(const Plan &smallest, const Plan *lossless) const;

  Topology topo;
  const Options &opts;
};

std::string Planner::checkOptions() const {
  if (opts.arenaBudget < 0)
    return "the arena's budget must not be negative";
  if (opts.cost.batch < 1 || opts.cost.batch > int64_t(1) << 31)
    return "the tiny buffer must hold at least one element";
  if (!(opts.alpha > 0.0 && opts.alpha <= 1.0))
    return "alpha must be greater than 0 and at most 1";
  if (opts.cost.stateBytes < 0 || opts.cost.stateAlign < 1)
    return "the pruning state must have a size and an alignment";
  if (!opts.forcedPacking)
    return "";
  if (opts.keepMaps && !opts.forcedPacking->empty())
    return "maps that are all kept cannot be packed";
  for (const Packing &p : *opts.forcedPacking) {
    if (p.map < 0 || p.map >= topo.numMaps())
      return "a packed map does not exist";
    const Map &m = topo.net.maps[p.map];
    bool byRow = p.unit == PruneUnit::Row;
    if (!topo.mayPack(p.map, p.unit))
      return "map '" + m.name + "' cannot be packed" +
             (byRow ? " row by row" : "");
    int64_t elements = m.elements(p.unit);
    if (p.drop < 0 || p.drop > elements)
      return "map '" + m.name + "' cannot drop " + withCommas(p.drop) +
             " of its " + withCommas(elements) + " elements" +
             (byRow ? " in a row" : "");
    if (p.batch < 0)
      return "map '" + m.name + "' needs a tiny buffer of at least one element";
  }
  return "";
}

std::optional<Plan> Planner::smallest(SegmentPeaks &peaks) const {
  std::vector<SegmentPeaks> seeds{peaks};
  std::vector<Partition> all = candidatePartitions(topo, seeds, opts);
  struct Bounded {
    int64_t bound;
    const Partition *p;
  };
  std::vector<Bounded> order;
  for (const Partition &p : all)
    if (int64_t bound = seeds[0].peak(p); bound != unlimited)
      order.push_back({bound, &p});
  std::sort(order.begin(), order.end(), [](const Bounded &a, const Bounded &b) {
    if (a.bound != b.bound)
      return a.bound < b.bound;
    if (a.p->size() != b.p->size())
      return a.p->size() < b.p->size();
    return *a.p < *b.p;
  });
  Topology run(topo.net, peaks.drops());
  const Partition *best = nullptr;
  Placement least;
  for (const Bounded &b : order) {
    if (best && b.bound > least.arenaBytes)
      break;
    // Of equal arenas, the one with the fewest maps that are whole.
    bool isLonger = best && b.p->size() >= best->size();
    if (isLonger && b.bound == least.arenaBytes)
      continue;
    Timeline time = makeTimeline(run, *b.p);
    Layout buffers(time, peaks.drops(), opts);
    Placement placed = PlacementProblem(buffers).place(buffers.peakBytes);
    if (best && placed.arenaBytes >= least.arenaBytes + (isLonger ? 0 : 1))
      continue;
    best = b.p;
    least = std::move(placed);
  }
  if (!best)
    return std::nullopt;
  return planOf(makeTimeline(run, *best), peaks.drops(), std::move(least),
                *best);
}

Plan Planner::planOf(const Timeline &time, Drops drops, Placement placed,
                     const Partition &partition) const {
  if (opts.growBatches)
    placed = growBatches(time, drops, placed, opts);
  return makePlan(Layout(time, drops, opts), placed, partition);
}

Drops Planner::forcedDrops() const {
  Drops d(topo.numMaps());
  for (const Packing &p : *opts.forcedPacking)
    d[p.map] = {p.drop, p.unit, p.batch};
  return d;
}

Plan Planner::planOf(const PrunedSolution &solution) const {
  Plan plan = planOf(solution.when->time, solution.dropped, solution.placed,
                     solution.segments);
  plan.predictedLoss = solution.loss;
  return plan;
}

PlanError Planner::tooSmall(const Plan &smallest, const Plan *lossless) const {
  PlanError e;
  e.layerIndex = smallest.steps[smallest.peakStep].layer;
  e.layer = topo.net.layers[e.layerIndex].name;
  e.smallestArena = smallest.arenaBytes;
  e.smallestLosslessArena = lossless ? lossless->arenaBytes : 0;
  // Where only gaps between buffers break the budget, the arena is what is
  // needed.
  e.bytesNeeded = smallest.peakBytes > opts.arenaBudget ? smallest.peakBytes
                                                        : smallest.arenaBytes;
  e.message = e.layer + " needs " + withCommas(e.bytesNeeded) + " bytes of " +
              withCommas(opts.arenaBudget) + "; the smallest arena that works" +
              " is " + withCommas(e.smallestArena) + " bytes";
  if (lossless && lossless->arenaBytes != smallest.arenaBytes)
    e.message += " (" + withCommas(e.smallestLosslessArena) +
                 " bytes without dropping anything)";
  return e;
}

PlanResult Planner::runForced() {
  SegmentPeaks peaks(topo, forcedDrops(), Barrier::Required, opts);
  std::optional<Plan> p = smallest(peaks);
  // Layer by layer every barrier holds, and that partition is always tried.
  if (!p)
    return malformed("no schedule lets these maps be packed");
  if (p->arenaBytes <= opts.arenaBudget)
    return std::move(*p);
  SegmentPeaks lossless(topo, Drops(topo.numMaps()), Barrier::Optional, opts);
  std::optional<Plan> dense = smallest(lossless);
  return tooSmall(*p, &*dense);
}

PlanResult Planner::runPruned(const Plan *lossless) {
  // Partitions that are good when packed maps, or packed rows, keep little or
  // more.
  std::vector<SegmentPeaks> seeds;
  for (PruneUnit unit : {PruneUnit::Map, PruneUnit::Row})
    for (int64_t quarters : {4, 3, 2, 1, 0}) {
      Drops d(topo.numMaps());
      for (int m = 0; m < topo.numMaps(); ++m) {
        if (topo.mayPack(m, unit))
          d[m] = {topo.net.maps[m].elements(unit) * quarters / 4, unit};
      }
      seeds.emplace_back(topo, d, Barrier::Optional, opts);
    }
  PrunedSearch search(topo, candidatePartitions(topo, seeds, opts), opts);
  if (std::optional<PrunedSolution> s =
          search.solve(opts.arenaBudget, lossless->segments))
    return planOf(*s);
  std::optional<PrunedSolution> least = search.smallest();
  if (!least || least->placed.arenaBytes >= lossless->arenaBytes)
    return tooSmall(*lossless, lossless);
  return tooSmall(planOf(*least), lossless);
}

PlanResult Planner::run() {
  if (std::string problem = checkOptions(); !problem.empty())
    return malformed(problem);
  if (opts.forcedPacking)
    return runForced();
  SegmentPeaks peaks(topo, Drops(topo.numMaps()), Barrier::Optional, opts);
  std::optional<Plan> lossless = smallest(peaks);
  if (lossless->arenaBytes <= opts.arenaBudget)
    return std::move(*lossless);
  if (opts.lossless || opts.keepMaps)
    return tooSmall(*lossless, &*lossless);
  return runPruned(&*lossless);
}

} // namespace

PlanResult rtwmc::planning::planNetwork(const Network &network,
                                        const Options &options) {
  if (std::string problem = validate(network); !problem.empty())
    return malformed(problem);
  return Planner(network, options).run();
}
