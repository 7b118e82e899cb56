//===- MatrixPatterns.cpp - Products of matrices ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Moves.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

using namespace mlir;
using namespace rtwmc;

Value rtwmc::reshape(OpBuilder &builder, Location loc, Value value,
                     ArrayRef<int64_t> shape) {
  Value target = tosa::ConstShapeOp::create(
      builder, loc, tosa::shapeType::get(builder.getContext(), shape.size()),
      builder.getIndexTensorAttr(shape));
  return tosa::ReshapeOp::create(
      builder, loc, cast<RankedTensorType>(value.getType()).clone(shape), value,
      target);
}

namespace {

/// A product of two int8 matrices, or of as many pairs as the batch has.
struct Product {
  int64_t batch, rows, depth, columns;
  int32_t aZeroPoint, bZeroPoint;

  static std::optional<Product> get(tosa::MatMulOp op) {
    auto a = cast<RankedTensorType>(op.getA().getType());
    auto output = cast<RankedTensorType>(op.getType());
    FailureOr<int64_t> aZp = op.getAZeroPoint(), bZp = op.getBZeroPoint();
    if (!a.hasStaticShape() || !output.hasStaticShape() ||
        a.getNumElements() == 0 || output.getNumElements() == 0 ||
        !a.getElementType().isInteger(8) ||
        !getElementTypeOrSelf(op.getB().getType()).isInteger(8) ||
        !output.getElementType().isInteger(32) || failed(aZp) || failed(bZp))
      return std::nullopt;
    return Product{a.getDimSize(0),
                   a.getDimSize(1),
                   a.getDimSize(2),
                   output.getDimSize(2),
                   static_cast<int32_t>(*aZp),
                   static_cast<int32_t>(*bZp)};
  }
};

/// `1xMxK` times constant `1xKxN` is a 1x1 convolution over M pixels.
struct ConvertConstantProduct : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<Product> product = Product::get(op);
    DenseElementsAttr b = getConstant(op.getB());
    if (!product || product->batch != 1 || !b)
      return rewriter.notifyMatchFailure(op, "not int8 with constant weights");
    auto [batch, rows, depth, columns, aZp, bZp] = *product;
    SmallVector<int8_t> values(b.getValues<int8_t>()), weights;
    for (int64_t n = 0; n < columns; ++n)
      for (int64_t k = 0; k < depth; ++k)
        weights.push_back(values[k * columns + n]);
    auto weightType =
        RankedTensorType::get({columns, 1, 1, depth}, rewriter.getI8Type());
    auto biasType = RankedTensorType::get(columns, rewriter.getI32Type());
    Location loc = op.getLoc();
    Value input = reshape(rewriter, loc, op.getA(), {1, 1, rows, depth});
    Value result = Conv2DOp::create(
        rewriter, loc,
        RankedTensorType::get({1, 1, rows, columns}, rewriter.getI32Type()),
        input, DenseElementsAttr::get(weightType, ArrayRef<int8_t>(weights)),
        DenseElementsAttr::get(biasType, rewriter.getI32IntegerAttr(0)),
        ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{0, 0, 0, 0},
        ArrayRef<int64_t>{1, 1}, aZp, bZp, RequantizationAttr(), PoolAttr(),
        KernelAttr());
    rewriter.replaceOp(op,
                       reshape(rewriter, loc, result, {batch, rows, columns}));
    return success();
  }
};

/// A product of two maps. The columns of the second become pixels: where it was
/// transposed before, as keys of an attention are, nothing is moved.
struct ConvertProduct : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<Product> product = Product::get(op);
    if (!product || getConstant(op.getA()) || getConstant(op.getB()))
      return rewriter.notifyMatchFailure(op, "not of two int8 maps");
    auto [batch, rows, depth, columns, aZp, bZp] = *product;
    Location loc = op.getLoc();
    bool isOne = batch == 1;
    Value a = reshape(rewriter, loc, op.getA(),
                      {1, isOne ? rows : batch, isOne ? 1 : rows, depth});
    Value b = turn(rewriter, loc, op.getB());
    Value result =
        MatMulOp::create(rewriter, loc,
                         RankedTensorType::get({1, batch * rows, 1, columns},
                                               rewriter.getI32Type()),
                         a, b, aZp, bZp, RequantizationAttr());
    rewriter.replaceOp(op,
                       reshape(rewriter, loc, result, {batch, rows, columns}));
    return success();
  }

  /// Matrices `b` as the rows of a map, transposed.
  static Value turn(PatternRewriter &rewriter, Location loc, Value b) {
    ArrayRef<int64_t> shape = shapeOf(b);
    SmallVector<int64_t> turned{1, shape[0], shape[2], shape[1]};
    auto before = b.getDefiningOp<tosa::TransposeOp>();
    if (before && before.getPerms() == ArrayRef<int32_t>{0, 2, 1})
      return reshape(rewriter, loc, before.getInput1(), turned);
    Value map = reshape(rewriter, loc, b, {1, shape[0], shape[1], shape[2]});
    return tosa::TransposeOp::create(
        rewriter, loc, cast<RankedTensorType>(b.getType()).clone(turned), map,
        ArrayRef<int32_t>{0, 1, 3, 2});
  }
};

/// A 1x1 convolution over pictures of a batch is one over their rows: so a
/// fully connected layer of several pixels is written.
struct UnbatchPoints : OpRewritePattern<tosa::Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    auto input = cast<RankedTensorType>(op.getInput().getType());
    auto output = cast<RankedTensorType>(op.getType());
    auto weight = cast<RankedTensorType>(op.getWeight().getType());
    auto isOne = [](int64_t number) { return number == 1; };
    auto isZero = [](int64_t number) { return number == 0; };
    if (!input.hasStaticShape() || !output.hasStaticShape() ||
        input.getDimSize(0) < 2 || weight.getDimSize(1) != 1 ||
        weight.getDimSize(2) != 1 || !llvm::all_of(op.getStride(), isOne) ||
        !llvm::all_of(op.getPad(), isZero))
      return failure();
    auto together = [](RankedTensorType type) {
      return SmallVector<int64_t>{1, type.getDimSize(0) * type.getDimSize(1),
                                  type.getDimSize(2), type.getDimSize(3)};
    };
    Value rows = reshape(rewriter, op.getLoc(), op.getInput(), together(input));
    auto conv = cast<tosa::Conv2DOp>(rewriter.clone(*op));
    rewriter.modifyOpInPlace(conv, [&] {
      conv.getInputMutable().assign(rows);
      conv.getResult().setType(output.clone(together(output)));
    });
    rewriter.replaceOp(op, reshape(rewriter, op.getLoc(), conv.getResult(),
                                   output.getShape()));
    return success();
  }
};

/// A reshape of a reshape is one.
struct FoldReshapes : OpRewritePattern<tosa::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    auto before = op.getInput1().getDefiningOp<tosa::ReshapeOp>();
    if (!before)
      return failure();
    if (before.getInput1().getType() == op.getType())
      rewriter.replaceOp(op, before.getInput1());
    else
      rewriter.replaceOpWithNewOp<tosa::ReshapeOp>(
          op, op.getType(), before.getInput1(), op.getShape());
    return success();
  }
};

/// A rescale between a matrix product and the reshape around it moves inside,
/// where it finds its accumulators.
struct HoistReshapeOverRescale : OpRewritePattern<tosa::RescaleOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::RescaleOp op,
                                PatternRewriter &rewriter) const override {
    auto reshape = op.getInput().getDefiningOp<tosa::ReshapeOp>();
    if (!reshape || !reshape->hasOneUse() ||
        !isa_and_nonnull<Conv2DOp, MatMulOp>(
            reshape.getInput1().getDefiningOp()))
      return failure();
    auto inner = cast<RankedTensorType>(reshape.getInput1().getType());
    auto outer = cast<RankedTensorType>(op.getType());
    if (inner.getShape().back() != outer.getShape().back())
      return failure();
    auto rescale = cast<tosa::RescaleOp>(rewriter.clone(*op));
    rewriter.modifyOpInPlace(rescale, [&] {
      rescale.getInputMutable().assign(reshape.getInput1());
      rescale.getResult().setType(inner.clone(outer.getElementType()));
    });
    rewriter.replaceOpWithNewOp<tosa::ReshapeOp>(op, outer, rescale.getResult(),
                                                 reshape.getShape());
    return success();
  }
};

} // namespace

void rtwmc::populateMatrixPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertConstantProduct, ConvertProduct, UnbatchPoints,
               FoldReshapes, HoistReshapeOverRescale>(patterns.getContext());
}
