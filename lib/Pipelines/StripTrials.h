//===- StripTrials.h - Strips for a budget ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_STRIPTRIALS_H
#define RTWMC_LIB_PIPELINES_STRIPTRIALS_H

#include "rtwmc/Pipelines/Pipelines.h"
#include "rtwmc/Planning/StripSearch.h"
#include "rtwmc/Streaming/NetworkModel.h"
#include "rtwmc/Streaming/SplitStrips.h"

#include "mlir/IR/OwningOpRef.h"

namespace rtwmc {

/// The same as `splitStrips`, of a network whose kernels were chosen for the
/// core of `options`.
llvm::LogicalResult makeStrips(mlir::ModuleOp kernels,
                               llvm::ArrayRef<StripSetting> settings,
                               const CompileOptions &options);

/// A network with one or two segments in strips.
struct StripTrial {
  llvm::SmallVector<StripSetting> settings;
  /// Multiply-accumulates that are computed more than once.
  int64_t extraMacs = 0;
  /// Bytes of arena that it takes at least.
  int64_t leastArena = 0;
};

/// The trials, from the least work to the least memory.
class StripTrials {
public:
  /// Keeps a copy of `kernels`, whose kernels are still the fastest, if
  /// `options` allow strips that nobody asked for.
  StripTrials(mlir::ModuleOp kernels, const CompileOptions &options);

  llvm::LogicalResult find();
  llvm::ArrayRef<StripTrial> list() const { return trials; }
  /// The network of a trial, without settings of its maps.
  llvm::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
  make(const StripTrial &trial) const;

private:
  /// Adds what may come after `before`, which `module` is in already.
  llvm::LogicalResult findIn(mlir::ModuleOp module, const StripTrial &before);

  const CompileOptions &options;
  mlir::OwningOpRef<mlir::ModuleOp> whole;
  llvm::SmallVector<StripTrial> trials;
  /// Multiply-accumulates that may be computed more than once.
  int64_t mostMacs = 0;
};

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_STRIPTRIALS_H
