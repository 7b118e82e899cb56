//===- LayerPatterns.cpp - Convolutions and concatenations ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

using namespace mlir;
using namespace rtwmc;

DenseElementsAttr rtwmc::getConstant(Value value) {
  if (auto reshape = value.getDefiningOp<tosa::ReshapeOp>()) {
    DenseElementsAttr input = getConstant(reshape.getInput1());
    auto type = cast<ShapedType>(reshape.getType());
    if (!input || !type.hasStaticShape())
      return {};
    return input.reshape(type);
  }
  auto constant = value.getDefiningOp<tosa::ConstOp>();
  return constant ? dyn_cast<DenseElementsAttr>(constant.getValues())
                  : DenseElementsAttr();
}

bool rtwmc::isMap(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getRank() == 4 &&
         tensor.getDimSize(0) == 1 && tensor.getNumElements() > 0 &&
         tensor.getElementType().isSignlessInteger();
}

bool rtwmc::hasWholeBytes(Type element) {
  return element.isSignlessInteger(8) || element.isSignlessInteger(16) ||
         element.isSignlessInteger(32);
}

bool rtwmc::isByteMap(Value value) {
  return isMap(value.getType()) &&
         getElementTypeOrSelf(value.getType()).isInteger(8);
}

/// A bias for each channel, of a bias that may have one element for all.
static DenseElementsAttr biasPerChannel(DenseElementsAttr bias,
                                        int64_t channels) {
  if (!bias || !bias.getElementType().isInteger(32))
    return {};
  auto type = RankedTensorType::get(channels, bias.getElementType());
  if (bias.getNumElements() == channels)
    return bias.reshape(type);
  if (bias.getNumElements() == 1)
    return DenseElementsAttr::get(type, *bias.getValues<APInt>().begin());
  return {};
}

namespace {

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

template <typename TosaOp, typename Op>
struct ConvertConvolution : OpRewritePattern<TosaOp> {
  using OpRewritePattern<TosaOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(TosaOp op,
                                PatternRewriter &rewriter) const override {
    auto output = cast<RankedTensorType>(op.getType());
    DenseElementsAttr weight = getConstant(op.getWeight());
    if (!isByteMap(op.getInput()) || !isMap(output) ||
        !output.getElementType().isInteger(32) || !weight ||
        !weight.getElementType().isInteger(8))
      return rewriter.notifyMatchFailure(op, "not int8 with constant weights");
    DenseElementsAttr bias =
        biasPerChannel(getConstant(op.getBias()), output.getDimSize(3));
    FailureOr<int64_t> inputZp = op.getInputZeroPoint();
    FailureOr<int64_t> weightZp = op.getWeightZeroPoint();
    if (!bias || failed(inputZp) || failed(weightZp))
      return rewriter.notifyMatchFailure(op, "bias or zero point not constant");
    rewriter.replaceOpWithNewOp<Op>(
        op, output, op.getInput(), weight, bias, op.getStride(), op.getPad(),
        op.getDilation(), *inputZp, *weightZp, RequantizationAttr(), PoolAttr(),
        KernelAttr());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Concatenations
//===----------------------------------------------------------------------===//

/// Whether all that `op` joins are maps of the network, none of them constant.
bool joinsMaps(tosa::ConcatOp op) {
  return isMap(op.getType()) &&
         hasWholeBytes(getElementTypeOrSelf(op.getType())) &&
         llvm::all_of(op.getInput1(), [](Value input) {
           return isMap(input.getType()) && !getConstant(input);
         });
}

struct ConvertConcat : OpRewritePattern<tosa::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ConcatOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getAxis() != 3 || !joinsMaps(op))
      return rewriter.notifyMatchFailure(op, "not of the channels of maps");
    rewriter.replaceOpWithNewOp<ConcatOp>(op, op.getType(), op.getInput1());
    return success();
  }
};

/// Maps above each other, or side by side: each with the least there is where
/// the others are, the largest of all.
struct ConvertConcatOfRows : OpRewritePattern<tosa::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  /// Each element is as many comparisons.
  static constexpr unsigned maxInputs = 8;

  LogicalResult matchAndRewrite(tosa::ConcatOp op,
                                PatternRewriter &rewriter) const override {
    auto axis = static_cast<unsigned>(op.getAxis());
    if ((axis != 1 && axis != 2) || !joinsMaps(op) ||
        op.getInput1().size() > maxInputs)
      return rewriter.notifyMatchFailure(op, "not of rows or columns of maps");
    auto type = cast<RankedTensorType>(op.getType());
    Value largest;
    int64_t before = 0;
    for (Value input : op.getInput1()) {
      Value padded = pad(rewriter, op.getLoc(), input, type, axis, before);
      largest = largest ? Value(tosa::MaximumOp::create(rewriter, op.getLoc(),
                                                        type, largest, padded))
                        : padded;
      before += shapeOf(input)[axis];
    }
    rewriter.replaceOp(op, largest);
    return success();
  }

  /// `map` with `before` more rows or columns ahead, and as many behind as
  /// `type` has left.
  static Value pad(PatternRewriter &rewriter, Location loc, Value map,
                   RankedTensorType type, unsigned axis, int64_t before) {
    SmallVector<int64_t> amounts(8, 0);
    amounts[2 * axis] = before;
    amounts[2 * axis + 1] = type.getDimSize(axis) - before - shapeOf(map)[axis];
    Value padding = tosa::ConstShapeOp::create(
        rewriter, loc, tosa::shapeType::get(rewriter.getContext(), 8),
        rewriter.getIndexTensorAttr(amounts));
    unsigned bits = type.getElementTypeBitWidth();
    auto one = RankedTensorType::get(1, type.getElementType());
    Value least = tosa::ConstOp::create(
        rewriter, loc, one,
        DenseElementsAttr::get(one, APInt::getSignedMinValue(bits)));
    return tosa::PadOp::create(rewriter, loc, type, map, padding, least);
  }
};

//===----------------------------------------------------------------------===//
// Pads and crops
//===----------------------------------------------------------------------===//

/// Rows and columns added (positive) or cropped (negative) around a map: top,
/// bottom, left, right; nothing where `value` is no pad or crop of a map. What
/// is added is `padding`.
std::optional<SmallVector<int64_t>> paddingOf(Value value, Value &source,
                                              std::optional<int64_t> &padding) {
  SmallVector<int64_t> pad;
  if (auto op = value.getDefiningOp<tosa::PadOp>()) {
    DenseElementsAttr constant = getConstant(op.getPadConst());
    auto shape = op.getPadding().getDefiningOp<tosa::ConstShapeOp>();
    if (!shape || !constant || !isByteMap(op.getInput1()))
      return std::nullopt;
    padding = (*constant.getValues<APInt>().begin()).getSExtValue();
    SmallVector<int64_t> amounts(shape.getValues().getValues<int64_t>());
    if (amounts.size() != 8 || amounts[0] || amounts[1] || amounts[6] ||
        amounts[7])
      return std::nullopt;
    pad.assign(amounts.begin() + 2, amounts.begin() + 6);
    source = op.getInput1();
  } else if (auto op = value.getDefiningOp<tosa::SliceOp>()) {
    auto start = op.getStart().getDefiningOp<tosa::ConstShapeOp>();
    if (!start || !isByteMap(op.getInput1()) || !isMap(op.getType()))
      return std::nullopt;
    auto in = cast<RankedTensorType>(op.getInput1().getType());
    auto out = cast<RankedTensorType>(op.getType());
    SmallVector<int64_t> from(start.getValues().getValues<int64_t>());
    if (in.getDimSize(3) != out.getDimSize(3))
      return std::nullopt;
    for (int dim : {1, 2}) {
      pad.push_back(-from[dim]);
      pad.push_back(out.getDimSize(dim) + from[dim] - in.getDimSize(dim));
    }
    source = op.getInput1();
  } else {
    return std::nullopt;
  }
  return pad;
}

/// Adds what surrounds the input of a layer to the layer's own padding, where
/// one side is not both cropped and padded.
template <typename Op> struct FoldPadding : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Value source;
    std::optional<int64_t> padding;
    auto around = paddingOf(op.getInput(), source, padding);
    if (!around || (padding && !canPad(op, *padding)))
      return failure();
    SmallVector<int64_t> pad(op.getPad());
    for (auto [mine, added] : llvm::zip(pad, *around)) {
      if ((mine > 0 && added < 0) || (mine < 0 && added > 0))
        return failure();
      mine += added;
    }
    rewriter.modifyOpInPlace(op, [&] {
      if constexpr (std::is_same_v<Op, MaxPool2DOp>)
        if (padding)
          op.setPadValue(*padding);
      op.setPad(pad);
      op.getInputMutable().assign(source);
    });
    return success();
  }

  /// Whether elements of `value` around the input are as its own padding.
  static bool canPad(Op op, int64_t value) {
    if constexpr (std::is_same_v<Op, MaxPool2DOp>)
      return int32_t(op.getPadValue()) == value ||
             llvm::all_of(op.getPad(), [](int64_t pad) { return pad <= 0; });
    else if (value != static_cast<int32_t>(op.getInputZp()))
      return false;
    // A sum of all rows would need room for them.
    return !std::is_same_v<Op, SumPool2DOp> ||
           cast<RankedTensorType>(op.getType()).getDimSize(1) > 1;
  }
};

/// A change of unsigned elements to signed ones before a convolution, which can
/// read the unsigned ones itself: no copy of an image is made for its sign.
template <typename Op> struct ReadUnsigned : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    SmallVector<tosa::ReshapeOp> reshapes;
    Value input = op.getInput();
    while (auto reshape = input.getDefiningOp<tosa::ReshapeOp>()) {
      reshapes.push_back(reshape);
      input = reshape.getInput1();
    }
    auto rescale = input.getDefiningOp<tosa::RescaleOp>();
    std::optional<RescaleParameters> info =
        rescale ? RescaleParameters::get(rescale) : std::nullopt;
    if (!info || !info->changesSign() || !info->inputUnsigned)
      return failure();
    Value source = rescale.getInput();
    for (tosa::ReshapeOp reshape : llvm::reverse(reshapes))
      source =
          tosa::ReshapeOp::create(rewriter, reshape.getLoc(), reshape.getType(),
                                  source, reshape.getShape());
    rewriter.modifyOpInPlace(op, [&] {
      op.setInputUnsigned(true);
      op.setInputZp(op.getInputZp() + 128);
      op.getInputMutable().assign(source);
    });
    return success();
  }
};

} // namespace

void rtwmc::populateLayerPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertConvolution<tosa::Conv2DOp, Conv2DOp>,
               ConvertConvolution<tosa::DepthwiseConv2DOp, DepthwiseConv2DOp>,
               ConvertConcat, ConvertConcatOfRows, FoldPadding<Conv2DOp>,
               FoldPadding<DepthwiseConv2DOp>, FoldPadding<MaxPool2DOp>,
               FoldPadding<SumPool2DOp>, ReadUnsigned<Conv2DOp>,
               ReadUnsigned<DepthwiseConv2DOp>>(patterns.getContext());
}
