//===- PrunedSearch.cpp - The least drops that fit ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrunedSearch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace rtwmc::planning;

static int64_t total(const std::vector<int64_t> &drops) {
  return std::accumulate(drops.begin(), drops.end(), int64_t(0));
}

struct PrunedSearch::Candidate {
  int partitionIndex;
  std::vector<int> packed;
  /// Peaks with nothing and with everything dropped.
  int64_t emptyPeak, fullPeak;
};

/// A candidate with its buffers and its stacking orders.
struct PrunedSearch::Problem {
  Problem(std::shared_ptr<const Schedule> schedule, const Drops &nothing,
          const Options &options, const PackedCost &cost)
      : when(std::move(schedule)), buffers(when->time, nothing, options),
        sizes(buffers), cost(cost) {}

  struct Variable {
    int map;
    int64_t N;
    int values = -1, cache = -1;
    int last = 0;
  };

  void setDrop(size_t variable, int64_t drop) {
    const Variable &v = variables[variable];
    sizes.bytes[v.values] = cost.values(v.N, drop);
    sizes.bytes[v.cache] = cost.cache(v.N, drop);
  }
  void findVariables(const std::vector<int> &packed);
  void findOrders();
  void addOrder(int64_t lowerBound);
  std::vector<int64_t> leastDrops(const std::vector<int> &order, int64_t budget,
                                  const std::vector<int64_t> &least);
  void lower(const std::vector<int> &order, int64_t budget,
             const std::vector<int64_t> &least, std::vector<int64_t> &drop,
             size_t except);

  std::shared_ptr<const Schedule> when;
  Layout buffers;
  PlacementProblem sizes;
  PackedCost cost;
  /// By ascending end of life.
  std::vector<Variable> variables;
  std::vector<std::vector<int>> orders;
};

void PrunedSearch::Problem::findVariables(const std::vector<int> &packed) {
  for (int m : packed) {
    Variable v{m, buffers.time.topo.net.maps[m].elements()};
    for (size_t b = 0; b < buffers.buffers.size(); ++b) {
      const Buffer &buf = buffers.buffers[b];
      if (buf.owner != m)
        continue;
      if (buf.kind == Part::Values) {
        v.values = int(b);
        v.last = buf.last;
      } else if (buf.kind == Part::Cache) {
        v.cache = int(b);
      }
    }
    variables.push_back(v);
  }
  std::sort(variables.begin(), variables.end(),
            [](const Variable &a, const Variable &b) {
              return a.last != b.last ? a.last < b.last : a.map < b.map;
            });
}

void PrunedSearch::Problem::addOrder(int64_t lowerBound) {
  std::vector<int> order = sizes.stackingOrder(sizes.place(lowerBound));
  if (std::find(orders.begin(), orders.end(), order) == orders.end())
    orders.push_back(std::move(order));
}

/// Arrangements that are good for various shares dropped: all maps alike, and
/// each map alone or alone spared.
void PrunedSearch::Problem::findOrders() {
  auto setShare = [&](size_t v, int64_t quarters) {
    setDrop(v, variables[v].N * quarters / 4);
  };
  for (int64_t quarters : {4, 0, 2, 1, 3}) {
    for (size_t v = 0; v < variables.size(); ++v)
      setShare(v, quarters);
    addOrder(0);
  }
  if (variables.size() < 2 || variables.size() > 4)
    return;
  for (int64_t alone : {0, 4})
    for (size_t one = 0; one < variables.size(); ++one) {
      for (size_t v = 0; v < variables.size(); ++v)
        setShare(v, v == one ? alone : 4 - alone);
      addOrder(0);
    }
}

/// Lowers the drops of all maps but `except` as far as they go, map by map, the
/// one that dies first first; `drop` holds what is surely enough.
void PrunedSearch::Problem::lower(const std::vector<int> &order, int64_t budget,
                                  const std::vector<int64_t> &least,
                                  std::vector<int64_t> &drop, size_t except) {
  for (size_t v = 0; v < variables.size(); ++v)
    setDrop(v, drop[v]);
  for (size_t v = 0; v < variables.size(); ++v) {
    if (v == except)
      continue;
    int64_t low = least[v], high = drop[v];
    while (low < high) {
      int64_t middle = low + (high - low) / 2;
      setDrop(v, middle);
      if (sizes.stackHeight(order) <= budget)
        high = middle;
      else
        low = middle + 1;
    }
    setDrop(v, high);
    drop[v] = high;
  }
}

/// The drops for one stacking order: each the least for which dropping
/// everything of the maps that follow still works. Of the maps alive at some
/// moment the one that lives longest has what is dropped of it count for the
/// most other moments, so taking them by the end of their lives gives the least
/// sum as long as sizes simply add up. Where alignment makes them jump,
/// dropping a little more of one map can save more of the others: try that too.
std::vector<int64_t>
PrunedSearch::Problem::leastDrops(const std::vector<int> &order, int64_t budget,
                                  const std::vector<int64_t> &least) {
  std::vector<int64_t> everything;
  for (size_t v = 0; v < variables.size(); ++v) {
    everything.push_back(variables[v].N);
    setDrop(v, variables[v].N);
  }
  if (sizes.stackHeight(order) > budget)
    return {};
  std::vector<int64_t> drop = everything;
  lower(order, budget, least, drop, variables.size());
  for (bool improved = variables.size() > 1; improved;) {
    improved = false;
    for (size_t v = 0; v < variables.size(); ++v)
      for (int64_t more = 1; drop[v] < everything[v]; more *= 2) {
        std::vector<int64_t> other = everything;
        other[v] = std::min(drop[v] + more, everything[v]);
        lower(order, budget, least, other, v);
        if (total(other) < total(drop)) {
          drop = std::move(other);
          improved = true;
          break;
        }
        if (other[v] == everything[v])
          break;
      }
  }
  for (size_t v = 0; v < variables.size(); ++v)
    setDrop(v, drop[v]);
  return drop;
}

PrunedSearch::PrunedSearch(const Topology &topology,
                           std::vector<Partition> tried, const Options &options)
    : topo(topology), opts(options), cost(options.cost),
      partitions(std::move(tried)) {
  for (size_t p = 0; p < partitions.size(); ++p)
    addCandidates(int(p));
}

PrunedSearch::~PrunedSearch() = default;

void PrunedSearch::addCandidates(int partition) {
  std::vector<int> maps;
  for (int m = 0; m < topo.numMaps(); ++m) {
    const Map &self = topo.net.maps[m];
    int64_t N = self.elements();
    // A map whose bookkeeping alone outweighs it is never worth packing.
    if (self.packable && self.residence == Residence::Arena &&
        m != topo.net.outputMap && topo.producer[m] >= 0 && topo.isRead(m) &&
        barrierHolds(topo, partitions[partition], m) &&
        cost.bitmap(N) < self.denseBytes())
      maps.push_back(m);
  }
  if (maps.empty()) {
    schedules.push_back(nullptr);
    return;
  }
  schedules.push_back(std::make_shared<const Schedule>(topo.net, Drops(),
                                                       partitions[partition]));

  if (maps.size() <= 4) {
    for (unsigned set = 1; set < 1u << maps.size(); ++set) {
      std::vector<int> packed;
      for (size_t i = 0; i < maps.size(); ++i)
        if (set >> i & 1)
          packed.push_back(maps[i]);
      addCandidate(partition, packed);
    }
    return;
  }
  // The largest one, two, three, ...
  std::sort(maps.begin(), maps.end(), [&](int a, int b) {
    int64_t sizeA = topo.net.maps[a].elements();
    int64_t sizeB = topo.net.maps[b].elements();
    return sizeA != sizeB ? sizeA > sizeB : a < b;
  });
  for (size_t count = 1; count <= maps.size(); ++count)
    addCandidate(partition,
                 std::vector<int>(maps.begin(), maps.begin() + count));
}

Drops PrunedSearch::dropsOf(const Candidate &candidate, bool everything) const {
  Drops d(topo.numMaps(), notPacked);
  for (int m : candidate.packed)
    d[m] = everything ? topo.net.maps[m].elements() : 0;
  return d;
}

/// Layers that run otherwise when their outputs are packed have schedules of
/// their own, too many to be kept.
std::shared_ptr<const Schedule>
PrunedSearch::schedule(const Candidate &candidate) const {
  for (int m : candidate.packed)
    if (!topo.layer(topo.producer[m]).whenPacked.empty())
      return std::make_shared<const Schedule>(
          topo.net, dropsOf(candidate, false),
          partitions[candidate.partitionIndex]);
  return schedules[candidate.partitionIndex];
}

void PrunedSearch::addCandidate(int partition, const std::vector<int> &packed) {
  Candidate c{partition, packed, 0, 0};
  std::shared_ptr<const Schedule> when = schedule(c);
  const Timeline &time = when->time;
  c.emptyPeak = Layout(time, dropsOf(c, false), opts).peakBytes;
  c.fullPeak = Layout(time, dropsOf(c, true), opts).peakBytes;
  candidates.push_back(std::move(c));
}

std::unique_ptr<PrunedSearch::Problem>
PrunedSearch::makeProblem(const Candidate &candidate) const {
  auto p = std::make_unique<Problem>(schedule(candidate),
                                     dropsOf(candidate, false), opts, cost);
  p->findVariables(candidate.packed);
  p->findOrders();
  return p;
}

/// `alpha` (eq. 3): a packed map and its overhead within `alpha * budget`, as
/// far as dropping can achieve it.
int64_t PrunedSearch::leastAllowedDrop(int map, int64_t budget) const {
  int64_t N = topo.net.maps[map].elements();
  double threshold = opts.alpha * double(budget) + 1e-6;
  const Layer &producer = topo.layer(topo.producer[map]).asRun(true);
  int64_t whole = cost.total(N, 0) + producer.packedOutputState;
  double excess = double(whole) - std::floor(threshold);
  return int64_t(std::clamp(excess, 0.0, double(N)));
}

std::optional<PrunedSolution> PrunedSearch::solve(int64_t budget) {
  std::vector<const Candidate *> order;
  for (const Candidate &c : candidates)
    if (c.fullPeak <= budget)
      order.push_back(&c);
  // An element dropped lowers a peak by one byte at most.
  std::sort(order.begin(), order.end(),
            [](const Candidate *a, const Candidate *b) {
              return a->emptyPeak != b->emptyPeak ? a->emptyPeak < b->emptyPeak
                                                  : a < b;
            });
  std::optional<PrunedSolution> best;
  for (const Candidate *c : order) {
    int64_t atLeast = std::max<int64_t>(0, c->emptyPeak - budget);
    if (best && atLeast > best->totalDrop)
      break;
    std::unique_ptr<Problem> p = makeProblem(*c);
    std::vector<int64_t> least;
    for (const Problem::Variable &v : p->variables)
      least.push_back(leastAllowedDrop(v.map, budget));
    for (const std::vector<int> &stacking : p->orders) {
      std::vector<int64_t> found = p->leastDrops(stacking, budget, least);
      if (found.empty())
        continue;
      int64_t sum = total(found);
      Placement placed = p->sizes.stack(stacking);
      if (best && (sum > best->totalDrop ||
                   (sum == best->totalDrop &&
                    placed.arenaBytes >= best->placed.arenaBytes)))
        continue;
      best = PrunedSolution{p->when, partitions[c->partitionIndex],
                            dropsOf(*c, false), std::move(placed), sum};
      for (size_t v = 0; v < found.size(); ++v)
        best->dropped[p->variables[v].map] = found[v];
    }
  }
  return best;
}

std::optional<PrunedSolution> PrunedSearch::smallest() {
  std::vector<const Candidate *> order;
  for (const Candidate &c : candidates)
    order.push_back(&c);
  std::sort(
      order.begin(), order.end(), [](const Candidate *a, const Candidate *b) {
        return a->fullPeak != b->fullPeak ? a->fullPeak < b->fullPeak : a < b;
      });
  std::optional<PrunedSolution> best;
  for (const Candidate *c : order) {
    if (best && c->fullPeak >= best->placed.arenaBytes)
      break;
    std::unique_ptr<Problem> p = makeProblem(*c);
    for (size_t v = 0; v < p->variables.size(); ++v)
      p->setDrop(v, p->variables[v].N);
    for (const std::vector<int> &stacking : p->orders) {
      Placement placed = p->sizes.stack(stacking);
      if (best && placed.arenaBytes >= best->placed.arenaBytes)
        continue;
      best = PrunedSolution{p->when, partitions[c->partitionIndex],
                            dropsOf(*c, true), std::move(placed), 0};
      for (int m : c->packed)
        best->totalDrop += topo.net.maps[m].elements();
    }
  }
  return best;
}
