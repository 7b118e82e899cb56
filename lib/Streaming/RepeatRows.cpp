//===- RepeatRows.cpp - Enlarged maps whose rows are stored once ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RepeatRows.h"
#include "rtwmc/Dialect/RTWMC/IR/GatherMap.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace rtwmc;

namespace {

/// Rows that are alike, `count` after each other, because they are made of the
/// same rows of the input; of the first such are only `count - before`.
struct AlikeRows {
  int64_t count = 1, before = 0;

  static AlikeRows get(const GatherAxis &rows, int64_t height);
  /// Of `height` rows.
  int64_t groups(int64_t height) const {
    return (height + before + count - 1) / count;
  }
  /// How many more would make the last of them full.
  int64_t behind(int64_t height) const {
    return groups(height) * count - before - height;
  }
};

AlikeRows AlikeRows::get(const GatherAxis &rows, int64_t height) {
  AlikeRows alike;
  if (rows.step != 0)
    return alike;
  for (int64_t row = 0, run = 0; row < height; ++row) {
    run = row > 0 && rows.at(row) == rows.at(row - 1) ? run + 1 : 1;
    alike.count = std::max(alike.count, run);
  }
  for (; alike.before < alike.count; ++alike.before) {
    auto isAlike = [&](int64_t row) {
      int64_t first = row - (row + alike.before) % alike.count;
      return rows.at(row) == rows.at(first);
    };
    if (llvm::all_of(llvm::seq(height), isAlike))
      return alike;
  }
  return {};
}

/// The move `op` to rows of which none is like the one before.
Value moveOnce(PatternRewriter &rewriter, GatherOp op, AlikeRows alike) {
  auto type = cast<RankedTensorType>(op.getOutput().getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[1] = alike.groups(shape[1]);
  auto once = type.clone(shape);
  GatherMap map = GatherMap::get(op);
  int64_t offset = map.rows.offset - alike.before * map.rows.factor;
  int64_t factor = map.rows.factor * alike.count;
  int64_t common = std::gcd(factor, map.rows.divisor);
  map.rows = {factor / common, llvm::divideFloorSigned(offset, common),
              map.rows.divisor / common, 0};
  if (op.getInput().getType() == once && map.movesNothing())
    return op.getInput();
  if (!map.isInRange())
    return {};
  auto moved = cast<GatherOp>(rewriter.clone(*op));
  moved.setRows({map.rows.factor, map.rows.offset, map.rows.divisor, 0});
  moved.getOutput().setType(once);
  return moved.getOutput();
}

/// Whether `op` reads several rows at once, always one that there is, and none
/// of those that make groups of `alike` full.
bool canRepeatRows(Operation *op, AlikeRows alike) {
  if (!isa<Conv2DOp, DepthwiseConv2DOp>(op))
    return false;
  planning::KernelShape shape = cast<LayerOpInterface>(op).getKernelShape();
  int64_t height = shape.input.height;
  return shape.kernelHeight > 1 && shape.divisorHeight == 1 &&
         shape.pad[0] < shape.extentHeight() && !shape.accumulatesRows() &&
         (alike.before == 0 || shape.pad[0] <= 0) &&
         (alike.behind(height) == 0 || shape.pad[1] <= 0);
}

/// Lets convolutions read the rows of an enlarged map more than once.
struct RepeatRows : OpRewritePattern<GatherOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(GatherOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    int64_t height = type.getDimSize(1);
    AlikeRows alike = AlikeRows::get(GatherMap::get(op).rows, height);
    auto canRepeat = [&](Operation *user) {
      return canRepeatRows(user, alike);
    };
    if (alike.count == 1 || !llvm::all_of(op->getUsers(), canRepeat))
      return rewriter.notifyMatchFailure(op, "rows are not read repeatedly");
    Value once = moveOnce(rewriter, op, alike);
    if (!once)
      return rewriter.notifyMatchFailure(op, "numbers out of range");
    for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
      rewriter.modifyOpInPlace(user, [&] {
        user->setOperand(0, once);
        llvm::TypeSwitch<Operation *>(user).Case<Conv2DOp, DepthwiseConv2DOp>(
            [&](auto layer) {
              SmallVector<int64_t> pad(layer.getPad());
              pad[0] -= alike.before;
              pad[1] -= alike.behind(height);
              layer.setPad(pad);
              layer.setRowRepeat(alike.count);
            });
      });
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void rtwmc::populateRepeatRows(RewritePatternSet &patterns) {
  patterns.add<RepeatRows>(patterns.getContext());
}
