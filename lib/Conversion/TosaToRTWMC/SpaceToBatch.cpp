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

/// A reshape, a transpose and a reshape.
struct Move {
  Value from;
  ArrayRef<int64_t> split, merged;
  ArrayRef<int32_t> perms;
};

/// That which ends with `reshape`, if it does.
std::optional<Move> readMove(tosa::ReshapeOp reshape) {
  auto transpose = reshape.getInput1().getDefiningOp<tosa::TransposeOp>();
  auto split = transpose
                   ? transpose.getInput1().getDefiningOp<tosa::ReshapeOp>()
                   : tosa::ReshapeOp();
  auto shape = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type ? type.getShape() : ArrayRef<int64_t>();
  };
  if (!split || !isa<RankedTensorType>(split.getInput1().getType()))
    return std::nullopt;
  return Move{split.getInput1(), shape(split), shape(reshape),
              transpose.getPerms()};
}

/// Rows and columns that are apart in a batch.
using Blocks = std::array<int64_t, 2>;

/// Whether the two axes of `large` are `blocks` times those of `small`.
bool isProduct(ArrayRef<int64_t> large, ArrayRef<int64_t> small,
               Blocks blocks) {
  return large.size() == small.size() &&
         large.front() == small.front() * blocks[0] &&
         large.back() == small.back() * blocks[1];
}

/// The blocks of which the batch `move.merged` is made, of four dimensions.
std::optional<Blocks> readSpaceToBatch(const Move &move) {
  ArrayRef<int64_t> from =
      cast<RankedTensorType>(move.from.getType()).getShape();
  ArrayRef<int64_t> split = move.split, merged = move.merged;
  if (merged.size() != 4 || from.empty() || from.back() != merged.back())
    return std::nullopt;
  if (from.size() == 4 && move.perms == ArrayRef<int32_t>{2, 4, 0, 1, 3, 5}) {
    Blocks blocks{split[2], split[4]};
    bool fits = split[1] == merged[1] && split[3] == merged[2] &&
                isProduct(from.slice(1, 2), merged.slice(1, 2), blocks);
    return fits ? std::optional(blocks) : std::nullopt;
  }
  if (from.size() != 3 || move.perms != ArrayRef<int32_t>{2, 0, 1, 3} ||
      from[1] != split[1] * split[2])
    return std::nullopt;
  // Of one axis, which becomes rows or columns.
  if (merged[1] == 1 && merged[2] == split[1])
    return Blocks{1, split[2]};
  if (merged[2] == 1 && merged[1] == split[1])
    return Blocks{split[2], 1};
  return std::nullopt;
}

/// Whether `move` puts together what `blocks` took apart, of `results`, and
/// nothing else.
bool isBatchToSpace(const Move &move, ArrayRef<int64_t> results,
                    Blocks blocks) {
  ArrayRef<int64_t> split = move.split, merged = move.merged;
  if (results.size() != 4 || merged.empty() || merged.back() != results.back())
    return false;
  if (merged.size() == 4)
    return move.perms == ArrayRef<int32_t>{2, 3, 0, 4, 1, 5} &&
           split[0] == blocks[0] && split[1] == blocks[1] &&
           split[3] == results[1] && split[4] == results[2] &&
           isProduct(merged.slice(1, 2), results.slice(1, 2), blocks);
  int64_t block = blocks[0] * blocks[1];
  return merged.size() == 3 && move.perms == ArrayRef<int32_t>{1, 2, 0, 3} &&
         split[0] == block && (results[1] == 1 || results[2] == 1) &&
         split[2] == results[1] * results[2] && merged[1] == split[2] * block;
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

/// What lies between both moves, from the last to the first: one convolution,
/// and what goes on with each of its elements. Empty where there is more.
SmallVector<Operation *> findBetween(Value last, tosa::ReshapeOp first) {
  SmallVector<Operation *> between;
  for (Operation *op = last.getDefiningOp(); op != first;
       op = op->getOperand(0).getDefiningOp()) {
    bool isConvolution =
        isa_and_nonnull<tosa::Conv2DOp, tosa::DepthwiseConv2DOp>(op);
    if (!op || !op->hasOneUse() ||
        !(isConvolution || isa<tosa::RescaleOp, tosa::ClampOp>(op)))
      return {};
    between.push_back(op);
    if (isConvolution && op->getOperand(0) != first.getResult())
      return {};
  }
  return between;
}

void merge(tosa::ReshapeOp last) {
  std::optional<Move> back = readMove(last);
  if (!back)
    return;
  // The convolution reads the batch.
  Operation *reader = back->from.getDefiningOp();
  while (isa_and_nonnull<tosa::RescaleOp, tosa::ClampOp>(reader))
    reader = reader->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<tosa::Conv2DOp, tosa::DepthwiseConv2DOp>(reader))
    return;
  auto first = reader->getOperand(0).getDefiningOp<tosa::ReshapeOp>();
  std::optional<Move> apart = first ? readMove(first) : std::nullopt;
  std::optional<Blocks> blocks =
      apart ? readSpaceToBatch(*apart) : std::nullopt;
  auto results = dyn_cast<RankedTensorType>(back->from.getType());
  if (!blocks || !results ||
      !isBatchToSpace(*back, results.getShape(), *blocks))
    return;
  SmallVector<Operation *> between = findBetween(back->from, first);
  if (between.empty())
    return;
  bool isDilated = isa<tosa::Conv2DOp>(reader)
                       ? dilate(cast<tosa::Conv2DOp>(reader), *blocks)
                       : dilate(cast<tosa::DepthwiseConv2DOp>(reader), *blocks);
  if (!isDilated)
    return;
  OpBuilder builder(first);
  auto whole = [&](ArrayRef<int64_t> shape) {
    return SmallVector<int64_t>{shape[1] * (*blocks)[0],
                                shape[2] * (*blocks)[1], shape[3]};
  };
  Value input =
      reshapeTo(builder, first.getLoc(), apart->from, whole(apart->merged));
  reader->setOperand(0, input);
  int64_t batch = cast<RankedTensorType>(input.getType()).getDimSize(0);
  for (Operation *op : between) {
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<int64_t> shape{batch};
    llvm::append_range(shape, whole(type.getShape()));
    op->getResult(0).setType(type.clone(shape));
  }
  builder.setInsertionPoint(last);
  last.replaceAllUsesWith(
      reshapeTo(builder, last.getLoc(), back->from, back->merged.drop_front()));
}

} // namespace

void rtwmc::mergeBatches(func::FuncOp network) {
  SmallVector<tosa::ReshapeOp> all(network.front().getOps<tosa::ReshapeOp>());
  for (tosa::ReshapeOp reshape : all)
    merge(reshape);
  // What took them apart has no reader left.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(network.front())))
    if (isa<tosa::ReshapeOp, tosa::TransposeOp>(op) && op.use_empty())
      op.erase();
}
