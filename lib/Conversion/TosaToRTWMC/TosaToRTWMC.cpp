//===- TosaToRTWMC.cpp - From TOSA to quantized layers --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "rtwmc/Conversion/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace rtwmc {
#define GEN_PASS_DEF_CONVERTTOSATORTWMC
#include "rtwmc/Conversion/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

struct ConvertTosaToRTWMCPass
    : rtwmc::impl::ConvertTosaToRTWMCBase<ConvertTosaToRTWMCPass> {
  void runOnOperation() override {
    // Sums are recognised by the rescale before them, and rescales become part
    // of the layer before them, so elementwise operations come last.
    auto layers = [](RewritePatternSet &patterns) {
      populateLayerPatterns(patterns);
      populatePoolPatterns(patterns);
    };
    if (failed(apply(populateGlobalSumPatterns)) || failed(apply(layers)) ||
        failed(apply([&](RewritePatternSet &patterns) {
          layers(patterns);
          populateRescalePatterns(patterns);
          populateElementwisePatterns(patterns);
        })))
      signalPassFailure();
  }

  LogicalResult apply(function_ref<void(RewritePatternSet &)> populate) {
    RewritePatternSet patterns(&getContext());
    populate(patterns);
    // A clamp is part of a layer once the rescale before it is.
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal(true);
    return applyPatternsGreedily(getOperation(), std::move(patterns), config);
  }
};

} // namespace
