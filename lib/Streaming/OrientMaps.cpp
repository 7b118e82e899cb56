//===- OrientMaps.cpp - Maps of one row stream along their columns --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reshape.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/TypeSwitch.h"

namespace rtwmc {
#define GEN_PASS_DEF_ORIENTMAPS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

/// `type` with rows and columns exchanged.
RankedTensorType turned(Type type) {
  auto map = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(map.getShape());
  std::swap(shape[1], shape[2]);
  return map.clone(shape);
}

SmallVector<int64_t> turnedSizes(ArrayRef<int64_t> sizes) {
  return {sizes[1], sizes[0]};
}

SmallVector<int64_t> turnedPad(ArrayRef<int64_t> pad) {
  return {pad[2], pad[3], pad[0], pad[1]};
}

/// `weight` with its dimensions `first` and `first + 1` exchanged.
DenseElementsAttr turnedWeight(ElementsAttr weight, int64_t first) {
  auto type = cast<RankedTensorType>(weight.getType());
  SmallVector<int64_t> shape(type.getShape());
  int64_t rows = shape[first], columns = shape[first + 1];
  int64_t outer = 1, inner = 1;
  for (int64_t size : ArrayRef(shape).take_front(first))
    outer *= size;
  for (int64_t size : ArrayRef(shape).drop_front(first + 2))
    inner *= size;
  std::swap(shape[first], shape[first + 1]);
  SmallVector<int8_t> from(weight.getValues<int8_t>()), to(from.size());
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t y = 0; y < rows; ++y)
      for (int64_t x = 0; x < columns; ++x)
        for (int64_t i = 0; i < inner; ++i)
          to[((o * columns + x) * rows + y) * inner + i] =
              from[((o * rows + y) * columns + x) * inner + i];
  return DenseElementsAttr::get(type.clone(shape), ArrayRef<int8_t>(to));
}

/// What exchanging rows and columns does to a layer besides its types.
void turnLayer(PatternRewriter &rewriter, LayerOpInterface layer) {
  auto turnWindows = [](auto op) {
    op.setStride(turnedSizes(op.getStride()));
    op.setPad(turnedPad(op.getPad()));
  };
  auto turnConvolution = [&](auto op, int64_t firstSize) {
    turnWindows(op);
    op.setDilation(turnedSizes(op.getDilation()));
    op.setWeightAttr(turnedWeight(op.getWeight(), firstSize));
    if (PoolAttr pool = op.getPoolAttr())
      op.setPoolAttr(PoolAttr::get(op.getContext(), pool.getReduction(),
                                   pool.getWidth(), pool.getHeight(),
                                   pool.getZeroPoint()));
  };
  auto turnPool = [&](auto op) {
    turnWindows(op);
    op.setKernel(turnedSizes(op.getKernel()));
  };
  // A program that asks for its row or column, and what a gather's digits add.
  auto turnProgram = [&](ElementwiseOp op) {
    SmallVector<Operation *> places;
    for (Operation &scalar : op.getBody().front())
      if (isa<RowOp, ColumnOp>(scalar))
        places.push_back(&scalar);
    for (Operation *place : places) {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPoint(place);
      Type type = rewriter.getI32Type();
      if (isa<RowOp>(place))
        rewriter.replaceOpWithNewOp<ColumnOp>(place, type);
      else
        rewriter.replaceOpWithNewOp<RowOp>(place, type);
    }
  };
  auto turnGather = [](GatherOp op) {
    SmallVector<int64_t> rows(op.getRows()), columns(op.getColumns());
    op.setRows(columns);
    op.setColumns(rows);
    SmallVector<int64_t> digits(op.getChannels());
    for (size_t digit = 0; digit < digits.size(); digit += 4)
      std::swap(digits[digit + 1], digits[digit + 2]);
    op.setChannels(digits);
  };
  llvm::TypeSwitch<Operation *>(layer)
      .Case([&](Conv2DOp op) { turnConvolution(op, 1); })
      .Case([&](DepthwiseConv2DOp op) { turnConvolution(op, 0); })
      .Case<MaxPool2DOp, SumPool2DOp>(turnPool)
      .Case(turnProgram)
      .Case(turnGather)
      .Default([](Operation *) {});
}

/// Turns a layer whose maps have one row, and some column by column. Between
/// one row and one column there is no difference but the name.
struct OrientLayer : OpInterfaceRewritePattern<LayerOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(LayerOpInterface layer,
                                PatternRewriter &rewriter) const override {
    auto isRow = [](Type type) {
      return hasMapShape(type) &&
             cast<RankedTensorType>(type).getDimSize(1) == 1;
    };
    auto isLong = [](Type type) {
      return cast<RankedTensorType>(type).getDimSize(2) > 1;
    };
    // The rows of a product are those of its inputs, in its own way; columns
    // are not repeated.
    if (isa<MatMulOp>(layer) || layer.getKernelShape().repeatsRows() ||
        layer->getNumOperands() == 0 ||
        !llvm::all_of(layer->getOperandTypes(), isRow) ||
        !llvm::all_of(layer->getResultTypes(), isRow) ||
        llvm::none_of(layer->getOperandTypes(), isLong))
      return rewriter.notifyMatchFailure(layer, "not along one row");
    rewriter.setInsertionPoint(layer);
    SmallVector<Value> inputs;
    for (Value operand : layer->getOperands())
      inputs.push_back(reshape(rewriter, layer.getLoc(), operand,
                               turned(operand.getType())));
    auto given = cast<RankedTensorType>(layer->getResult(0).getType());
    rewriter.modifyOpInPlace(layer, [&] {
      layer->setOperands(inputs);
      layer->getResult(0).setType(turned(given));
      turnLayer(rewriter, layer);
    });
    rewriter.setInsertionPointAfter(layer);
    Value result =
        reshape(rewriter, layer.getLoc(), layer->getResult(0), given);
    rewriter.replaceUsesWithIf(
        layer->getResult(0), result, [&](OpOperand &use) {
          return use.getOwner() != result.getDefiningOp();
        });
    return success();
  }
};

/// Lets a program read rows of one pixel, as a product of maps has them, where
/// they are reshaped to rows of several: a softmax of scores takes one by one.
struct FollowPixels : OpRewritePattern<ElementwiseOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ElementwiseOp op,
                                PatternRewriter &rewriter) const override {
    auto given = cast<RankedTensorType>(op.getType());
    if (!hasMapShape(given) || given.getDimSize(1) == 1 ||
        given.getDimSize(2) == 1)
      return rewriter.notifyMatchFailure(op, "not of several rows and columns");
    auto isPixel = [](Type type) {
      auto map = cast<RankedTensorType>(type);
      return map.getDimSize(1) == 1 && map.getDimSize(2) == 1;
    };
    Block &body = op.getBody().front();
    if (!body.getOps<RowOp>().empty() || !body.getOps<ColumnOp>().empty() ||
        !llvm::all_of(op.getInputs(), [&](Value input) {
          return isPixel(input.getType()) || pixelsBehind(input, given);
        }))
      return rewriter.notifyMatchFailure(op, "not of pixels in other rows");
    SmallVector<Value> inputs;
    for (Value input : op.getInputs()) {
      Value pixels = pixelsBehind(input, given);
      inputs.push_back(pixels ? pixels : input);
    }
    int64_t count = given.getDimSize(1) * given.getDimSize(2);
    RankedTensorType type = given.clone({1, count, 1, given.getDimSize(3)});
    rewriter.modifyOpInPlace(op, [&] {
      op->setOperands(inputs);
      op.getOutput().setType(type);
    });
    rewriter.setInsertionPointAfter(op);
    Value result = reshape(rewriter, op.getLoc(), op.getOutput(), given);
    rewriter.replaceAllUsesExcept(op.getOutput(), result,
                                  result.getDefiningOp());
    return success();
  }

  /// The rows of one pixel of which `input` has the pixels, in the rows and
  /// columns of `type`; null if it has not.
  static Value pixelsBehind(Value input, RankedTensorType type) {
    auto reshape = input.getDefiningOp<tosa::ReshapeOp>();
    if (!reshape || !hasMapShape(input.getType()) ||
        !hasMapShape(reshape.getInput1().getType()))
      return {};
    auto map = cast<RankedTensorType>(input.getType());
    auto behind = cast<RankedTensorType>(reshape.getInput1().getType());
    int64_t pixels = type.getDimSize(1) * type.getDimSize(2);
    bool isTheSame =
        map.getShape().take_front(3) == type.getShape().take_front(3) &&
        behind.getDimSize(1) == pixels &&
        behind.getDimSize(3) == map.getDimSize(3);
    return isTheSame ? reshape.getInput1() : Value();
  }
};

/// Lets a product of maps read the rows that its first input has before a
/// reshape, if these are more.
struct ReadFirstRows : OpRewritePattern<MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MatMulOp op,
                                PatternRewriter &rewriter) const override {
    auto reshape = op.getA().getDefiningOp<tosa::ReshapeOp>();
    if (!reshape || !hasMapShape(reshape.getInput1().getType()))
      return failure();
    auto now = cast<RankedTensorType>(op.getA().getType());
    auto before = cast<RankedTensorType>(reshape.getInput1().getType());
    int64_t rows = cast<RankedTensorType>(op.getType()).getDimSize(1);
    if (before.getDimSize(3) != now.getDimSize(3) ||
        before.getDimSize(1) <= now.getDimSize(1) ||
        rows % before.getDimSize(1) != 0)
      return rewriter.notifyMatchFailure(op, "not more rows");
    rewriter.modifyOpInPlace(
        op, [&] { op.getAMutable().assign(reshape.getInput1()); });
    return success();
  }
};

struct OrientMapsPass : rtwmc::impl::OrientMapsBase<OrientMapsPass> {
  void runOnOperation() override {
    // What the module prunes itself has the shape that it says.
    if (getOperation()
            .walk([](PruneOp) { return WalkResult::interrupt(); })
            .wasInterrupted())
      return;
    RewritePatternSet patterns(&getContext());
    patterns.add<OrientLayer, FollowPixels, ReadFirstRows>(&getContext());
    tosa::ReshapeOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
