//===- Layout.cpp - The buffers of a schedule -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layout.h"

#include <algorithm>
#include <numeric>
#include <utility>

using namespace rtwmc::planning;

Layout::Layout(const Timeline &timeline, const Drops &drops,
               const Options &options)
    : time(timeline), stores(timeline.topo.numMaps()),
      scratch(timeline.topo.numLayers()), rootOf(timeline.topo.numMaps()),
      nextOf(timeline.topo.numMaps(), -1) {
  const Network &net = time.topo.net;
  std::iota(rootOf.begin(), rootOf.end(), 0);
  for (int m = 0; m < time.topo.numMaps(); ++m) {
    if (net.maps[m].residence == Residence::External)
      stores[m].kind = StoreKind::External;
    else if (time.isPresent(m))
      stores[m].kind = !drops[m].isPacked() ? StoreKind::Dense
                       : drops[m].isWhole() ? StoreKind::Packed
                                            : StoreKind::PackedRing;
  }
  findAliases(!options.layerByLayer && !options.keepMaps);

  for (int m = 0; m < time.topo.numMaps(); ++m) {
    if (stores[m].kind == StoreKind::Packed)
      storePacked(m, drops[m], options.cost);
    else if (stores[m].kind == StoreKind::PackedRing)
      storePackedRing(m, drops[m], options.cost);
    else if (stores[m].kind == StoreKind::Dense && rootOf[m] == m)
      storeRows(m, options);
  }
  for (int m = 0; m < time.topo.numMaps(); ++m)
    if (rootOf[m] != m) {
      stores[m] = stores[rootOf[m]];
      stores[m].kind = StoreKind::Alias;
      stores[m].aliasOf = rootOf[m];
    }
  for (int i = time.begin; i < time.end; ++i)
    storeOfLayer(i, options.cost);
  findPeak();
}

/// Row by row, is the step that writes an output row the last to need the input
/// row it would overwrite? Then both maps can share one store.
bool Layout::canOverwrite(const Layer &layer, int index,
                          const Input &in) const {
  const Network &net = time.topo.net;
  const Map &from = net.maps[in.map], &to = net.maps[layer.output];
  if (stores[in.map].kind != StoreKind::Dense ||
      stores[layer.output].kind != StoreKind::Dense)
    return false;
  if (from.rows != to.rows || from.rowBytes != to.rowBytes ||
      from.elementBytes != to.elementBytes || net.isOutput(in.map))
    return false;
  if (layer.steps != 1 && layer.steps != to.rows)
    return false;
  // Another operand that reads the same map elsewhere would find it
  // overwritten.
  for (const Input &other : layer.inputs)
    if (other.map == in.map && other.window != in.window)
      return false;
  const Timeline::Row *rows = time.rows(in.map);
  const int *times = time.timesBegin(index);
  for (int64_t r = 0; r < from.rows; ++r)
    if (rows[r].lastUse != times[layer.steps == 1 ? 0 : r])
      return false;
  return true;
}

/// Whether `output` needs no more rows at once where it begins its life as
/// `map`.
bool Layout::isAsSmallFrom(int map, int output) const {
  const Timeline::Row *before = time.rows(rootOf[map]);
  const Timeline::Row *rows = time.rows(output);
  int64_t count = time.topo.net.maps[output].rows;
  std::vector<Timeline::Row> both(rows, rows + count);
  for (int64_t r = 0; r < count; ++r)
    both[r].alloc = before[r].alloc;
  return capacityOf(count, both.data()) <= capacityOf(count, rows);
}

/// The input that the output of `layer`, the one at `index`, overwrites; null
/// if it has bytes of its own.
const Input *Layout::overwritten(const Layer &layer, int index) const {
  if (layer.inPlace < 0)
    return nullptr;
  const Input &first = layer.inputs[layer.inPlace];
  if (canOverwrite(layer, index, first))
    return &first;
  for (const Input &other : layer.inputs)
    if (layer.overwritesAny && canOverwrite(layer, index, other) &&
        isAsSmallFrom(other.map, layer.output))
      return &other;
  return nullptr;
}

void Layout::findAliases(bool mayOverwrite) {
  for (int i = time.begin; i < time.end; ++i) {
    const Layer &self = time.topo.layer(i);
    const Input *in = nullptr;
    if (self.goesOn)
      in = &self.inputs[self.inPlace];
    else if (mayOverwrite)
      in = overwritten(self, i);
    if (in)
      rootOf[self.output] = rootOf[in->map];
  }
  for (int m = time.topo.numMaps() - 1; m >= 0; --m)
    if (rootOf[m] != m)
      nextOf[m] = std::exchange(nextOf[rootOf[m]], m);
}

/// Row r is in slot r mod capacity, so the rows between the oldest that is
/// still needed and the newest must fit. Once dead, a row stays dead, so the
/// oldest only moves forward.
int64_t Layout::capacityOf(int64_t rows, const Timeline::Row *lives) {
  int64_t capacity = 0, oldest = 0;
  for (int64_t r = 0; r < rows; ++r) {
    while (oldest < r && lives[oldest].lastUse < lives[r].alloc)
      ++oldest;
    capacity = std::max(capacity, r - oldest + 1);
  }
  return capacity;
}

/// The last step that writes `row` of `map`.
int Layout::lastWrite(int map, int64_t row) const {
  int producer = time.topo.producer[map];
  if (!time.runs(producer))
    return time.rows(map)[row].alloc;
  const Layer &maker = time.topo.layer(producer);
  return maker.steps == 1
             ? time.firstTime(producer)
             : time.timesBegin(producer)[(row + 1) * maker.stepsPerRow - 1];
}

/// When a store of one row, of which `rows` are the lives, holds something. A
/// row that nobody reads counts to the next one.
std::vector<Interval> Layout::rowByRow(int root,
                                       const Timeline::Row *rows) const {
  std::vector<Interval> lives;
  bool goesOn = false;
  for (int64_t r = 0; r < time.topo.net.maps[root].rows; ++r) {
    Interval row{rows[r].alloc, rows[r].lastUse};
    goesOn |= !lives.empty() && row.first <= lives.back().last + 1;
    if (goesOn)
      lives.back().last = std::max(lives.back().last, row.last);
    else
      lives.push_back(row);
    goesOn = false;
    for (int m = root; m >= 0 && !goesOn; m = nextOf[m])
      goesOn = rows[r].lastUse <= lastWrite(m, r);
  }
  return lives;
}

/// Not where the result is copied after the last step.
bool Layout::diesByRow(int root) const {
  for (int m = root; m >= 0; m = nextOf[m])
    if (time.topo.net.isOutput(m))
      return false;
  return true;
}

void Layout::storeRows(int root, const Options &options) {
  const Network &net = time.topo.net;
  bool keepsAll = options.keepMaps;
  const Map &self = net.maps[root];
  // Merge the maps that share this store. Each row of one is written in the
  // very step in which the row under it dies.
  int64_t align = self.align;
  std::vector<Timeline::Row> merged;
  const Timeline::Row *rows = time.rows(root);
  for (int m = nextOf[root]; m >= 0; m = nextOf[m]) {
    if (merged.empty())
      merged.assign(rows, rows + self.rows);
    align = std::max(align, net.maps[m].align);
    for (int64_t r = 0; r < self.rows; ++r)
      merged[r].lastUse = std::max(merged[r].lastUse, time.rows(m)[r].lastUse);
  }
  if (!merged.empty())
    rows = merged.data();

  int64_t capacity = keepsAll ? self.rows : capacityOf(self.rows, rows);
  int first = rows[0].alloc, last = keepsAll ? time.lastPosition() : 0;
  for (int64_t r = 0; r < self.rows; ++r)
    last = std::max(last, rows[r].lastUse);
  Store &s = stores[root];
  s.kind = capacity == self.rows ? StoreKind::Dense : StoreKind::Ring;
  s.rows = capacity;
  s.bytes = capacity * self.rowBytes;
  s.firstStep = first;
  s.lastStep = last;
  std::vector<Interval> lives;
  if (s.isOneOfMany(self))
    lives = rowByRow(root, rows);
  add(Part::Rows, root, -1, s.bytes, align, first, last, std::move(lives));
  if (s.kind != StoreKind::Dense || s.rows == 1 || keepsAll ||
      options.layerByLayer || !diesByRow(root))
    return;
  for (int64_t r = 0; r < self.rows; ++r)
    buffers.back().rows.push_back({rows[r].alloc, rows[r].lastUse});
}

/// What packing takes with the tiny buffer that `dropped` asks for.
static PackedCost packedCostOf(const MapDrop &dropped, PackedCost cost) {
  if (dropped.batch > 0)
    cost.batch = dropped.batch;
  return cost;
}

void Layout::storePacked(int map, const MapDrop &dropped,
                         const PackedCost &common) {
  const Map &self = time.topo.net.maps[map];
  PackedCost cost = packedCostOf(dropped, common);
  int64_t N = self.elements(), drop = dropped.drop;
  Store &s = stores[map];
  s.drop = drop;
  s.keep = N - drop;
  s.valuesBytes = cost.values(N, drop);
  s.bitmapBytes = cost.bitmap(N);
  s.rows = self.rows;
  s.firstStep = time.lastPosition();
  s.lastStep = 0;
  for (int64_t r = 0; r < self.rows; ++r) {
    s.firstStep = std::min(s.firstStep, time.rows(map)[r].alloc);
    s.lastStep = std::max(s.lastStep, time.rows(map)[r].lastUse);
  }
  add(Part::Values, map, -1, s.valuesBytes, 1, s.firstStep, s.lastStep);
  add(Part::Bitmap, map, -1, s.bitmapBytes, 1, s.firstStep, s.lastStep);
  int producer = time.topo.producer[map];
  s.bufferBytes = cost.buffer(N);
  s.cacheBytes = cost.cache(N, drop);
  int64_t pooled =
      producer < 0 ? 0 : time.topo.layer(producer).packedOutputState;
  s.stateBytes = cost.stateBytes + pooled;
  s.bytes = cost.total(N, drop) + pooled;
  if (!time.runs(producer))
    return;
  int last = time.lastTime(producer);
  add(Part::TinyBuffer, map, -1, s.bufferBytes, 1, s.firstStep, last);
  add(Part::Cache, map, -1, s.cacheBytes, 1, s.firstStep, last);
  add(Part::PrunerState, map, -1, s.stateBytes, cost.stateAlign, s.firstStep,
      last);
}

void Layout::storePackedRing(int map, const MapDrop &dropped,
                             const PackedCost &common) {
  const Map &self = time.topo.net.maps[map];
  PackedCost cost = packedCostOf(dropped, common);
  int producer = time.topo.producer[map];
  // A row is packed by the last of the steps that write it; until then, where
  // there are several, it is in the pruner's state.
  const Timeline::Row *rows = time.rows(map);
  std::vector<Timeline::Row> packed(rows, rows + self.rows);
  for (int64_t r = 0; r < self.rows; ++r)
    packed[r].alloc = lastWrite(map, r);
  Store &s = stores[map];
  int64_t N = self.rowElements(), drop = dropped.drop;
  s.drop = drop;
  s.keep = N - drop;
  s.rows = capacityOf(self.rows, packed.data());
  s.valuesBytes = s.rows * cost.values(N, drop);
  s.bitmapBytes = s.rows * cost.bitmap(N);
  s.bufferBytes = cost.buffer(N);
  s.stateBytes = cost.stateBytes;
  if (producer >= 0)
    s.stateBytes += time.topo.layer(producer).packedOutputState;
  s.bytes = s.valuesBytes + s.bitmapBytes + s.bufferBytes + s.stateBytes;
  s.firstStep = packed[0].alloc;
  s.lastStep = 0;
  for (const Timeline::Row &row : packed)
    s.lastStep = std::max(s.lastStep, row.lastUse);
  std::vector<Interval> lives;
  if (s.isOneOfMany(self))
    lives = rowByRow(map, packed.data());
  add(Part::Values, map, -1, s.valuesBytes, 1, s.firstStep, s.lastStep, lives);
  add(Part::Bitmap, map, -1, s.bitmapBytes, 1, s.firstStep, s.lastStep, lives);
  if (!time.runs(producer) || s.stateBytes == cost.stateBytes)
    return;
  // From the first to the last of the steps that write a row.
  std::vector<Interval> writes;
  for (int64_t r = 0; r < self.rows; ++r)
    writes.push_back({rows[r].alloc, lastWrite(map, r)});
  add(Part::PrunerState, map, -1, s.stateBytes, cost.stateAlign,
      time.firstTime(producer), time.lastTime(producer), std::move(writes));
}

static int64_t appendTo(ScratchParts &parts, int64_t bytes, int64_t align) {
  if (bytes == 0)
    return -1;
  int64_t at = alignUp(parts.bytes, align);
  parts.bytes = at + bytes;
  parts.align = std::max(parts.align, align);
  return at;
}

/// What a layer that prunes row by row needs during a step.
void Layout::pruneRows(int index, const PackedCost &cost, ScratchParts &parts) {
  const Store &store = stores[time.topo.layer(index).output];
  if (store.stateBytes == cost.stateBytes)
    parts.prunerState = appendTo(parts, store.stateBytes, cost.stateAlign);
  parts.tinyBuffer = appendTo(parts, store.bufferBytes, 1);
}

void Layout::storeOfLayer(int index, const PackedCost &cost) {
  const Layer &self = time.topo.layer(index);
  int first = time.firstTime(index), last = time.lastTime(index);
  ScratchParts &parts = scratch[index];
  parts.bytes = self.scratch;
  parts.align = self.scratchAlign;
  const Store &output = stores[self.output];
  if (output.isPacked())
    parts.packedOutput = appendTo(parts, self.packedOutputScratch,
                                  self.packedOutputScratchAlign);
  if (output.kind == StoreKind::PackedRing)
    pruneRows(index, cost, parts);
  parts.packedInput.assign(self.inputs.size(), -1);
  for (size_t i = 0; i < self.inputs.size(); ++i) {
    const Input &in = self.inputs[i];
    if (stores[in.map].kind == StoreKind::PackedRing)
      parts.packedInput[i] =
          appendTo(parts, in.packedRowScratch, in.packedAlign);
    if (stores[in.map].kind != StoreKind::Packed)
      continue;
    parts.packedInput[i] = appendTo(parts, in.packedScratch, in.packedAlign);
    add(Part::PackedState, index, int(i), in.packedState, in.packedAlign, first,
        last);
  }
  add(Part::Scratch, index, -1, parts.bytes, parts.align, first, last);
  add(Part::LayerState, index, -1, self.state, self.stateAlign, first, last);
}

void Layout::add(Part kind, int owner, int input, int64_t bytes, int64_t align,
                 int first, int last, std::vector<Interval> lives) {
  if (lives.empty())
    lives.push_back({first, last});
  // The packed values are what the search varies: keep them even when empty.
  if (bytes > 0 || kind == Part::Values || kind == Part::Cache)
    buffers.push_back(
        {kind, owner, input, bytes, align, first, last, std::move(lives), {}});
}

bool Layout::liveTogether(const Buffer &a, const Buffer &b) const {
  bool scratchA = a.kind == Part::Scratch, scratchB = b.kind == Part::Scratch;
  if (scratchA && scratchB)
    return a.owner == b.owner;
  if (scratchB)
    return liveTogether(b, a);
  if (!scratchA)
    return meet(a.lives, b.lives);
  return std::any_of(b.lives.begin(), b.lives.end(), [&](Interval life) {
    return time.runsBetween(a.owner, int(life.first), int(life.last));
  });
}

bool Layout::isAliveIn(const Buffer &b, Interval life) const {
  if (b.kind == Part::Scratch)
    return time.runsBetween(b.owner, int(life.first), int(life.last));
  return meet(std::span(&life, 1), b.lives);
}

/// A distance that is none.
static constexpr int64_t anywhere = -(int64_t(1) << 60);

std::optional<Conflict> Layout::conflict(const Buffer &a,
                                         const Buffer &b) const {
  if (a.last < b.first || b.last < a.first || !liveTogether(a, b))
    return std::nullopt;
  if (a.rows.empty() && b.rows.empty())
    return Conflict();
  if (a.rows.empty()) {
    std::optional<Conflict> other = conflict(b, a);
    if (other)
      std::swap(other->over, other->under);
    return other;
  }
  if (!b.rows.empty())
    return conflictOfRows(a, b);
  auto alive = [&](Interval row) { return isAliveIn(b, row); };
  auto first = std::ranges::find_if(a.rows, alive);
  if (first == a.rows.end())
    return Conflict{anywhere, anywhere};
  auto last = std::find_if(a.rows.rbegin(), a.rows.rend(), alive);
  return Conflict{(a.rows.rend() - last) * a.rowBytes(),
                  -(first - a.rows.begin()) * a.rowBytes()};
}

/// Any row of one that is alive with a row of the other is below it, or above.
Conflict Layout::conflictOfRows(const Buffer &a, const Buffer &b) {
  Conflict result{anywhere, anywhere};
  for (int64_t i = 0; i < int64_t(a.rows.size()); ++i)
    for (int64_t j = 0; j < int64_t(b.rows.size()); ++j) {
      if (a.rows[i].last < b.rows[j].first || b.rows[j].last < a.rows[i].first)
        continue;
      result.over =
          std::max(result.over, (i + 1) * a.rowBytes() - j * b.rowBytes());
      result.under =
          std::max(result.under, (j + 1) * b.rowBytes() - i * a.rowBytes());
    }
  return result;
}

std::vector<int64_t> Layout::liveBytes(const std::vector<int64_t> &bytes,
                                       const std::vector<bool> &byRow) const {
  std::vector<int64_t> live(time.steps.size() + 1, 0);
  auto add = [&](Interval life, int64_t count) {
    live[life.first] += count;
    live[life.last + 1] -= count;
  };
  for (size_t b = 0; b < buffers.size(); ++b) {
    const Buffer &self = buffers[b];
    if (self.kind == Part::Scratch)
      continue;
    if (byRow[b] && !self.rows.empty())
      for (Interval row : self.rows)
        add(row, self.rowBytes());
    else
      for (Interval life : self.lives)
        add(life, bytes[b]);
  }
  int64_t now = 0;
  for (size_t t = 0; t < time.steps.size(); ++t) {
    now += live[t];
    live[t] = now + scratch[time.steps[t].layer].bytes;
  }
  live.pop_back();
  return live;
}

int64_t Layout::peakOf(const std::vector<int64_t> &bytes, bool byRow) const {
  std::vector<int64_t> live =
      liveBytes(bytes, std::vector<bool>(buffers.size(), byRow));
  return live.empty() ? 0 : *std::max_element(live.begin(), live.end());
}

void Layout::findPeak() {
  std::vector<int64_t> bytes;
  bool anyRows = false;
  for (const Buffer &buffer : buffers) {
    bytes.push_back(buffer.bytes);
    anyRows |= !buffer.rows.empty();
  }
  peakBytes = peakOf(bytes, /*byRow=*/true);
  wholePeakBytes = anyRows ? peakOf(bytes, /*byRow=*/false) : peakBytes;
}
