//===- VerifyPlan.cpp - An independent check of a plan --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs a plan on an arena whose bytes remember who wrote them last. Nothing
// here knows lifetimes, rings' capacities or segments as the planner computes
// them: if every reader finds its own data, no two live buffers overlap.
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PackedState.h"
#include "rtwmc/Planning/Plan.h"

#include <algorithm>
#include <cmath>

using namespace rtwmc::planning;

namespace {

/// Who wrote a byte: a row of a map, or a numbered buffer.
using Tag = int64_t;
constexpr Tag nobody = -1;

struct Range {
  int64_t offset, bytes, align;
};

class Replay {
public:
  Replay(Network network, const Plan &plan)
      : net(std::move(network)), plan(plan) {}

  std::string run();

private:
  // Checks that need no replay.
  void checkShape();
  void checkStore(int map);
  void checkRange(const std::string &what, int64_t offset, int64_t bytes,
                  int64_t align);

  // The replay.
  void execute(const Step &step);
  void readInputs(const Layer &layer, const Step &step, bool afterWrite);
  void goOn(const Layer &layer, const Step &step);
  void readPacked(int map, const std::string &reader);
  void readPackedRows(const Layer &layer, const Step &step, const Input &input);
  void writeOutput(const Layer &layer, const Step &step);
  void touchBuffers(int layer, const Step &step);
  void checkEnd();

  const std::string &name(int layer) const { return net.layers[layer].name; }
  const std::string &mapName(int map) const { return net.maps[map].name; }
  Tag rowTag(int map, int64_t row) const { return firstTag[map] + row; }
  /// Tags of buffers that are not rows.
  Tag bufferTag(int64_t number) const { return numRows + number; }
  int64_t rowOffset(int map, int64_t row) const {
    const Store &s = plan.stores[map];
    return s.offset + row % s.rows * net.maps[map].rowBytes;
  }
  /// What has no bytes has no place either.
  void write(int64_t offset, int64_t bytes, Tag tag) {
    if (bytes > 0)
      std::fill_n(arena.begin() + offset, bytes, tag);
  }
  bool holds(int64_t offset, int64_t bytes, Tag tag) const {
    return bytes <= 0 ||
           std::all_of(arena.begin() + offset, arena.begin() + offset + bytes,
                       [&](Tag t) { return t == tag; });
  }
  bool inRows(int map) const {
    StoreKind k = plan.stores[map].kind;
    return k == StoreKind::Ring || k == StoreKind::Dense ||
           k == StoreKind::Alias;
  }
  bool rowIsOverwritten(const Layer &layer, const Step &step, int map,
                        int64_t row) const;
  std::vector<Range> buffersDuring(int layer) const;
  std::vector<Range> buffersAcross(int layer) const;
  std::vector<Range> packedParts(int map) const;
  std::vector<Range> packedRow(int map, int64_t row) const;
  std::vector<Range> prunerParts(int map) const;
  void fail(std::string message) {
    if (problem.empty())
      problem = std::move(message);
  }
  bool failed() const { return !problem.empty(); }

  const Network net;
  const Plan &plan;
  std::string problem;
  std::vector<Tag> arena;
  std::vector<int64_t> firstTag;
  int64_t numRows = 0;
  /// By layer: steps done. By map: who writes it, and complete rows.
  std::vector<int64_t> done, complete;
  std::vector<int> producer;
};

void Replay::checkRange(const std::string &what, int64_t offset, int64_t bytes,
                        int64_t align) {
  if (bytes == 0)
    return;
  if (offset < 0 || offset + bytes > plan.arenaBytes)
    fail(what + " is outside the arena");
  else if (offset % align != 0 || plan.arenaAlign % align != 0)
    fail(what + " is not aligned");
}

std::vector<Range> Replay::packedParts(int map) const {
  const Store &s = plan.stores[map];
  return {{s.valuesOffset, s.valuesBytes, 1},
          {s.bitmapOffset, s.bitmapBytes, 1}};
}

std::vector<Range> Replay::packedRow(int map, int64_t row) const {
  const Store &s = plan.stores[map];
  int64_t slot = row % s.rows, bits = (net.maps[map].rowElements() + 7) / 8;
  return {{s.valuesOffset + slot * s.keep, s.keep, 1},
          {s.bitmapOffset + slot * bits, bits, 1}};
}

std::vector<Range> Replay::prunerParts(int map) const {
  const Store &s = plan.stores[map];
  return {{s.bufferOffset, s.bufferBytes, 1},
          {s.cacheOffset, s.cacheBytes, 1},
          {s.stateOffset, s.stateBytes, 1}};
}

std::vector<Range> Replay::buffersDuring(int layer) const {
  const Layer &self = net.layers[layer];
  std::vector<Range> ranges{
      {plan.scratchOffset[layer], self.scratch, self.scratchAlign}};
  const Store &output = plan.stores[self.output];
  if (output.isPacked())
    ranges.push_back({plan.packedOutputScratchOffset[layer],
                      self.packedOutputScratch, self.packedOutputScratchAlign});
  if (output.kind == StoreKind::PackedRing) {
    ranges.push_back({output.bufferOffset, output.bufferBytes, 1});
    if (self.packedOutputState == 0)
      ranges.push_back({output.stateOffset, output.stateBytes, counterBytes});
  }
  for (size_t i = 0; i < self.inputs.size(); ++i) {
    const Input &in = self.inputs[i];
    const Store &read = plan.stores[in.map];
    if (read.isPacked())
      ranges.push_back({plan.packedScratchOffset[layer][i],
                        read.unit() == PruneUnit::Row ? in.packedRowScratch
                                                      : in.packedScratch,
                        in.packedAlign});
  }
  return ranges;
}

std::vector<Range> Replay::buffersAcross(int layer) const {
  const Layer &self = net.layers[layer];
  std::vector<Range> ranges{
      {plan.stateOffset[layer], self.state, self.stateAlign}};
  for (size_t i = 0; i < self.inputs.size(); ++i)
    if (plan.stores[self.inputs[i].map].kind == StoreKind::Packed)
      ranges.push_back({plan.packedStateOffset[layer][i],
                        self.inputs[i].packedState,
                        self.inputs[i].packedAlign});
  const Store &output = plan.stores[self.output];
  if (output.kind == StoreKind::Packed)
    for (Range r : prunerParts(self.output))
      ranges.push_back(r);
  if (output.kind == StoreKind::PackedRing && self.packedOutputState > 0)
    ranges.push_back({output.stateOffset, output.stateBytes, counterBytes});
  return ranges;
}

void Replay::checkStore(int map) {
  const Map &m = net.maps[map];
  const Store &s = plan.stores[map];
  std::string what = "map '" + m.name + "'";
  if ((m.residence == Residence::External) != (s.kind == StoreKind::External))
    return fail(what + " is not where it should be");
  if (inRows(map)) {
    if (s.rows < 1 || s.rows > m.rows || s.bytes < s.rows * m.rowBytes)
      return fail(what + " has a store of the wrong size");
    if (s.kind == StoreKind::Dense && s.rows != m.rows)
      return fail(what + " is dense but does not hold all rows");
    return checkRange(what, s.offset, s.bytes, m.align);
  }
  if (!s.isPacked())
    return;
  int64_t N = m.elements(s.unit());
  int64_t units = s.unit() == PruneUnit::Row ? s.rows : 1;
  if (!m.canPack(s.unit()) || net.isOutput(map) || producer[map] < 0)
    return fail(what + " must not be packed");
  if (units < 1 || s.drop < 0 || s.drop > N || s.keep != N - s.drop ||
      s.valuesBytes < units * s.keep || s.bitmapBytes < units * ((N + 7) / 8) ||
      s.bufferBytes < 1 ||
      s.stateBytes < net.layers[producer[map]].packedOutputState)
    return fail(what + " is packed into too little");
  for (Range r : packedParts(map))
    checkRange(what, r.offset, r.bytes, r.align);
  for (Range r : prunerParts(map))
    checkRange(what, r.offset, r.bytes, r.align);
}

void Replay::checkShape() {
  size_t numLayers = net.layers.size();
  if (plan.stores.size() != net.maps.size() ||
      plan.scratchOffset.size() != numLayers ||
      plan.stateOffset.size() != numLayers ||
      plan.packedScratchOffset.size() != numLayers ||
      plan.packedStateOffset.size() != numLayers ||
      plan.packedOutputScratchOffset.size() != numLayers)
    return fail("the plan is of another network");
  for (size_t i = 0; i < numLayers; ++i)
    if (plan.packedScratchOffset[i].size() != net.layers[i].inputs.size() ||
        plan.packedStateOffset[i].size() != net.layers[i].inputs.size())
      return fail("the plan is of another network");
  if (plan.arenaBytes < 0 || plan.arenaAlign < 1 ||
      plan.peakBytes > plan.arenaBytes)
    return fail("the arena has an impossible size");
  for (size_t m = 0; m < net.maps.size(); ++m)
    checkStore(int(m));
  for (size_t i = 0; i < numLayers && !failed(); ++i) {
    for (Range r : buffersDuring(int(i)))
      checkRange("scratch of '" + name(int(i)) + "'", r.offset, r.bytes,
                 r.align);
    for (Range r : buffersAcross(int(i)))
      checkRange("state of '" + name(int(i)) + "'", r.offset, r.bytes, r.align);
  }
}

/// Does this step of `layer` legally write over `row` of its input `map`?
bool Replay::rowIsOverwritten(const Layer &layer, const Step &step, int map,
                              int64_t row) const {
  if (layer.inPlace < 0 ||
      (!layer.overwritesAny && layer.inputs[layer.inPlace].map != map) ||
      !inRows(map) || !inRows(layer.output) ||
      net.maps[map].rowBytes != net.maps[layer.output].rowBytes)
    return false;
  if (layer.steps != 1 && step.step / layer.stepsPerRow != row)
    return false;
  if (layer.steps != 1 && layer.stepsPerRow != 1)
    return false;
  // Another operand must not need another part of the map in this step.
  const Window &w = std::ranges::find(layer.inputs, map, &Input::map)->window;
  for (const Input &in : layer.inputs)
    if (in.map == map && in.window.rowsAt(step.step, net.maps[map].rows) !=
                             w.rowsAt(step.step, net.maps[map].rows))
      return false;
  return rowOffset(map, row) == rowOffset(layer.output, row);
}

void Replay::readPacked(int map, const std::string &reader) {
  if (done[producer[map]] != net.layers[producer[map]].steps)
    fail("'" + reader + "' reads packed map '" + mapName(map) +
         "' before it is finished");
  for (Range r : packedParts(map))
    if (r.bytes > 0 && !holds(r.offset, r.bytes, rowTag(map, 0)))
      fail("'" + reader + "' finds packed map '" + mapName(map) +
           "' overwritten");
}

void Replay::readPackedRows(const Layer &layer, const Step &step,
                            const Input &input) {
  auto [lo, hi] = input.window.rowsAt(step.step, net.maps[input.map].rows);
  for (int64_t row = lo; row < hi; ++row)
    for (Range r : packedRow(input.map, row))
      if (!holds(r.offset, r.bytes, rowTag(input.map, row)))
        return fail("'" + layer.name + "' step " + std::to_string(step.step) +
                    " finds packed row " + std::to_string(row) + " of '" +
                    mapName(input.map) + "' overwritten");
}

/// A row that is gone on with is there, in the place where the step writes,
/// until the first step that does.
void Replay::goOn(const Layer &layer, const Step &step) {
  int from = layer.inputs[layer.inPlace].map;
  int64_t rows = net.maps[from].rows;
  int64_t first = layer.steps == 1 ? 0 : step.step / layer.stepsPerRow;
  int64_t end = layer.steps == 1 ? rows : first + 1;
  if (complete[from] < rows || !inRows(from) || !inRows(layer.output))
    return fail("'" + layer.name + "' goes on with '" + mapName(from) +
                "' before it is complete");
  if (layer.steps != 1 && step.step % layer.stepsPerRow != 0)
    return;
  for (int64_t r = first; r < end; ++r)
    if (rowOffset(from, r) != rowOffset(layer.output, r) ||
        !holds(rowOffset(from, r), net.maps[from].rowBytes, rowTag(from, r)))
      return fail("'" + layer.name + "' cannot go on with row " +
                  std::to_string(r) + " of '" + mapName(from) + "'");
}

void Replay::readInputs(const Layer &layer, const Step &step, bool afterWrite) {
  for (const Input &in : layer.inputs) {
    if (layer.goesOn && &in == &layer.inputs[layer.inPlace]) {
      if (!afterWrite)
        goOn(layer, step);
      continue;
    }
    auto [lo, hi] = in.window.rowsAt(step.step, net.maps[in.map].rows);
    if (lo == hi)
      continue;
    if (complete[in.map] < hi)
      return fail("'" + layer.name + "' step " + std::to_string(step.step) +
                  " reads row " + std::to_string(hi - 1) + " of '" +
                  mapName(in.map) + "' before it is complete");
    StoreKind kind = plan.stores[in.map].kind;
    if (kind == StoreKind::External)
      continue;
    if (kind == StoreKind::None)
      return fail("'" + layer.name + "' reads '" + mapName(in.map) +
                  "', which is stored nowhere");
    if (kind == StoreKind::Packed) {
      readPacked(in.map, layer.name);
      continue;
    }
    if (kind == StoreKind::PackedRing) {
      readPackedRows(layer, step, in);
      continue;
    }
    for (int64_t r = lo; r < hi; ++r) {
      if (afterWrite && rowIsOverwritten(layer, step, in.map, r))
        continue;
      if (!holds(rowOffset(in.map, r), net.maps[in.map].rowBytes,
                 rowTag(in.map, r)))
        return fail("'" + layer.name + "' step " + std::to_string(step.step) +
                    " finds row " + std::to_string(r) + " of '" +
                    mapName(in.map) + "' overwritten");
    }
  }
}

/// Buffers other than rows: those that live across steps must still be there,
/// those of this step are filled.
void Replay::touchBuffers(int layer, const Step &step) {
  std::vector<Range> across = buffersAcross(layer);
  Tag state = bufferTag(2 * layer), scratch = bufferTag(2 * layer + 1);
  // Room for a row that several steps gather is free between rows.
  const Layer &self = net.layers[layer];
  const Store &output = plan.stores[self.output];
  bool gathersRow =
      output.kind == StoreKind::PackedRing && self.packedOutputState > 0;
  for (Range r : across) {
    bool isRow = gathersRow && r.offset == output.stateOffset;
    if (step.step == 0 || (isRow && step.step % self.stepsPerRow == 0))
      write(r.offset, r.bytes, state);
  }
  for (Range r : buffersDuring(layer))
    if (r.bytes > 0)
      write(r.offset, r.bytes, scratch);
  int64_t bytes = 0, found = 0;
  for (Range r : across)
    bytes += r.bytes;
  for (Range r : across)
    for (int64_t b = 0; b < r.bytes; ++b)
      found += arena[r.offset + b] == state;
  if (found != bytes)
    fail("'" + name(layer) + "' step " + std::to_string(step.step) +
         " finds its state overwritten");
}

void Replay::writeOutput(const Layer &layer, const Step &step) {
  int out = layer.output;
  const Map &m = net.maps[out];
  const Store &s = plan.stores[out];
  int64_t first = layer.steps == 1 ? 0 : step.step / layer.stepsPerRow;
  int64_t end = layer.steps == 1 ? m.rows : first + 1;
  bool starts = layer.steps == 1 || step.step % layer.stepsPerRow == 0;
  bool finishes = layer.steps == 1 ||
                  step.step % layer.stepsPerRow == layer.stepsPerRow - 1;
  if (s.kind == StoreKind::None)
    return fail("'" + layer.name + "' writes '" + m.name +
                "', which is stored nowhere");
  if (s.kind == StoreKind::Packed) {
    for (Range r : packedParts(out)) {
      if (r.bytes == 0)
        continue;
      if (step.step == 0)
        write(r.offset, r.bytes, rowTag(out, 0));
      else if (!holds(r.offset, r.bytes, rowTag(out, 0)))
        fail("'" + layer.name + "' finds its packed output overwritten");
    }
  } else if (s.kind == StoreKind::PackedRing) {
    for (int64_t row = first; finishes && row < end; ++row)
      for (Range r : packedRow(out, row))
        write(r.offset, r.bytes, rowTag(out, row));
  } else if (s.kind != StoreKind::External) {
    for (int64_t r = first; r < end; ++r) {
      int64_t at = rowOffset(out, r);
      if (starts)
        write(at, m.rowBytes, rowTag(out, r));
      else if (!holds(at, m.rowBytes, rowTag(out, r)))
        fail("'" + layer.name + "' step " + std::to_string(step.step) +
             " finds the row it is adding to overwritten");
    }
    // All rows of a one-step layer exist at once.
    for (int64_t r = first; r < end; ++r)
      if (!holds(rowOffset(out, r), m.rowBytes, rowTag(out, r)))
        fail("'" + layer.name + "' writes two rows to one place");
  }
  if (finishes)
    complete[out] = end;
}

void Replay::execute(const Step &step) {
  if (step.layer < 0 || size_t(step.layer) >= net.layers.size() ||
      step.step != done[step.layer])
    return fail("the steps of a layer are not in order");
  const Layer &self = net.layers[step.layer];
  readInputs(self, step, false);
  if (failed())
    return;
  // Everything a step uses exists at the same time: fill its buffers, write its
  // output, and look whether anything was hit.
  touchBuffers(step.layer, step);
  if (failed())
    return;
  writeOutput(self, step);
  Tag scratch = bufferTag(2 * step.layer + 1),
      state = bufferTag(2 * step.layer);
  for (Range r : buffersDuring(step.layer))
    if (r.bytes > 0 && !holds(r.offset, r.bytes, scratch))
      fail("'" + self.name + "' overlaps its own scratch");
  for (Range r : buffersAcross(step.layer))
    if (r.bytes > 0 && !holds(r.offset, r.bytes, state))
      fail("'" + self.name + "' overlaps its own state");
  if (!failed())
    readInputs(self, step, true);
  ++done[step.layer];
}

void Replay::checkEnd() {
  for (size_t i = 0; i < net.layers.size(); ++i)
    if (done[i] != net.layers[i].steps)
      return fail("'" + name(int(i)) + "' is not finished");
  for (int out = 0; out < int(net.maps.size()); ++out) {
    if (!net.isOutput(out))
      continue;
    if (complete[out] != net.maps[out].rows)
      return fail("the output is not complete");
    if (inRows(out))
      for (int64_t r = 0; r < net.maps[out].rows; ++r)
        if (!holds(rowOffset(out, r), net.maps[out].rowBytes, rowTag(out, r)))
          return fail("the output is overwritten");
  }
}

std::string Replay::run() {
  for (const Map &m : net.maps) {
    firstTag.push_back(numRows);
    numRows += m.rows;
  }
  producer.assign(net.maps.size(), -1);
  for (size_t i = 0; i < net.layers.size(); ++i)
    producer[net.layers[i].output] = int(i);
  done.assign(net.layers.size(), 0);
  complete.assign(net.maps.size(), 0);
  checkShape();
  if (failed())
    return problem;

  arena.assign(plan.arenaBytes, nobody);
  for (int in = 0; in < int(net.maps.size()); ++in) {
    if (!net.isInput(in))
      continue;
    complete[in] = net.maps[in].rows;
    if (inRows(in))
      for (int64_t r = 0; r < net.maps[in].rows; ++r)
        write(rowOffset(in, r), net.maps[in].rowBytes, rowTag(in, r));
  }
  for (const Step &s : plan.steps) {
    execute(s);
    if (failed())
      return problem;
  }
  checkEnd();
  return problem;
}

} // namespace

std::string rtwmc::planning::verifyPlan(const Network &network,
                                        const Plan &plan) {
  if (std::string malformed = validate(network); !malformed.empty())
    return malformed;
  return Replay(networkAsRun(network, plan), plan).run();
}
