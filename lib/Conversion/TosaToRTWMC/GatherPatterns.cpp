//===- GatherPatterns.cpp - Elements in other places ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FitGather.h"
#include "Moves.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

#include <numeric>

using namespace mlir;
using namespace rtwmc;

/// Maps with more elements are not looked at one by one.
static constexpr int64_t maxElements = int64_t(1) << 22;

SmallVector<int64_t> rtwmc::sizesOf(Value value) {
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
             maxElements;
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

/// A tensor whose elements are those of another, its source, or a constant: for
/// each the index in the source, or -1.
struct Table {
  SmallVector<int64_t> shape;
  std::vector<int64_t> from;
  std::optional<int64_t> fill;

  /// Becomes a tensor of `type`. `place` turns the indices of an element of it
  /// into those of an element of this one, and is false for a constant. False
  /// if there is no such element: the operation is not checked for that.
  bool become(RankedTensorType type,
              function_ref<bool(MutableArrayRef<int64_t>)> place) {
    std::vector<int64_t> result(type.getNumElements());
    SmallVector<int64_t> strides = computeStrides(shape);
    SmallVector<int64_t> steps = computeStrides(type.getShape());
    for (auto [index, element] : llvm::enumerate(result)) {
      SmallVector<int64_t> indices = delinearize(index, steps);
      element = -1;
      if (!place(indices))
        continue;
      if (indices.size() != shape.size())
        return false;
      for (auto [at, size] : llvm::zip(indices, shape))
        if (at < 0 || at >= size)
          return false;
      element = from[linearize(indices, strides)];
    }
    shape.assign(type.getShape().begin(), type.getShape().end());
    from = std::move(result);
    return true;
  }

  /// Becomes the result of `op`; false where that is no such tensor.
  bool apply(Operation *op);
};

bool Table::apply(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (isa<tosa::ReshapeOp>(op)) {
    shape.assign(type.getShape().begin(), type.getShape().end());
    return true;
  }
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op)) {
    return become(type, [&](MutableArrayRef<int64_t> indices) {
      SmallVector<int64_t> to(indices);
      for (auto [index, perm] : llvm::zip(to, transpose.getPerms()))
        indices[perm] = index;
      return true;
    });
  }
  if (auto reverse = dyn_cast<tosa::ReverseOp>(op)) {
    int64_t axis = reverse.getAxis();
    return become(type, [&](MutableArrayRef<int64_t> indices) {
      indices[axis] = shape[axis] - 1 - indices[axis];
      return true;
    });
  }
  if (isa<tosa::TileOp>(op)) {
    return become(type, [&](MutableArrayRef<int64_t> indices) {
      for (auto [index, size] : llvm::zip(indices, shape))
        index %= size;
      return true;
    });
  }
  if (auto slice = dyn_cast<tosa::SliceOp>(op)) {
    SmallVector<int64_t> start = sizesOf(slice.getStart());
    if (start.size() != shape.size())
      return false;
    return become(type, [&](MutableArrayRef<int64_t> indices) {
      for (auto [index, begin] : llvm::zip(indices, start))
        index += begin;
      return true;
    });
  }
  auto pad = dyn_cast<tosa::PadOp>(op);
  if (!pad)
    return false;
  SmallVector<int64_t> amounts = sizesOf(pad.getPadding());
  DenseElementsAttr constant = getConstant(pad.getPadConst());
  if (amounts.size() != 2 * shape.size() || !constant ||
      constant.getNumElements() != 1)
    return false;
  int64_t value = (*constant.getValues<APInt>().begin()).getSExtValue();
  if (fill.value_or(value) != value)
    return false;
  fill = value;
  return become(type, [&](MutableArrayRef<int64_t> indices) {
    bool isInside = true;
    for (auto [dim, size] : llvm::enumerate(shape)) {
      indices[dim] -= amounts[2 * dim];
      isInside &= indices[dim] >= 0 && indices[dim] < size;
    }
    return isInside;
  });
}

bool movesElements(Operation *op) {
  return isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::ReverseOp, tosa::TileOp,
             tosa::SliceOp, tosa::PadOp>(op);
}

/// What lies between two maps and only moves elements, ending with `op`.
template <typename TosaOp> struct ConvertMove : OpRewritePattern<TosaOp> {
  using OpRewritePattern<TosaOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(TosaOp op,
                                PatternRewriter &rewriter) const override {
    Value result = op->getResult(0);
    if (!isMovable(result))
      return rewriter.notifyMatchFailure(op, "not a map of integers");
    SmallVector<Operation *> chain;
    for (Operation *each = op;;) {
      if (!each || !movesElements(each) || (each != op && !each->hasOneUse()))
        return rewriter.notifyMatchFailure(op, "no map before it");
      chain.push_back(each);
      Value source = each->getOperand(0);
      if (getConstant(source))
        return rewriter.notifyMatchFailure(op, "moves constants");
      bool onlyNames = llvm::all_of(chain, llvm::IsaPred<tosa::ReshapeOp>);
      if (isMovable(source) && !onlyNames &&
          succeeded(convert(rewriter, op, source, chain)))
        return success();
      each = source.getDefiningOp();
    }
  }

  static LogicalResult convert(PatternRewriter &rewriter, Operation *op,
                               Value source, ArrayRef<Operation *> chain) {
    auto type = cast<RankedTensorType>(source.getType());
    Table table{SmallVector<int64_t>(type.getShape()), {}, {}};
    table.from.resize(type.getNumElements());
    std::iota(table.from.begin(), table.from.end(), 0);
    for (Operation *each : llvm::reverse(chain)) {
      auto next = cast<RankedTensorType>(each->getResult(0).getType());
      if (!next.hasStaticShape() || next.getNumElements() > maxElements ||
          !table.apply(each))
        return failure();
    }
    Value result = op->getResult(0);
    planning::MapShape in = describeShape(type);
    auto fit = [&] {
      std::optional<GatherMap> map =
          fitGather(table.from, in,
                    describeShape(cast<RankedTensorType>(result.getType())));
      return map && map->isInRange() ? map : std::nullopt;
    };
    std::optional<GatherMap> map = fit();
    if (!map && in.height > 1) {
      // Rows that become columns: as one row the map is read as a whole.
      in.width *= in.height;
      in.height = 1;
      map = fit();
      if (map)
        source = reshape(rewriter, op->getLoc(), source,
                         {1, 1, in.width, in.channels});
    }
    if (!map)
      return failure();
    rewriter.replaceOp(op,
                       createGather(rewriter, op->getLoc(), result.getType(),
                                    source, *map, table.fill.value_or(0)));
    return success();
  }
};

} // namespace

DenseElementsAttr rtwmc::moveConstant(Operation *op) {
  DenseElementsAttr values =
      movesElements(op) ? getConstant(op->getOperand(0)) : DenseElementsAttr();
  auto type = values ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                     : RankedTensorType();
  if (!type || !type.hasStaticShape() || values.empty() ||
      type.getNumElements() > maxElements)
    return {};
  if (isa<tosa::ReshapeOp>(op))
    return values.reshape(type);
  bool isInteger = type.getElementType().isInteger();
  if (isa<tosa::PadOp>(op) && !isInteger)
    return {};
  Table table{SmallVector<int64_t>(values.getType().getShape()), {}, {}};
  table.from.resize(values.getNumElements());
  std::iota(table.from.begin(), table.from.end(), 0);
  if (!table.apply(op))
    return {};
  if (values.isSplat() && !table.fill)
    return values.resizeSplat(type);
  Attribute fill;
  if (table.fill)
    fill = IntegerAttr::get(type.getElementType(), *table.fill);
  SmallVector<Attribute> source(values.getValues<Attribute>()), result;
  for (int64_t index : table.from)
    result.push_back(index < 0 ? fill : source[index]);
  return DenseElementsAttr::get(type, result);
}

void rtwmc::populateGatherPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertMove<tosa::ReshapeOp>, ConvertMove<tosa::TransposeOp>,
               ConvertMove<tosa::ReverseOp>, ConvertMove<tosa::TileOp>,
               ConvertMove<tosa::SliceOp>, ConvertMove<tosa::PadOp>>(
      patterns.getContext());
}
