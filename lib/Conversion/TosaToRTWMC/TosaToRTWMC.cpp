//===- TosaToRTWMC.cpp - From TOSA to quantized layers --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Moves.h"
#include "rtwmc/Conversion/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace rtwmc {
#define GEN_PASS_DEF_CONVERTTOSATORTWMC
#include "rtwmc/Conversion/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

static LogicalResult apply(Operation *root,
                           function_ref<void(RewritePatternSet &)> populate) {
  RewritePatternSet patterns(root->getContext());
  populate(patterns);
  // A clamp is part of a layer once the rescale before it is.
  GreedyRewriteConfig config;
  config.setUseTopDownTraversal(true);
  return applyPatternsGreedily(root, std::move(patterns), config);
}

/// Lets layers read constants that could not become part of them from a map: no
/// layer reads flash.
static void storeConstantOperands(Operation *root) {
  root->walk([](LayerOpInterface layer) {
    OpBuilder builder(layer);
    for (OpOperand &operand : layer->getOpOperands())
      if (getConstant(operand.get()))
        operand.set(tosa::IdentityOp::create(
            builder, layer.getLoc(), operand.get().getType(), operand.get()));
  });
}

LogicalResult rtwmc::convertToLayers(Operation *root) {
  liftToMaps(root);
  // Sums are recognised by the rescale before them, and rescales become part
  // of the layer before them, so elementwise operations come last.
  auto layers = [](RewritePatternSet &patterns) {
    populateLayerPatterns(patterns);
    populateMatrixPatterns(patterns);
    populatePoolPatterns(patterns);
    populateWidePatterns(patterns);
  };
  auto all = [&](RewritePatternSet &patterns) {
    layers(patterns);
    populateRescalePatterns(patterns);
    populateElementwisePatterns(patterns);
  };
  auto moves = [](RewritePatternSet &patterns) {
    populateGatherPatterns(patterns);
    populateNeighbourPatterns(patterns);
  };
  if (failed(apply(root, populateGlobalSumPatterns)) ||
      failed(apply(root, layers)) || failed(apply(root, all)) ||
      failed(apply(root, moves)))
    return failure();
  storeConstantOperands(root);
  return success();
}

namespace {

struct ConvertTosaToRTWMCPass
    : rtwmc::impl::ConvertTosaToRTWMCBase<ConvertTosaToRTWMCPass> {
  void runOnOperation() override {
    if (failed(convertToLayers(getOperation())))
      signalPassFailure();
  }
};

} // namespace
