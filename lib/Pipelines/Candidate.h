//===- Candidate.h - A plan and the code for it -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_CANDIDATE_H
#define RTWMC_LIB_PIPELINES_CANDIDATE_H

#include "rtwmc/Pipelines/Compile.h"
#include "rtwmc/Streaming/NetworkModel.h"

#include "mlir/IR/OwningOpRef.h"

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
  target::ObjectFile object;
  bool optimizedForSize = false;
  std::vector<MapReport> maps;
  std::vector<LayerReport> layers;
  int64_t inputBytes = 0, outputBytes = 0;
  /// Only for text output.
  std::string text;

  int64_t ram() const { return plan.arenaBytes + object.stack; }
  int64_t flash() const { return object.code + object.constants; }
};

/// The module after the front half of the pipeline: kernels and calls.
class NetworkCompiler {
public:
  NetworkCompiler(mlir::ModuleOp kernels, const CompileOptions &options)
      : kernels(kernels), options(options) {}

  /// Fails with a diagnostic where `options.maps` does not fit the network.
  llvm::LogicalResult checkMaps();
  /// Plans within `arenaBudget` bytes; `lossless` forbids pruning.
  llvm::FailureOr<planning::PlanResult> plan(int64_t arenaBudget,
                                             bool lossless);
  /// Generates code for `plan`, for size if it does not fit the flash
  /// otherwise.
  llvm::FailureOr<Candidate> generate(const planning::Plan &plan);

private:
  llvm::FailureOr<Candidate> generate(const planning::Plan &plan,
                                      bool optimizeForSize);

  mlir::ModuleOp kernels;
  const CompileOptions &options;
};

/// Lowers a scheduled module (buffers and steps) to the LLVM dialect, with the
/// entry `PREFIX_run`. Stops before the LLVM dialect if `stopAtLoops`.
llvm::LogicalResult lowerSchedule(mlir::ModuleOp module,
                                  const CompileOptions &options,
                                  bool stopAtLoops);

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
