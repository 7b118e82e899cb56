//===- MatMul.cpp - What products of maps mean --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace rtwmc;

FailureOr<Data> rtwmc::evaluate(MatMulOp op, Operands operands) {
  Pixels a(operands[0]), b(operands[1]);
  auto type = cast<RankedTensorType>(op.getOutput().getType());
  int64_t pixels = a.height * a.width;
  Datum out{type};
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t n = 0; n < b.width; ++n) {
      int32_t sum = 0;
      for (int64_t k = 0; k < a.channels; ++k)
        sum = wrap(sum + (a.at(0, p, k) - op.getAZp()) *
                             (b.at(p * b.height / pixels, n, k) - op.getBZp()));
      RequantizationAttr requant = op.getRequantAttr();
      out.elements.push_back(requant ? requantize(requant, sum, n) : sum);
    }
  return Data{out};
}
