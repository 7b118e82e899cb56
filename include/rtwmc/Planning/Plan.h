//===- Plan.h - What runs when, and where everything is ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The planner's answer (Planner.h), from which code is generated, and an
// independent check of it. All sizes are bytes and all times are positions in
// `Plan::steps`, unless a comment says otherwise.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_PLAN_H
#define RTWMC_PLANNING_PLAN_H

#include "rtwmc/Planning/Enums.h"
#include "rtwmc/Planning/Network.h"
#include "rtwmc/Planning/Schedule.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rtwmc::planning {

/// Where a map's bytes are. Offsets are relative to the arena; -1 = none.
struct Store {
  StoreKind kind = StoreKind::None;
  /// Capacity in rows: row `r` lives in slot `r % rows`, at
  /// `offset + (r % rows) * rowBytes`.
  int64_t rows = 0;
  int64_t offset = -1;
  /// Bytes of the store: all rows, or all parts of a packed map together.
  int64_t bytes = 0;

  /// Packed maps: elements dropped at least, and `N - drop`; of a packed ring,
  /// those of each row.
  int64_t drop = 0, keep = 0;
  int64_t valuesOffset = -1, valuesBytes = 0;
  int64_t bitmapOffset = -1, bitmapBytes = 0;
  int64_t bufferOffset = -1, bufferBytes = 0;
  int64_t cacheOffset = -1, cacheBytes = 0;
  int64_t stateOffset = -1, stateBytes = 0;

  bool isPacked() const {
    return kind == StoreKind::Packed || kind == StoreKind::PackedRing;
  }
  PruneUnit unit() const {
    return kind == StoreKind::PackedRing ? PruneUnit::Row : PruneUnit::Map;
  }
  /// Elements of the whole of `map`, which is stored here, that are dropped.
  int64_t totalDrop(const Map &map) const {
    return kind == StoreKind::PackedRing ? drop * map.rows : drop;
  }

  /// Whether the store holds one row of `map` at a time, so that it is free
  /// between the last use of a row and the next one.
  bool isOneOfMany(const Map &map) const { return rows == 1 && map.rows > 1; }

  /// The map whose store this one shares (always a root, never an alias).
  int aliasOf = -1;
  /// The steps (positions in `Plan::steps`) between which the store is live.
  int firstStep = -1, lastStep = -1;
};

/// A placed schedule. Vectors named after a layer are indexed by layer, then by
/// input where they have two levels; offsets are -1 where nothing is needed.
struct Plan {
  /// By map.
  std::vector<Store> stores;
  /// The schedule.
  std::vector<Step> steps;

  /// `Layer::scratch`.
  std::vector<int64_t> scratchOffset;
  /// `Layer::state`.
  std::vector<int64_t> stateOffset;
  /// `Input::packedScratch` and `Input::packedState`.
  std::vector<std::vector<int64_t>> packedScratchOffset, packedStateOffset;
  /// `Layer::packedOutputScratch`.
  std::vector<int64_t> packedOutputScratchOffset;

  /// What the code really uses: one past the last byte, and the alignment the
  /// arena's address needs.
  int64_t arenaBytes = 0, arenaAlign = 1;
  /// The most bytes live at once (at most `arenaBytes`) and the position in
  /// `steps` where that is. A map is live as a whole, but row by row where
  /// something else is in its bytes meanwhile.
  int64_t peakBytes = 0;
  int peakStep = 0;
  /// First layer of each segment.
  std::vector<int> segments;
  /// Elements dropped at least, over the elements of all maps a layer writes.
  double lossFraction = 0.0;
  /// The loss that LossCurve.h predicts, over all maps; 0 if nothing is dropped
  /// or if what is dropped was given.
  double predictedLoss = 0.0;
};

/// `network` with its layers as they run under `plan`: those that write packed
/// maps as `Layer::whenPacked` has it.
Network networkAsRun(const Network &network, const Plan &plan);

/// Replays `plan` step by step, knowing nothing of how it was made, and checks
/// byte range by byte range that no live buffer overlaps another, that every
/// row read has been written completely and not overwritten, that rings hold
/// what they must, that packed maps are finished before they are read, and
/// that everything is aligned and inside `arenaBytes`. Returns the first
/// violation, or an empty string.
std::string verifyPlan(const Network &network, const Plan &plan);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_PLAN_H
