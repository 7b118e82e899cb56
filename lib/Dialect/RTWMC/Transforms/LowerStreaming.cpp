//===- LowerStreaming.cpp - Streaming operations to loops -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Magnitude.h"

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Transforms.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// `ceil(numerator / denominator)`; `denominator` is not 0.
Value ceilDiv(ImplicitLocOpBuilder &b, Value numerator, Value denominator) {
  Value one = constantIndex(b, 1);
  Value less = arith::SubIOp::create(b, denominator, one);
  Value sum = arith::AddIOp::create(b, numerator, less);
  return arith::DivUIOp::create(b, sum, denominator);
}

struct LowerQuota : OpRewritePattern<QuotaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuotaOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    if (op.getPolicy() == QuotaPolicy::Proportional) {
      // If nothing remains nothing is owed, and 0 / 1 is the answer.
      Value remaining =
          arith::MaxUIOp::create(b, op.getRemaining(), constantIndex(b, 1));
      Value share = arith::MulIOp::create(b, op.getOwed(), op.getCount());
      rewriter.replaceOp(op, ceilDiv(b, share, remaining));
      return success();
    }
    // Never more than is owed or there is, and never so little that the
    // elements to come cannot make up for it.
    Value rest = arith::SubIOp::create(b, op.getRemaining(), op.getCount());
    Value least = arith::SubIOp::create(b, op.getOwed(), rest);
    Value wanted = arith::MaxSIOp::create(b, op.getPerBatch(), least);
    Value most = arith::MinSIOp::create(b, op.getOwed(), op.getCount());
    rewriter.replaceOpWithNewOp<arith::MinSIOp>(op, most, wanted);
    return success();
  }
};

struct LowerNextQuota : OpRewritePattern<NextQuotaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(NextQuotaOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value more = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt,
                                       op.getDropped(), op.getQuota());
    Value any = arith::CmpIOp::create(b, arith::CmpIPredicate::ne,
                                      op.getBatches(), constantIndex(b, 0));
    Value changes = arith::AndIOp::create(b, more, any);
    auto next = scf::IfOp::create(
        b, changes,
        [&](OpBuilder &builder, Location loc) {
          ImplicitLocOpBuilder b(loc, builder);
          scf::YieldOp::create(b, ceilDiv(b, op.getOwed(), op.getBatches()));
        },
        [&](OpBuilder &builder, Location loc) {
          scf::YieldOp::create(builder, loc, op.getPerBatch());
        });
    rewriter.replaceOp(op, next.getResults());
    return success();
  }
};

/// The byte of a bitmap that holds the bit of `position`, and the bit's number
/// in that byte as an i32.
std::pair<Value, Value> locateBit(ImplicitLocOpBuilder &b, Value position) {
  Value byte = arith::ShRUIOp::create(b, position, constantIndex(b, 3));
  Value inByte = arith::AndIOp::create(b, position, constantIndex(b, 7));
  Value bit = arith::IndexCastUIOp::create(b, b.getI32Type(), inByte);
  return {byte, bit};
}

struct LowerAppend : OpRewritePattern<AppendOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AppendOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value zero = constantIndex(b, 0);
    Value one = constantIndex(b, 1);
    // Carried: elements kept so far, ties that may still be dropped.
    auto loop = scf::ForOp::create(
        b, zero, op.getCount(), one, ValueRange{op.getKept(), op.getTies()},
        [&](OpBuilder &builder, Location loc, Value j, ValueRange args) {
          ImplicitLocOpBuilder b(loc, builder);
          Value x = memref::LoadOp::create(b, op.getBuffer(), j);
          Value m = magnitude(b, x, op.getZeroPoint());
          Value below = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, m,
                                              op.getThreshold());
          Value equal = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, m,
                                              op.getThreshold());
          Value left =
              arith::CmpIOp::create(b, arith::CmpIPredicate::ne, args[1], zero);
          Value tie = arith::AndIOp::create(b, equal, left);
          Value drop = arith::OrIOp::create(b, below, tie);
          auto next = scf::IfOp::create(
              b, drop,
              [&](OpBuilder &builder, Location loc) {
                ImplicitLocOpBuilder b(loc, builder);
                setBit(b, op, j);
                Value fewer = arith::SubIOp::create(b, args[1], one);
                Value ties = arith::SelectOp::create(b, below, args[1], fewer);
                scf::YieldOp::create(b, ValueRange{args[0], ties});
              },
              [&](OpBuilder &builder, Location loc) {
                ImplicitLocOpBuilder b(loc, builder);
                memref::StoreOp::create(b, x, op.getValues(), args[0]);
                Value kept = arith::AddIOp::create(b, args[0], one);
                scf::YieldOp::create(b, ValueRange{kept, args[1]});
              });
          scf::YieldOp::create(b, next.getResults());
        });
    Value kept = loop.getResult(0);
    Value survivors = arith::SubIOp::create(b, kept, op.getKept());
    Value dropped = arith::SubIOp::create(b, op.getCount(), survivors);
    rewriter.replaceOp(op, {kept, dropped});
    return success();
  }

private:
  static void setBit(ImplicitLocOpBuilder &b, AppendOp op, Value j) {
    Value position = arith::AddIOp::create(b, op.getPosition(), j);
    auto [byte, bit] = locateBit(b, position);
    Value mask = arith::ShLIOp::create(b, constantI32(b, 1), bit);
    Value mask8 = arith::TruncIOp::create(b, b.getI8Type(), mask);
    Value old = memref::LoadOp::create(b, op.getBitmap(), byte);
    Value marked = arith::OrIOp::create(b, old, mask8);
    memref::StoreOp::create(b, marked, op.getBitmap(), byte);
  }
};

struct LowerReadBack : OpRewritePattern<ReadBackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReadBackOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto [byte, bit] = locateBit(b, op.getPosition());
    Value bits = memref::LoadOp::create(b, op.getBitmap(), byte);
    Value wide = arith::ExtUIOp::create(b, b.getI32Type(), bits);
    Value shifted = arith::ShRUIOp::create(b, wide, bit);
    Value dropped = arith::TruncIOp::create(b, b.getI1Type(), shifted);
    // There is nothing to load at the rank of a dropped element.
    auto read = scf::IfOp::create(
        b, dropped,
        [&](OpBuilder &builder, Location loc) {
          Value zero =
              arith::ConstantIntOp::create(builder, loc, op.getZeroPoint(), 8);
          scf::YieldOp::create(builder, loc, ValueRange{zero, op.getRank()});
        },
        [&](OpBuilder &builder, Location loc) {
          ImplicitLocOpBuilder b(loc, builder);
          Value value = memref::LoadOp::create(b, op.getValues(), op.getRank());
          Value rank =
              arith::AddIOp::create(b, op.getRank(), constantIndex(b, 1));
          scf::YieldOp::create(b, ValueRange{value, rank});
        });
    rewriter.replaceOp(op, read.getResults());
    return success();
  }
};

} // namespace

void rtwmc::populateLowerStreamingPatterns(RewritePatternSet &patterns,
                                           Selection selection) {
  patterns.add<LowerQuota, LowerNextQuota, LowerAppend, LowerReadBack>(
      patterns.getContext());
  populateLowerSelectionPatterns(patterns, selection);
}
