//===- Moves.cpp - Chains of operations that only move elements -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Moves.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

#include <numeric>

using namespace mlir;
using namespace rtwmc;

namespace {

/// A tensor whose elements are those of another, its source, or a constant: for
/// each the index in the source, or -1.
struct PositionTable {
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

bool PositionTable::apply(Operation *op) {
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
    SmallVector<int64_t> start = readSizes(slice.getStart());
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
  SmallVector<int64_t> amounts = readSizes(pad.getPadding());
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

} // namespace

bool rtwmc::movesElements(Operation *op) {
  return isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::ReverseOp, tosa::TileOp,
             tosa::SliceOp, tosa::PadOp>(op);
}

/// Of the result of the last of `chain`, which begins with it, the elements of
/// `source`; false where that cannot be told.
static bool follow(PositionTable &table, Value source,
                   ArrayRef<Operation *> chain) {
  auto type = cast<RankedTensorType>(source.getType());
  table.shape.assign(type.getShape().begin(), type.getShape().end());
  table.from.resize(type.getNumElements());
  std::iota(table.from.begin(), table.from.end(), 0);
  return llvm::all_of(llvm::reverse(chain), [&](Operation *each) {
    auto next = cast<RankedTensorType>(each->getResult(0).getType());
    return next.hasStaticShape() && next.getNumElements() <= maxMovedElements &&
           table.apply(each);
  });
}

/// What makes of `source` the result of `chain`, whose last operation comes
/// first.
static std::optional<Move> findMove(Value source, ArrayRef<Operation *> chain) {
  PositionTable table;
  if (!follow(table, source, chain))
    return std::nullopt;
  auto type = cast<RankedTensorType>(source.getType());
  auto to = cast<RankedTensorType>(chain.front()->getResult(0).getType());
  Move move{
      source, {}, {}, table.fill.value_or(0), SmallVector<Operation *>(chain)};
  // Rows that become columns, or channels: as one row, or one pixel, the map is
  // read as a whole.
  planning::MapShape rows = describeShape(type), row = rows, pixel = rows;
  row.width *= std::exchange(row.height, 1);
  pixel.channels *= std::exchange(pixel.height, 1);
  pixel.channels *= std::exchange(pixel.width, 1);
  for (const planning::MapShape &from : {rows, row, pixel}) {
    auto map = fitGather(table.from, from, describeShape(to));
    if (!map || !map->isInRange())
      continue;
    move.from = from;
    move.map = *map;
    move.readsRows = from == rows;
    return move;
  }
  return std::nullopt;
}

std::optional<Move> rtwmc::findMove(Operation *last) {
  if (!movesElements(last) || !isMovable(last->getResult(0)))
    return std::nullopt;
  SmallVector<Operation *> chain;
  SmallVector<Move> found;
  for (Operation *each = last;
       each && movesElements(each) && (each == last || each->hasOneUse());) {
    chain.push_back(each);
    Value source = each->getOperand(0);
    bool onlyNames = llvm::all_of(chain, llvm::IsaPred<tosa::ReshapeOp>);
    if (getConstant(source))
      return std::nullopt;
    if (isMovable(source) && !onlyNames)
      if (std::optional<Move> move = ::findMove(source, chain))
        found.push_back(*move);
    each = source.getDefiningOp();
  }
  if (found.empty())
    return std::nullopt;
  // The longest chain whose rows can be read as they come, if those before it
  // can, too; a map that is read as a whole once need not be twice.
  const Move &longest = found.back();
  for (const Move &move : llvm::reverse(found)) {
    if (!move.readsRows)
      continue;
    auto before = ArrayRef(longest.chain).drop_front(move.chain.size());
    std::optional<Move> rest;
    if (!before.empty())
      rest = ::findMove(longest.source, before);
    if (before.empty() || (rest && rest->readsRows))
      return move;
  }
  return longest;
}

DenseElementsAttr rtwmc::moveConstant(Operation *op) {
  DenseElementsAttr values =
      movesElements(op) ? getConstant(op->getOperand(0)) : DenseElementsAttr();
  auto type = values ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                     : RankedTensorType();
  if (!type || !type.hasStaticShape() || values.empty() ||
      type.getNumElements() > maxMovedElements)
    return {};
  if (isa<tosa::ReshapeOp>(op))
    return values.reshape(type);
  bool isInteger = type.getElementType().isInteger();
  if (isa<tosa::PadOp>(op) && !isInteger)
    return {};
  PositionTable table{
      SmallVector<int64_t>(values.getType().getShape()), {}, {}};
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
