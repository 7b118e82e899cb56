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

#include <optional>

namespace rtwmc {

/// A network of kernels (after `rtwmc-outline-kernels`) and its image in the
/// planner: layer `i` is `kernels[i]`, map `m` is `values[m]`.
struct NetworkModel {
  mlir::func::FuncOp function;
  planning::Network network;
  llvm::SmallVector<mlir::func::FuncOp> kernels;
  llvm::SmallVector<mlir::Value> values;
  /// The maps that the function's arguments and results are. A result that is
  /// an argument, or another result, is copied.
  llvm::SmallVector<int> inputs, outputs;
  /// Zero point of each map, where it is known.
  llvm::SmallVector<std::optional<int32_t>> zeroPoints;
  /// What the module's `prune` operations drop; empty if it has none.
  std::vector<planning::Packing> packings;
  /// The threshold of each map, where the module's settings have one.
  llvm::SmallVector<std::optional<int64_t>> tauQ;
  /// `MapSettings::lostEnergy` of each map; empty where it is not known.
  llvm::SmallVector<std::vector<double>> lostEnergy;
  /// What is packed, if the module's settings decide that.
  std::optional<std::vector<planning::Packing>> pinned;

  /// Reads `module`. The network's input is where `place` says; maps that the
  /// plan prunes are to stream in `order`. Fails with a diagnostic where the
  /// module is not a network of kernels, or has settings of maps (`rtwmc.maps`)
  /// that it cannot have.
  static llvm::FailureOr<NetworkModel> get(mlir::ModuleOp module,
                                           InputPlace place, StreamOrder order);
};

/// Plans `model` as `rtwmc-stream` does with `options`: the plan, or why there
/// is none. Fails with a diagnostic where the options are out of range.
llvm::FailureOr<planning::PlanResult>
planSchedule(const NetworkModel &model, const StreamOptions &options);

/// Adds `prune` and `unprune` to the kernels of the maps that `plan` packs; the
/// model's layers become as they run under `plan`. Prunings get the thresholds
/// that the model has for their maps.
/// Fails if there are neither one threshold nor as many as packed maps.
llvm::LogicalResult insertPruning(NetworkModel &model,
                                  const planning::Plan &plan,
                                  const StreamOptions &options);

/// Takes back what `module`, of which there is a model, prunes: its `prune` and
/// `unprune` operations and its settings of maps.
void removePruning(mlir::ModuleOp module);

/// Replaces the network's function by its schedule: steps on buffers. The
/// module's settings of maps are used up.
void emitSchedule(NetworkModel &model, const planning::Plan &plan);

} // namespace rtwmc

#endif // RTWMC_STREAMING_NETWORKMODEL_H
