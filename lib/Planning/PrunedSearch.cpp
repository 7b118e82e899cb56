//===- PrunedSearch.cpp - The least loss that fits ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrunedSearch.h"
#include "PrunedProblem.h"
#include "SortBy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

using namespace rtwmc::planning;

/// Partitions that are searched for the least loss, and for the least arena.
static constexpr size_t numPromising = 4, numTightest = 32;

/// A partition, and how layers run that do not mind what is packed, if there is
/// something to pack.
struct PrunedSearch::Candidate {
  Partition partition;
  std::shared_ptr<const Schedule> when;
};

/// A set with which a search may begin.
struct PrunedSearch::Start {
  const Candidate *candidate;
  PackedSet set;
  /// Peaks with so many quarters of every unit dropped: with maps that slide
  /// over others, which no arena is smaller than, and without.
  using Peaks = std::array<int64_t, 5>;
  Peaks peaks, wholePeaks;
};

/// The share of all maps that is to be dropped so that the peak is `budget`, 0
/// to 1; above 1 if none is enough.
static double shareFor(int64_t budget, const std::array<int64_t, 5> &peaks) {
  for (size_t i = 0; i < peaks.size(); ++i) {
    if (peaks[i] > budget)
      continue;
    if (i == 0)
      return 0.0;
    double saved = double(peaks[i - 1] - peaks[i]);
    return (double(i - 1) + double(peaks[i - 1] - budget) / saved) / 4;
  }
  return 2.0;
}

PrunedSearch::PrunedSearch(const Topology &topology,
                           std::vector<Partition> tried, const Options &options)
    : topo(topology), opts(options), cost(options.cost) {
  for (Partition &partition : tried)
    candidates.push_back({std::move(partition), nullptr});
  findStarts();
}

PrunedSearch::~PrunedSearch() = default;

int64_t PrunedSearch::elementsOf(PackedMap packed) const {
  return topo.net.maps[packed.map].elements(packed.unit);
}

Drops PrunedSearch::dropsOf(const PackedSet &set, double share) const {
  Drops drops(topo.numMaps());
  for (PackedMap packed : set)
    drops[packed.map] = {int64_t(share * double(elementsOf(packed))),
                         packed.unit};
  return drops;
}

/// Layers that run otherwise when their outputs are packed have schedules of
/// their own, too many to be kept.
std::shared_ptr<const Schedule>
PrunedSearch::schedule(const Candidate &candidate, const PackedSet &set) const {
  for (PackedMap packed : set)
    if (packed.unit == PruneUnit::Map &&
        !topo.layer(topo.producer[packed.map]).whenPacked.empty())
      return std::make_shared<const Schedule>(topo.net, dropsOf(set, 0.0),
                                              candidate.partition);
  return candidate.when;
}

PrunedSearch::PackedSet
PrunedSearch::allMaps(const Candidate &candidate) const {
  PackedSet maps;
  for (int m = 0; m < topo.numMaps(); ++m) {
    // As a whole where it is finished before it is read: then a part with few
    // zeros has the room that others leave.
    PackedMap packed{m, PruneUnit::Row};
    if (topo.mayPack(m, PruneUnit::Map) &&
        barrierHolds(topo, candidate.partition, m))
      packed.unit = PruneUnit::Map;
    // A map whose bookkeeping alone outweighs it is never worth packing.
    if (topo.mayPack(m, packed.unit) &&
        cost.bitmap(elementsOf(packed)) < elementsOf(packed))
      maps.push_back(packed);
  }
  return maps;
}

PrunedSearch::Start PrunedSearch::makeStart(const Candidate &candidate,
                                            PackedSet set) const {
  Start start{&candidate, std::move(set), {}, {}};
  std::shared_ptr<const Schedule> when = schedule(candidate, start.set);
  Layout layout(when->time, dropsOf(start.set, 0.0), opts);
  std::vector<int64_t> bytes;
  for (const Buffer &buffer : layout.buffers)
    bytes.push_back(buffer.bytes);
  for (size_t quarters = 0; quarters < start.peaks.size(); ++quarters) {
    for (size_t b = 0; b < bytes.size(); ++b)
      if (layout.buffers[b].kind == Part::Values)
        bytes[b] = layout.buffers[b].bytes -
                   layout.buffers[b].bytes * int64_t(quarters) / 4;
    start.peaks[quarters] = layout.peakOf(bytes, /*byRow=*/true);
    start.wholePeaks[quarters] = layout.peakOf(bytes, /*byRow=*/false);
  }
  return start;
}

void PrunedSearch::findStarts() {
  for (Candidate &candidate : candidates) {
    PackedSet maps = allMaps(candidate);
    if (maps.empty())
      continue;
    candidate.when = std::make_shared<const Schedule>(topo.net, Drops(),
                                                      candidate.partition);
    starts.push_back(makeStart(candidate, std::move(maps)));
  }
  auto byLeastPeak = [&] {
    sortBy(starts, [](const Start &start) { return start.wholePeaks.back(); });
  };
  byLeastPeak();
  size_t count = std::min(starts.size(), numTightest);
  for (size_t i = 0; i < count; ++i)
    if (PackedSet set = smallSet(starts[i]); set.size() < starts[i].set.size())
      starts.push_back(makeStart(*starts[i].candidate, std::move(set)));
  byLeastPeak();
}

std::vector<int64_t>
PrunedSearch::leastAllowedDrops(const PrunedProblem &problem,
                                int64_t budget) const {
  // As far as dropping can achieve it.
  double allowed = std::floor(opts.alpha * double(budget) + 1e-6);
  std::vector<int64_t> least;
  for (const PrunedProblem::Variable &v : problem.variables()) {
    double excess = (double(v.wholeBytes) - allowed) / double(v.units);
    least.push_back(
        int64_t(std::clamp(std::ceil(excess), 0.0, double(v.elements))));
  }
  return least;
}

int64_t PrunedSearch::leastPeak(const Candidate &candidate,
                                const PackedSet &set) const {
  std::shared_ptr<const Schedule> when = schedule(candidate, set);
  return Layout(when->time, dropsOf(set, 1.0), opts).wholePeakBytes;
}

PrunedSearch::PackedSet PrunedSearch::without(const PackedSet &set,
                                              PackedMap packed) {
  PackedSet fewer;
  for (PackedMap other : set)
    if (other.map != packed.map)
      fewer.push_back(other);
  return fewer;
}

PrunedSearch::PackedSet PrunedSearch::smallSet(const Start &start) const {
  // Small maps first: their bookkeeping costs the most of what they save.
  PackedSet order = start.set, set = start.set;
  sortBy(order, [&](PackedMap packed) { return elementsOf(packed); });
  int64_t peak = start.wholePeaks.back();
  for (PackedMap packed : order) {
    if (set.size() == 1)
      break;
    PackedSet fewer = without(set, packed);
    int64_t lower = leastPeak(*start.candidate, fewer);
    if (lower > peak)
      continue;
    peak = lower;
    set = std::move(fewer);
  }
  return set;
}

std::optional<PrunedSolution> PrunedSearch::solveSet(const Candidate &candidate,
                                                     const PackedSet &set,
                                                     int64_t budget,
                                                     const Drops *near) const {
  Drops nothing = dropsOf(set, 0.0);
  std::shared_ptr<const Schedule> when = schedule(candidate, set);
  PrunedProblem problem(when, nothing, opts, unknown);
  if (near)
    problem.addOrder(*near);
  else
    problem.addOrders();
  std::vector<int64_t> least = leastAllowedDrops(problem, budget);
  std::optional<PrunedSolution> best;
  for (const std::vector<int> &order : problem.stackings()) {
    std::optional<std::vector<int64_t>> drops =
        problem.leastLoss(order, budget, least);
    if (!drops)
      continue;
    double loss = problem.lossOf(*drops);
    Placement placed = problem.place(order, *drops);
    if (best &&
        (loss > best->loss ||
         (loss == best->loss && placed.arenaBytes >= best->placed.arenaBytes)))
      continue;
    best = PrunedSolution{when, candidate.partition, nothing, std::move(placed),
                          loss};
    for (size_t v = 0; v < drops->size(); ++v)
      best->dropped[problem.variables()[v].map].drop = (*drops)[v];
  }
  return best;
}

double PrunedSearch::lossOf(PackedMap packed,
                            const PrunedSolution &solution) const {
  const LossCurve &loss =
      opts.losses.empty() ? unknown : opts.losses[packed.map];
  double share =
      double(solution.dropped[packed.map].drop) / double(elementsOf(packed));
  return loss.at(share);
}

std::optional<PrunedSolution>
PrunedSearch::solveFrom(const Candidate &candidate, const PackedSet &set,
                        int64_t budget) const {
  std::optional<PrunedSolution> first =
      solveSet(candidate, set, budget, nullptr);
  if (!first)
    return first;
  // Those that save little first, or those that lose much.
  auto saved = [&](PackedMap packed, const PrunedSolution &solution) {
    return double(solution.dropped[packed.map].drop -
                  cost.bitmap(elementsOf(packed)));
  };
  auto lost = [&](PackedMap packed, const PrunedSolution &solution) {
    return -lossOf(packed, solution);
  };
  PrunedSolution a = leaveOut(candidate, set, budget, *first, saved);
  PrunedSolution b = leaveOut(candidate, set, budget, *first, lost);
  return b.loss < a.loss ? b : a;
}

PrunedSolution PrunedSearch::leaveOut(
    const Candidate &candidate, PackedSet set, int64_t budget,
    PrunedSolution best,
    const std::function<double(PackedMap, const PrunedSolution &)> &key) const {
  for (bool improved = true; improved;) {
    improved = false;
    PackedSet order = set;
    sortBy(order, [&](PackedMap packed) { return key(packed, best); });
    for (PackedMap packed : order) {
      if (set.size() == 1)
        break;
      PackedSet fewer = without(set, packed);
      std::optional<PrunedSolution> found =
          solveSet(candidate, fewer, budget, &best.dropped);
      if (!found || found->loss > best.loss)
        continue;
      best = std::move(*found);
      set = std::move(fewer);
      improved = true;
    }
  }
  std::optional<PrunedSolution> thorough =
      solveSet(candidate, set, budget, nullptr);
  return thorough && thorough->loss < best.loss ? *thorough : best;
}

std::optional<PrunedSolution> PrunedSearch::solve(int64_t budget,
                                                  const Partition &lossless) {
  std::optional<PrunedSolution> best;
  auto take = [&](std::optional<PrunedSolution> found) {
    if (found && (!best || found->loss < best->loss ||
                  (found->loss == best->loss &&
                   found->placed.arenaBytes < best->placed.arenaBytes)))
      best = std::move(found);
  };
  // What maps that slide save may be there, or not; and where little is to be
  // dropped, what takes least without is near.
  std::array<std::vector<const Start *>, 3> orders;
  for (const Start &start : starts) {
    if (start.peaks.back() > budget)
      continue;
    orders[0].push_back(&start);
    orders[1].push_back(&start);
    if (start.candidate->partition == lossless)
      orders[2].push_back(&start);
  }
  sortBy(orders[0], [&](const Start *start) {
    return shareFor(budget, start->wholePeaks);
  });
  sortBy(orders[1],
         [&](const Start *start) { return shareFor(budget, start->peaks); });
  std::set<const Start *> tried;
  for (const std::vector<const Start *> &order : orders)
    for (size_t i = 0; i < order.size() && (i < numPromising || !best); ++i)
      if (tried.insert(order[i]).second)
        take(solveFrom(*order[i]->candidate, order[i]->set, budget));
  return best;
}

std::optional<PrunedSolution> PrunedSearch::smallest() {
  std::optional<PrunedSolution> best;
  for (const auto &[candidate, set, peaks, wholePeaks] : starts) {
    if (best && peaks.back() >= best->placed.arenaBytes)
      continue;
    std::shared_ptr<const Schedule> when = schedule(*candidate, set);
    PrunedProblem problem(when, dropsOf(set, 0.0), opts, unknown);
    problem.addOrders();
    std::vector<int64_t> all;
    for (const PrunedProblem::Variable &v : problem.variables())
      all.push_back(v.elements);
    for (const std::vector<int> &order : problem.stackings()) {
      Placement placed = problem.place(order, all);
      if (best && placed.arenaBytes >= best->placed.arenaBytes)
        continue;
      best = PrunedSolution{when, candidate->partition, dropsOf(set, 1.0),
                            std::move(placed), problem.lossOf(all)};
    }
  }
  return best;
}
