//===- LowerSelection.cpp - Methods of selecting what is dropped ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A selection method is one function that finds the threshold and the ties of
// the `quota` least elements; what the threshold `tau_q` alone drops is settled
// before it is asked.
//
//===----------------------------------------------------------------------===//

#include "Magnitude.h"

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Transforms.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// How many of the first `count` elements have a magnitude of at most `bound`
/// (an i32, 0..255).
Value countAtMost(ImplicitLocOpBuilder &b, SelectLeastOp op, Value bound) {
  // |x - z| <= t is (x - z + t) <= 2t as unsigned numbers: no absolute value.
  Value bias =
      arith::SubIOp::create(b, bound, constantI32(b, op.getZeroPoint()));
  Value span = arith::ShLIOp::create(b, bound, constantI32(b, 1));
  Value zero = constantIndex(b, 0);
  Value one = constantIndex(b, 1);
  auto loop = scf::ForOp::create(
      b, zero, op.getCount(), one, ValueRange{zero},
      [&](OpBuilder &builder, Location loc, Value j, ValueRange args) {
        ImplicitLocOpBuilder b(loc, builder);
        Value x = memref::LoadOp::create(b, op.getBuffer(), j);
        Value wide = arith::ExtSIOp::create(b, b.getI32Type(), x);
        Value shifted = arith::AddIOp::create(b, wide, bias);
        Value within =
            arith::CmpIOp::create(b, arith::CmpIPredicate::ule, shifted, span);
        Value more = arith::IndexCastUIOp::create(b, b.getIndexType(), within);
        Value sum = arith::AddIOp::create(b, args[0], more);
        scf::YieldOp::create(b, sum);
      });
  return loop.getResult(0);
}

/// Narrows the threshold down by halves to the least magnitude `t` for which at
/// least `quota` elements are not above `t`, or to one that exactly `quota`
/// elements are below. `below` elements are known to be less than `tau_q`,
/// which is fewer than `quota`, so `t` is not less than `tau_q` either.
SmallVector<Value, 2> bisect(ImplicitLocOpBuilder &b, SelectLeastOp op,
                             Value below) {
  Value low = constantI32(b, op.getTauQ());
  Value high = constantI32(b, 255);
  Type i32 = b.getI32Type(), index = b.getIndexType();
  // `below` is the number of elements less than `low`.
  auto loop = scf::WhileOp::create(
      b, TypeRange{i32, i32, index}, ValueRange{low, high, below},
      [&](OpBuilder &builder, Location loc, ValueRange args) {
        Value open = arith::CmpIOp::create(
            builder, loc, arith::CmpIPredicate::ult, args[0], args[1]);
        scf::ConditionOp::create(builder, loc, open, args);
      },
      [&](OpBuilder &builder, Location loc, ValueRange args) {
        ImplicitLocOpBuilder b(loc, builder);
        Value one = constantI32(b, 1);
        Value sum = arith::AddIOp::create(b, args[0], args[1]);
        Value middle = arith::ShRUIOp::create(b, sum, one);
        Value counted = countAtMost(b, op, middle);
        Value more = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt,
                                           counted, op.getQuota());
        Value exact = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                            counted, op.getQuota());
        Value next = arith::AddIOp::create(b, middle, one);
        Value newLow = arith::SelectOp::create(b, more, args[0], next);
        // Exactly `quota` elements are below `next`: it separates them.
        Value upper = arith::SelectOp::create(b, exact, next, args[1]);
        Value newHigh = arith::SelectOp::create(b, more, middle, upper);
        Value newBelow = arith::SelectOp::create(b, more, args[2], counted);
        scf::YieldOp::create(b, ValueRange{newLow, newHigh, newBelow});
      });
  Value ties = arith::SubIOp::create(b, op.getQuota(), loop.getResult(2));
  return {loop.getResult(0), ties};
}

/// Moves the cached magnitudes above `m` one place up, from the place `from`
/// down, and puts `m` below them: the earlier first among equals.
void insertSorted(ImplicitLocOpBuilder &b, Value cache, Value from, Value m) {
  Value zero = constantIndex(b, 0);
  Value one = constantIndex(b, 1);
  Value byte = arith::TruncIOp::create(b, b.getI8Type(), m);
  auto above = [&](OpBuilder &builder, Location loc, Value place) {
    ImplicitLocOpBuilder b(loc, builder);
    Value below = arith::SubIOp::create(b, place, one);
    Value cached = memref::LoadOp::create(b, cache, below);
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, cached, byte)
        .getResult();
  };
  auto loop = scf::WhileOp::create(
      b, TypeRange{b.getIndexType()}, ValueRange{from},
      [&](OpBuilder &builder, Location loc, ValueRange args) {
        Value inside = arith::CmpIOp::create(
            builder, loc, arith::CmpIPredicate::ne, args[0], zero);
        auto guarded = scf::IfOp::create(
            builder, loc, inside,
            [&](OpBuilder &builder, Location loc) {
              scf::YieldOp::create(builder, loc, above(builder, loc, args[0]));
            },
            [&](OpBuilder &builder, Location loc) {
              Value no = arith::ConstantIntOp::create(builder, loc, 0, 1);
              scf::YieldOp::create(builder, loc, no);
            });
        scf::ConditionOp::create(builder, loc, guarded.getResult(0), args);
      },
      [&](OpBuilder &builder, Location loc, ValueRange args) {
        ImplicitLocOpBuilder b(loc, builder);
        Value below = arith::SubIOp::create(b, args[0], one);
        Value cached = memref::LoadOp::create(b, cache, below);
        memref::StoreOp::create(b, cached, cache, args[0]);
        scf::YieldOp::create(b, below);
      });
  memref::StoreOp::create(b, byte, cache, loop.getResult(0));
}

/// The paper's Top-K cache. It holds magnitudes only: threshold and ties say
/// where the dropped elements are, so the paper's index is not needed.
SmallVector<Value, 2> insertion(ImplicitLocOpBuilder &b, SelectLeastOp op,
                                Value cache) {
  Value zero = constantIndex(b, 0);
  Value one = constantIndex(b, 1);
  Value last = arith::SubIOp::create(b, op.getQuota(), one);
  auto load = [&](ImplicitLocOpBuilder &b, Value place) -> Value {
    Value byte = memref::LoadOp::create(b, cache, place);
    return arith::ExtUIOp::create(b, b.getI32Type(), byte);
  };
  scf::ForOp::create(
      b, zero, op.getCount(), one, ValueRange{},
      [&](OpBuilder &builder, Location loc, Value j, ValueRange) {
        ImplicitLocOpBuilder b(loc, builder);
        Value x = memref::LoadOp::create(b, op.getBuffer(), j);
        Value m = magnitude(b, x, op.getZeroPoint());
        // The first `quota` elements fill the cache; a later one that is less
        // than the greatest takes its place.
        Value filling = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, j,
                                              op.getQuota());
        Value place = arith::MinUIOp::create(b, j, last);
        auto less = scf::IfOp::create(
            b, filling,
            [&](OpBuilder &builder, Location loc) {
              Value yes = arith::ConstantIntOp::create(builder, loc, 1, 1);
              scf::YieldOp::create(builder, loc, yes);
            },
            [&](OpBuilder &builder, Location loc) {
              ImplicitLocOpBuilder b(loc, builder);
              Value isLess = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                                   m, load(b, last));
              scf::YieldOp::create(b, isLess);
            });
        scf::IfOp::create(b, less.getResult(0),
                          [&](OpBuilder &builder, Location loc) {
                            ImplicitLocOpBuilder b(loc, builder);
                            insertSorted(b, cache, place, m);
                            scf::YieldOp::create(b);
                          });
        scf::YieldOp::create(b);
      });

  Value threshold = load(b, last);
  auto ties = scf::ForOp::create(
      b, zero, op.getQuota(), one, ValueRange{zero},
      [&](OpBuilder &builder, Location loc, Value k, ValueRange args) {
        ImplicitLocOpBuilder b(loc, builder);
        Value equal = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                            load(b, k), threshold);
        Value more = arith::IndexCastUIOp::create(b, b.getIndexType(), equal);
        Value sum = arith::AddIOp::create(b, args[0], more);
        scf::YieldOp::create(b, sum);
      });
  return {threshold, ties.getResult(0)};
}

struct LowerSelectLeast : OpRewritePattern<SelectLeastOp> {
  LowerSelectLeast(MLIRContext *context, Selection selection)
      : OpRewritePattern(context), selection(selection) {}

  LogicalResult matchAndRewrite(SelectLeastOp op,
                                PatternRewriter &rewriter) const override {
    Value cache;
    if (selection == Selection::Insertion) {
      cache = allocateCache(op, rewriter);
      if (!cache)
        return rewriter.notifyMatchFailure(op, "nothing bounds the cache");
    }

    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value below = op.getTauQ() == 0
                      ? constantIndex(b, 0)
                      : countAtMost(b, op, constantI32(b, op.getTauQ() - 1));
    // If exactly `quota` elements are below the threshold, they are the least.
    Value enough = arith::CmpIOp::create(b, arith::CmpIPredicate::uge, below,
                                         op.getQuota());
    auto selected = scf::IfOp::create(
        b, enough,
        [&](OpBuilder &builder, Location loc) {
          ImplicitLocOpBuilder b(loc, builder);
          Value threshold = constantI32(b, op.getTauQ());
          scf::YieldOp::create(b, ValueRange{threshold, constantIndex(b, 0)});
        },
        [&](OpBuilder &builder, Location loc) {
          ImplicitLocOpBuilder b(loc, builder);
          scf::YieldOp::create(b, cache ? insertion(b, op, cache)
                                        : bisect(b, op, below));
        });
    rewriter.replaceOp(op, selected.getResults());
    return success();
  }

private:
  /// The cache is allocated once, on entry to the function: an allocation in
  /// the loop over the batches would let the stack grow.
  static Value allocateCache(SelectLeastOp op, PatternRewriter &rewriter) {
    std::optional<int64_t> bound = op.getQuotaBound();
    Operation *scope =
        op->getParentWithTrait<OpTrait::AutomaticAllocationScope>();
    if (!bound || !scope)
      return {};
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(&scope->getRegion(0).front());
    auto type = MemRefType::get({*bound}, rewriter.getI8Type());
    return memref::AllocaOp::create(rewriter, op.getLoc(), type);
  }

  Selection selection;
};

} // namespace

void rtwmc::populateLowerSelectionPatterns(RewritePatternSet &patterns,
                                           Selection selection) {
  patterns.add<LowerSelectLeast>(patterns.getContext(), selection);
}
