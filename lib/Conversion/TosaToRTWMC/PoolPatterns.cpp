//===- PoolPatterns.cpp - Poolings and sums -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarProgram.h"
#include "rtwmc/Dialect/RTWMC/IR/Requantize.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace rtwmc;

namespace {

bool isPadded(ArrayRef<int64_t> pad) {
  return llvm::any_of(pad, [](int64_t side) { return side != 0; });
}

/// Whether a pooling can read the elements of `map`.
bool canPool(Value map, ArrayRef<int64_t> pad) {
  return isByteMap(map) ||
         (!isPadded(pad) && getElementTypeOrSelf(map.getType()).isInteger(16));
}

struct ConvertMaxPool : OpRewritePattern<tosa::MaxPool2dOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::MaxPool2dOp op,
                                PatternRewriter &rewriter) const override {
    if (!isMap(op.getType()) || !canPool(op.getInput(), op.getPad()))
      return rewriter.notifyMatchFailure(op, "not of 8 bits, or of 16 without "
                                             "padding");
    rewriter.replaceOpWithNewOp<MaxPool2DOp>(op, op.getType(), op.getInput(),
                                             op.getKernel(), op.getStride(),
                                             op.getPad());
    return success();
  }
};

/// How many rows, or columns, of `size` are in each of `windows` windows.
SmallVector<int32_t> countInside(int64_t size, int64_t windows, int64_t extent,
                                 int64_t stride, int64_t before) {
  SmallVector<int32_t> counts;
  for (int64_t index = 0; index < windows; ++index) {
    int64_t begin = index * stride - before;
    int64_t end = std::min(begin + extent, size);
    counts.push_back(static_cast<int32_t>(end - std::max<int64_t>(begin, 0)));
  }
  return counts;
}

/// More different numbers of elements in windows are left to upstream: each is
/// a scale of its own.
constexpr size_t maxCounts = 16;

/// An average is a sum and a rescale, by as many elements as a window has
/// inside the input.
struct ConvertAvgPool : OpRewritePattern<tosa::AvgPool2dOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::AvgPool2dOp op,
                                PatternRewriter &rewriter) const override {
    FailureOr<int64_t> inputZp = op.getInputZeroPoint();
    FailureOr<int64_t> outputZp = op.getOutputZeroPoint();
    auto type = cast<RankedTensorType>(op.getType());
    ArrayRef<int64_t> kernel = op.getKernel(), stride = op.getStride(),
                      pad = op.getPad();
    auto input = cast<RankedTensorType>(op.getInput().getType());
    unsigned bits = input.getElementTypeBitWidth();
    if (!isMap(type) || !canPool(op.getInput(), pad) || failed(inputZp) ||
        failed(outputZp) || kernel[0] * kernel[1] >= int64_t(1) << (31 - bits))
      return rewriter.notifyMatchFailure(op, "not of 8 bits, or of 16 without "
                                             "padding");
    SmallVector<int32_t> heights = countInside(
        input.getDimSize(1), type.getDimSize(1), kernel[0], stride[0], pad[0]);
    SmallVector<int32_t> widths = countInside(
        input.getDimSize(2), type.getDimSize(2), kernel[1], stride[1], pad[2]);
    llvm::SmallSetVector<int32_t, 4> counts;
    for (int32_t height : heights)
      for (int32_t width : widths)
        counts.insert(height * width);
    // A window over all rows would be gathered as a whole.
    if (counts.size() > maxCounts ||
        llvm::any_of(counts, [](int32_t count) { return count < 1; }) ||
        (isPadded(pad) && type.getDimSize(1) == 1 && kernel[0] > 3))
      return rewriter.notifyMatchFailure(op, "too many kinds of windows");
    Location loc = op.getLoc();
    Type i32 = rewriter.getI32Type();
    Value elements = op.getInput();
    if (bits != 8)
      elements = computeMap(
          rewriter, loc, input.clone(i32), elements,
          [](ScalarBuilder &b, ValueRange in) { return b.widen(in[0]); });
    Value sum = SumPool2DOp::create(rewriter, loc, type.clone(i32), elements,
                                    kernel, stride, pad, *inputZp);
    Value average = computeMap(
        rewriter, loc, type, sum, [&](ScalarBuilder &b, ValueRange in) {
          Value value = divide(b, in[0], heights, widths, counts.getArrayRef());
          return b.clamp(b.add(value, *outputZp), llvm::minIntN(bits),
                         llvm::maxIntN(bits));
        });
    rewriter.replaceOp(op, average);
    return success();
  }

  /// `total` by the number of elements in the window at this row and column,
  /// which is one of `counts`.
  static Value divide(ScalarBuilder &b, Value total, ArrayRef<int32_t> heights,
                      ArrayRef<int32_t> widths, ArrayRef<int32_t> counts) {
    auto by = [&](int32_t count) -> Value {
      auto [multiplier, shift] = reciprocalScale(count);
      return ApplyScaleOp::create(b.builder, b.loc, total, multiplier, shift,
                                  Rounding::Single);
    };
    if (counts.size() == 1)
      return by(counts[0]);
    Type i32 = b.builder.getI32Type();
    Value row = RowOp::create(b.builder, b.loc, i32);
    Value height = b.lookup(row, heights);
    Value column = ColumnOp::create(b.builder, b.loc, i32);
    Value width = b.lookup(column, widths);
    Value count = arith::MulIOp::create(b.builder, b.loc, height, width);
    Value result = by(counts[0]);
    for (int32_t other : counts.drop_front()) {
      Value isOther = arith::CmpIOp::create(
          b.builder, b.loc, arith::CmpIPredicate::eq, count, b.constant(other));
      result =
          arith::SelectOp::create(b.builder, b.loc, isOther, by(other), result);
    }
    return result;
  }
};

/// Where `input` is only bytes, widened less a zero point: takes those instead
/// and returns the zero point; otherwise 0.
int64_t foldWidening(Value &input) {
  auto rescale = input.getDefiningOp<tosa::RescaleOp>();
  std::optional<RescaleParameters> info =
      rescale ? RescaleParameters::get(rescale)
              : std::optional<RescaleParameters>();
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

/// The window that is all of the rows of a map of `type`, or of its columns.
SmallVector<int64_t> windowAlong(RankedTensorType type, int64_t axis) {
  SmallVector<int64_t> window{1, 1};
  window[axis - 1] = type.getDimSize(axis);
  return window;
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
        !hasWholeBytes(element))
      return rewriter.notifyMatchFailure(op, "not of a map of integers");
    if (op.getAxis() == 3) {
      replaceByReduction(rewriter, op, input, Reduction::Max);
      return success();
    }
    if (!canPool(input, {}))
      return rewriter.notifyMatchFailure(op, "elements are of 32 bits");
    SmallVector<int64_t> window = windowAlong(type, op.getAxis());
    rewriter.replaceOpWithNewOp<MaxPool2DOp>(
        op, op.getType(), input, window, window, ArrayRef<int64_t>{0, 0, 0, 0});
    return success();
  }
};

/// The least is the largest of all with their bits inverted.
struct ConvertMin : OpRewritePattern<tosa::ReduceMinOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReduceMinOp op,
                                PatternRewriter &rewriter) const override {
    Value input = op.getInput();
    if (!isMap(input.getType()) || op.getAxis() == 0 || getConstant(input) ||
        !hasWholeBytes(getElementTypeOrSelf(input.getType())))
      return rewriter.notifyMatchFailure(op, "not of a map of integers");
    Value inverted = invert(rewriter, op.getLoc(), input);
    Value largest = tosa::ReduceMaxOp::create(
        rewriter, op.getLoc(), op.getType(), inverted, op.getAxisAttr());
    rewriter.replaceOp(op, invert(rewriter, op.getLoc(), largest));
    return success();
  }

  static Value invert(PatternRewriter &rewriter, Location loc, Value map) {
    auto type = cast<RankedTensorType>(map.getType());
    return computeMap(
        rewriter, loc, type, map, [](ScalarBuilder &b, ValueRange in) -> Value {
          Value value = b.widen(in[0]), ones = b.constant(-1);
          return arith::XOrIOp::create(b.builder, b.loc, value, ones);
        });
  }
};

/// The largest of all pixels, first along one axis, then along the other.
struct MergeMax : OpRewritePattern<MaxPool2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaxPool2DOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<MaxPool2DOp>();
    auto output = cast<RankedTensorType>(op.getType());
    if (!inner || !inner->hasOneUse() || !isWhole(op) || !isWhole(inner) ||
        output.getDimSize(1) != 1 || output.getDimSize(2) != 1)
      return rewriter.notifyMatchFailure(op, "not of all pixels");
    auto type = cast<RankedTensorType>(inner.getInput().getType());
    SmallVector<int64_t> all{type.getDimSize(1), type.getDimSize(2)};
    rewriter.replaceOpWithNewOp<MaxPool2DOp>(
        op, output, inner.getInput(), all, all, ArrayRef<int64_t>{0, 0, 0, 0});
    return success();
  }

  /// Whether windows have all of a row or column, or one element of it.
  static bool isWhole(MaxPool2DOp op) {
    auto input = cast<RankedTensorType>(op.getInput().getType());
    auto output = cast<RankedTensorType>(op.getType());
    for (int axis : {0, 1}) {
      int64_t size = input.getDimSize(axis + 1), window = op.getKernel()[axis];
      if (window != size && (window != 1 || op.getStride()[axis] != 1 ||
                             output.getDimSize(axis + 1) != size))
        return false;
    }
    return !isPadded(op.getPad());
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
      rewriter.replaceOpWithNewOp<SumPool2DOp>(op, op.getType(), input,
                                               windowAlong(type, op.getAxis()),
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
  patterns.add<ConvertMaxPool, ConvertAvgPool, ConvertSum, ConvertMax,
               ConvertMin, MergeMax>(patterns.getContext());
}
