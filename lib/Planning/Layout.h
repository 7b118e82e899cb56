//===- Layout.h - The buffers of a schedule ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner. A layout says which buffers a schedule needs, how
// large they are and when each is alive; PlacementProblem.h finds their
// offsets.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_LAYOUT_H
#define RTWMC_LIB_PLANNING_LAYOUT_H

#include "Rounding.h"
#include "Timeline.h"
#include "rtwmc/Planning/Interval.h"
#include "rtwmc/Planning/Planner.h"

#include <optional>
#include <vector>

namespace rtwmc::planning {

/// What a buffer is for.
enum class Part {
  Rows,
  Values,
  Bitmap,
  TinyBuffer,
  Cache,
  PrunerState,
  Scratch,
  LayerState,
  PackedState
};

struct Buffer {
  Part kind;
  /// Map (up to `PrunerState`) or layer.
  int owner;
  /// `PackedState`: which input.
  int input = -1;
  int64_t bytes = 0, align = 1;
  /// Alive in `[First, Last]`; scratch only at the steps of its layer.
  int first = 0, last = 0;
  /// The parts of that in which it is, in order: room for one row is free from
  /// the last step that reads a row to the first that writes the next.
  std::vector<Interval> lives;
  /// Of a map that is stored as a whole: when each of its rows holds something.
  /// Other buffers may be in the bytes of the others meanwhile. Empty: all of
  /// the buffer is alive when it is.
  std::vector<Interval> rows;

  int64_t rowBytes() const { return bytes / int64_t(rows.size()); }
};

/// How two buffers must lie that are alive together.
struct Conflict {
  /// How far the second begins behind the first at least, if it is above it,
  /// and the first behind the second, if that is above; less the bytes of the
  /// lower one where that has no rows. Below 0 where no rows are in the way.
  int64_t over = 0, under = 0;
};

/// Where the parts of a layer's scratch are, relative to its start.
struct ScratchParts {
  int64_t bytes = 0, align = 1;
  int64_t packedOutput = -1;
  std::vector<int64_t> packedInput;
  /// Of a pruner of rows, which keeps nothing from step to step.
  int64_t tinyBuffer = -1, prunerState = -1;
};

class Layout {
public:
  /// Packs what `drops` says as far as it is alive here; the timeline's
  /// topology must be of the same packed maps.
  Layout(const Timeline &timeline, const Drops &drops, const Options &options);

  const Timeline &time;
  std::vector<Buffer> buffers;
  /// By map: everything but offsets.
  std::vector<Store> stores;
  /// By layer.
  std::vector<ScratchParts> scratch;
  /// The most bytes alive at once; a lower bound on any arena.
  int64_t peakBytes = 0;
  /// The most if all of a map were alive when any of it is.
  int64_t wholePeakBytes = 0;

  /// Whether both are alive in some step, whatever rows are.
  bool liveTogether(const Buffer &a, const Buffer &b) const;
  /// Nothing if they never are alive together.
  std::optional<Conflict> conflict(const Buffer &a, const Buffer &b) const;
  /// By step: bytes alive, if buffer `b` had `bytes[b]` bytes; of maps with
  /// rows only those of the rows that are where `byRow[b]` says so.
  std::vector<int64_t> liveBytes(const std::vector<int64_t> &bytes,
                                 const std::vector<bool> &byRow) const;
  /// The most of them, for all maps with rows or for none.
  int64_t peakOf(const std::vector<int64_t> &bytes, bool byRow) const;

private:
  /// Of layers that go on with a map, and if any may overwrite its input.
  void findAliases(bool mayOverwrite);
  bool canOverwrite(const Layer &layer, int index, const Input &in) const;
  bool isAsSmallFrom(int map, int output) const;
  const Input *overwritten(const Layer &layer, int index) const;
  void storeRows(int root, const Options &options);
  /// Whether rows of the maps in a store have lives of their own.
  bool diesByRow(int root) const;
  static int64_t capacityOf(int64_t rows, const Timeline::Row *lives);
  int lastWrite(int map, int64_t row) const;
  std::vector<Interval> rowByRow(int root, const Timeline::Row *rows) const;
  void storePacked(int map, const MapDrop &dropped, const PackedCost &cost);
  void storePackedRing(int map, const MapDrop &dropped, const PackedCost &cost);
  void storeOfLayer(int layer, const PackedCost &cost);
  void pruneRows(int layer, const PackedCost &cost, ScratchParts &parts);
  void add(Part kind, int owner, int input, int64_t bytes, int64_t align,
           int first, int last, std::vector<Interval> lives = {});
  /// Whether `b`, which has no rows, is alive in some step of `life`.
  bool isAliveIn(const Buffer &b, Interval life) const;
  static Conflict conflictOfRows(const Buffer &a, const Buffer &b);
  void findPeak();

  /// By map: the map whose store it shares (itself if none).
  std::vector<int> rootOf;
  /// By map: the next one that shares its store, -1 behind the last; the first
  /// is the one whose store it is.
  std::vector<int> nextOf;
};

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_LAYOUT_H
