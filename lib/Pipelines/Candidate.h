//===- Candidate.h - A plan and the code for it -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_CANDIDATE_H
#define RTWMC_LIB_PIPELINES_CANDIDATE_H

#include "NetworkReport.h"
#include "rtwmc/Pipelines/Pipelines.h"
#include "rtwmc/Streaming/Fit.h"
#include "rtwmc/Target/Object.h"

namespace rtwmc {

/// A plan with the code generated from it: only then its stack is known.
struct Candidate {
  planning::Plan plan;
  Fit fit;
  target::ObjectFile object;
  NetworkReport network;
  /// What `flash` is if nothing is optimized for size.
  int64_t flashForSpeed = 0;

  /// Bytes of the network's variables.
  int64_t state = 0;

  int64_t ram() const { return plan.arenaBytes + state + object.stack; }
  int64_t flash() const { return object.code + object.constants; }
};

/// Generates code for `plan` from a copy of `kernels`, for size if it does not
/// fit the flash otherwise, but not `onlyForSpeed`. How the plan was made, the
/// caller knows: the budget in `Candidate::fit` is left to it.
llvm::FailureOr<Candidate> generateCandidate(mlir::ModuleOp kernels,
                                             const planning::Plan &plan,
                                             const CompileOptions &options,
                                             bool onlyForSpeed = false);

/// What is known of `plan` before its code is generated: the layers have their
/// work, but no code.
llvm::FailureOr<NetworkReport> estimateCandidate(mlir::ModuleOp kernels,
                                                 const planning::Plan &plan,
                                                 const CompileOptions &options);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_CANDIDATE_H
