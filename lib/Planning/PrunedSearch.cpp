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
  int PartitionIndex;
  std::vector<int> Packed;
  /// Peaks with nothing and with everything dropped.
  int64_t EmptyPeak, FullPeak;
};

/// A candidate with its buffers and its stacking orders.
struct PrunedSearch::Problem {
  Problem(std::shared_ptr<const Schedule> when, const Drops &nothing,
          const Options &options, const PackedCost &cost)
      : When(std::move(when)), Buffers(When->Time, nothing, options),
        Sizes(Buffers), Cost(cost) {}

  struct Variable {
    int Map;
    int64_t N;
    int Values = -1, Cache = -1;
    int Last = 0;
  };

  void setDrop(size_t variable, int64_t drop) {
    const Variable &V = Variables[variable];
    Sizes.Bytes[V.Values] = Cost.values(V.N, drop);
    Sizes.Bytes[V.Cache] = Cost.cache(V.N, drop);
  }
  void findVariables(const std::vector<int> &packed);
  void findOrders();
  void addOrder(int64_t lowerBound);
  std::vector<int64_t> leastDrops(const std::vector<int> &order, int64_t budget,
                                  const std::vector<int64_t> &least);
  void lower(const std::vector<int> &order, int64_t budget,
             const std::vector<int64_t> &least, std::vector<int64_t> &drop,
             size_t except);

  std::shared_ptr<const Schedule> When;
  Layout Buffers;
  PlacementProblem Sizes;
  PackedCost Cost;
  /// By ascending end of life.
  std::vector<Variable> Variables;
  std::vector<std::vector<int>> Orders;
};

void PrunedSearch::Problem::findVariables(const std::vector<int> &packed) {
  for (int M : packed) {
    Variable V{M, Buffers.Time.Topo.Net.maps[M].elements()};
    for (size_t B = 0; B < Buffers.Buffers.size(); ++B) {
      const Buffer &Buf = Buffers.Buffers[B];
      if (Buf.Owner != M)
        continue;
      if (Buf.Kind == Part::Values) {
        V.Values = int(B);
        V.Last = Buf.Last;
      } else if (Buf.Kind == Part::Cache) {
        V.Cache = int(B);
      }
    }
    Variables.push_back(V);
  }
  std::sort(Variables.begin(), Variables.end(),
            [](const Variable &a, const Variable &b) {
              return a.Last != b.Last ? a.Last < b.Last : a.Map < b.Map;
            });
}

void PrunedSearch::Problem::addOrder(int64_t lowerBound) {
  std::vector<int> Order = Sizes.stackingOrder(Sizes.place(lowerBound));
  if (std::find(Orders.begin(), Orders.end(), Order) == Orders.end())
    Orders.push_back(std::move(Order));
}

/// Arrangements that are good for various shares dropped: all maps alike, and
/// each map alone or alone spared.
void PrunedSearch::Problem::findOrders() {
  auto SetShare = [&](size_t v, int64_t quarters) {
    setDrop(v, Variables[v].N * quarters / 4);
  };
  for (int64_t Quarters : {4, 0, 2, 1, 3}) {
    for (size_t V = 0; V < Variables.size(); ++V)
      SetShare(V, Quarters);
    addOrder(0);
  }
  if (Variables.size() < 2 || Variables.size() > 4)
    return;
  for (int64_t Alone : {0, 4})
    for (size_t One = 0; One < Variables.size(); ++One) {
      for (size_t V = 0; V < Variables.size(); ++V)
        SetShare(V, V == One ? Alone : 4 - Alone);
      addOrder(0);
    }
}

/// Lowers the drops of all maps but `except` as far as they go, map by map, the
/// one that dies first first; `drop` holds what is surely enough.
void PrunedSearch::Problem::lower(const std::vector<int> &order, int64_t budget,
                                  const std::vector<int64_t> &least,
                                  std::vector<int64_t> &drop, size_t except) {
  for (size_t V = 0; V < Variables.size(); ++V)
    setDrop(V, drop[V]);
  for (size_t V = 0; V < Variables.size(); ++V) {
    if (V == except)
      continue;
    int64_t Low = least[V], High = drop[V];
    while (Low < High) {
      int64_t Middle = Low + (High - Low) / 2;
      setDrop(V, Middle);
      if (Sizes.stackHeight(order) <= budget)
        High = Middle;
      else
        Low = Middle + 1;
    }
    setDrop(V, High);
    drop[V] = High;
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
  std::vector<int64_t> Everything;
  for (size_t V = 0; V < Variables.size(); ++V) {
    Everything.push_back(Variables[V].N);
    setDrop(V, Variables[V].N);
  }
  if (Sizes.stackHeight(order) > budget)
    return {};
  std::vector<int64_t> Drop = Everything;
  lower(order, budget, least, Drop, Variables.size());
  for (bool Improved = Variables.size() > 1; Improved;) {
    Improved = false;
    for (size_t V = 0; V < Variables.size(); ++V)
      for (int64_t More = 1; Drop[V] < Everything[V]; More *= 2) {
        std::vector<int64_t> Other = Everything;
        Other[V] = std::min(Drop[V] + More, Everything[V]);
        lower(order, budget, least, Other, V);
        if (total(Other) < total(Drop)) {
          Drop = std::move(Other);
          Improved = true;
          break;
        }
        if (Other[V] == Everything[V])
          break;
      }
  }
  for (size_t V = 0; V < Variables.size(); ++V)
    setDrop(V, Drop[V]);
  return Drop;
}

PrunedSearch::PrunedSearch(const Topology &topology,
                           std::vector<Partition> partitions,
                           const Options &options)
    : Topo(topology), Opts(options), Cost(options.cost),
      Partitions(std::move(partitions)) {
  Cost.batch = options.batch;
  for (size_t P = 0; P < Partitions.size(); ++P)
    addCandidates(int(P));
}

PrunedSearch::~PrunedSearch() = default;

void PrunedSearch::addCandidates(int partition) {
  std::vector<int> Maps;
  for (int M = 0; M < Topo.numMaps(); ++M) {
    const Map &Self = Topo.Net.maps[M];
    int64_t N = Self.elements();
    // A map whose bookkeeping alone outweighs it is never worth packing.
    if (Self.packable && Self.residence == Residence::Arena &&
        M != Topo.Net.outputMap && Topo.Producer[M] >= 0 && Topo.isRead(M) &&
        barrierHolds(Topo, Partitions[partition], M) &&
        Cost.bitmap(N) < Self.denseBytes())
      Maps.push_back(M);
  }
  if (Maps.empty()) {
    Schedules.push_back(nullptr);
    return;
  }
  Schedules.push_back(std::make_shared<const Schedule>(Topo.Net, Drops(),
                                                       Partitions[partition]));

  if (Maps.size() <= 4) {
    for (unsigned Set = 1; Set < 1u << Maps.size(); ++Set) {
      std::vector<int> Packed;
      for (size_t I = 0; I < Maps.size(); ++I)
        if (Set >> I & 1)
          Packed.push_back(Maps[I]);
      addCandidate(partition, Packed);
    }
    return;
  }
  // The largest one, two, three, ...
  std::sort(Maps.begin(), Maps.end(), [&](int a, int b) {
    int64_t SizeA = Topo.Net.maps[a].elements();
    int64_t SizeB = Topo.Net.maps[b].elements();
    return SizeA != SizeB ? SizeA > SizeB : a < b;
  });
  for (size_t Count = 1; Count <= Maps.size(); ++Count)
    addCandidate(partition,
                 std::vector<int>(Maps.begin(), Maps.begin() + Count));
}

Drops PrunedSearch::dropsOf(const Candidate &candidate, bool everything) const {
  Drops D(Topo.numMaps(), NotPacked);
  for (int M : candidate.Packed)
    D[M] = everything ? Topo.Net.maps[M].elements() : 0;
  return D;
}

/// Layers that run otherwise when their outputs are packed have schedules of
/// their own, too many to be kept.
std::shared_ptr<const Schedule>
PrunedSearch::schedule(const Candidate &candidate) const {
  for (int M : candidate.Packed)
    if (!Topo.layer(Topo.Producer[M]).whenPacked.empty())
      return std::make_shared<const Schedule>(
          Topo.Net, dropsOf(candidate, false),
          Partitions[candidate.PartitionIndex]);
  return Schedules[candidate.PartitionIndex];
}

void PrunedSearch::addCandidate(int partition, const std::vector<int> &packed) {
  Candidate C{partition, packed, 0, 0};
  std::shared_ptr<const Schedule> When = schedule(C);
  const Timeline &Time = When->Time;
  C.EmptyPeak = Layout(Time, dropsOf(C, false), Opts).PeakBytes;
  C.FullPeak = Layout(Time, dropsOf(C, true), Opts).PeakBytes;
  Candidates.push_back(std::move(C));
}

std::unique_ptr<PrunedSearch::Problem>
PrunedSearch::makeProblem(const Candidate &candidate) const {
  auto P = std::make_unique<Problem>(schedule(candidate),
                                     dropsOf(candidate, false), Opts, Cost);
  P->findVariables(candidate.Packed);
  P->findOrders();
  return P;
}

/// `alpha` (eq. 3): a packed map and its overhead within `alpha * budget`, as
/// far as dropping can achieve it.
int64_t PrunedSearch::leastAllowedDrop(int map, int64_t budget) const {
  int64_t N = Topo.Net.maps[map].elements();
  double Threshold = Opts.alpha * double(budget) + 1e-6;
  const Layer &Producer = Topo.layer(Topo.Producer[map]).asRun(true);
  int64_t Whole = Cost.total(N, 0) + Producer.packedOutputState;
  double Excess = double(Whole) - std::floor(Threshold);
  return int64_t(std::clamp(Excess, 0.0, double(N)));
}

std::optional<PrunedSolution> PrunedSearch::solve(int64_t budget) {
  std::vector<const Candidate *> Order;
  for (const Candidate &C : Candidates)
    if (C.FullPeak <= budget)
      Order.push_back(&C);
  // An element dropped lowers a peak by one byte at most.
  std::sort(Order.begin(), Order.end(),
            [](const Candidate *a, const Candidate *b) {
              return a->EmptyPeak != b->EmptyPeak ? a->EmptyPeak < b->EmptyPeak
                                                  : a < b;
            });
  std::optional<PrunedSolution> Best;
  for (const Candidate *C : Order) {
    int64_t AtLeast = std::max<int64_t>(0, C->EmptyPeak - budget);
    if (Best && AtLeast > Best->TotalDrop)
      break;
    std::unique_ptr<Problem> P = makeProblem(*C);
    std::vector<int64_t> Least;
    for (const Problem::Variable &V : P->Variables)
      Least.push_back(leastAllowedDrop(V.Map, budget));
    for (const std::vector<int> &Stacking : P->Orders) {
      std::vector<int64_t> Found = P->leastDrops(Stacking, budget, Least);
      if (Found.empty())
        continue;
      int64_t Total = total(Found);
      Placement Placed = P->Sizes.stack(Stacking);
      if (Best && (Total > Best->TotalDrop ||
                   (Total == Best->TotalDrop &&
                    Placed.ArenaBytes >= Best->Placed.ArenaBytes)))
        continue;
      Best = PrunedSolution{P->When, Partitions[C->PartitionIndex],
                            dropsOf(*C, false), std::move(Placed), Total};
      for (size_t V = 0; V < Found.size(); ++V)
        Best->Dropped[P->Variables[V].Map] = Found[V];
    }
  }
  return Best;
}

std::optional<PrunedSolution> PrunedSearch::smallest() {
  std::vector<const Candidate *> Order;
  for (const Candidate &C : Candidates)
    Order.push_back(&C);
  std::sort(
      Order.begin(), Order.end(), [](const Candidate *a, const Candidate *b) {
        return a->FullPeak != b->FullPeak ? a->FullPeak < b->FullPeak : a < b;
      });
  std::optional<PrunedSolution> Best;
  for (const Candidate *C : Order) {
    if (Best && C->FullPeak >= Best->Placed.ArenaBytes)
      break;
    std::unique_ptr<Problem> P = makeProblem(*C);
    for (size_t V = 0; V < P->Variables.size(); ++V)
      P->setDrop(V, P->Variables[V].N);
    for (const std::vector<int> &Stacking : P->Orders) {
      Placement Placed = P->Sizes.stack(Stacking);
      if (Best && Placed.ArenaBytes >= Best->Placed.ArenaBytes)
        continue;
      Best = PrunedSolution{P->When, Partitions[C->PartitionIndex],
                            dropsOf(*C, true), std::move(Placed), 0};
      for (int M : C->Packed)
        Best->TotalDrop += Topo.Net.maps[M].elements();
    }
  }
  return Best;
}
