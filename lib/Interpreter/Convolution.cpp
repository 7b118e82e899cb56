//===- Convolution.cpp - What convolutions mean ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include "rtwmc/Dialect/RTWMC/IR/Requantize.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace rtwmc;

int8_t rtwmc::requantize(RequantizationAttr requant, int32_t accumulator,
                         int64_t channel) {
  int64_t scaled = applyScale32(accumulator, requant.getMultiplierOf(channel),
                                requant.getShiftOf(channel),
                                requant.getRounding() == Rounding::Double);
  return static_cast<int8_t>(std::clamp(wrap(scaled + requant.getZeroPoint()),
                                        requant.getMin(), requant.getMax()));
}

/// Windows side by side, rows and columns that fill none left out.
static Datum pool(PoolAttr pool, Type type, const Pixels &in) {
  Datum out{type};
  bool isMax = pool.getReduction() == Reduction::Max;
  for (int64_t y = 0; y < in.height / pool.getHeight(); ++y)
    for (int64_t x = 0; x < in.width / pool.getWidth(); ++x)
      for (int64_t channel = 0; channel < in.channels; ++channel) {
        int64_t result = isMax ? INT64_MIN : 0;
        for (int64_t ky = 0; ky < pool.getHeight(); ++ky)
          for (int64_t kx = 0; kx < pool.getWidth(); ++kx) {
            int64_t value = in.at(y * pool.getHeight() + ky,
                                  x * pool.getWidth() + kx, channel);
            result = isMax ? std::max(result, value)
                           : wrap(result + value - pool.getZeroPoint());
          }
        out.elements.push_back(result);
      }
  return out;
}

/// An element of the input of `op`.
template <typename Op>
static int64_t inputAt(Op op, const Pixels &in, int64_t y, int64_t x,
                       int64_t channel) {
  int64_t element = in.at(y, x, channel);
  return op.getInputUnsigned() ? static_cast<uint8_t>(element) : element;
}

/// Both convolutions. `product(y, x, ky, kx, o)` is what the pixel of the input
/// at (y, x), under the pixel of the kernel at (ky, kx), adds to channel `o`.
template <typename Op>
static Datum convolve(Op op, const Datum &input, int64_t kernelHeight,
                      int64_t kernelWidth,
                      function_ref<int64_t(int64_t y, int64_t x, int64_t ky,
                                           int64_t kx, int64_t o)>
                          product) {
  Pixels in(input);
  auto [height, width] = op.getConvolvedSize();
  auto bias =
      cast<DenseElementsAttr>(op.getBias()).template getValues<int32_t>();
  int64_t channels = bias.size();
  ArrayRef<int64_t> stride = op.getStride(), pad = op.getPad(),
                    dilation = op.getDilation();
  RequantizationAttr requant = op.getRequantAttr();
  Type element = getElementTypeOrSelf(op.getOutput());
  Datum convolved{RankedTensorType::get({1, height, width, channels}, element)};
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x)
      for (int64_t o = 0; o < channels; ++o) {
        int32_t accumulator = bias[o];
        for (int64_t ky = 0; ky < kernelHeight; ++ky)
          for (int64_t kx = 0; kx < kernelWidth; ++kx) {
            int64_t inY = llvm::divideFloorSigned(
                y * stride[0] - pad[0] + ky * dilation[0], op.getRowRepeat());
            int64_t inX = x * stride[1] - pad[2] + kx * dilation[1];
            if (in.contains(inY, inX))
              accumulator = wrap(accumulator + product(inY, inX, ky, kx, o));
          }
        convolved.elements.push_back(
            requant ? requantize(requant, accumulator, o) : accumulator);
      }
  if (PoolAttr attr = op.getPoolAttr())
    return pool(attr, op.getOutput().getType(), Pixels(convolved));
  return convolved;
}

FailureOr<Data> rtwmc::evaluate(Conv2DOp op, Operands operands) {
  Pixels in(operands[0]);
  auto weight = cast<DenseElementsAttr>(op.getWeight());
  auto w = llvm::to_vector(weight.getValues<int8_t>());
  int64_t kernelHeight = weight.getType().getDimSize(1);
  int64_t kernelWidth = weight.getType().getDimSize(2);
  int32_t inputZp = op.getInputZp(), weightZp = op.getWeightZp();
  return Data{convolve(
      op, operands[0], kernelHeight, kernelWidth,
      [&](int64_t y, int64_t x, int64_t ky, int64_t kx, int64_t o) {
        int32_t sum = 0;
        for (int64_t i = 0; i < in.channels; ++i) {
          int64_t at =
              ((o * kernelHeight + ky) * kernelWidth + kx) * in.channels + i;
          sum = wrap(sum + (inputAt(op, in, y, x, i) - inputZp) *
                               (w[at] - int64_t(weightZp)));
        }
        return sum;
      })};
}

FailureOr<Data> rtwmc::evaluate(DepthwiseConv2DOp op, Operands operands) {
  Pixels in(operands[0]);
  auto weight = cast<DenseElementsAttr>(op.getWeight());
  auto w = llvm::to_vector(weight.getValues<int8_t>());
  int64_t kernelHeight = weight.getType().getDimSize(0);
  int64_t kernelWidth = weight.getType().getDimSize(1);
  int64_t filters = weight.getType().getDimSize(3);
  int32_t inputZp = op.getInputZp(), weightZp = op.getWeightZp();
  return Data{convolve(
      op, operands[0], kernelHeight, kernelWidth,
      [&](int64_t y, int64_t x, int64_t ky, int64_t kx, int64_t o) {
        int64_t channel = o / filters, filter = o % filters;
        int64_t at =
            ((ky * kernelWidth + kx) * in.channels + channel) * filters +
            filter;
        return (inputAt(op, in, y, x, channel) - inputZp) *
               (w[at] - int64_t(weightZp));
      })};
}
