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

#include "rtwmc/Planning/Planner.h"

#include <algorithm>
#include <cmath>

using namespace rtwmc::planning;

namespace {

/// Who wrote a byte: a row of a map, or a numbered buffer.
using Tag = int64_t;
constexpr Tag Nobody = -1;

struct Range {
  int64_t Offset, Bytes, Align;
};

class Replay {
public:
  Replay(Network network, const Plan &plan)
      : Net(std::move(network)), P(plan) {}

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
  void readPacked(int map, const std::string &reader);
  void writeOutput(const Layer &layer, const Step &step);
  void touchBuffers(int layer, const Step &step);
  void checkEnd();

  const std::string &name(int layer) const { return Net.layers[layer].name; }
  const std::string &mapName(int map) const { return Net.maps[map].name; }
  Tag rowTag(int map, int64_t row) const { return FirstTag[map] + row; }
  /// Tags of buffers that are not rows.
  Tag bufferTag(int64_t number) const { return NumRows + number; }
  int64_t rowOffset(int map, int64_t row) const {
    const Store &S = P.stores[map];
    return S.offset + row % S.rows * Net.maps[map].rowBytes;
  }
  void write(int64_t offset, int64_t bytes, Tag tag) {
    std::fill_n(Arena.begin() + offset, bytes, tag);
  }
  bool holds(int64_t offset, int64_t bytes, Tag tag) const {
    return std::all_of(Arena.begin() + offset, Arena.begin() + offset + bytes,
                       [&](Tag t) { return t == tag; });
  }
  bool inRows(int map) const {
    StoreKind K = P.stores[map].kind;
    return K == StoreKind::Ring || K == StoreKind::Dense ||
           K == StoreKind::Alias;
  }
  bool rowIsOverwritten(const Layer &layer, const Step &step, int map,
                        int64_t row) const;
  std::vector<Range> buffersDuring(int layer) const;
  std::vector<Range> buffersAcross(int layer) const;
  std::vector<Range> packedParts(int map) const;
  std::vector<Range> prunerParts(int map) const;
  void fail(std::string message) {
    if (Problem.empty())
      Problem = std::move(message);
  }
  bool failed() const { return !Problem.empty(); }

  const Network Net;
  const Plan &P;
  std::string Problem;
  std::vector<Tag> Arena;
  std::vector<int64_t> FirstTag;
  int64_t NumRows = 0;
  /// By layer: steps done. By map: who writes it, and complete rows.
  std::vector<int64_t> Done, Complete;
  std::vector<int> Producer;
};

void Replay::checkRange(const std::string &what, int64_t offset, int64_t bytes,
                        int64_t align) {
  if (bytes == 0)
    return;
  if (offset < 0 || offset + bytes > P.arenaBytes)
    fail(what + " is outside the arena");
  else if (offset % align != 0 || P.arenaAlign % align != 0)
    fail(what + " is not aligned");
}

std::vector<Range> Replay::packedParts(int map) const {
  const Store &S = P.stores[map];
  return {{S.valuesOffset, S.valuesBytes, 1},
          {S.bitmapOffset, S.bitmapBytes, 1}};
}

std::vector<Range> Replay::prunerParts(int map) const {
  const Store &S = P.stores[map];
  return {{S.bufferOffset, S.bufferBytes, 1},
          {S.cacheOffset, S.cacheBytes, 1},
          {S.stateOffset, S.stateBytes, 1}};
}

std::vector<Range> Replay::buffersDuring(int layer) const {
  const Layer &L = Net.layers[layer];
  std::vector<Range> Ranges{
      {P.scratchOffset[layer], L.scratch, L.scratchAlign}};
  if (P.stores[L.output].kind == StoreKind::Packed)
    Ranges.push_back({P.packedOutputScratchOffset[layer], L.packedOutputScratch,
                      L.packedOutputScratchAlign});
  for (size_t I = 0; I < L.inputs.size(); ++I)
    if (P.stores[L.inputs[I].map].kind == StoreKind::Packed)
      Ranges.push_back({P.packedScratchOffset[layer][I],
                        L.inputs[I].packedScratch, L.inputs[I].packedAlign});
  return Ranges;
}

std::vector<Range> Replay::buffersAcross(int layer) const {
  const Layer &L = Net.layers[layer];
  std::vector<Range> Ranges{{P.stateOffset[layer], L.state, L.stateAlign}};
  for (size_t I = 0; I < L.inputs.size(); ++I)
    if (P.stores[L.inputs[I].map].kind == StoreKind::Packed)
      Ranges.push_back({P.packedStateOffset[layer][I], L.inputs[I].packedState,
                        L.inputs[I].packedAlign});
  if (P.stores[L.output].kind == StoreKind::Packed)
    for (Range R : prunerParts(L.output))
      Ranges.push_back(R);
  return Ranges;
}

void Replay::checkStore(int map) {
  const Map &M = Net.maps[map];
  const Store &S = P.stores[map];
  std::string What = "map '" + M.name + "'";
  if ((M.residence == Residence::External) != (S.kind == StoreKind::External))
    return fail(What + " is not where it should be");
  if (inRows(map)) {
    if (S.rows < 1 || S.rows > M.rows || S.bytes < S.rows * M.rowBytes)
      return fail(What + " has a store of the wrong size");
    if (S.kind == StoreKind::Dense && S.rows != M.rows)
      return fail(What + " is dense but does not hold all rows");
    return checkRange(What, S.offset, S.bytes, M.align);
  }
  if (S.kind != StoreKind::Packed)
    return;
  int64_t N = M.elements();
  if (!M.packable || map == Net.outputMap || Producer[map] < 0)
    return fail(What + " must not be packed");
  if (S.drop < 0 || S.drop > N || S.keep != N - S.drop ||
      S.valuesBytes < S.keep || S.bitmapBytes < (N + 7) / 8 ||
      S.bufferBytes < 1 ||
      S.stateBytes < Net.layers[Producer[map]].packedOutputState)
    return fail(What + " is packed into too little");
  for (Range R : packedParts(map))
    checkRange(What, R.Offset, R.Bytes, R.Align);
  for (Range R : prunerParts(map))
    checkRange(What, R.Offset, R.Bytes, R.Align);
}

void Replay::checkShape() {
  size_t L = Net.layers.size();
  if (P.stores.size() != Net.maps.size() || P.scratchOffset.size() != L ||
      P.stateOffset.size() != L || P.packedScratchOffset.size() != L ||
      P.packedStateOffset.size() != L ||
      P.packedOutputScratchOffset.size() != L)
    return fail("the plan is of another network");
  for (size_t I = 0; I < L; ++I)
    if (P.packedScratchOffset[I].size() != Net.layers[I].inputs.size() ||
        P.packedStateOffset[I].size() != Net.layers[I].inputs.size())
      return fail("the plan is of another network");
  if (P.arenaBytes < 0 || P.arenaAlign < 1 || P.peakBytes > P.arenaBytes)
    return fail("the arena has an impossible size");
  for (size_t M = 0; M < Net.maps.size(); ++M)
    checkStore(int(M));
  for (size_t I = 0; I < L && !failed(); ++I) {
    for (Range R : buffersDuring(int(I)))
      checkRange("scratch of '" + name(int(I)) + "'", R.Offset, R.Bytes,
                 R.Align);
    for (Range R : buffersAcross(int(I)))
      checkRange("state of '" + name(int(I)) + "'", R.Offset, R.Bytes, R.Align);
  }
}

/// Does this step of `layer` legally write over `row` of its input `map`?
bool Replay::rowIsOverwritten(const Layer &layer, const Step &step, int map,
                              int64_t row) const {
  if (layer.inPlace < 0 || layer.inputs[layer.inPlace].map != map ||
      !inRows(map) || !inRows(layer.output) ||
      Net.maps[map].rowBytes != Net.maps[layer.output].rowBytes)
    return false;
  if (layer.steps != 1 && step.step / layer.stepsPerRow != row)
    return false;
  if (layer.steps != 1 && layer.stepsPerRow != 1)
    return false;
  // Another operand must not need another part of the map in this step.
  const Window &W = layer.inputs[layer.inPlace].window;
  for (const Input &In : layer.inputs)
    if (In.map == map && In.window.rowsAt(step.step, Net.maps[map].rows) !=
                             W.rowsAt(step.step, Net.maps[map].rows))
      return false;
  return rowOffset(map, row) == rowOffset(layer.output, row);
}

void Replay::readPacked(int map, const std::string &reader) {
  if (Done[Producer[map]] != Net.layers[Producer[map]].steps)
    fail("'" + reader + "' reads packed map '" + mapName(map) +
         "' before it is finished");
  for (Range R : packedParts(map))
    if (R.Bytes > 0 && !holds(R.Offset, R.Bytes, rowTag(map, 0)))
      fail("'" + reader + "' finds packed map '" + mapName(map) +
           "' overwritten");
}

void Replay::readInputs(const Layer &layer, const Step &step, bool afterWrite) {
  for (const Input &In : layer.inputs) {
    auto [Lo, Hi] = In.window.rowsAt(step.step, Net.maps[In.map].rows);
    if (Lo == Hi)
      continue;
    if (Complete[In.map] < Hi)
      return fail("'" + layer.name + "' step " + std::to_string(step.step) +
                  " reads row " + std::to_string(Hi - 1) + " of '" +
                  mapName(In.map) + "' before it is complete");
    StoreKind Kind = P.stores[In.map].kind;
    if (Kind == StoreKind::External)
      continue;
    if (Kind == StoreKind::None)
      return fail("'" + layer.name + "' reads '" + mapName(In.map) +
                  "', which is stored nowhere");
    if (Kind == StoreKind::Packed) {
      readPacked(In.map, layer.name);
      continue;
    }
    for (int64_t R = Lo; R < Hi; ++R) {
      if (afterWrite && rowIsOverwritten(layer, step, In.map, R))
        continue;
      if (!holds(rowOffset(In.map, R), Net.maps[In.map].rowBytes,
                 rowTag(In.map, R)))
        return fail("'" + layer.name + "' step " + std::to_string(step.step) +
                    " finds row " + std::to_string(R) + " of '" +
                    mapName(In.map) + "' overwritten");
    }
  }
}

/// Buffers other than rows: those that live across steps must still be there,
/// those of this step are filled.
void Replay::touchBuffers(int layer, const Step &step) {
  std::vector<Range> Across = buffersAcross(layer);
  Tag State = bufferTag(2 * layer), Scratch = bufferTag(2 * layer + 1);
  for (Range R : Across)
    if (R.Bytes > 0) {
      if (step.step == 0)
        write(R.Offset, R.Bytes, State);
    }
  for (Range R : buffersDuring(layer))
    if (R.Bytes > 0)
      write(R.Offset, R.Bytes, Scratch);
  int64_t Bytes = 0, Found = 0;
  for (Range R : Across)
    Bytes += R.Bytes;
  for (Range R : Across)
    for (int64_t B = 0; B < R.Bytes; ++B)
      Found += Arena[R.Offset + B] == State;
  if (Found != Bytes)
    fail("'" + name(layer) + "' step " + std::to_string(step.step) +
         " finds its state overwritten");
}

void Replay::writeOutput(const Layer &layer, const Step &step) {
  int Out = layer.output;
  const Map &M = Net.maps[Out];
  const Store &S = P.stores[Out];
  int64_t First = layer.steps == 1 ? 0 : step.step / layer.stepsPerRow;
  int64_t End = layer.steps == 1 ? M.rows : First + 1;
  bool Starts = layer.steps == 1 || step.step % layer.stepsPerRow == 0;
  bool Finishes = layer.steps == 1 ||
                  step.step % layer.stepsPerRow == layer.stepsPerRow - 1;
  if (S.kind == StoreKind::None)
    return fail("'" + layer.name + "' writes '" + M.name +
                "', which is stored nowhere");
  if (S.kind == StoreKind::Packed) {
    for (Range R : packedParts(Out)) {
      if (R.Bytes == 0)
        continue;
      if (step.step == 0)
        write(R.Offset, R.Bytes, rowTag(Out, 0));
      else if (!holds(R.Offset, R.Bytes, rowTag(Out, 0)))
        fail("'" + layer.name + "' finds its packed output overwritten");
    }
  } else if (S.kind != StoreKind::External) {
    for (int64_t R = First; R < End; ++R) {
      int64_t At = rowOffset(Out, R);
      if (Starts)
        write(At, M.rowBytes, rowTag(Out, R));
      else if (!holds(At, M.rowBytes, rowTag(Out, R)))
        fail("'" + layer.name + "' step " + std::to_string(step.step) +
             " finds the row it is adding to overwritten");
    }
    // All rows of a one-step layer exist at once.
    for (int64_t R = First; R < End; ++R)
      if (!holds(rowOffset(Out, R), M.rowBytes, rowTag(Out, R)))
        fail("'" + layer.name + "' writes two rows to one place");
  }
  if (Finishes)
    Complete[Out] = End;
}

void Replay::execute(const Step &step) {
  if (step.layer < 0 || size_t(step.layer) >= Net.layers.size() ||
      step.step != Done[step.layer])
    return fail("the steps of a layer are not in order");
  const Layer &L = Net.layers[step.layer];
  readInputs(L, step, false);
  if (failed())
    return;
  // Everything a step uses exists at the same time: fill its buffers, write its
  // output, and look whether anything was hit.
  touchBuffers(step.layer, step);
  if (failed())
    return;
  writeOutput(L, step);
  Tag Scratch = bufferTag(2 * step.layer + 1),
      State = bufferTag(2 * step.layer);
  for (Range R : buffersDuring(step.layer))
    if (R.Bytes > 0 && !holds(R.Offset, R.Bytes, Scratch))
      fail("'" + L.name + "' overlaps its own scratch");
  for (Range R : buffersAcross(step.layer))
    if (R.Bytes > 0 && !holds(R.Offset, R.Bytes, State))
      fail("'" + L.name + "' overlaps its own state");
  if (!failed())
    readInputs(L, step, true);
  ++Done[step.layer];
}

void Replay::checkEnd() {
  for (size_t L = 0; L < Net.layers.size(); ++L)
    if (Done[L] != Net.layers[L].steps)
      return fail("'" + name(int(L)) + "' is not finished");
  int Out = Net.outputMap;
  if (Out < 0)
    return;
  if (Complete[Out] != Net.maps[Out].rows)
    return fail("the output is not complete");
  if (inRows(Out))
    for (int64_t R = 0; R < Net.maps[Out].rows; ++R)
      if (!holds(rowOffset(Out, R), Net.maps[Out].rowBytes, rowTag(Out, R)))
        return fail("the output is overwritten");
}

std::string Replay::run() {
  for (const Map &M : Net.maps) {
    FirstTag.push_back(NumRows);
    NumRows += M.rows;
  }
  Producer.assign(Net.maps.size(), -1);
  for (size_t L = 0; L < Net.layers.size(); ++L)
    Producer[Net.layers[L].output] = int(L);
  Done.assign(Net.layers.size(), 0);
  Complete.assign(Net.maps.size(), 0);
  checkShape();
  if (failed())
    return Problem;

  Arena.assign(P.arenaBytes, Nobody);
  if (int In = Net.inputMap; In >= 0) {
    Complete[In] = Net.maps[In].rows;
    if (inRows(In))
      for (int64_t R = 0; R < Net.maps[In].rows; ++R)
        write(rowOffset(In, R), Net.maps[In].rowBytes, rowTag(In, R));
  }
  for (const Step &S : P.steps) {
    execute(S);
    if (failed())
      return Problem;
  }
  checkEnd();
  return Problem;
}

} // namespace

Network rtwmc::planning::networkAsRun(const Network &network,
                                      const Plan &plan) {
  Network Result = network;
  for (Layer &L : Result.layers)
    if (size_t(L.output) < plan.stores.size())
      L = Layer(L.asRun(plan.stores[L.output].kind == StoreKind::Packed));
  return Result;
}

std::string rtwmc::planning::verifyPlan(const Network &network,
                                        const Plan &plan) {
  if (std::string Malformed = validate(network); !Malformed.empty())
    return Malformed;
  return Replay(networkAsRun(network, plan), plan).run();
}
