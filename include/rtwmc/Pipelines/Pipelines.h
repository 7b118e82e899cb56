//===- Pipelines.h - The compiler as pipelines of passes --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stages of the compiler, each a pipeline of passes on a module. The
// programs, and whoever links this library, build theirs here, from the same
// options.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PIPELINES_PIPELINES_H
#define RTWMC_PIPELINES_PIPELINES_H

#include "rtwmc/Pipelines/Passes.h"
#include "rtwmc/Streaming/MapSettings.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Pass/PassManager.h"

#include <string>
#include <vector>

namespace rtwmc {

/// The options of `rtwmc-compile`, under the same names: those of `rtwmc-fit`
/// (Passes.td), kernels that are forced (as `rtwmc-choose-kernels` reads them),
/// and what a plan file settles for single maps.
struct CompileOptions : FitOptions {
  llvm::SmallVector<std::string> kernel;
  std::vector<MapSettings> maps;

  /// Whether `maps` decides what is pruned.
  bool pinsDrops() const {
    return llvm::any_of(
        maps, [](const MapSettings &map) { return map.drop.has_value(); });
  }
  /// The function that the network becomes.
  std::string entry() const { return name + "_run"; }
  /// The function that resets its variables, if it has any.
  std::string reset() const { return name + "_reset"; }
  /// What an object's callers may call.
  std::vector<std::string> entries(bool hasState) const {
    std::vector<std::string> names{entry()};
    if (hasState)
      names.push_back(reset());
    return names;
  }
};

/// `text` with what a C identifier cannot have replaced.
std::string makeIdentifier(llvm::StringRef text);

/// The first option that has no possible value, as "batch=0: expects 1 to 65535
/// elements"; an empty string if there is none. Pipelines expect options that
/// passed.
std::string checkOptions(const CompileOptions &options);

/// What a module has become.
enum class Stage {
  /// From TOSA: rtwmc layers, fused.
  Layers,
  /// A function for each layer, loops where there is no layer for an operation.
  Kernels,
  /// Steps over rows, on buffers in an arena that keeps within the budget.
  Schedule,
  /// Row kernels in scf, arith and memref; the function of C that calls them.
  Loops,
  /// The LLVM dialect, as it is translated to LLVM IR.
  LLVM,
};

/// Adds what turns a module of the stage before `stage` into one of `stage`.
void addStage(mlir::OpPassManager &pm, Stage stage,
              const CompileOptions &options);

/// Adds the stages from TOSA to `last`.
void addPipeline(mlir::OpPassManager &pm, const CompileOptions &options,
                 Stage last = Stage::LLVM);

/// The options of `rtwmc-stream`. There is no budget: a network has that from
/// `rtwmc-fit`.
StreamOptions getStreamOptions(const CompileOptions &options);

/// Registers `rtwmc-pipeline`, and a pipeline for each stage.
void registerRTWMCPipelines();

/// Registers every dialect, extension and translation the pipelines need.
void registerCompilerDialects(mlir::DialectRegistry &registry);

} // namespace rtwmc

#endif // RTWMC_PIPELINES_PIPELINES_H
