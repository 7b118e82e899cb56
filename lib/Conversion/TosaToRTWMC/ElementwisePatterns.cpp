//===- ElementwisePatterns.cpp - Arithmetic, comparisons, tables ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarProgram.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// Replaces `op` by `ArithOp` on two operands in 32 bits; `before` are what it
/// is built with ahead of them.
template <typename ArithOp, typename... Arguments>
LogicalResult replaceByBinary(PatternRewriter &rewriter, Operation *op,
                              Value first, Value second, Arguments... before) {
  return replaceByElementwise(rewriter, op, {first, second},
                              [&](ScalarBuilder &b, ValueRange in) -> Value {
                                Value left = b.widen(in[0]);
                                Value right = b.widen(in[1]);
                                return ArithOp::create(b.builder, b.loc,
                                                       before..., left, right);
                              });
}

/// Arithmetic whose operands and result are equally wide.
template <typename TosaOp, typename ArithOp>
struct ConvertBinary : OpRewritePattern<TosaOp> {
  using OpRewritePattern<TosaOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(TosaOp op,
                                PatternRewriter &rewriter) const override {
    return replaceByBinary<ArithOp>(rewriter, op, op.getInput1(),
                                    op.getInput2());
  }
};

/// TOSA 1.0, MUL: without a shift the low bits of the product, whatever the
/// width of the operands; otherwise, of 32 bits, all of it, shifted and
/// rounded.
struct ConvertMul : OpRewritePattern<tosa::MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::MulOp op,
                                PatternRewriter &rewriter) const override {
    DenseElementsAttr constant = getConstant(op.getShift());
    if (!constant || !constant.isSplat())
      return rewriter.notifyMatchFailure(op, "the shift is not constant");
    int64_t shift = constant.getSplatValue<APInt>().getSExtValue();
    if (shift == 0)
      return replaceByBinary<arith::MulIOp>(rewriter, op, op.getInput1(),
                                            op.getInput2());
    if (shift < 0 || shift > 63 ||
        !getElementTypeOrSelf(op.getInput1().getType()).isInteger(32))
      return rewriter.notifyMatchFailure(op, "not a product of 32 bits");
    return replaceByElementwise(
        rewriter, op, {op.getInput1(), op.getInput2()},
        [&](ScalarBuilder &b, ValueRange in) -> Value {
          Value left = b.extend(in[0]), right = b.extend(in[1]);
          Value product = b.make<arith::MulIOp>(left, right);
          Value half = b.longConstant(int64_t(1) << (shift - 1));
          product = b.make<arith::AddIOp>(product, half);
          product = b.make<arith::ShRSIOp>(product, b.longConstant(shift));
          return b.narrow(product, b.builder.getI32Type());
        });
  }
};

/// A shift to the right whose last bit lost may be added again.
struct ConvertRightShift : OpRewritePattern<tosa::ArithmeticRightShiftOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ArithmeticRightShiftOp op,
                                PatternRewriter &rewriter) const override {
    return replaceByElementwise(
        rewriter, op, {op.getInput1(), op.getInput2()},
        [&](ScalarBuilder &b, ValueRange in) -> Value {
          Value value = b.widen(in[0]), shift = b.widen(in[1]);
          Value result = arith::ShRSIOp::create(b.builder, b.loc, value, shift);
          if (!op.getRound())
            return result;
          Value zero = b.constant(0);
          Value isShifted = arith::CmpIOp::create(
              b.builder, b.loc, arith::CmpIPredicate::sgt, shift, zero);
          Value less =
              arith::MaxSIOp::create(b.builder, b.loc, b.add(shift, -1), zero);
          Value last = arith::ShRSIOp::create(b.builder, b.loc, value, less);
          last = arith::AndIOp::create(b.builder, b.loc, last, b.constant(1));
          last =
              arith::SelectOp::create(b.builder, b.loc, isShifted, last, zero);
          return arith::AddIOp::create(b.builder, b.loc, result, last);
        });
  }
};

/// Integers of another width: bits are taken away, or the sign repeated.
struct ConvertCast : OpRewritePattern<tosa::CastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::CastOp op,
                                PatternRewriter &rewriter) const override {
    if (!hasWholeBytes(getElementTypeOrSelf(op.getInput().getType())) ||
        !hasWholeBytes(getElementTypeOrSelf(op.getType())))
      return rewriter.notifyMatchFailure(op, "not between integers");
    return replaceByElementwise(
        rewriter, op, op.getInput(),
        [](ScalarBuilder &b, ValueRange in) { return b.widen(in[0]); });
  }
};

/// TOSA 1.0, ABS: in 32 bits, with wrap-around.
struct ConvertAbs : OpRewritePattern<tosa::AbsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::AbsOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isInteger(32))
      return rewriter.notifyMatchFailure(op, "not of 32 bits");
    return replaceByElementwise(
        rewriter, op, op.getInput1(),
        [](ScalarBuilder &b, ValueRange in) -> Value {
          Value zero = b.constant(0);
          Value negative = arith::SubIOp::create(b.builder, b.loc, zero, in[0]);
          return arith::MaxSIOp::create(b.builder, b.loc, in[0], negative);
        });
  }
};

/// Leading zeros of 32 bits.
struct ConvertClz : OpRewritePattern<tosa::ClzOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ClzOp op,
                                PatternRewriter &rewriter) const override {
    return replaceByElementwise(rewriter, op, op.getInput1(),
                                [&](ScalarBuilder &b, ValueRange in) -> Value {
                                  return math::CountLeadingZerosOp::create(
                                      b.builder, b.loc, in[0]);
                                });
  }
};

template <typename TosaOp> struct ConvertComparison : OpRewritePattern<TosaOp> {
  ConvertComparison(MLIRContext *context, arith::CmpIPredicate predicate)
      : OpRewritePattern<TosaOp>(context), predicate(predicate) {}

  LogicalResult matchAndRewrite(TosaOp op,
                                PatternRewriter &rewriter) const override {
    return replaceByBinary<arith::CmpIOp>(rewriter, op, op.getInput1(),
                                          op.getInput2(), predicate);
  }

private:
  arith::CmpIPredicate predicate;
};

struct ConvertSelect : OpRewritePattern<tosa::SelectOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::SelectOp op,
                                PatternRewriter &rewriter) const override {
    return replaceByElementwise(rewriter, op, op->getOperands(),
                                [&](ScalarBuilder &b, ValueRange in) -> Value {
                                  return arith::SelectOp::create(
                                      b.builder, b.loc, in[0], in[1], in[2]);
                                });
  }
};

/// TOSA 1.0 `apply_lookup_s`: of 8 bits an element of the table, of 16 bits a
/// value between two, with 7 more bits.
struct ConvertTable : OpRewritePattern<tosa::TableOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::TableOp op,
                                PatternRewriter &rewriter) const override {
    DenseElementsAttr table = getConstant(op.getTable());
    unsigned bits =
        getElementTypeOrSelf(op.getInput1().getType()).getIntOrFloatBitWidth();
    if (!table || (bits != 8 && bits != 16) ||
        table.getNumElements() != (bits == 8 ? 256 : 513) ||
        !table.getElementType().isInteger(bits))
      return rewriter.notifyMatchFailure(op, "the table is not constant");
    return replaceByElementwise(
        rewriter, op, op.getInput1(),
        [&](ScalarBuilder &b, ValueRange in) -> Value {
          Value value = b.widen(in[0]);
          if (bits == 8)
            return LookupOp::create(b.builder, b.loc, b.add(value, 128), table);
          return interpolate(b, value, table);
        });
  }

  static Value interpolate(ScalarBuilder &b, Value value,
                           DenseElementsAttr table) {
    Value seven = b.constant(7);
    Value index = arith::ShRSIOp::create(b.builder, b.loc, value, seven);
    index = b.add(index, 256);
    Value fraction =
        arith::AndIOp::create(b.builder, b.loc, value, b.constant(0x7f));
    Value low = b.widen(LookupOp::create(b.builder, b.loc, index, table));
    index = b.add(index, 1);
    Value high = b.widen(LookupOp::create(b.builder, b.loc, index, table));
    Value slope = arith::SubIOp::create(b.builder, b.loc, high, low);
    Value step = arith::MulIOp::create(b.builder, b.loc, slope, fraction);
    low = arith::ShLIOp::create(b.builder, b.loc, low, seven);
    return arith::AddIOp::create(b.builder, b.loc, low, step);
  }
};

} // namespace

void rtwmc::populateElementwisePatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertComparison<tosa::EqualOp>>(patterns.getContext(),
                                                 arith::CmpIPredicate::eq);
  patterns.add<ConvertComparison<tosa::GreaterOp>>(patterns.getContext(),
                                                   arith::CmpIPredicate::sgt);
  patterns.add<ConvertComparison<tosa::GreaterEqualOp>>(
      patterns.getContext(), arith::CmpIPredicate::sge);
  patterns.add<ConvertMul, ConvertSelect, ConvertTable, ConvertRightShift,
               ConvertCast, ConvertAbs, ConvertClz,
               ConvertBinary<tosa::LogicalLeftShiftOp, arith::ShLIOp>,
               ConvertBinary<tosa::BitwiseAndOp, arith::AndIOp>,
               ConvertBinary<tosa::BitwiseOrOp, arith::OrIOp>,
               ConvertBinary<tosa::BitwiseXorOp, arith::XOrIOp>,
               ConvertBinary<tosa::AddOp, arith::AddIOp>,
               ConvertBinary<tosa::SubOp, arith::SubIOp>,
               ConvertBinary<tosa::MaximumOp, arith::MaxSIOp>,
               ConvertBinary<tosa::MinimumOp, arith::MinSIOp>>(
      patterns.getContext());
}
