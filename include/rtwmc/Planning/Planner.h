//===- Planner.h - The exact, row-level memory planner ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The `exact` planner of spec section 2: the least integer drop for which the
// real, byte-by-byte layout fits. Code is generated from its plans.
//
// The layer list is cut into contiguous *segments*. Inside a segment layers run
// depth-first, demand-driven row by row, and the maps between them are rings.
// Maps that cross a segment boundary are dense, or packed (spec section 4).
// Lossless plans come first; only what still does not fit is pruned.
//
// All sizes are bytes.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_PLANNER_H
#define RTWMC_PLANNING_PLANNER_H

#include "rtwmc/Planning/Expected.h"
#include "rtwmc/Planning/LossCurve.h"
#include "rtwmc/Planning/Network.h"
#include "rtwmc/Planning/PackedCost.h"
#include "rtwmc/Planning/Plan.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace rtwmc::planning {

/// No bound on the arena.
inline constexpr int64_t unlimited = std::numeric_limits<int64_t>::max();

/// A map stored packed with `drop` of its elements dropped at least, or of
/// those of each row.
struct Packing {
  int map = -1;
  int64_t drop = 0;
  PruneUnit unit = PruneUnit::Map;
  /// Elements of its tiny buffer, at most those of a unit; 0: as
  /// `Options::cost` and `Options::growBatches` have it.
  int64_t batch = 0;
};

/// What to plan for.
struct Options {
  int64_t arenaBudget = unlimited;
  /// A packed map with its overhead takes at most `alpha * arenaBudget`, as far
  /// as dropping elements can achieve that.
  double alpha = 1.0;
  /// Every layer its own segment: no streaming, no rings, nothing overwritten
  /// in place (the paper's setting).
  bool layerByLayer = false;
  /// Never prune.
  bool lossless = false;
  /// Every map in the arena is whole, has bytes of its own and stays to the
  /// end, so that it can be looked at after a run. Nothing is pruned.
  bool keepMaps = false;
  /// Pack exactly these maps with exactly these drops. Each map that is packed
  /// as a whole gets a barrier between its producer and its consumers.
  std::optional<std::vector<Packing>> forcedPacking;
  /// What is lost by dropping a share of each map, where it was measured;
  /// empty, or by map.
  std::vector<LossCurve> losses;
  /// What packing takes; `cost.batch` is the tiny buffer's size.
  PackedCost cost;
  /// Tiny buffers may be larger than `cost.batch` where that costs no arena:
  /// the more elements a batch has, the fewer large ones are dropped.
  bool growBatches = false;
  /// Networks of at most this many layers are searched exhaustively (all
  /// partitions); larger ones by a budget-independent family of partitions.
  int maxExhaustiveLayers = 8;
};

/// Why there is no plan.
struct PlanError {
  /// One sentence for a diagnostic.
  std::string message;
  /// The layer where memory is tightest; empty for a malformed network.
  std::string layer;
  int layerIndex = -1;
  /// Bytes live there in the smallest plan.
  int64_t bytesNeeded = 0;
  /// The smallest budget for which the same call succeeds; one byte less fails.
  int64_t smallestArena = 0;
  /// The smallest budget for which it succeeds without dropping anything.
  int64_t smallestLosslessArena = 0;
};

using PlanResult = Expected<Plan, PlanError>;

/// Plans `network` (spec section 2, `exact`). Deterministic; a larger budget
/// never fails where a smaller one works. Among the lossless plans that are
/// considered the smallest wins; if none fits, the one that is predicted to
/// lose least (LossCurve.h).
PlanResult planNetwork(const Network &network, const Options &options = {});

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_PLANNER_H
