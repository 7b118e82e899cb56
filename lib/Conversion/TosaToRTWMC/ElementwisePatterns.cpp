//===- ElementwisePatterns.cpp - Rescales, clamps and arithmetic ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

//===----------------------------------------------------------------------===//
// Rescale
//===----------------------------------------------------------------------===//

/// The only element of a zero point, extended as its side of the op demands.
static std::optional<int32_t> zeroPoint(Value value, bool isUnsigned) {
  DenseElementsAttr constant = getConstant(value);
  if (!constant || constant.getNumElements() != 1)
    return std::nullopt;
  APInt element = *constant.getValues<APInt>().begin();
  return static_cast<int32_t>(isUnsigned ? element.getZExtValue()
                                         : element.getSExtValue());
}

std::optional<Rescale> Rescale::get(tosa::RescaleOp op) {
  DenseElementsAttr multiplier = getConstant(op.getMultiplier());
  DenseElementsAttr shift = getConstant(op.getShift());
  if (!multiplier || !shift ||
      multiplier.getNumElements() != shift.getNumElements() ||
      op.getRoundingMode() == tosa::RoundingMode::INEXACT_ROUND)
    return std::nullopt;
  Rescale result;
  result.inputUnsigned = op.getInputUnsigned();
  result.outputUnsigned = op.getOutputUnsigned();
  result.rounding = op.getRoundingMode() == tosa::RoundingMode::DOUBLE_ROUND
                        ? Rounding::Double
                        : Rounding::Single;
  auto inputZp = zeroPoint(op.getInputZp(), result.inputUnsigned);
  auto outputZp = zeroPoint(op.getOutputZp(), result.outputUnsigned);
  if (!inputZp || !outputZp)
    return std::nullopt;
  result.inputZeroPoint = *inputZp;
  result.outputZeroPoint = *outputZp;
  for (APInt value : multiplier.getValues<APInt>())
    result.multiplier.push_back(static_cast<int32_t>(value.getSExtValue()));
  for (APInt value : shift.getValues<APInt>())
    result.shift.push_back(static_cast<int32_t>(value.getSExtValue()));
  for (auto [m, s] : llvm::zip(result.multiplier, result.shift))
    if (m < 0 || s < 2 || s > 62)
      return std::nullopt;
  if (llvm::all_equal(result.multiplier) && llvm::all_equal(result.shift)) {
    result.multiplier.truncate(1);
    result.shift.truncate(1);
  }
  return result;
}

bool Rescale::isIdentityScale() const {
  // With 30 or fewer bits of shift nothing is rounded twice.
  return multiplier.size() == 1 && shift[0] <= 30 &&
         multiplier[0] == int32_t(1) << shift[0];
}

//===----------------------------------------------------------------------===//
// Scalar programs
//===----------------------------------------------------------------------===//

namespace {

/// Builds the body of an elementwise operation, in 32 bits.
struct ScalarBuilder {
  OpBuilder &builder;
  Location loc;

  Value constant(int64_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI32IntegerAttr(value));
  }
  Value widen(Value value, bool isUnsigned = false) {
    if (value.getType().isInteger(32))
      return value;
    Type i32 = builder.getI32Type();
    if (isUnsigned)
      return arith::ExtUIOp::create(builder, loc, i32, value);
    return arith::ExtSIOp::create(builder, loc, i32, value);
  }
  Value narrow(Value value, Type type) {
    if (value.getType() == type)
      return value;
    return arith::TruncIOp::create(builder, loc, type, value);
  }
  Value add(Value value, int64_t amount) {
    if (amount == 0)
      return value;
    return arith::AddIOp::create(builder, loc, value, constant(amount));
  }
  Value clamp(Value value, int64_t min, int64_t max) {
    value = arith::MaxSIOp::create(builder, loc, value, constant(min));
    return arith::MinSIOp::create(builder, loc, value, constant(max));
  }
};

/// An elementwise operation over `operands`: constants of one value become part
/// of the program, everything else must have the shape of the result.
using Program = function_ref<Value(ScalarBuilder &, ValueRange)>;
LogicalResult replaceByElementwise(PatternRewriter &rewriter, Operation *op,
                                   ValueRange operands, Program program) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (!isMap(type) || type.getElementType().getIntOrFloatBitWidth() > 32)
    return rewriter.notifyMatchFailure(op, "not a map of up to 32 bits");
  SmallVector<Value> inputs;
  SmallVector<std::optional<APInt>> splats;
  for (Value operand : operands) {
    DenseElementsAttr constant = getConstant(operand);
    auto shape = cast<RankedTensorType>(operand.getType());
    if (!shape.getElementType().isSignlessInteger() ||
        shape.getElementTypeBitWidth() > 32 ||
        shape.getElementTypeBitWidth() < 8)
      return rewriter.notifyMatchFailure(op, "operand of another width");
    if (constant && constant.isSplat()) {
      splats.push_back(constant.getSplatValue<APInt>());
      continue;
    }
    if (shape.getShape() != type.getShape())
      return rewriter.notifyMatchFailure(op, "operand is broadcast");
    splats.push_back(std::nullopt);
    inputs.push_back(operand);
  }
  if (inputs.empty())
    return rewriter.notifyMatchFailure(op, "constant");

  Location loc = op->getLoc();
  auto elementwise = ElementwiseOp::create(rewriter, loc, type, inputs);
  OpBuilder::InsertionGuard guard(rewriter);
  Block *body = rewriter.createBlock(&elementwise.getBody());
  SmallVector<Value> scalars;
  auto next = inputs.begin();
  ScalarBuilder scalar{rewriter, loc};
  for (auto [operand, splat] : llvm::zip(operands, splats)) {
    Type element = getElementTypeOrSelf(operand.getType());
    if (splat)
      scalars.push_back(arith::ConstantOp::create(
          rewriter, loc, rewriter.getIntegerAttr(element, *splat)));
    else
      scalars.push_back(
          body->addArgument(getElementTypeOrSelf((*next++).getType()), loc));
  }
  Value result = program(scalar, scalars);
  YieldOp::create(rewriter, loc, scalar.narrow(result, type.getElementType()));
  rewriter.replaceOp(op, elementwise.getOutput());
  return success();
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

/// The one convolution whose accumulators `value` is, if nobody else reads it.
template <typename Op> Op soleAccumulator(Value value) {
  auto op = value.getDefiningOp<Op>();
  return op && !op.getRequantAttr() && value.hasOneUse() ? op : Op();
}

template <typename Op>
LogicalResult fuseRequantization(PatternRewriter &rewriter,
                                 tosa::RescaleOp rescale, Op conv,
                                 const Rescale &info) {
  auto type = cast<RankedTensorType>(rescale.getType());
  if (!conv || info.inputZeroPoint != 0 || info.outputUnsigned ||
      !type.getElementType().isSignlessInteger(8))
    return failure();
  rewriter.modifyOpInPlace(conv, [&] {
    conv.setRequantAttr(RequantizationAttr::get(
        rewriter.getContext(), info.multiplier, info.shift, info.rounding,
        info.outputZeroPoint, -128, 127));
    conv.getOutput().setType(type);
  });
  rewriter.replaceOp(rescale, conv.getOutput());
  return success();
}

struct ConvertRescale : OpRewritePattern<tosa::RescaleOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::RescaleOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<Rescale> info = Rescale::get(op);
    if (!info)
      return rewriter.notifyMatchFailure(op, "parameters are not constant");
    Value input = op.getInput();
    if (succeeded(fuseRequantization(
            rewriter, op, soleAccumulator<Conv2DOp>(input), *info)) ||
        succeeded(fuseRequantization(
            rewriter, op, soleAccumulator<DepthwiseConv2DOp>(input), *info)))
      return success();
    if (info->multiplier.size() != 1)
      return rewriter.notifyMatchFailure(op, "per channel");
    unsigned bits = getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth();
    return replaceByElementwise(
        rewriter, op, input, [&](ScalarBuilder &b, ValueRange in) {
          Value value = b.widen(in[0], info->inputUnsigned);
          value = b.add(value, -int64_t(info->inputZeroPoint));
          if (!info->isIdentityScale())
            value = ApplyScaleOp::create(b.builder, b.loc, value,
                                         info->multiplier[0], info->shift[0],
                                         info->rounding);
          value = b.add(value, info->outputZeroPoint);
          if (bits >= 32)
            return value;
          int64_t range = int64_t(1) << bits;
          return info->outputUnsigned
                     ? b.clamp(value, 0, range - 1)
                     : b.clamp(value, -range / 2, range / 2 - 1);
        });
  }
};

struct ConvertClamp : OpRewritePattern<tosa::ClampOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ClampOp op,
                                PatternRewriter &rewriter) const override {
    auto minAttr = dyn_cast<IntegerAttr>(op.getMinValAttr());
    auto maxAttr = dyn_cast<IntegerAttr>(op.getMaxValAttr());
    if (!minAttr || !maxAttr)
      return rewriter.notifyMatchFailure(op, "not an integer clamp");
    int64_t min = minAttr.getValue().getSExtValue();
    int64_t max = maxAttr.getValue().getSExtValue();
    Value input = op.getInput();
    if (min <= max && input.hasOneUse() &&
        (tighten(rewriter, op, input.getDefiningOp<Conv2DOp>(), min, max) ||
         tighten(rewriter, op, input.getDefiningOp<DepthwiseConv2DOp>(), min,
                 max)))
      return success();
    // A fully connected layer is reshaped before it is clamped.
    if (auto reshape = input.getDefiningOp<tosa::ReshapeOp>();
        reshape && reshape->hasOneUse() &&
        isMap(reshape.getInput1().getType())) {
      Value clamped = tosa::ClampOp::create(
          rewriter, op.getLoc(), reshape.getInput1().getType(),
          reshape.getInput1(), op.getMinValAttr(), op.getMaxValAttr(),
          op.getNanModeAttr());
      rewriter.replaceOpWithNewOp<tosa::ReshapeOp>(op, op.getType(), clamped,
                                                   reshape.getShape());
      // While it reads the layer, the clamp is not its only reader.
      rewriter.eraseOp(reshape);
      return success();
    }
    return replaceByElementwise(rewriter, op, input,
                                [&](ScalarBuilder &b, ValueRange in) {
                                  return b.clamp(b.widen(in[0]), min, max);
                                });
  }

  template <typename Op>
  static bool tighten(PatternRewriter &rewriter, tosa::ClampOp clamp, Op conv,
                      int64_t min, int64_t max) {
    RequantizationAttr requant = conv ? conv.getRequantAttr() : nullptr;
    if (!requant || conv.getPoolAttr())
      return false;
    // Clamping twice is clamping to the second range after the first.
    int64_t low = std::clamp<int64_t>(requant.getMin(), min, max);
    int64_t high = std::clamp<int64_t>(requant.getMax(), min, max);
    rewriter.modifyOpInPlace(conv, [&] {
      conv.setRequantAttr(RequantizationAttr::get(
          rewriter.getContext(), requant.getMultiplier(), requant.getShift(),
          requant.getRounding(), requant.getZeroPoint(), low, high));
    });
    rewriter.replaceOp(clamp, conv.getOutput());
    return true;
  }
};

/// Arithmetic whose operands and result are equally wide.
template <typename TosaOp, typename ArithOp>
struct ConvertBinary : OpRewritePattern<TosaOp> {
  using OpRewritePattern<TosaOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(TosaOp op,
                                PatternRewriter &rewriter) const override {
    return replaceByElementwise(rewriter, op, op->getOperands(),
                                [&](ScalarBuilder &b, ValueRange in) -> Value {
                                  Value first = b.widen(in[0]);
                                  Value second = b.widen(in[1]);
                                  return ArithOp::create(b.builder, b.loc,
                                                         first, second);
                                });
  }
};

/// A product without a shift: its low bits, whatever the width of the operands.
struct ConvertMul : OpRewritePattern<tosa::MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::MulOp op,
                                PatternRewriter &rewriter) const override {
    DenseElementsAttr shift = getConstant(op.getShift());
    if (!shift || !shift.isSplat() || !shift.getSplatValue<APInt>().isZero())
      return rewriter.notifyMatchFailure(op, "the product is shifted");
    return replaceByElementwise(rewriter, op, {op.getInput1(), op.getInput2()},
                                [&](ScalarBuilder &b, ValueRange in) -> Value {
                                  Value first = b.widen(in[0]);
                                  Value second = b.widen(in[1]);
                                  return arith::MulIOp::create(b.builder, b.loc,
                                                               first, second);
                                });
  }
};

} // namespace

void rtwmc::populateElementwisePatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertRescale, ConvertClamp, ConvertMul,
               ConvertBinary<tosa::AddOp, arith::AddIOp>,
               ConvertBinary<tosa::SubOp, arith::SubIOp>,
               ConvertBinary<tosa::MaximumOp, arith::MaxSIOp>,
               ConvertBinary<tosa::MinimumOp, arith::MinSIOp>>(
      patterns.getContext());
}
