//===- ResizePatterns.cpp - Resizes, to the nearest and bilinear ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TOSA 1.0, RESIZE: pixel `y` of the output is at `(y * scale_y_d + offset_y) /
// scale_y_n` of the input.
//
//===----------------------------------------------------------------------===//

#include "FitGather.h"
#include "ScalarProgram.h"

#include <numeric>

using namespace mlir;
using namespace rtwmc;

namespace {

/// What `op` says of its rows (0) or columns (1), and of its input and output.
struct Axis {
  int64_t numerator, denominator, offset, input, output;

  static std::optional<std::array<Axis, 2>> both(tosa::ResizeOp op);
  /// How far behind the pixel before it, in parts of `numerator`, each is.
  SmallVector<int16_t> distances() const;
  /// Where its pixels are, rounded down, `more` pixels further on.
  GatherAxis floor(int64_t more) const {
    return {denominator, offset + more * numerator, numerator, 0};
  }
};

std::optional<std::array<Axis, 2>> Axis::both(tosa::ResizeOp op) {
  SmallVector<int64_t> scale = readSizes(op.getScale());
  SmallVector<int64_t> offset = readSizes(op.getOffset());
  if (!isMovable(op.getInput()) || !isMap(op.getType()) || scale.size() != 4 ||
      offset.size() != 2)
    return std::nullopt;
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getType());
  std::array<Axis, 2> axes;
  for (auto [i, axis] : llvm::enumerate(axes)) {
    axis = {scale[2 * i], scale[2 * i + 1], offset[i], input.getDimSize(i + 1),
            output.getDimSize(i + 1)};
    // The largest that TOSA allows, and that `distances` can hold.
    constexpr int64_t mostParts = 1 << 11;
    if (axis.numerator < 1 || axis.numerator > mostParts)
      return std::nullopt;
  }
  return axes;
}

SmallVector<int16_t> Axis::distances() const {
  SmallVector<int16_t> result;
  GatherAxis axis = floor(0);
  for (int64_t i = 0; i < output; ++i)
    result.push_back(static_cast<int16_t>(axis.remainder(i)));
  return result;
}

/// The gather of these rows and columns, those at the border where there are
/// none; nothing where its numbers are out of range.
std::optional<GatherMap> describe(const GatherAxis &rows,
                                  const GatherAxis &columns,
                                  ArrayRef<Axis> axes, int64_t channels) {
  GatherMap map;
  map.rows = rows;
  map.columns = columns;
  map.digits = {{channels, 0, 0, 1}};
  auto leaves = [](const GatherAxis &axis, const Axis &sizes) {
    auto [least, most] = axis.range(sizes.output);
    return least < 0 || most >= sizes.input;
  };
  if (!map.isInRange())
    return std::nullopt;
  map.clamps = leaves(map.rows, axes[0]) || leaves(map.columns, axes[1]);
  return map;
}

struct ConvertNearest : OpRewritePattern<tosa::ResizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ResizeOp op,
                                PatternRewriter &rewriter) const override {
    auto axes = Axis::both(op);
    if (op.getMode() != tosa::ResizeMode::NEAREST_NEIGHBOR || !axes)
      return rewriter.notifyMatchFailure(op, "not by the nearest neighbour");
    std::optional<GatherMap> map =
        describe(nearest((*axes)[0]), nearest((*axes)[1]), *axes,
                 cast<RankedTensorType>(op.getType()).getDimSize(3));
    if (!map)
      return rewriter.notifyMatchFailure(op, "numbers out of range");
    rewriter.replaceOp(op, createGather(rewriter, op.getLoc(), op.getType(),
                                        op.getInput(), *map, /*fill=*/0));
    return success();
  }

  /// Halves are rounded up.
  static GatherAxis nearest(const Axis &from) {
    GatherAxis axis = from.floor(0);
    axis.offset += from.numerator / 2;
    // Both are multiples, so what is left of the offset does not matter.
    int64_t common = std::gcd(axis.factor, axis.divisor);
    axis.factor /= common;
    axis.divisor /= common;
    axis.offset = llvm::divideFloorSigned(axis.offset, common);
    return axis;
  }
};

/// A sum of the pixels before and behind, on both axes, each times the distance
/// of the other.
struct ConvertBilinear : OpRewritePattern<tosa::ResizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ResizeOp op,
                                PatternRewriter &rewriter) const override {
    auto axes = Axis::both(op);
    auto type = dyn_cast<RankedTensorType>(op.getType());
    if (op.getMode() != tosa::ResizeMode::BILINEAR || !axes ||
        !isByteMap(op.getInput()) || !type.getElementType().isInteger(32))
      return rewriter.notifyMatchFailure(op, "no bilinear resize of bytes");
    SmallVector<GatherMap> maps;
    for (int64_t row : {0, 1})
      for (int64_t column : {0, 1}) {
        std::optional<GatherMap> map =
            describe((*axes)[0].floor(row), (*axes)[1].floor(column), *axes,
                     type.getDimSize(3));
        if (!map)
          return rewriter.notifyMatchFailure(op, "numbers out of range");
        maps.push_back(*map);
      }
    SmallVector<Value> neighbours;
    for (const GatherMap &map : maps)
      neighbours.push_back(createGather(rewriter, op.getLoc(),
                                        type.clone(rewriter.getI8Type()),
                                        op.getInput(), map, /*fill=*/0));
    return replaceByElementwise(
        rewriter, op, neighbours, [&](ScalarBuilder &b, ValueRange in) {
          Type i32 = b.builder.getI32Type();
          Value row = RowOp::create(b.builder, b.loc, i32);
          Value column = ColumnOp::create(b.builder, b.loc, i32);
          Value down = distance(b, (*axes)[0], row);
          Value right = distance(b, (*axes)[1], column);
          int64_t height = (*axes)[0].numerator, width = (*axes)[1].numerator;
          Value top = interpolate(b, b.widen(in[0]), in[1], right, width);
          Value bottom = interpolate(b, b.widen(in[2]), in[3], right, width);
          return interpolate(b, top, bottom, down, height);
        });
  }

  static Value distance(ScalarBuilder &b, const Axis &axis, Value index) {
    SmallVector<int16_t> distances = axis.distances();
    if (llvm::all_equal(distances))
      return b.constant(distances.front());
    auto type =
        RankedTensorType::get(axis.output, b.builder.getIntegerType(16));
    Value part = LookupOp::create(
        b.builder, b.loc, index,
        DenseElementsAttr::get(type, ArrayRef<int16_t>(distances)));
    return b.widen(part);
  }

  /// `before * (parts - distance) + behind * distance`
  static Value interpolate(ScalarBuilder &b, Value before, Value behind,
                           Value distance, int64_t parts) {
    behind = b.widen(behind);
    Value whole = b.constant(parts);
    Value rest = arith::SubIOp::create(b.builder, b.loc, whole, distance);
    Value first = arith::MulIOp::create(b.builder, b.loc, before, rest);
    Value second = arith::MulIOp::create(b.builder, b.loc, behind, distance);
    return arith::AddIOp::create(b.builder, b.loc, first, second);
  }
};

} // namespace

void rtwmc::populateNeighbourPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertNearest, ConvertBilinear>(patterns.getContext());
}
