//===- Fit.cpp - The search within a budget as a pass ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"

namespace rtwmc {
#define GEN_PASS_DEF_FIT
#include "rtwmc/Pipelines/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

struct FitPass : rtwmc::impl::FitBase<FitPass> {
  using FitBase::FitBase;

  // It runs the rest of the pipeline.
  void getDependentDialects(DialectRegistry &registry) const override {
    OpPassManager pm(ModuleOp::getOperationName());
    CompileOptions options;
    pm.addPass(createStream());
    addStage(pm, Stage::Loops, options);
    addStage(pm, Stage::LLVM, options);
    pm.getDependentDialects(registry);
  }

  void runOnOperation() override {
    CompileOptions options = getOptions();
    if (std::string problem = checkOptions(options); !problem.empty()) {
      getOperation().emitError(problem);
      return signalPassFailure();
    }
    Candidate candidate;
    std::vector<std::string> notes;
    if (failed(fitNetwork(getOperation(), options, candidate, notes)))
      signalPassFailure();
  }

  CompileOptions getOptions() const {
    CompileOptions options;
    options.name = name;
    options.mcpu = mcpu;
    options.ram = ram;
    options.flash = flash;
    options.lossless = lossless;
    options.keepMaps = keepMaps;
    options.mode = mode;
    options.input = input;
    options.order = order;
    options.batch = batch;
    options.alpha = alpha;
    options.tauQ.assign(tauQ.begin(), tauQ.end());
    options.policy = policy;
    options.strips.assign(strips.begin(), strips.end());
    options.maxRecompute = maxRecompute;
    return options;
  }
};

} // namespace
