//===- RescalePatterns.cpp - Rescales and clamps --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarProgram.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/IR/Requantize.h"

using namespace mlir;
using namespace rtwmc;

/// The only element of a zero point, extended as its side of the op demands.
static std::optional<int32_t> zeroPoint(Value value, bool isUnsigned) {
  DenseElementsAttr constant = getConstant(value);
  if (!constant || constant.getNumElements() != 1)
    return std::nullopt;
  APInt element = *constant.getValues<APInt>().begin();
  return static_cast<int32_t>(isUnsigned ? element.getZExtValue()
                                         : element.getSExtValue());
}

std::optional<RescaleParameters> RescaleParameters::get(tosa::RescaleOp op) {
  DenseElementsAttr multiplier = getConstant(op.getMultiplier());
  DenseElementsAttr shift = getConstant(op.getShift());
  if (!multiplier || !shift ||
      multiplier.getNumElements() != shift.getNumElements() ||
      op.getRoundingMode() == tosa::RoundingMode::INEXACT_ROUND)
    return std::nullopt;
  RescaleParameters result;
  result.bits = {
      getElementTypeOrSelf(op.getInput().getType()).getIntOrFloatBitWidth(),
      getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth()};
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

bool RescaleParameters::isIdentityScale() const {
  // With 30 or fewer bits of shift nothing is rounded twice.
  return multiplier.size() == 1 && shift[0] <= 30 &&
         multiplier[0] == int32_t(1) << shift[0];
}

bool RescaleParameters::changesSign() const {
  int32_t difference = inputZeroPoint - outputZeroPoint;
  return bits == std::pair(8U, 8U) && isIdentityScale() &&
         inputUnsigned != outputUnsigned &&
         difference == (inputUnsigned ? 128 : -128);
}

DenseElementsAttr rtwmc::rescaleConstant(tosa::RescaleOp op) {
  DenseElementsAttr constant = getConstant(op.getInput());
  std::optional<RescaleParameters> info = RescaleParameters::get(op);
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!constant || !info || !type || !type.hasStaticShape() ||
      info->bits.first > 32 || info->bits.second > 32)
    return {};
  int64_t range = int64_t(1) << info->bits.second;
  int64_t low = info->outputUnsigned ? 0 : -range / 2;
  SmallVector<APInt> results;
  for (auto [index, element] : llvm::enumerate(constant.getValues<APInt>())) {
    size_t channel = index % info->multiplier.size();
    int64_t value =
        info->inputUnsigned ? element.getZExtValue() : element.getSExtValue();
    value = applyScale32(static_cast<int32_t>(value - info->inputZeroPoint),
                         info->multiplier[channel], info->shift[channel],
                         info->rounding == Rounding::Double);
    value = std::clamp(value + info->outputZeroPoint, low, low + range - 1);
    results.emplace_back(info->bits.second, static_cast<uint64_t>(value),
                         /*isSigned=*/true, /*implicitTrunc=*/true);
  }
  return DenseElementsAttr::get(type, results);
}

namespace {

/// The one convolution whose accumulators `value` is, if nobody else reads it.
template <typename Op> Op soleAccumulator(Value value) {
  auto op = value.getDefiningOp<Op>();
  return op && !op.getRequantAttr() && value.hasOneUse() ? op : Op();
}

/// Whether `op` can have a multiplier for each channel.
bool hasChannelScales(MatMulOp) { return false; }
template <typename Op> bool hasChannelScales(Op) { return true; }

template <typename Op>
LogicalResult fuseRequantization(PatternRewriter &rewriter,
                                 tosa::RescaleOp rescale, Op conv,
                                 const RescaleParameters &info) {
  auto type = cast<RankedTensorType>(rescale.getType());
  if (!conv || info.inputZeroPoint != 0 ||
      !type.getElementType().isSignlessInteger(8) ||
      (!hasChannelScales(conv) &&
       (info.multiplier.size() != 1 || info.outputUnsigned)))
    return failure();
  int32_t low = info.outputUnsigned ? 0 : -128;
  rewriter.modifyOpInPlace(conv, [&] {
    conv.setRequantAttr(RequantizationAttr::get(
        rewriter.getContext(), info.multiplier, info.shift, info.rounding,
        info.outputZeroPoint, low, low + 255));
    conv.getOutput().setType(type);
  });
  rewriter.replaceOp(rescale, conv.getOutput());
  return success();
}

/// Lets `conv` write the unsigned elements that `rescale` makes of its signed
/// ones.
template <typename Op>
LogicalResult writeUnsigned(PatternRewriter &rewriter, tosa::RescaleOp rescale,
                            Op conv, const RescaleParameters &info) {
  RequantizationAttr requant = conv ? conv.getRequantAttr() : nullptr;
  if (!requant || conv.getPoolAttr() || !conv->hasOneUse() ||
      requant.getMax() > 127 || !info.changesSign() || info.inputUnsigned)
    return failure();
  rewriter.modifyOpInPlace(conv, [&] {
    conv.setRequantAttr(RequantizationAttr::get(
        rewriter.getContext(), requant.getMultiplier(), requant.getShift(),
        requant.getRounding(), requant.getZeroPoint() + 128,
        requant.getMin() + 128, requant.getMax() + 128));
  });
  rewriter.replaceOp(rescale, conv.getOutput());
  return success();
}

struct ConvertRescale : OpRewritePattern<tosa::RescaleOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::RescaleOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<RescaleParameters> info = RescaleParameters::get(op);
    if (!info)
      return rewriter.notifyMatchFailure(op, "parameters are not constant");
    Value input = op.getInput();
    if (DenseElementsAttr value = rescaleConstant(op)) {
      rewriter.replaceOpWithNewOp<tosa::ConstOp>(op, op.getType(), value);
      return success();
    }
    if (succeeded(fuseRequantization(
            rewriter, op, soleAccumulator<Conv2DOp>(input), *info)) ||
        succeeded(fuseRequantization(
            rewriter, op, soleAccumulator<DepthwiseConv2DOp>(input), *info)) ||
        succeeded(fuseRequantization(
            rewriter, op, soleAccumulator<MatMulOp>(input), *info)) ||
        succeeded(writeUnsigned(rewriter, op, input.getDefiningOp<Conv2DOp>(),
                                *info)) ||
        succeeded(writeUnsigned(
            rewriter, op, input.getDefiningOp<DepthwiseConv2DOp>(), *info)))
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

} // namespace

void rtwmc::populateRescalePatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertRescale, ConvertClamp>(patterns.getContext());
}
