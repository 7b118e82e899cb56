//===- Network.h - What the planner knows about a network -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network as the planner sees it: feature maps made of rows, and layers that
// read windows of rows and write rows, step by step. Nothing here knows IR.
//
// All sizes are bytes, all positions are rows or steps, unless a comment says
// otherwise.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_NETWORK_H
#define RTWMC_PLANNING_NETWORK_H

#include "rtwmc/Planning/Enums.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rtwmc::planning {

/// Where a map's rows live.
enum class Residence {
  /// In the arena; counted.
  Arena,
  /// In the caller's memory (flash, a sensor's buffer, the output buffer); not
  /// counted, every row addressable at any time.
  External,
};

/// A feature map: `rows` rows of `rowBytes` bytes.
struct Map {
  std::string name;
  int64_t rows = 1;
  int64_t rowBytes = 0;
  /// Alignment of the map's first byte; a power of two. Rows follow each other
  /// without padding, so a map whose rows must be aligned has `rowBytes` a
  /// multiple of `align`.
  int64_t align = 1;
  /// Bytes of one element.
  int64_t elementBytes = 1;
  Residence residence = Residence::Arena;
  /// An int8 map whose producer can prune and all of whose consumers can read
  /// it packed. Ignored for external maps and for the network's input.
  bool packable = false;
  /// The same for a map each of whose rows is pruned on its own.
  bool rowPackable = false;

  /// Bytes of the whole map stored densely.
  int64_t denseBytes() const { return rows * rowBytes; }
  /// `N` of spec section 1.
  int64_t elements() const { return rowElements() * rows; }
  /// The same of a row.
  int64_t rowElements() const { return rowBytes / elementBytes; }
  /// The same of what is pruned as one sequence.
  int64_t elements(PruneUnit unit) const {
    return unit == PruneUnit::Row ? rowElements() : elements();
  }
  /// `packable` or `rowPackable`.
  bool canPack(PruneUnit unit) const {
    return unit == PruneUnit::Row ? rowPackable : packable;
  }
};

/// The rows of an input that step `t` of a layer reads: `extent` of them from
/// `(t * stride + offset) / divisor` on, rounded down, clipped to the map, or
/// with `clamps` the rows of the map that are the nearest to each.
/// The whole map at every step is `{0, 0, rows}`. `stride` is never negative.
struct Window {
  int64_t stride = 0;
  int64_t offset = 0;
  int64_t extent = 0;
  int64_t divisor = 1;
  bool clamps = false;

  /// The clipped range `[first, second)` read by `step`; empty if they are
  /// equal.
  std::pair<int64_t, int64_t> rowsAt(int64_t step, int64_t rows) const {
    int64_t at = step * stride + offset;
    int64_t lo = at >= 0 ? at / divisor : -((divisor - 1 - at) / divisor);
    if (clamps && extent > 0)
      return {std::clamp<int64_t>(lo, 0, rows - 1),
              std::clamp<int64_t>(lo + extent, 1, rows)};
    int64_t hi = std::min(lo + extent, rows);
    lo = std::clamp<int64_t>(lo, 0, rows);
    return {lo, std::max(lo, hi)};
  }

  friend bool operator==(const Window &, const Window &) = default;
};

/// One operand of a layer.
struct Input {
  /// Index into `Network::maps`.
  int map = -1;
  Window window;
  /// Bytes of transient scratch the layer needs on top of `Layer::scratch` when
  /// this input is packed (for instance rows read back).
  int64_t packedScratch = 0;
  /// Bytes that live from the layer's first to its last step when this input
  /// is packed (cursors).
  int64_t packedState = 0;
  /// Bytes of transient scratch when each row of this input is packed on its
  /// own, instead of both.
  int64_t packedRowScratch = 0;
  /// Alignment of them.
  int64_t packedAlign = 4;
};

/// A layer: `steps` steps, executed in order.
struct Layer {
  std::string name;
  std::vector<Input> inputs;
  /// Index into `Network::maps`. Each map has at most one producer.
  int output = -1;
  int64_t steps = 1;
  /// Output row `r` is written by steps `[r * stepsPerRow, (r+1) *
  /// stepsPerRow)`, so `steps == rows * stepsPerRow`; the row occupies memory
  /// from the first of them and is complete after the last. With `steps == 1`
  /// the layer writes all rows in its only step, whatever `stepsPerRow` says.
  int64_t stepsPerRow = 1;
  /// Bytes live only during a step; may be shared with any other layer's.
  int64_t scratch = 0;
  int64_t scratchAlign = 1;
  /// Bytes live from the layer's first to its last step.
  int64_t state = 0;
  int64_t stateAlign = 1;
  /// Extra scratch needed when the output is packed (a row staged on its way
  /// to the tiny buffer).
  int64_t packedOutputScratch = 0;
  int64_t packedOutputScratchAlign = 4;
  /// Bytes that join the pruner's state when the output is packed: a row that
  /// several steps fill before it can be pruned. The pruner of single rows
  /// keeps nothing else from step to step.
  int64_t packedOutputState = 0;
  /// Index into `inputs`: output row `r` may overwrite row `r` of that input if
  /// that row dies in the step which writes it. -1: never.
  int inPlace = -1;
  /// Where `inPlace` is an input, whether any other of as many and as long rows
  /// will do as well.
  bool overwritesAny = false;
  /// The output is the map `inPlace` with more of it written, in the same
  /// bytes: that map is complete before the first step, and read by nobody
  /// else.
  bool goesOn = false;
  /// How the layer runs when its output is packed, where that differs (a layer
  /// that then computes channel by channel); one at most. It reads and writes
  /// the same maps.
  std::vector<Layer> whenPacked;

  /// The layer as it runs when its output is packed, or is not.
  const Layer &asRun(bool outputIsPacked) const {
    return outputIsPacked && !whenPacked.empty() ? whenPacked.front() : *this;
  }
};

/// A network: maps, and layers in topological order.
struct Network {
  std::vector<Map> maps;
  std::vector<Layer> layers;
  /// Index of the network's input (no producer; complete before the first
  /// step) and output (live after the last step).
  int inputMap = -1;
  int outputMap = -1;
  /// Of a network with several inputs or outputs, the others.
  std::vector<int> moreInputs, moreOutputs;

  bool isInput(int map) const;
  bool isOutput(int map) const;
};

/// Checks that a network is well formed (indices, sizes, topological order,
/// windows inside the map's reach, `steps` against rows). Returns the first
/// problem, or an empty string.
std::string validate(const Network &network);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_NETWORK_H
