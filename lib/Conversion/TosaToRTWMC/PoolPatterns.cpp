//===- PoolPatterns.cpp - Poolings and sums -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "rtwmc/Dialect/RTWMC/IR/Requantize.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

namespace {

struct ConvertMaxPool : OpRewritePattern<tosa::MaxPool2dOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::MaxPool2dOp op,
                                PatternRewriter &rewriter) const override {
    if (!isByteMap(op.getInput()))
      return rewriter.notifyMatchFailure(op, "not int8");
    rewriter.replaceOpWithNewOp<MaxPool2DOp>(op, op.getType(), op.getInput(),
                                             op.getKernel(), op.getStride(),
                                             op.getPad());
    return success();
  }
};

/// An average over windows without padding is a sum and one rescale.
struct ConvertAvgPool : OpRewritePattern<tosa::AvgPool2dOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::AvgPool2dOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp = op.getInputZeroPoint();
    FailureOr<int64_t> outputZp = op.getOutputZeroPoint();
    auto type = cast<RankedTensorType>(op.getType());
    int64_t count = op.getKernel()[0] * op.getKernel()[1];
    if (!isByteMap(op.getInput()) || failed(inputZp) || failed(outputZp) ||
        llvm::any_of(op.getPad(), [](int64_t pad) { return pad != 0; }) ||
        count >= (1 << 23))
      return rewriter.notifyMatchFailure(op, "padded or not int8");
    Location loc = op.getLoc();
    Value sum = SumPool2DOp::create(
        rewriter, loc, type.clone(rewriter.getI32Type()), op.getInput(),
        op.getKernel(), op.getStride(), op.getPad(), *inputZp);
    auto average = ElementwiseOp::create(rewriter, loc, type, sum);
    OpBuilder::InsertionGuard guard(rewriter);
    Block *body = rewriter.createBlock(&average.getBody());
    Value value = body->addArgument(rewriter.getI32Type(), loc);
    auto [multiplier, shift] = reciprocalScale(count);
    auto constant = [&](int64_t c) -> Value {
      return arith::ConstantOp::create(rewriter, loc,
                                       rewriter.getI32IntegerAttr(c));
    };
    value = ApplyScaleOp::create(rewriter, loc, value, multiplier, shift,
                                 Rounding::Single);
    value = arith::AddIOp::create(rewriter, loc, value, constant(*outputZp));
    value = arith::MaxSIOp::create(rewriter, loc, value, constant(-128));
    value = arith::MinSIOp::create(rewriter, loc, value, constant(127));
    value = arith::TruncIOp::create(rewriter, loc, rewriter.getI8Type(), value);
    YieldOp::create(rewriter, loc, value);
    rewriter.replaceOp(op, average.getOutput());
    return success();
  }
};

/// Where `input` is only bytes, widened less a zero point: takes those instead
/// and returns the zero point; otherwise 0.
int64_t foldWidening(Value &input) {
  auto rescale = input.getDefiningOp<tosa::RescaleOp>();
  std::optional<Rescale> info =
      rescale ? Rescale::get(rescale) : std::optional<Rescale>();
  if (!info || !info->isIdentityScale() || info->outputZeroPoint != 0 ||
      info->inputUnsigned || !isByteMap(rescale.getInput()))
    return 0;
  input = rescale.getInput();
  return info->inputZeroPoint;
}

/// Keras's global average: two sums, over the rows and over the columns. The
/// widening rescale before them disappears into the sum's zero point.
struct ConvertGlobalSum : OpRewritePattern<tosa::ReduceSumOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReduceSumOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<tosa::ReduceSumOp>();
    if (!inner || !inner->hasOneUse())
      return rewriter.notifyMatchFailure(op, "not a sum of sums");
    Value input = inner.getInput();
    auto type = cast<RankedTensorType>(input.getType());
    if (!isMap(type) || !type.getElementType().isInteger(32) ||
        op.getAxis() + inner.getAxis() != 3 || op.getAxis() == 0 ||
        inner.getAxis() == 0)
      return rewriter.notifyMatchFailure(op, "not a sum over rows and columns");
    int64_t zeroPoint = foldWidening(input);
    rewriter.replaceOpWithNewOp<SumPool2DOp>(
        op, op.getType(), input,
        ArrayRef<int64_t>{type.getDimSize(1), type.getDimSize(2)},
        ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{0, 0, 0, 0}, zeroPoint);
    return success();
  }
};

/// Replaces `op` by the reduction of the channels of `input`.
void replaceByReduction(PatternRewriter &rewriter, Operation *op, Value input,
                        Reduction reduction) {
  Location loc = op->getLoc();
  auto reduce = ElementwiseOp::create(
      rewriter, loc, op->getResult(0).getType(), input,
      ReductionAttr::get(rewriter.getContext(), reduction));
  OpBuilder::InsertionGuard guard(rewriter);
  Block *body = rewriter.createBlock(&reduce.getBody());
  Value element = body->addArgument(getElementTypeOrSelf(input.getType()), loc);
  YieldOp::create(rewriter, loc, element);
  rewriter.replaceOp(op, reduce.getOutput());
}

/// The largest over rows, columns or channels alone.
struct ConvertMax : OpRewritePattern<tosa::ReduceMaxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReduceMaxOp op,
                                PatternRewriter &rewriter) const override {
    Value input = op.getInput();
    auto type = cast<RankedTensorType>(input.getType());
    Type element = type.getElementType();
    if (!isMap(type) || op.getAxis() == 0 || getConstant(input) ||
        !(element.isInteger(8) || element.isInteger(16) ||
          element.isInteger(32)))
      return rewriter.notifyMatchFailure(op, "not of a map of integers");
    if (op.getAxis() == 3) {
      replaceByReduction(rewriter, op, input, Reduction::Max);
      return success();
    }
    if (!element.isInteger(8))
      return rewriter.notifyMatchFailure(op, "elements are not of 8 bits");
    SmallVector<int64_t> window{1, 1};
    window[op.getAxis() - 1] = type.getDimSize(op.getAxis());
    rewriter.replaceOpWithNewOp<MaxPool2DOp>(
        op, op.getType(), input, window, window, ArrayRef<int64_t>{0, 0, 0, 0});
    return success();
  }
};

/// A sum over rows, columns or channels alone: of windows, or by weights of 1.
struct ConvertSum : OpRewritePattern<tosa::ReduceSumOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReduceSumOp op,
                                PatternRewriter &rewriter) const override {
    Value input = op.getInput();
    auto type = cast<RankedTensorType>(input.getType());
    if (!isMap(type) || !type.getElementType().isInteger(32) ||
        op.getAxis() == 0)
      return rewriter.notifyMatchFailure(op, "not a sum of a map in 32 bits");
    int64_t zeroPoint = foldWidening(input);
    SmallVector<int64_t> ones{1, 1}, noPad{0, 0, 0, 0};
    if (op.getAxis() != 3) {
      SmallVector<int64_t> window{1, 1};
      window[op.getAxis() - 1] = type.getDimSize(op.getAxis());
      rewriter.replaceOpWithNewOp<SumPool2DOp>(op, op.getType(), input, window,
                                               ones, noPad, zeroPoint);
      return success();
    }
    if (!isByteMap(input)) {
      replaceByReduction(rewriter, op, input, Reduction::Sum);
      return success();
    }
    auto weights = DenseElementsAttr::get(
        RankedTensorType::get({1, 1, 1, type.getDimSize(3)},
                              rewriter.getI8Type()),
        rewriter.getI8IntegerAttr(1));
    auto bias =
        DenseElementsAttr::get(RankedTensorType::get(1, rewriter.getI32Type()),
                               rewriter.getI32IntegerAttr(0));
    rewriter.replaceOpWithNewOp<Conv2DOp>(
        op, op.getType(), input, weights, bias, ones, noPad, ones, zeroPoint,
        /*weight_zp=*/0, RequantizationAttr(), PoolAttr(), KernelAttr());
    return success();
  }
};

} // namespace

void rtwmc::populateGlobalSumPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertGlobalSum>(patterns.getContext());
}

void rtwmc::populatePoolPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertMaxPool, ConvertAvgPool, ConvertSum, ConvertMax>(
      patterns.getContext());
}
