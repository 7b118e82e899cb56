//===- WidePatterns.cpp - Layers of 16-bit maps ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A convolution is linear, so that of a map of 16 bits is that of the map of
// its high bytes, times 256, and that of its low bytes. Both are layers of
// bytes, with all their kernels.
//
//===----------------------------------------------------------------------===//

#include "ScalarProgram.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// What is added and multiplied to the sums of a channel.
struct ChannelNumbers {
  SmallVector<int32_t> bias, multiplier, shift;
  /// Whether no sum has more than 32 bits.
  bool areNarrow = true;
};

/// That of `values` for the channel.
Value ofChannel(ScalarBuilder &b, ArrayRef<int32_t> values) {
  if (llvm::all_equal(values))
    return b.constant(values[0]);
  return b.lookup(ChannelOp::create(b.builder, b.loc), values);
}

/// A convolution of 16 bits with weights of 8, whose sums of 48 bits are
/// rescaled to 16.
template <typename TosaOp, typename Op>
struct SplitConvolution : OpRewritePattern<tosa::RescaleOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::RescaleOp rescale,
                                PatternRewriter &rewriter) const override {
    auto conv = rescale.getInput().getDefiningOp<TosaOp>();
    if (!conv || !conv->hasOneUse())
      return rewriter.notifyMatchFailure(rescale, "not alone behind a layer");
    DenseElementsAttr weight = getConstant(conv.getWeight());
    std::optional<RescaleParameters> info = RescaleParameters::get(rescale);
    if (!info || !weight || !isWide(conv, weight, *info) ||
        !isMap(rescale.getType()))
      return rewriter.notifyMatchFailure(rescale, "no convolution of 16 bits");
    auto numbers = numbersOf(conv, weight, *info);
    if (!numbers)
      return rewriter.notifyMatchFailure(rescale, "sums may be too large");
    auto [high, low] = splitMap(rewriter, conv.getInput());
    Value highSums = convolve(rewriter, conv, high, weight, 0);
    Value lowSums = convolve(rewriter, conv, low, weight, -128);
    Value result = computeMap(
        rewriter, rescale.getLoc(), cast<RankedTensorType>(rescale.getType()),
        {highSums, lowSums}, [&](ScalarBuilder &b, ValueRange sums) {
          return finish(b, sums, *numbers, info->outputZeroPoint);
        });
    rewriter.replaceOp(rescale, result);
    rewriter.eraseOp(conv);
    return success();
  }

private:
  static bool isWide(TosaOp conv, DenseElementsAttr weight,
                     const RescaleParameters &info) {
    auto isZero = [](FailureOr<int64_t> zeroPoint) {
      return succeeded(zeroPoint) && *zeroPoint == 0;
    };
    return info.bits == std::pair(48U, 16U) && info.inputZeroPoint == 0 &&
           !info.inputUnsigned && !info.outputUnsigned &&
           info.rounding == Rounding::Single &&
           isMap(conv.getInput().getType()) &&
           getElementTypeOrSelf(conv.getInput().getType()).isInteger(16) &&
           weight.getElementType().isInteger(8) &&
           isZero(conv.getInputZeroPoint()) &&
           isZero(conv.getWeightZeroPoint());
  }

  static std::optional<ChannelNumbers>
  numbersOf(TosaOp conv, DenseElementsAttr weight,
            const RescaleParameters &info) {
    int64_t channels = cast<RankedTensorType>(conv.getType()).getDimSize(3);
    DenseElementsAttr bias = getConstant(conv.getBias());
    if (!bias || (bias.getNumElements() != channels && !bias.isSplat()))
      return std::nullopt;
    // Depthwise weights have their channels last, others first.
    int64_t taps = weight.getNumElements() / channels;
    SmallVector<int64_t> magnitudes(channels, 0);
    for (auto [index, value] : llvm::enumerate(weight.getValues<int8_t>()))
      magnitudes[std::is_same_v<Op, Conv2DOp> ? index / taps
                                              : index % channels] +=
          std::abs(int64_t(value));
    ChannelNumbers numbers;
    constexpr int64_t most = std::numeric_limits<int32_t>::max();
    for (int64_t channel = 0; channel < channels; ++channel) {
      int64_t offset =
          bias.getValues<APInt>()[bias.isSplat() ? 0 : channel].getSExtValue();
      if (std::abs(offset) > most || 255 * magnitudes[channel] > most)
        return std::nullopt;
      numbers.bias.push_back(static_cast<int32_t>(offset));
      numbers.areNarrow &=
          (magnitudes[channel] << 15) + std::abs(offset) <= most;
    }
    numbers.multiplier = info.multiplier;
    numbers.shift = info.shift;
    return numbers;
  }

  /// `value >> 8`, and its low byte less 128.
  static std::pair<Value, Value> splitMap(PatternRewriter &rewriter,
                                          Value value) {
    auto type =
        cast<RankedTensorType>(value.getType()).clone(rewriter.getI8Type());
    Location loc = value.getLoc();
    Value high = computeMap(
        rewriter, loc, type, value, [](ScalarBuilder &b, ValueRange in) {
          Value wide = b.widen(in[0]);
          return arith::ShRSIOp::create(b.builder, b.loc, wide, b.constant(8));
        });
    Value low = computeMap(rewriter, loc, type, value,
                           [](ScalarBuilder &b, ValueRange in) {
                             return b.add(b.widen(in[0]), -128);
                           });
    return {high, low};
  }

  static Value convolve(PatternRewriter &rewriter, TosaOp conv, Value input,
                        DenseElementsAttr weight, int32_t zeroPoint) {
    auto type =
        cast<RankedTensorType>(conv.getType()).clone(rewriter.getI32Type());
    auto bias = DenseElementsAttr::get(
        RankedTensorType::get(type.getDimSize(3), type.getElementType()),
        int32_t(0));
    return Op::create(rewriter, conv.getLoc(), type, input, weight, bias,
                      conv.getStride(), conv.getPad(), conv.getDilation(),
                      zeroPoint, /*weight_zp=*/0, RequantizationAttr(),
                      PoolAttr(), KernelAttr());
  }

  /// TOSA 1.0, apply_scale_16: `(sum * multiplier + half) >> shift`, where
  /// half of the divisor is added by a shift less, one, and a shift by one.
  static Value finish(ScalarBuilder &b, ValueRange sums,
                      const ChannelNumbers &numbers, int64_t zeroPoint) {
    Value high = sums[0], low = sums[1];
    Value bias = ofChannel(b, numbers.bias);
    Value eight = b.constant(8);
    if (!numbers.areNarrow) {
      high = b.extend(high);
      low = b.extend(low);
      bias = b.extend(bias);
      eight = b.extend(eight);
    }
    Value sum = b.make<arith::ShLIOp>(high, eight);
    sum = b.make<arith::AddIOp>(sum, low);
    sum = b.make<arith::AddIOp>(sum, bias);
    if (numbers.areNarrow)
      sum = b.extend(sum);
    SmallVector<int32_t> shifts;
    for (int32_t shift : numbers.shift)
      shifts.push_back(shift - 1);
    Value multiplier = b.extend(ofChannel(b, numbers.multiplier));
    Value shift = b.extend(ofChannel(b, shifts));
    Value product = b.make<arith::MulIOp>(sum, multiplier);
    Value one = b.longConstant(1);
    Value halves = b.make<arith::ShRSIOp>(product, shift);
    halves = b.make<arith::AddIOp>(halves, one);
    Value result = b.make<arith::ShRSIOp>(halves, one);
    result = b.narrow(result, b.builder.getI32Type());
    return b.clamp(b.add(result, zeroPoint), -(1 << 15), (1 << 15) - 1);
  }
};

} // namespace

void rtwmc::populateWidePatterns(RewritePatternSet &patterns) {
  patterns.add<SplitConvolution<tosa::Conv2DOp, Conv2DOp>,
               SplitConvolution<tosa::DepthwiseConv2DOp, DepthwiseConv2DOp>>(
      patterns.getContext());
}
