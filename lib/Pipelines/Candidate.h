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
#include "rtwmc/Streaming/NetworkModel.h"
#include "rtwmc/Target/Object.h"

#include <map>

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

/// The objects that a search has made: it comes by the same code again and
/// again.
class ObjectCache {
public:
  /// By the text of a module of loops and whether it was optimized for size.
  using Key = std::pair<std::string, bool>;

  const target::ObjectFile *find(const Key &key) const {
    auto found = objects.find(key);
    return found == objects.end() ? nullptr : &found->second;
  }
  void insert(const Key &key, const target::ObjectFile &object) {
    objects.insert({key, object});
  }

private:
  std::map<Key, target::ObjectFile> objects;
};

/// The planner's view of `kernels` with these options; failure after a
/// diagnostic.
llvm::FailureOr<NetworkModel> getModel(mlir::ModuleOp kernels,
                                       const CompileOptions &options);

/// Generates code for `plan` from a copy of `kernels`, for size if it does not
/// fit the flash otherwise, but not `onlyForSpeed`. How the plan was made, the
/// caller knows: the budget in `Candidate::fit` is left to it.
llvm::FailureOr<Candidate> generateCandidate(mlir::ModuleOp kernels,
                                             const planning::Plan &plan,
                                             const CompileOptions &options,
                                             ObjectCache &objects,
                                             bool onlyForSpeed = false);

/// What is known of `plan` before its code is generated: the layers have their
/// work, but no code.
llvm::FailureOr<NetworkReport> estimateCandidate(mlir::ModuleOp kernels,
                                                 const planning::Plan &plan,
                                                 const CompileOptions &options);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_CANDIDATE_H
