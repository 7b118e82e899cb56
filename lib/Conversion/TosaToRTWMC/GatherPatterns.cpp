//===- GatherPatterns.cpp - Elements in other places ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FitGather.h"
#include "Moves.h"

using namespace mlir;
using namespace rtwmc;

SmallVector<int64_t> rtwmc::readSizes(Value value) {
  auto shape = value.getDefiningOp<tosa::ConstShapeOp>();
  if (!shape)
    return {};
  return SmallVector<int64_t>(shape.getValues().getValues<int64_t>());
}

bool rtwmc::isMovable(Value value) {
  if (!isMap(value.getType()))
    return false;
  Type element = getElementTypeOrSelf(value.getType());
  return (element.isInteger(8) || element.isInteger(16) ||
          element.isInteger(32)) &&
         cast<RankedTensorType>(value.getType()).getNumElements() <=
             maxMovedElements;
}

GatherOp rtwmc::createGather(PatternRewriter &rewriter, Location loc, Type type,
                             Value source, const GatherMap &map, int64_t fill) {
  auto numbers = [](const GatherAxis &axis) {
    return SmallVector<int64_t>{axis.factor, axis.offset, axis.divisor,
                                axis.step};
  };
  SmallVector<int64_t> digits;
  for (const GatherDigit &digit : map.digits)
    digits.append({digit.count, digit.row, digit.column, digit.channel});
  return GatherOp::create(rewriter, loc, type, source, numbers(map.rows),
                          numbers(map.columns), digits, map.firstChannel, fill,
                          map.clamps);
}

namespace {

/// What lies between two maps and only moves elements, ending with `op`.
template <typename TosaOp> struct ConvertMove : OpRewritePattern<TosaOp> {
  using OpRewritePattern<TosaOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(TosaOp op,
                                PatternRewriter &rewriter) const override {
    Value result = op->getResult(0);
    if (!isMovable(result))
      return rewriter.notifyMatchFailure(op, "not a map of integers");
    std::optional<Move> move = findMove(op);
    if (!move || isPartOfLonger(op))
      return rewriter.notifyMatchFailure(op, "not alone between two maps");
    Value source = move->source;
    if (move->from != describeShape(cast<RankedTensorType>(source.getType())))
      source = reshape(
          rewriter, op->getLoc(), source,
          {1, move->from.height, move->from.width, move->from.channels});
    rewriter.replaceOp(op,
                       createGather(rewriter, op->getLoc(), result.getType(),
                                    source, move->map, move->fill));
    return success();
  }

  /// Whether an operation behind `op` moves its elements on, in one go with it.
  static bool isPartOfLonger(Operation *op) {
    for (Operation *next = op; next->hasOneUse();) {
      next = *next->user_begin();
      if (!movesElements(next))
        return false;
      std::optional<Move> move = findMove(next);
      if (move && llvm::is_contained(move->chain, op))
        return true;
    }
    return false;
  }
};

} // namespace

void rtwmc::populateGatherPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertMove<tosa::ReshapeOp>, ConvertMove<tosa::TransposeOp>,
               ConvertMove<tosa::ReverseOp>, ConvertMove<tosa::TileOp>,
               ConvertMove<tosa::SliceOp>, ConvertMove<tosa::PadOp>>(
      patterns.getContext());
}
