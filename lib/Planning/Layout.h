//===- Layout.h - The buffers of a schedule ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner. A layout says which buffers a schedule needs, how
// large they are and when each is alive; Placement.h gives them offsets.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_LAYOUT_H
#define RTWMC_LIB_PLANNING_LAYOUT_H

#include "Timeline.h"
#include "rtwmc/Planning/Planner.h"

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
  Part Kind;
  /// Map (up to `PrunerState`) or layer.
  int Owner;
  /// `PackedState`: which input.
  int Input = -1;
  int64_t Bytes = 0, Align = 1;
  /// Alive in `[First, Last]`; scratch only at the steps of its layer.
  int First = 0, Last = 0;
};

/// Where the parts of a layer's scratch are, relative to its start.
struct ScratchParts {
  int64_t Bytes = 0, Align = 1;
  int64_t PackedOutput = -1;
  std::vector<int64_t> PackedInput;
};

class Layout {
public:
  /// `drops[m] != NotPacked` packs map `m` if it is alive here; the timeline's
  /// topology must be of the same packed maps.
  Layout(const Timeline &timeline, const Drops &drops, const Options &options);

  const Timeline &Time;
  std::vector<Buffer> Buffers;
  /// By map: everything but offsets.
  std::vector<Store> Stores;
  /// By layer.
  std::vector<ScratchParts> Scratch;
  /// The most bytes alive at once, and when; a lower bound on any arena.
  int64_t PeakBytes = 0;
  int PeakStep = 0;

  bool conflict(const Buffer &a, const Buffer &b) const;

private:
  void findAliases();
  bool canOverwrite(const Layer &layer, int index) const;
  void storeRows(int root);
  void storePacked(int map, int64_t drop, const PackedCost &cost);
  void storeOfLayer(int layer);
  void add(Part kind, int owner, int input, int64_t bytes, int64_t align,
           int first, int last);
  void findPeak();

  /// By map: the map whose store it shares (itself if none).
  std::vector<int> Root;
};

/// `value` rounded up to a multiple of `align`.
inline int64_t alignUp(int64_t value, int64_t align) {
  return (value + align - 1) / align * align;
}

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_LAYOUT_H
