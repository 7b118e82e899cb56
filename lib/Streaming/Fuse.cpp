//===- Fuse.cpp - Layers whose maps are never stored ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RepeatRows.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/CSE.h"
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

/// What a program computes twice, of the same elements, it computes once.
void shareResults(PatternRewriter &rewriter, ElementwiseOp op) {
  DominanceInfo dominance(op);
  eliminateCommonSubExpressions(rewriter, dominance, op);
}

/// An input that comes twice is one.
struct UniteInputs : OpRewritePattern<ElementwiseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    Block &body = op.getBody().front();
    for (unsigned i = 0; i < op.getInputs().size(); ++i)
      for (unsigned k = 0; k < i; ++k) {
        if (op.getInputs()[k] != op.getInputs()[i])
          continue;
        rewriter.modifyOpInPlace(op, [&] {
          body.getArgument(i).replaceAllUsesWith(body.getArgument(k));
          body.eraseArgument(i);
          op.getInputsMutable().erase(i);
        });
        shareResults(rewriter, op);
        return success();
      }
    return failure();
  }
};

/// Inlines the elementwise operation that feeds this one: if it feeds nothing
/// else, or makes elements wider, which are cheaper computed again by each
/// reader than stored.
struct FuseElementwise : OpRewritePattern<ElementwiseOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    for (auto [index, input] : llvm::enumerate(op.getInputs())) {
      auto producer = input.getDefiningOp<ElementwiseOp>();
      if (!producer || !canBePart(producer, op) ||
          !(input.hasOneUse() || (isCheaperAgain(producer) &&
                                  sizeOf(producer) + sizeOf(op) <= maxSize)))
        continue;
      merge(rewriter, producer, op, index);
      return success();
    }
    return failure();
  }

  /// Whether `reader` can compute what it reads of `op` itself, for each
  /// element once.
  static bool canBePart(ElementwiseOp op, ElementwiseOp reader) {
    return !op.getReduction() &&
           cast<RankedTensorType>(op.getType()).getShape() ==
               ArrayRef(reader.getProgramShape());
  }

  /// Operations of its program: repeated for each reader, and again for each of
  /// theirs, they would double from one to the next. An exponential function is
  /// some eighty.
  static constexpr size_t maxSize = 160;
  static size_t sizeOf(ElementwiseOp op) {
    return llvm::range_size(op.getBody().front());
  }

  /// Whether its result takes more memory than its inputs, and all readers can
  /// compute it themselves.
  static bool isCheaperAgain(ElementwiseOp op) {
    auto bytesOf = [](Value map) {
      return describeShape(cast<RankedTensorType>(map.getType())).rowBytes();
    };
    int64_t before = 0;
    for (Value input : op.getInputs())
      before += bytesOf(input);
    return bytesOf(op.getOutput()) > before &&
           llvm::all_of(op->getUsers(), [&](Operation *user) {
             auto reader = dyn_cast<ElementwiseOp>(user);
             return reader && canBePart(op, reader);
           });
  }

  static void merge(PatternRewriter &rewriter, ElementwiseOp producer,
                    ElementwiseOp op, unsigned index) {
    SmallVector<Value> inputs(op.getInputs());
    inputs.erase(inputs.begin() + index);
    inputs.insert(inputs.begin() + index, producer.getInputs().begin(),
                  producer.getInputs().end());
    auto fused = ElementwiseOp::create(rewriter, op.getLoc(), op.getType(),
                                       inputs, op.getReductionAttr());
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
    shareResults(rewriter, fused);
    rewriter.replaceOp(op, fused.getOutput());
    if (producer->use_empty())
      rewriter.eraseOp(producer);
  }
};

/// Lets a fully connected layer read the map itself instead of its flattening.
struct FuseFlattening : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    Value map = op.getInput();
    while (auto reshape = map.getDefiningOp<tosa::ReshapeOp>())
      map = reshape.getInput1();
    auto type = cast<RankedTensorType>(map.getType());
    planning::KernelShape shape = op.getKernelShape();
    if (shape.input.height != 1 || shape.input.width != 1 ||
        shape.kernelHeight != 1 || shape.kernelWidth != 1 ||
        type.getRank() != 4 || type.getDimSize(0) != 1)
      return rewriter.notifyMatchFailure(op, "no fully connected layer");
    // The network's input is there as a whole anyway.
    if (isa<BlockArgument>(map))
      return rewriter.notifyMatchFailure(op, "reads the network's input");
    shape.input = describeShape(type);
    shape.kernelHeight = shape.input.height;
    shape.kernelWidth = shape.input.width;
    // Also a result that accumulates would be held from the first row on.
    shape.output.elementBytes = 1;
    if (!shape.accumulatesRows())
      return rewriter.notifyMatchFailure(op, "rows are cheap to hold");
    auto weight = cast<DenseElementsAttr>(op.getWeight());
    SmallVector<int64_t> sizes(type.getShape());
    sizes[0] = shape.output.channels;
    rewriter.modifyOpInPlace(op, [&] {
      op.setWeightAttr(weight.reshape(
          RankedTensorType::get(sizes, weight.getElementType())));
      op.setStride({1, 1});
      op.getInputMutable().assign(map);
    });
    return success();
  }
};

struct FusePass : rtwmc::impl::FuseBase<FusePass> {
  using FuseBase::FuseBase;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<UniteInputs, FuseElementwise>(&getContext());
    if (!wholeMaps)
      patterns.add<FuseFlattening, FuseMaxPool, FuseGlobalSum>(&getContext());
    if (!wholeMaps && !byChannel)
      populateRepeatRows(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
