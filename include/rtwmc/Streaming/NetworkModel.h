//===- NetworkModel.h - A module as the planner sees it ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_NETWORKMODEL_H
#define RTWMC_STREAMING_NETWORKMODEL_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Planner.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

#include <optional>

namespace rtwmc {

/// A network of kernels (after `rtwmc-outline-kernels`) and its image in the
/// planner: layer `i` is `kernels[i]`, map `m` is `values[m]`.
struct NetworkModel {
  mlir::func::FuncOp function;
  planning::Network network;
  llvm::SmallVector<mlir::func::FuncOp> kernels;
  llvm::SmallVector<mlir::Value> values;
  /// Zero point of each map, where it is known.
  llvm::SmallVector<std::optional<int32_t>> zeroPoints;
  /// What the module's `prune` operations drop; empty if it has none.
  std::vector<planning::Packing> packings;

  /// Reads `module`. The network's input is external unless `inputInArena`;
  /// maps that the plan prunes are to stream in `order`. Fails with a
  /// diagnostic where the module is not a network of kernels.
  static llvm::FailureOr<NetworkModel>
  get(mlir::ModuleOp module, bool inputInArena, StreamOrder order);
};

/// Plans `model` as `rtwmc-stream` does with `options`: the plan, or why there
/// is none. Maps that the module prunes itself are packed as it says, and no
/// others. `pinned`, if given, says which maps are packed instead. Fails with a
/// diagnostic where the options are out of range.
llvm::FailureOr<planning::PlanResult> planSchedule(
    const NetworkModel &model, const StreamOptions &options,
    const std::optional<std::vector<planning::Packing>> &pinned = std::nullopt);

/// Adds `prune` and `unprune` to the kernels of the maps that `plan` packs; the
/// model's layers become as they run under `plan`. Thresholds of single maps,
/// `tauQOf` by name, go before those of `options`.
/// Fails if there are neither one nor as many thresholds as packed maps.
llvm::LogicalResult insertPruning(NetworkModel &model,
                                  const planning::Plan &plan,
                                  const StreamOptions &options,
                                  const llvm::StringMap<int64_t> &tauQOf = {});

/// Replaces the network's function by its schedule: steps on buffers.
void emitSchedule(NetworkModel &model, const planning::Plan &plan);

} // namespace rtwmc

#endif // RTWMC_STREAMING_NETWORKMODEL_H
