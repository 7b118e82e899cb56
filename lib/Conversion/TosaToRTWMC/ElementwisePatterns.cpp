//===- ElementwisePatterns.cpp - Rescales, clamps and arithmetic ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "rtwmc/Dialect/RTWMC/IR/Requantize.h"

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

/// What a program takes an operand from: an input of the layer, unless it is a
/// constant, of one value or of one for each channel.
struct ProgramOperand {
  Value input;
  DenseElementsAttr constant;

  static FailureOr<ProgramOperand> get(Value value, RankedTensorType result);
  /// Its element; `argument` is that of the input.
  Value element(ScalarBuilder &b, Value argument) const;
};

FailureOr<ProgramOperand> ProgramOperand::get(Value value,
                                              RankedTensorType result) {
  auto type = cast<RankedTensorType>(value.getType());
  Type element = type.getElementType();
  if (!element.isSignlessInteger() || element.getIntOrFloatBitWidth() > 32 ||
      (element.getIntOrFloatBitWidth() < 8 && !element.isInteger(1)))
    return failure();
  ArrayRef<int64_t> shape = type.getShape();
  DenseElementsAttr constant = getConstant(value);
  if (constant && constant.isSplat())
    return ProgramOperand{{}, constant};
  if (shape.size() != 4)
    return failure();
  if (constant) {
    bool isPerChannel = shape.drop_back() == ArrayRef<int64_t>{1, 1, 1} &&
                        shape.back() == result.getDimSize(3);
    if (!isPerChannel || element.isInteger(1))
      return failure();
    return ProgramOperand{
        {}, constant.reshape(RankedTensorType::get(shape.back(), element))};
  }
  for (auto [mine, its] : llvm::zip(shape, result.getShape()))
    if (mine != its && mine != 1)
      return failure();
  return ProgramOperand{value, {}};
}

Value ProgramOperand::element(ScalarBuilder &b, Value argument) const {
  if (!constant)
    return argument;
  if (constant.isSplat())
    return arith::ConstantOp::create(
        b.builder, b.loc,
        b.builder.getIntegerAttr(constant.getElementType(),
                                 constant.getSplatValue<APInt>()));
  Value channel = ChannelOp::create(b.builder, b.loc);
  return LookupOp::create(b.builder, b.loc, channel, constant);
}

/// An elementwise operation over `operands`, one of which at least is a map of
/// the shape of the result.
using Program = function_ref<Value(ScalarBuilder &, ValueRange)>;
LogicalResult replaceByElementwise(PatternRewriter &rewriter, Operation *op,
                                   ValueRange operands, Program program) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (!isMap(type) || type.getElementType().getIntOrFloatBitWidth() > 32)
    return rewriter.notifyMatchFailure(op, "not a map of up to 32 bits");
  SmallVector<ProgramOperand> sources;
  SmallVector<Value> inputs;
  for (Value operand : operands) {
    FailureOr<ProgramOperand> source = ProgramOperand::get(operand, type);
    if (failed(source))
      return rewriter.notifyMatchFailure(op, "operand of another width or "
                                             "shape");
    sources.push_back(*source);
    if (source->input)
      inputs.push_back(source->input);
  }
  if (llvm::none_of(inputs, [&](Value input) {
        return cast<RankedTensorType>(input.getType()).getShape() ==
               type.getShape();
      }))
    return rewriter.notifyMatchFailure(op, "no map of the result's shape");

  Location loc = op->getLoc();
  auto elementwise = ElementwiseOp::create(rewriter, loc, type, inputs);
  OpBuilder::InsertionGuard guard(rewriter);
  Block *body = rewriter.createBlock(&elementwise.getBody());
  SmallVector<Value> scalars;
  ScalarBuilder scalar{rewriter, loc};
  for (const ProgramOperand &source : sources) {
    Value argument;
    if (source.input)
      argument =
          body->addArgument(getElementTypeOrSelf(source.input.getType()), loc);
    scalars.push_back(source.element(scalar, argument));
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

/// `constant` after the rescale.
DenseElementsAttr rescaleConstant(DenseElementsAttr constant,
                                  const Rescale &info, Type type) {
  unsigned bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  int64_t range = int64_t(1) << bits;
  int64_t low = info.outputUnsigned ? 0 : -range / 2;
  SmallVector<APInt> results;
  for (auto [index, element] : llvm::enumerate(constant.getValues<APInt>())) {
    size_t channel = index % info.multiplier.size();
    int64_t value =
        info.inputUnsigned ? element.getZExtValue() : element.getSExtValue();
    value = applyScale32(static_cast<int32_t>(value - info.inputZeroPoint),
                         info.multiplier[channel], info.shift[channel],
                         info.rounding == Rounding::Double);
    value = std::clamp(value + info.outputZeroPoint, low, low + range - 1);
    results.emplace_back(bits, static_cast<uint64_t>(value), /*isSigned=*/true,
                         /*implicitTrunc=*/true);
  }
  return DenseElementsAttr::get(cast<ShapedType>(type), results);
}

struct ConvertRescale : OpRewritePattern<tosa::RescaleOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::RescaleOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<Rescale> info = Rescale::get(op);
    if (!info)
      return rewriter.notifyMatchFailure(op, "parameters are not constant");
    Value input = op.getInput();
    if (DenseElementsAttr constant = getConstant(input)) {
      rewriter.replaceOpWithNewOp<tosa::ConstOp>(
          op, op.getType(), rescaleConstant(constant, *info, op.getType()));
      return success();
    }
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

template <typename TosaOp> struct ConvertComparison : OpRewritePattern<TosaOp> {
  ConvertComparison(MLIRContext *context, arith::CmpIPredicate predicate)
      : OpRewritePattern<TosaOp>(context), predicate(predicate) {}

  LogicalResult matchAndRewrite(TosaOp op,
                                PatternRewriter &rewriter) const override {
    return replaceByElementwise(rewriter, op, op->getOperands(),
                                [&](ScalarBuilder &b, ValueRange in) -> Value {
                                  Value first = b.widen(in[0]);
                                  Value second = b.widen(in[1]);
                                  return arith::CmpIOp::create(b.builder, b.loc,
                                                               predicate, first,
                                                               second);
                                });
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
  patterns.add<ConvertRescale, ConvertClamp, ConvertMul, ConvertSelect,
               ConvertTable, ConvertBinary<tosa::AddOp, arith::AddIOp>,
               ConvertBinary<tosa::SubOp, arith::SubIOp>,
               ConvertBinary<tosa::MaximumOp, arith::MaxSIOp>,
               ConvertBinary<tosa::MinimumOp, arith::MinSIOp>>(
      patterns.getContext());
}
