//===- NetworkReport.h - What a report says of the network ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_NETWORKREPORT_H
#define RTWMC_LIB_PIPELINES_NETWORKREPORT_H

#include "rtwmc/Kernels/Work.h"
#include "rtwmc/Planning/Planner.h"
#include "rtwmc/Streaming/BufferLives.h"
#include "rtwmc/Streaming/NetworkModel.h"
#include "rtwmc/Streaming/SplitStrips.h"
#include "rtwmc/Target/Object.h"

#include <optional>
#include <string>
#include <vector>

namespace rtwmc {

/// One map of the report.
struct MapReport {
  std::string name;
  llvm::SmallVector<int64_t> shape;
  planning::Store store;
  std::optional<int32_t> zeroPoint;
  StreamOrder order = StreamOrder::NHWC;
  int64_t tauQ = 0, batch = 0;
  QuotaPolicy policy = QuotaPolicy::Proportional;
  /// Bytes a packed map takes besides values, bitmap, buffer and cache.
  int64_t scratch = 0;
};

/// One layer of the report.
struct LayerReport {
  std::string name, givenName;
  /// How its accumulators are computed; empty where there is no choice.
  std::string kernel;
  /// The maps it reads.
  std::vector<std::string> inputs;
  int64_t macs = 0, steps = 0, scratch = 0;
  /// Calls that the network's function makes for each of its steps.
  int64_t callsPerStep = 1;
  /// Of which layer it computes a strip, if it does.
  std::optional<StripOf> strip;
  /// Bytes of all functions that are its code, and its deepest stack; a
  /// function that was inlined or merged into another takes none.
  int64_t code = 0, stack = 0;
  /// Bytes of its weights and whatever else of the read-only data is named
  /// after it.
  int64_t constants = 0;
  /// Of one inference.
  Work work;
};

/// Taken when maps are pruned as planned, before the schedule replaces them.
struct NetworkReport {
  std::vector<MapReport> maps;
  std::vector<LayerReport> layers;
  /// The arena over time; empty before the schedule is there.
  std::vector<BufferLife> regions;

  static NetworkReport get(const NetworkModel &model,
                           const planning::Plan &plan);
  /// Adds up the code of layers in `object`: functions of `module`, from which
  /// it was generated, say whose code they are (`rtwmc.code_of`). Constants
  /// are those of the layer with whose name theirs begins.
  void addCode(mlir::ModuleOp module, const target::ObjectFile &object);
  /// Adds the estimated work of layers, from their functions in `module` after
  /// `convert-rtwmc-to-loops`.
  void addWork(mlir::func::FuncOp entry, const Core &core);
  /// The layer whose name is `name`, or begins it, with `_` behind; or null.
  const LayerReport *ownerOf(llvm::StringRef name) const;
  int64_t macs() const;
  /// How many more these are than without strips.
  int64_t recomputedMacs() const;
  /// The segments in strips, each as `StripSetting::parse` reads it.
  std::vector<std::string> strips() const;
  Work work() const;
};

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_NETWORKREPORT_H
