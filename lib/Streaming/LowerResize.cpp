//===- LowerResize.cpp - Resizes, to the nearest and bilinear -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TOSA 1.0, `resize`. Upstream's lowering of LLVM 22 rounds a coordinate before
// the first pixel towards zero and not down, and so extrapolates there (mended
// in llvm-project 193821).
//
//===----------------------------------------------------------------------===//

#include "LowerResize.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// What TOSA says of one axis: pixel `i` of the output is at
/// `(i * denominator + offset) / numerator` of the input.
struct Axis {
  int64_t numerator, denominator, offset, size;
};

/// Where a pixel of the output is, on one axis.
struct Place {
  /// The pixels before and behind, inside of the input.
  Value before, behind;
  /// How far it is from the first to the second, of `numerator` parts.
  Value distance;
};

/// Builds the body of the loops.
class Body {
public:
  Body(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  Place locate(Axis axis, unsigned dim);
  Value nearest(Axis axis, Place place);
  Value load(Value input, Value batch, Value y, Value x, Value channel) {
    return tensor::ExtractOp::create(builder, loc, input,
                                     ValueRange{batch, y, x, channel});
  }
  /// `value` times a weight that is an index.
  Value weigh(Value value, Value weight) {
    weight = arith::IndexCastOp::create(builder, loc, value.getType(), weight);
    return arith::MulIOp::create(builder, loc, value, weight);
  }
  Value widen(Value value, Type type) {
    return arith::ExtSIOp::create(builder, loc, type, value);
  }
  Value add(Value a, Value b) {
    return arith::AddIOp::create(builder, loc, a, b);
  }
  Value index(unsigned dim) {
    return linalg::IndexOp::create(builder, loc, dim);
  }
  /// `numerator` less `distance`.
  Value rest(Axis axis, Value distance) {
    Value whole = constant(axis.numerator);
    return arith::SubIOp::create(builder, loc, whole, distance);
  }

private:
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value clamp(Value value, Axis axis) {
    Value zero = constant(0), last = constant(axis.size - 1);
    value = arith::MaxSIOp::create(builder, loc, value, zero);
    return arith::MinSIOp::create(builder, loc, value, last);
  }

  OpBuilder &builder;
  Location loc;
};

Place Body::locate(Axis axis, unsigned dim) {
  // Whole pixels are added, so that the division is one of unsigned numbers.
  int64_t added =
      axis.offset < 0 ? llvm::divideCeil(-axis.offset, axis.numerator) : 0;
  Value output = index(dim);
  Value denominator = constant(axis.denominator);
  Value numerator = constant(axis.numerator);
  Value first = constant(axis.offset + added * axis.numerator);
  Value at = arith::MulIOp::create(builder, loc, output, denominator);
  at = add(at, first);
  Value pixel = arith::DivUIOp::create(builder, loc, at, numerator);
  Place place;
  place.distance = arith::RemUIOp::create(builder, loc, at, numerator);
  Value before = add(pixel, constant(-added));
  Value behind = add(before, constant(1));
  place.before = clamp(before, axis);
  place.behind = clamp(behind, axis);
  return place;
}

Value Body::nearest(Axis axis, Place place) {
  Value twice = add(place.distance, place.distance);
  Value numerator = constant(axis.numerator);
  Value isFar = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge,
                                      twice, numerator);
  return arith::SelectOp::create(builder, loc, isFar, place.behind,
                                 place.before);
}

struct ConvertResize : OpRewritePattern<tosa::ResizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ResizeOp op,
                                PatternRewriter &rewriter) const override;

private:
  static std::optional<SmallVector<int64_t>> shapeOf(Value value, size_t size) {
    auto shape = value.getDefiningOp<tosa::ConstShapeOp>();
    if (!shape || shape.getValues().getNumElements() != int64_t(size))
      return std::nullopt;
    return SmallVector<int64_t>(shape.getValues().getValues<int64_t>());
  }
};

LogicalResult ConvertResize::matchAndRewrite(tosa::ResizeOp op,
                                             PatternRewriter &rewriter) const {
  Value input = op.getInput();
  auto from = dyn_cast<RankedTensorType>(input.getType());
  auto to = dyn_cast<RankedTensorType>(op.getType());
  auto scale = shapeOf(op.getScale(), 4), offset = shapeOf(op.getOffset(), 2);
  if (!from || !to || from.getRank() != 4 || !from.hasStaticShape() ||
      !to.hasStaticShape() || from.getNumElements() == 0 || !scale || !offset ||
      !from.getElementType().isSignlessInteger() ||
      llvm::any_of(*scale, [](int64_t each) { return each < 1; }))
    return rewriter.notifyMatchFailure(op, "not of static integers");
  Axis rows{(*scale)[0], (*scale)[1], (*offset)[0], from.getDimSize(1)};
  Axis columns{(*scale)[2], (*scale)[3], (*offset)[1], from.getDimSize(2)};
  bool isNearest = op.getMode() == tosa::ResizeMode::NEAREST_NEIGHBOR;
  auto build = [&](OpBuilder &builder, Location loc, ValueRange) {
    Body b(builder, loc);
    Value batch = b.index(0), channel = b.index(3);
    Place y = b.locate(rows, 1);
    Place x = b.locate(columns, 2);
    if (isNearest) {
      Value row = b.nearest(rows, y);
      Value column = b.nearest(columns, x);
      Value pixel = b.load(input, batch, row, column, channel);
      linalg::YieldOp::create(builder, loc, pixel);
      return;
    }
    Value top = b.rest(rows, y.distance), left = b.rest(columns, x.distance);
    Value sum;
    for (auto [row, vertical] :
         {std::pair(y.before, top), std::pair(y.behind, y.distance)})
      for (auto [column, horizontal] :
           {std::pair(x.before, left), std::pair(x.behind, x.distance)}) {
        Value pixel = b.load(input, batch, row, column, channel);
        pixel = b.widen(pixel, to.getElementType());
        pixel = b.weigh(pixel, vertical);
        pixel = b.weigh(pixel, horizontal);
        sum = sum ? b.add(sum, pixel) : pixel;
      }
    linalg::YieldOp::create(builder, loc, sum);
  };
  Value empty = tensor::EmptyOp::create(rewriter, op.getLoc(), to.getShape(),
                                        to.getElementType());
  SmallVector<utils::IteratorType> loops(4, utils::IteratorType::parallel);
  rewriter.replaceOpWithNewOp<linalg::GenericOp>(
      op, TypeRange(to), ValueRange(), ValueRange(empty),
      ArrayRef(rewriter.getMultiDimIdentityMap(4)), loops, build);
  return success();
}

} // namespace

void rtwmc::populateResizePatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertResize>(patterns.getContext());
}
