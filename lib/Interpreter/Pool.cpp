//===- Pool.cpp - What poolings mean --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include <algorithm>

using namespace mlir;
using namespace rtwmc;

/// Reduces the elements under each window to one, from `start` on; they are
/// `outside` where the window reaches outside the input.
template <typename Op>
static Datum
reduceWindows(Op op, const Datum &input, int64_t start, int64_t outside,
              function_ref<int64_t(int64_t carried, int64_t element)> reduce) {
  Pixels in(input);
  auto type = cast<RankedTensorType>(op.getOutput().getType());
  ArrayRef<int64_t> kernel = op.getKernel(), stride = op.getStride(),
                    pad = op.getPad();
  Datum out{type};
  for (int64_t y = 0; y < type.getDimSize(1); ++y)
    for (int64_t x = 0; x < type.getDimSize(2); ++x)
      for (int64_t channel = 0; channel < in.channels; ++channel) {
        int64_t result = start;
        for (int64_t ky = 0; ky < kernel[0]; ++ky)
          for (int64_t kx = 0; kx < kernel[1]; ++kx) {
            int64_t inY = y * stride[0] - pad[0] + ky;
            int64_t inX = x * stride[1] - pad[2] + kx;
            result =
                reduce(result, in.contains(inY, inX) ? in.at(inY, inX, channel)
                                                     : outside);
          }
        out.elements.push_back(result);
      }
  return out;
}

FailureOr<Data> rtwmc::evaluate(MaxPool2DOp op, Operands operands) {
  int64_t least = llvm::minIntN(
      cast<RankedTensorType>(op.getType()).getElementTypeBitWidth());
  return Data{
      reduceWindows(op, operands[0], least, int32_t(op.getPadValue()),
                    [](int64_t most, int64_t x) { return std::max(most, x); })};
}

FailureOr<Data> rtwmc::evaluate(SumPool2DOp op, Operands operands) {
  int32_t zeroPoint = op.getInputZp();
  return Data{
      reduceWindows(op, operands[0], 0, zeroPoint, [&](int64_t sum, int64_t x) {
        return wrap(sum + x - zeroPoint);
      })};
}
