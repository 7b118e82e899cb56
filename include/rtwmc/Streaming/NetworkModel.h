//===- NetworkModel.h - A module as the planner sees it ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_NETWORKMODEL_H
#define RTWMC_STREAMING_NETWORKMODEL_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Planner.h"

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

/// How maps are pruned that the plan, and not the module, decides to prune.
struct PruningPolicy {
  int64_t batch = 32;
  /// One threshold for all pruned maps, or one for each in order.
  llvm::SmallVector<int64_t> tauQ = {1};
  /// Thresholds of single maps, by name; they go before `tauQ`.
  llvm::StringMap<int64_t> tauQOf;
  QuotaPolicy policy = QuotaPolicy::Proportional;
  /// As given to `NetworkModel::get`.
  StreamOrder order = StreamOrder::NHWC;
};

/// Adds `prune` and `unprune` to the kernels of the maps that `plan` packs; the
/// model's layers become as they run under `plan`.
/// Fails if there are neither one nor as many thresholds as packed maps.
llvm::LogicalResult insertPruning(NetworkModel &model,
                                  const planning::Plan &plan,
                                  const PruningPolicy &policy);

/// Replaces the network's function by its schedule: steps on buffers.
void emitSchedule(NetworkModel &model, const planning::Plan &plan);

} // namespace rtwmc

#endif // RTWMC_STREAMING_NETWORKMODEL_H
