//===- Layout.cpp - The buffers of a schedule -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layout.h"

#include <algorithm>
#include <numeric>

using namespace rtwmc::planning;

Layout::Layout(const Timeline &timeline, const Drops &drops,
               const Options &options)
    : Time(timeline), Stores(timeline.Topo.numMaps()),
      Scratch(timeline.Topo.numLayers()), Root(timeline.Topo.numMaps()) {
  const Network &Net = Time.Topo.Net;
  std::iota(Root.begin(), Root.end(), 0);
  for (int M = 0; M < Time.Topo.numMaps(); ++M) {
    if (Net.maps[M].residence == Residence::External)
      Stores[M].kind = StoreKind::External;
    else if (Time.isPresent(M))
      Stores[M].kind =
          drops[M] == NotPacked ? StoreKind::Dense : StoreKind::Packed;
  }
  if (!options.noInPlace)
    findAliases();

  PackedCost Cost = options.cost;
  Cost.batch = options.batch;
  for (int M = 0; M < Time.Topo.numMaps(); ++M) {
    if (Stores[M].kind == StoreKind::Packed)
      storePacked(M, drops[M], Cost);
    else if (Stores[M].kind == StoreKind::Dense && Root[M] == M)
      storeRows(M);
  }
  for (int M = 0; M < Time.Topo.numMaps(); ++M)
    if (Root[M] != M) {
      Stores[M] = Stores[Root[M]];
      Stores[M].kind = StoreKind::Alias;
      Stores[M].aliasOf = Root[M];
    }
  for (int L = Time.Begin; L < Time.End; ++L)
    storeOfLayer(L);
  findPeak();
}

/// Row by row, is the step that writes an output row the last to need the input
/// row it would overwrite? Then both maps can share one store.
bool Layout::canOverwrite(const Layer &layer, int index) const {
  const Network &Net = Time.Topo.Net;
  const Input &In = layer.inputs[layer.inPlace];
  const Map &From = Net.maps[In.map], &To = Net.maps[layer.output];
  if (Stores[In.map].kind != StoreKind::Dense ||
      Stores[layer.output].kind != StoreKind::Dense)
    return false;
  if (From.rows != To.rows || From.rowBytes != To.rowBytes ||
      From.elementBytes != To.elementBytes || In.map == Net.outputMap)
    return false;
  if (layer.steps != 1 && layer.steps != To.rows)
    return false;
  // Another operand that reads the same map elsewhere would find it
  // overwritten.
  for (const Input &Other : layer.inputs)
    if (Other.map == In.map && (Other.window.stride != In.window.stride ||
                                Other.window.offset != In.window.offset ||
                                Other.window.extent != In.window.extent))
      return false;
  const Timeline::Row *Rows = Time.rows(In.map);
  const int *Times = Time.timesBegin(index);
  for (int64_t R = 0; R < From.rows; ++R)
    if (Rows[R].LastUse != Times[layer.steps == 1 ? 0 : R])
      return false;
  return true;
}

void Layout::findAliases() {
  for (int L = Time.Begin; L < Time.End; ++L) {
    const Layer &Self = Time.Topo.layer(L);
    if (Self.inPlace >= 0 && canOverwrite(Self, L))
      Root[Self.output] = Root[Self.inputs[Self.inPlace].map];
  }
}

void Layout::storeRows(int root) {
  const Network &Net = Time.Topo.Net;
  const Map &Self = Net.maps[root];
  // Merge the maps that share this store. Each row of one is written in the
  // very step in which the row under it dies.
  int64_t Align = Self.align;
  std::vector<Timeline::Row> Merged;
  const Timeline::Row *Rows = Time.rows(root);
  for (int M = 0; M < Time.Topo.numMaps(); ++M) {
    if (M == root || Root[M] != root)
      continue;
    if (Merged.empty())
      Merged.assign(Rows, Rows + Self.rows);
    Align = std::max(Align, Net.maps[M].align);
    for (int64_t R = 0; R < Self.rows; ++R)
      Merged[R].LastUse = std::max(Merged[R].LastUse, Time.rows(M)[R].LastUse);
  }
  if (!Merged.empty())
    Rows = Merged.data();

  // Row r is in slot r mod capacity, so the rows between the oldest that is
  // still needed and the newest must fit. Once dead, a row stays dead, so the
  // oldest only moves forward.
  int64_t Capacity = 0, Oldest = 0;
  int First = Rows[0].Alloc, Last = 0;
  for (int64_t R = 0; R < Self.rows; ++R) {
    while (Oldest < R && Rows[Oldest].LastUse < Rows[R].Alloc)
      ++Oldest;
    Capacity = std::max(Capacity, R - Oldest + 1);
    Last = std::max(Last, Rows[R].LastUse);
  }
  Store &S = Stores[root];
  S.kind = Capacity == Self.rows ? StoreKind::Dense : StoreKind::Ring;
  S.rows = Capacity;
  S.bytes = Capacity * Self.rowBytes;
  S.firstStep = First;
  S.lastStep = Last;
  add(Part::Rows, root, -1, S.bytes, Align, First, Last);
}

void Layout::storePacked(int map, int64_t drop, const PackedCost &cost) {
  const Map &Self = Time.Topo.Net.maps[map];
  int64_t N = Self.elements();
  Store &S = Stores[map];
  S.drop = drop;
  S.keep = N - drop;
  S.valuesBytes = cost.values(N, drop);
  S.bitmapBytes = cost.bitmap(N);
  S.rows = Self.rows;
  S.firstStep = Time.lastPosition();
  S.lastStep = 0;
  for (int64_t R = 0; R < Self.rows; ++R) {
    S.firstStep = std::min(S.firstStep, Time.rows(map)[R].Alloc);
    S.lastStep = std::max(S.lastStep, Time.rows(map)[R].LastUse);
  }
  add(Part::Values, map, -1, S.valuesBytes, 1, S.firstStep, S.lastStep);
  add(Part::Bitmap, map, -1, S.bitmapBytes, 1, S.firstStep, S.lastStep);
  int Producer = Time.Topo.Producer[map];
  S.bufferBytes = cost.buffer(N);
  S.cacheBytes = cost.cache(N, drop);
  int64_t Pooled =
      Producer < 0 ? 0 : Time.Topo.layer(Producer).packedOutputState;
  S.stateBytes = cost.stateBytes + Pooled;
  S.bytes = cost.total(N, drop) + Pooled;
  if (!Time.runs(Producer))
    return;
  int Last = Time.lastTime(Producer);
  add(Part::TinyBuffer, map, -1, S.bufferBytes, 1, S.firstStep, Last);
  add(Part::Cache, map, -1, S.cacheBytes, 1, S.firstStep, Last);
  add(Part::PrunerState, map, -1, S.stateBytes, cost.stateAlign, S.firstStep,
      Last);
}

void Layout::storeOfLayer(int index) {
  const Layer &Self = Time.Topo.layer(index);
  int First = Time.firstTime(index), Last = Time.lastTime(index);
  ScratchParts &Parts = Scratch[index];
  Parts.Bytes = Self.scratch;
  Parts.Align = Self.scratchAlign;
  auto Append = [&](int64_t bytes, int64_t align) -> int64_t {
    if (bytes == 0)
      return -1;
    int64_t At = alignUp(Parts.Bytes, align);
    Parts.Bytes = At + bytes;
    Parts.Align = std::max(Parts.Align, align);
    return At;
  };
  if (Stores[Self.output].kind == StoreKind::Packed)
    Parts.PackedOutput =
        Append(Self.packedOutputScratch, Self.packedOutputScratchAlign);
  Parts.PackedInput.assign(Self.inputs.size(), -1);
  for (size_t I = 0; I < Self.inputs.size(); ++I) {
    const Input &In = Self.inputs[I];
    if (Stores[In.map].kind != StoreKind::Packed)
      continue;
    Parts.PackedInput[I] = Append(In.packedScratch, In.packedAlign);
    add(Part::PackedState, index, int(I), In.packedState, In.packedAlign, First,
        Last);
  }
  add(Part::Scratch, index, -1, Parts.Bytes, Parts.Align, First, Last);
  add(Part::LayerState, index, -1, Self.state, Self.stateAlign, First, Last);
}

void Layout::add(Part kind, int owner, int input, int64_t bytes, int64_t align,
                 int first, int last) {
  // The packed values are what the search varies: keep them even when empty.
  if (bytes > 0 || kind == Part::Values || kind == Part::Cache)
    Buffers.push_back({kind, owner, input, bytes, align, first, last});
}

bool Layout::conflict(const Buffer &a, const Buffer &b) const {
  if (a.Last < b.First || b.Last < a.First)
    return false;
  bool ScratchA = a.Kind == Part::Scratch, ScratchB = b.Kind == Part::Scratch;
  if (ScratchA && ScratchB)
    return a.Owner == b.Owner;
  if (ScratchA)
    return Time.runsBetween(a.Owner, b.First, b.Last);
  if (ScratchB)
    return Time.runsBetween(b.Owner, a.First, a.Last);
  return true;
}

void Layout::findPeak() {
  std::vector<int64_t> Change(Time.Steps.size() + 1, 0);
  for (const Buffer &B : Buffers)
    if (B.Kind != Part::Scratch) {
      Change[B.First] += B.Bytes;
      Change[B.Last + 1] -= B.Bytes;
    }
  int64_t Live = 0;
  for (size_t T = 0; T < Time.Steps.size(); ++T) {
    Live += Change[T];
    int64_t Now = Live + Scratch[Time.Steps[T].layer].Bytes;
    if (Now > PeakBytes) {
      PeakBytes = Now;
      PeakStep = int(T);
    }
  }
}
