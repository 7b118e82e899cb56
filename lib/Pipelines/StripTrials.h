//===- StripTrials.h - Strips for a budget ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_STRIPTRIALS_H
#define RTWMC_LIB_PIPELINES_STRIPTRIALS_H

#include "rtwmc/Pipelines/Pipelines.h"
#include "rtwmc/Planning/StripNetwork.h"
#include "rtwmc/Streaming/NetworkModel.h"
#include "rtwmc/Streaming/SplitStrips.h"

#include "mlir/IR/OwningOpRef.h"

namespace rtwmc {

/// The same as `splitStrips`, of a network whose kernels were chosen for the
/// core of `options`.
llvm::LogicalResult makeStrips(mlir::ModuleOp kernels,
                               llvm::ArrayRef<StripSetting> settings,
                               const CompileOptions &options);

/// A network in strips that may fit.
struct StripTrial {
  /// As the planner sees it with kernels that take the least.
  planning::StripVariant variant;
  /// Bytes of RAM that its code was found to take at least.
  int64_t knownRam = 0;
  /// Bytes of arena by the planner, when that was asked.
  std::optional<int64_t> arena = {};

  /// Bytes of RAM that it takes at least, with `state` bytes of variables.
  int64_t leastRam(int64_t state);
};

/// The trials, from the least work to the least memory.
class StripTrials {
public:
  /// Of `whole`, whose kernels are still the fastest, and which stays as it is.
  StripTrials(mlir::ModuleOp whole, const CompileOptions &options)
      : options(options), whole(whole) {}
  /// The same trials for other options, with nothing known of their code.
  StripTrials(const StripTrials &other, const CompileOptions &options);

  /// Lists none unless the options allow strips that nobody asked for.
  llvm::LogicalResult find();
  llvm::MutableArrayRef<StripTrial> list() { return trials; }
  /// The network of a trial, without settings of its maps.
  llvm::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
  make(const StripTrial &trial) const;
  /// Instructions that it takes with the fastest kernels, whatever RAM they
  /// need; without code.
  llvm::FailureOr<int64_t> estimateInstructions(const StripTrial &trial) const;

private:
  const CompileOptions &options;
  mlir::ModuleOp whole;
  llvm::SmallVector<StripTrial> trials;
};

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_STRIPTRIALS_H
