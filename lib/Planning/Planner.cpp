//===- Planner.cpp - The exact, row-level memory planner ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Planner.h"
#include "Partitions.h"
#include "Placement.h"
#include "PrunedSearch.h"

#include <algorithm>

using namespace rtwmc::planning;

int64_t PackedCost::values(int64_t N, int64_t drop) const { return N - drop; }
int64_t PackedCost::bitmap(int64_t N) const { return (N + 7) / 8; }
int64_t PackedCost::buffer(int64_t N) const { return std::min(batch, N); }
int64_t PackedCost::cache(int64_t N, int64_t drop) const {
  return chargeCache ? 2 * ((drop * std::min(batch, N) + N - 1) / N) : 0;
}
int64_t PackedCost::total(int64_t N, int64_t drop) const {
  return values(N, drop) + bitmap(N) + buffer(N) + cache(N, drop) + stateBytes;
}

/// 4098 -> "4,098".
static std::string withCommas(int64_t value) {
  std::string Digits = std::to_string(value), Text;
  for (size_t I = 0; I < Digits.size(); ++I) {
    if (I > 0 && (Digits.size() - I) % 3 == 0)
      Text += ',';
    Text += Digits[I];
  }
  return Text;
}

static PlanError malformed(std::string message) {
  PlanError E;
  E.message = std::move(message);
  return E;
}

static void setOffset(Plan &plan, const Buffer &buffer, int64_t offset,
                      const ScratchParts &scratch) {
  switch (buffer.Kind) {
  case Part::Rows:
    plan.stores[buffer.Owner].offset = offset;
    break;
  case Part::Values:
    plan.stores[buffer.Owner].valuesOffset = offset;
    plan.stores[buffer.Owner].offset = offset;
    break;
  case Part::Bitmap:
    plan.stores[buffer.Owner].bitmapOffset = offset;
    break;
  case Part::TinyBuffer:
    plan.stores[buffer.Owner].bufferOffset = offset;
    break;
  case Part::Cache:
    if (buffer.Bytes > 0)
      plan.stores[buffer.Owner].cacheOffset = offset;
    break;
  case Part::PrunerState:
    plan.stores[buffer.Owner].stateOffset = offset;
    break;
  case Part::Scratch:
    plan.scratchOffset[buffer.Owner] = offset;
    if (scratch.PackedOutput >= 0)
      plan.packedOutputScratchOffset[buffer.Owner] =
          offset + scratch.PackedOutput;
    for (size_t I = 0; I < scratch.PackedInput.size(); ++I)
      if (scratch.PackedInput[I] >= 0)
        plan.packedScratchOffset[buffer.Owner][I] =
            offset + scratch.PackedInput[I];
    break;
  case Part::LayerState:
    plan.stateOffset[buffer.Owner] = offset;
    break;
  case Part::PackedState:
    plan.packedStateOffset[buffer.Owner][buffer.Input] = offset;
    break;
  }
}

/// Writes a layout and its placement out as a plan.
static Plan makePlan(const Layout &layout, const Placement &placement,
                     const Partition &partition) {
  const Network &Net = layout.Time.Topo.Net;
  size_t L = Net.layers.size();
  Plan P;
  P.stores = layout.Stores;
  P.steps = layout.Time.Steps;
  P.segments = partition;
  P.scratchOffset.assign(L, -1);
  P.stateOffset.assign(L, -1);
  P.packedOutputScratchOffset.assign(L, -1);
  for (const Layer &Self : Net.layers) {
    P.packedScratchOffset.emplace_back(Self.inputs.size(), -1);
    P.packedStateOffset.emplace_back(Self.inputs.size(), -1);
  }
  for (size_t B = 0; B < layout.Buffers.size(); ++B) {
    const Buffer &Buf = layout.Buffers[B];
    setOffset(P, Buf, placement.Offsets[B],
              Buf.Kind == Part::Scratch ? layout.Scratch[Buf.Owner]
                                        : ScratchParts());
    if (Buf.Bytes > 0)
      P.arenaAlign = std::max(P.arenaAlign, Buf.Align);
  }
  for (Store &S : P.stores)
    if (S.kind == StoreKind::Alias)
      S.offset = P.stores[S.aliasOf].offset;
  P.arenaBytes = placement.ArenaBytes;
  P.peakBytes = layout.PeakBytes;
  P.peakStep = layout.PeakStep;

  int64_t Dropped = 0, Elements = 0;
  for (const Store &S : P.stores)
    Dropped += S.drop;
  for (const Layer &Self : Net.layers)
    Elements += Net.maps[Self.output].elements();
  P.lossFraction = double(Dropped) / double(Elements);
  return P;
}

namespace {

class Planner {
public:
  Planner(const Network &network, const Options &options)
      : Topo(network), Opts(options) {}

  PlanResult run();

private:
  std::string checkOptions() const;
  /// The plan of least arena with exactly the maps of `drops` packed.
  std::optional<Plan> smallest(SegmentPeaks &peaks) const;
  Drops forcedDrops() const;
  PlanResult runForced();
  PlanResult runPruned(const Plan *lossless);
  Plan planOf(const PrunedSolution &solution) const;
  PlanError tooSmall(const Plan &smallest, const Plan *lossless) const;

  Topology Topo;
  const Options &Opts;
};

std::string Planner::checkOptions() const {
  if (Opts.arenaBudget < 0)
    return "the arena's budget must not be negative";
  if (Opts.batch < 1 || Opts.batch > int64_t(1) << 31)
    return "the tiny buffer must hold at least one element";
  if (!(Opts.alpha > 0.0 && Opts.alpha <= 1.0))
    return "alpha must be greater than 0 and at most 1";
  if (Opts.cost.stateBytes < 0 || Opts.cost.stateAlign < 1)
    return "the pruning state must have a size and an alignment";
  if (!Opts.forcedPacking)
    return "";
  for (const Packing &P : *Opts.forcedPacking) {
    if (P.map < 0 || P.map >= Topo.numMaps())
      return "a packed map does not exist";
    const Map &M = Topo.Net.maps[P.map];
    if (!M.packable || M.residence != Residence::Arena ||
        Topo.Producer[P.map] < 0 || P.map == Topo.Net.outputMap ||
        !Topo.isRead(P.map))
      return "map '" + M.name + "' cannot be packed";
    if (P.drop < 0 || P.drop > M.elements())
      return "map '" + M.name + "' cannot drop " + withCommas(P.drop) +
             " of its " + withCommas(M.elements()) + " elements";
  }
  return "";
}

std::optional<Plan> Planner::smallest(SegmentPeaks &peaks) const {
  std::vector<SegmentPeaks> Seeds{peaks};
  std::vector<Partition> All = candidatePartitions(Topo, Seeds, Opts);
  struct Bounded {
    int64_t Bound;
    const Partition *P;
  };
  std::vector<Bounded> Order;
  for (const Partition &P : All)
    if (int64_t Bound = Seeds[0].peak(P); Bound != unlimited)
      Order.push_back({Bound, &P});
  std::sort(Order.begin(), Order.end(), [](const Bounded &a, const Bounded &b) {
    if (a.Bound != b.Bound)
      return a.Bound < b.Bound;
    if (a.P->size() != b.P->size())
      return a.P->size() < b.P->size();
    return *a.P < *b.P;
  });
  Topology Run(Topo.Net, peaks.drops());
  std::optional<Plan> Best;
  for (const Bounded &B : Order) {
    if (Best && B.Bound >= Best->arenaBytes)
      break;
    Timeline Time = makeTimeline(Run, *B.P);
    Layout Buffers(Time, peaks.drops(), Opts);
    Placement Placed = PlacementProblem(Buffers).place(Buffers.PeakBytes);
    if (!Best || Placed.ArenaBytes < Best->arenaBytes)
      Best = makePlan(Buffers, Placed, *B.P);
  }
  return Best;
}

Drops Planner::forcedDrops() const {
  Drops D(Topo.numMaps(), NotPacked);
  for (const Packing &P : *Opts.forcedPacking)
    D[P.map] = P.drop;
  return D;
}

Plan Planner::planOf(const PrunedSolution &solution) const {
  return makePlan(Layout(solution.When->Time, solution.Dropped, Opts),
                  solution.Placed, solution.Segments);
}

PlanError Planner::tooSmall(const Plan &smallest, const Plan *lossless) const {
  PlanError E;
  E.layerIndex = smallest.steps[smallest.peakStep].layer;
  E.layer = Topo.Net.layers[E.layerIndex].name;
  E.smallestArena = smallest.arenaBytes;
  E.smallestLosslessArena = lossless ? lossless->arenaBytes : 0;
  // Where only gaps between buffers break the budget, the arena is what is
  // needed.
  E.bytesNeeded = smallest.peakBytes > Opts.arenaBudget ? smallest.peakBytes
                                                        : smallest.arenaBytes;
  E.message = E.layer + " needs " + withCommas(E.bytesNeeded) + " bytes of " +
              withCommas(Opts.arenaBudget) + "; the smallest arena that works" +
              " is " + withCommas(E.smallestArena) + " bytes";
  if (lossless && lossless->arenaBytes != smallest.arenaBytes)
    E.message += " (" + withCommas(E.smallestLosslessArena) +
                 " bytes without dropping anything)";
  return E;
}

PlanResult Planner::runForced() {
  SegmentPeaks Peaks(Topo, forcedDrops(), Barrier::Required, Opts);
  std::optional<Plan> P = smallest(Peaks);
  // Layer by layer every barrier holds, and that partition is always tried.
  if (!P)
    return malformed("no schedule lets these maps be packed");
  if (P->arenaBytes <= Opts.arenaBudget)
    return std::move(*P);
  SegmentPeaks Lossless(Topo, Drops(Topo.numMaps(), NotPacked),
                        Barrier::Optional, Opts);
  std::optional<Plan> Dense = smallest(Lossless);
  return tooSmall(*P, &*Dense);
}

PlanResult Planner::runPruned(const Plan *lossless) {
  // Partitions that are good when packed maps keep little, or more.
  std::vector<SegmentPeaks> Seeds;
  for (int64_t Quarters : {4, 3, 2, 1, 0}) {
    Drops D(Topo.numMaps(), NotPacked);
    for (int M = 0; M < Topo.numMaps(); ++M) {
      const Map &Self = Topo.Net.maps[M];
      if (Self.packable && Self.residence == Residence::Arena &&
          Topo.Producer[M] >= 0 && Topo.isRead(M) && M != Topo.Net.outputMap)
        D[M] = Self.elements() * Quarters / 4;
    }
    Seeds.emplace_back(Topo, D, Barrier::Optional, Opts);
  }
  PrunedSearch Search(Topo, candidatePartitions(Topo, Seeds, Opts), Opts);
  if (std::optional<PrunedSolution> S = Search.solve(Opts.arenaBudget))
    return planOf(*S);
  std::optional<PrunedSolution> Least = Search.smallest();
  if (!Least || Least->Placed.ArenaBytes >= lossless->arenaBytes)
    return tooSmall(*lossless, lossless);
  return tooSmall(planOf(*Least), lossless);
}

PlanResult Planner::run() {
  if (std::string Problem = checkOptions(); !Problem.empty())
    return malformed(Problem);
  if (Opts.forcedPacking)
    return runForced();
  SegmentPeaks Peaks(Topo, Drops(Topo.numMaps(), NotPacked), Barrier::Optional,
                     Opts);
  std::optional<Plan> Lossless = smallest(Peaks);
  if (Lossless->arenaBytes <= Opts.arenaBudget)
    return std::move(*Lossless);
  if (Opts.lossless)
    return tooSmall(*Lossless, &*Lossless);
  return runPruned(&*Lossless);
}

} // namespace

PlanResult rtwmc::planning::planNetwork(const Network &network,
                                        const Options &options) {
  if (std::string Problem = validate(network); !Problem.empty())
    return malformed(Problem);
  return Planner(network, options).run();
}
