//===- Fuse.cpp - Layers whose maps are never stored ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace rtwmc {
#define GEN_PASS_DEF_FUSE
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

/// Lets the layer whose result `pooling` alone reads do the pooling.
LogicalResult fusePool(PatternRewriter &rewriter, LayerOpInterface pooling,
                       PoolAttr pool) {
  Value input = pooling->getOperand(0);
  auto layer = input.getDefiningOp<LayerOpInterface>();
  if (!layer || !input.hasOneUse())
    return rewriter.notifyMatchFailure(pooling, "not alone behind a layer");
  auto pooled = cast<RankedTensorType>(pooling->getResult(0).getType());
  rewriter.startOpModification(layer);
  if (failed(layer.fusePool(pool, pooled))) {
    rewriter.cancelOpModification(layer);
    return rewriter.notifyMatchFailure(pooling, "the layer pools nothing");
  }
  rewriter.finalizeOpModification(layer);
  rewriter.replaceOp(pooling, layer->getResults());
  return success();
}

struct FuseMaxPool : OpRewritePattern<MaxPool2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaxPool2DOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> kernel = op.getKernel();
    if (!op.getKernelShape().canMoveIntoConvolution())
      return rewriter.notifyMatchFailure(op, "windows overlap or are padded");
    return fusePool(
        rewriter, op,
        PoolAttr::get(getContext(), Reduction::Max, kernel[0], kernel[1], 0));
  }
};

struct FuseGlobalSum : OpRewritePattern<SumPool2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SumPool2DOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getKernelShape().canMoveIntoConvolution())
      return rewriter.notifyMatchFailure(op, "not a sum over the whole map");
    return fusePool(rewriter, op,
                    PoolAttr::get(getContext(), Reduction::Sum,
                                  op.getKernel()[0], op.getKernel()[1],
                                  op.getInputZp()));
  }
};

/// Inlines the elementwise operation that feeds only this one.
struct FuseElementwise : OpRewritePattern<ElementwiseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    for (auto [index, input] : llvm::enumerate(op.getInputs())) {
      auto producer = input.getDefiningOp<ElementwiseOp>();
      if (!producer || !input.hasOneUse())
        continue;
      merge(rewriter, producer, op, index);
      return success();
    }
    return failure();
  }

  static void merge(PatternRewriter &rewriter, ElementwiseOp producer,
                    ElementwiseOp op, unsigned index) {
    SmallVector<Value> inputs(op.getInputs());
    inputs.erase(inputs.begin() + index);
    inputs.insert(inputs.begin() + index, producer.getInputs().begin(),
                  producer.getInputs().end());
    auto fused =
        ElementwiseOp::create(rewriter, op.getLoc(), op.getType(), inputs);
    Block *body = rewriter.createBlock(&fused.getBody());
    for (Value input : inputs)
      body->addArgument(getElementTypeOrSelf(input.getType()), op.getLoc());

    Block &first = producer.getBody().front(), &second = op.getBody().front();
    unsigned count = producer.getInputs().size();
    IRMapping mapping;
    for (unsigned i = 0; i < count; ++i)
      mapping.map(first.getArgument(i), body->getArgument(index + i));
    for (unsigned i = 0; i < second.getNumArguments(); ++i)
      if (i != index)
        mapping.map(second.getArgument(i),
                    body->getArgument(i < index ? i : i + count - 1));
    for (Operation &scalar : first.without_terminator())
      rewriter.clone(scalar, mapping);
    Value result = cast<YieldOp>(first.getTerminator()).getValue();
    mapping.map(second.getArgument(index), mapping.lookupOrDefault(result));
    for (Operation &scalar : second)
      rewriter.clone(scalar, mapping);
    rewriter.replaceOp(op, fused.getOutput());
    rewriter.eraseOp(producer);
  }
};

struct FusePass : rtwmc::impl::FuseBase<FusePass> {
  using FuseBase::FuseBase;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseElementwise>(&getContext());
    if (pooling)
      patterns.add<FuseMaxPool, FuseGlobalSum>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
