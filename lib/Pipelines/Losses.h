//===- Losses.h - What a plan drops is said, or refused ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_LOSSES_H
#define RTWMC_LIB_PIPELINES_LOSSES_H

#include "Candidate.h"

#include <optional>

namespace rtwmc {

/// Fails with a diagnostic if nothing may be dropped (`options.lossless`, or
/// `options.keepMaps`), but
/// the module or its settings of maps ask for it.
llvm::LogicalResult checkLossless(const NetworkModel &model,
                                  const CompileOptions &options);

/// What takes the least RAM and drops nothing.
struct LeastLossless {
  /// In strips or not, bytes.
  int64_t ram;
  /// With nothing computed again, bytes.
  int64_t wholeRam;
};

/// Finds it, or fails after a diagnostic.
using LeastFinder = llvm::function_ref<llvm::FailureOr<LeastLossless>()>;

/// Warns of what `candidate` drops and says what would drop nothing; then of
/// the maps of which hardly anything is left. The same sentences go into
/// `notes`. `model` is that of `kernels`; `findLeast` asks a search in which
/// the planner drops nothing, null if there was none: then the kernels are
/// compiled with nothing dropped, which fails with a diagnostic where they
/// cannot.
llvm::LogicalResult warnOfLosses(mlir::ModuleOp kernels,
                                 const NetworkModel &model,
                                 const CompileOptions &options,
                                 const Candidate &candidate,
                                 LeastFinder findLeast, ObjectCache &objects,
                                 std::vector<std::string> &notes);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_LOSSES_H
