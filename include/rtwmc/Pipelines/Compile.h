//===- Compile.h - From a module to an object within a budget ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PIPELINES_COMPILE_H
#define RTWMC_PIPELINES_COMPILE_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Planner.h"
#include "rtwmc/Target/Object.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <string>
#include <vector>

namespace rtwmc {

/// What is written.
enum class Emit { Object, Assembly, LLVMIR, MLIR };

/// What a plan says of one map; empty members leave it to the options.
struct MapSettings {
  /// As in the report: the kernel that makes the map.
  std::string name;
  /// The threshold, if this map is pruned.
  std::optional<int64_t> tauQ;
  /// Elements to drop at least; 0: the map is not pruned.
  std::optional<int64_t> drop;
};

/// The options of `rtwmc-compile`, under the same names.
struct CompileOptions {
  std::string name = "network";
  const Core *core = nullptr;
  /// Bytes for arena and stack; nothing: the smallest lossless budget.
  std::optional<int64_t> ram;
  /// Bytes for code and constants.
  std::optional<int64_t> flash;
  Mode mode = Mode::Exact;
  bool inputInArena = false;
  StreamOrder order = StreamOrder::NHWC;
  int64_t batch = 32;
  double alpha = 0.8;
  std::vector<int64_t> tauQ = {1};
  QuotaPolicy policy = QuotaPolicy::Proportional;
  /// Settings of single maps. If one of them has a `drop`, no planner decides:
  /// exactly the maps with a `drop` above 0 are pruned.
  std::vector<MapSettings> maps;

  /// Whether `maps` decides what is pruned.
  bool pinsDrops() const {
    return llvm::any_of(
        maps, [](const MapSettings &map) { return map.drop.has_value(); });
  }
  Emit emit = Emit::Object;
};

/// A compiled network.
struct CompileResult {
  /// The object, or the text asked for.
  std::string output;
  /// The C header.
  std::string header;
  /// The report (docs/report.md), and the same for people.
  llvm::json::Value report = nullptr;
  std::string table;
};

/// Registers every dialect, extension and translation the pipeline needs.
void registerCompilerDialects(mlir::DialectRegistry &registry);

/// Compiles `module` (TOSA, as front ends emit it) for `options.core`. Emits
/// diagnostics and fails where the network cannot be compiled or a budget
/// cannot be kept; a budget is kept for every input.
llvm::LogicalResult compileNetwork(mlir::ModuleOp module,
                                   const CompileOptions &options,
                                   CompileResult &result);

} // namespace rtwmc

#endif // RTWMC_PIPELINES_COMPILE_H
