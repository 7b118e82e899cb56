//===- Candidate.h - A plan and the code for it -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_CANDIDATE_H
#define RTWMC_LIB_PIPELINES_CANDIDATE_H

#include "rtwmc/Pipelines/Pipelines.h"
#include "rtwmc/Planning/Planner.h"
#include "rtwmc/Streaming/Fit.h"
#include "rtwmc/Target/Object.h"

#include "llvm/Support/JSON.h"

namespace rtwmc {

/// One map of the report: taken before the schedule replaces the network.
struct MapReport {
  std::string name;
  llvm::SmallVector<int64_t> shape;
  planning::Store store;
  std::optional<int32_t> zeroPoint;
  StreamOrder order = StreamOrder::NHWC;
  int64_t elementBytes = 1;
  int64_t tauQ = 0, batch = 0;
  QuotaPolicy policy = QuotaPolicy::Proportional;
  /// Bytes a packed map takes besides values, bitmap, buffer and cache.
  int64_t scratch = 0;
};

/// One layer of the report.
struct LayerReport {
  std::string name, givenName, kernel;
  int64_t macs = 0, steps = 0, scratch = 0;
};

/// A plan with the code generated from it: only then its stack is known.
struct Candidate {
  planning::Plan plan;
  Fit fit;
  target::ObjectFile object;
  std::vector<MapReport> maps;
  std::vector<LayerReport> layers;
  int64_t inputBytes = 0, outputBytes = 0;

  int64_t ram() const { return plan.arenaBytes + object.stack; }
  int64_t flash() const { return object.code + object.constants; }
};

/// Generates code for `plan` from a copy of `kernels`, for size if it does not
/// fit the flash otherwise. How the plan was made, the caller knows: the budget
/// in `Candidate::fit` is left to it.
llvm::FailureOr<Candidate> generateCandidate(mlir::ModuleOp kernels,
                                             const planning::Plan &plan,
                                             const CompileOptions &options);

/// The C header of a compiled network.
std::string makeHeader(const Candidate &candidate,
                       const CompileOptions &options);
/// Shapes of the model's input and output as its function has them, a dynamic
/// batch taken as 1; later passes reshape both.
struct ModelShapes {
  llvm::SmallVector<int64_t> input, output;

  static ModelShapes get(mlir::ModuleOp module);
};

/// The report as JSON, and as a table.
llvm::json::Value makeReport(const Candidate &candidate,
                             const CompileOptions &options,
                             const ModelShapes &shapes, bool batchSpecialized,
                             llvm::ArrayRef<std::string> notes);
std::string makeTable(const Candidate &candidate, const CompileOptions &options,
                      bool batchSpecialized, llvm::ArrayRef<std::string> notes);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_CANDIDATE_H
