//===- SpaceToBatch.cpp - Convolutions of a batch as dilated ones ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keras builds a dilated convolution from a plain one: every b-th row, or
// column, becomes a picture of its own (SPACE_TO_BATCH_ND), all of them are
// convolved, and put together again (BATCH_TO_SPACE_ND). TensorFlow's converter
// undoes that, but not always. In TOSA both are a reshape, a transpose and a
// reshape.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// A reshape, a transpose and a reshape, of which the first and the last may be
/// missing where they would change nothing.
struct Move {
  Value from;
  ArrayRef<int64_t> split, merged;
  ArrayRef<int32_t> perms;
};

/// That which gives `value`, if it does.
std::optional<Move> readMove(Value value) {
  Value permuted = value;
  if (auto reshape = value.getDefiningOp<tosa::ReshapeOp>())
    permuted = reshape.getInput1();
  auto transpose = permuted.getDefiningOp<tosa::TransposeOp>();
  if (!transpose)
    return std::nullopt;
  Value split = transpose.getInput1(), from = split;
  if (auto reshape = split.getDefiningOp<tosa::ReshapeOp>())
    from = reshape.getInput1();
  return Move{from, shapeOf(split), shapeOf(value), transpose.getPerms()};
}

/// Rows and columns that are apart in a batch.
using Blocks = std::array<int64_t, 2>;

/// The blocks of which the batch `move.merged` is made, of four dimensions.
std::optional<Blocks> readSpaceToBatch(const Move &move) {
  ArrayRef<int64_t> split = move.split, merged = move.merged;
  ArrayRef<int64_t> from = shapeOf(move.from);
  if (merged.size() != 4 || from.empty() || split.empty() ||
      from.front() != split.front() || merged.back() != split.back())
    return std::nullopt;
  if (move.perms == ArrayRef<int32_t>{2, 4, 0, 1, 3, 5}) {
    bool fits = split[1] == merged[1] && split[3] == merged[2];
    return fits ? std::optional(Blocks{split[2], split[4]}) : std::nullopt;
  }
  if (move.perms != ArrayRef<int32_t>{2, 0, 1, 3})
    return std::nullopt;
  // Of one axis, which becomes rows or columns.
  if (merged[1] == 1 && merged[2] == split[1])
    return Blocks{1, split[2]};
  if (merged[2] == 1 && merged[1] == split[1])
    return Blocks{split[2], 1};
  return std::nullopt;
}

/// Whether `move` puts together what `blocks` took apart, of `results`, of a
/// batch of `batch`.
bool isBatchToSpace(const Move &move, ArrayRef<int64_t> results, Blocks blocks,
                    int64_t batch) {
  ArrayRef<int64_t> split = move.split, merged = move.merged;
  if (results.size() != 4 || merged.empty() || merged.front() != batch ||
      split.back() != results.back())
    return false;
  if (move.perms == ArrayRef<int32_t>{2, 3, 0, 4, 1, 5})
    return split[0] == blocks[0] && split[1] == blocks[1] &&
           split[2] == batch && split[3] == results[1] &&
           split[4] == results[2];
  return move.perms == ArrayRef<int32_t>{1, 2, 0, 3} &&
         split[0] == blocks[0] * blocks[1] && split[1] == batch &&
         (results[1] == 1 || results[2] == 1) &&
         split[2] == results[1] * results[2];
}

/// `value` with `shape` behind its batch.
Value reshapeTo(OpBuilder &builder, Location loc, Value value,
                ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> sizes{type.getDimSize(0)};
  llvm::append_range(sizes, shape);
  auto wanted = type.clone(sizes);
  if (wanted == type)
    return value;
  if (type.isDynamicDim(0))
    sizes[0] = -1;
  Value target = tosa::ConstShapeOp::create(
      builder, loc, tosa::shapeType::get(builder.getContext(), sizes.size()),
      builder.getIndexTensorAttr(sizes));
  return tosa::ReshapeOp::create(builder, loc, wanted, value, target);
}

/// Lets the convolution step over `blocks` pixels; false where its strides do
/// not allow that.
template <typename Op> bool dilate(Op conv, Blocks blocks) {
  for (auto [stride, block] : llvm::zip(conv.getStride(), blocks))
    if (stride != 1 && block != 1)
      return false;
  SmallVector<int64_t> dilation(conv.getDilation()), pad(conv.getPad());
  for (size_t axis : {0, 1}) {
    dilation[axis] *= blocks[axis];
    pad[2 * axis] *= blocks[axis];
    pad[2 * axis + 1] *= blocks[axis];
  }
  conv.setDilation(dilation);
  conv.setPad(pad);
  return true;
}

/// What lies between both moves, from the last to the first, which is a
/// convolution; what follows goes on with each of its elements. Empty where
/// there is more.
SmallVector<Operation *> findBetween(Value last) {
  SmallVector<Operation *> between;
  for (Operation *op = last.getDefiningOp(); op && op->hasOneUse();
       op = op->getOperand(0).getDefiningOp()) {
    between.push_back(op);
    if (isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp>(op))
      return between;
    if (!isa<tosa::RescaleOp, tosa::ClampOp>(op))
      break;
  }
  return {};
}

/// Merges what `last` puts together.
void merge(Value last) {
  std::optional<Move> back = readMove(last);
  if (!back)
    return;
  SmallVector<Operation *> between = findBetween(back->from);
  if (between.empty())
    return;
  Operation *conv = between.back();
  std::optional<Move> apart = readMove(conv->getOperand(0));
  std::optional<Blocks> blocks =
      apart ? readSpaceToBatch(*apart) : std::nullopt;
  if (!blocks || !isBatchToSpace(*back, shapeOf(back->from), *blocks,
                                 shapeOf(apart->from).front()))
    return;
  bool isDilated = isa<tosa::Conv2DOp>(conv)
                       ? dilate(cast<tosa::Conv2DOp>(conv), *blocks)
                       : dilate(cast<tosa::DepthwiseConv2DOp>(conv), *blocks);
  if (!isDilated)
    return;
  OpBuilder builder(conv);
  auto whole = [&](ArrayRef<int64_t> shape) {
    return SmallVector<int64_t>{shape[1] * (*blocks)[0],
                                shape[2] * (*blocks)[1], shape[3]};
  };
  Value input =
      reshapeTo(builder, conv->getLoc(), apart->from, whole(apart->merged));
  conv->setOperand(0, input);
  int64_t batch = shapeOf(input).front();
  for (Operation *op : between) {
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<int64_t> shape{batch};
    llvm::append_range(shape, whole(type.getShape()));
    op->getResult(0).setType(type.clone(shape));
  }
  builder.setInsertionPointAfter(between.front());
  last.replaceAllUsesWith(
      reshapeTo(builder, last.getLoc(), back->from, back->merged.drop_front()));
}

} // namespace

void rtwmc::mergeBatches(func::FuncOp network) {
  SmallVector<Value> moved;
  for (Operation &op : network.front())
    if (isa<tosa::ReshapeOp, tosa::TransposeOp>(op))
      moved.push_back(op.getResult(0));
  // Reshapes behind a transpose are part of what it puts together.
  for (Value each : llvm::reverse(moved))
    merge(each);
  // What took them apart has no reader left.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(network.front())))
    if (isa<tosa::ReshapeOp, tosa::TransposeOp>(op) && op.use_empty())
      op.erase();
}
