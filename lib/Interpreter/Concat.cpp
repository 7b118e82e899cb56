//===- Concat.cpp - What concatenations mean ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace rtwmc;

FailureOr<Data> rtwmc::evaluate(ConcatOp op, Operands operands) {
  Datum out{op.getType()};
  SmallVector<Pixels> inputs;
  for (const Datum &operand : operands)
    inputs.emplace_back(operand);
  for (int64_t y = 0; y < inputs[0].height; ++y)
    for (int64_t x = 0; x < inputs[0].width; ++x)
      for (const Pixels &in : inputs)
        for (int64_t channel = 0; channel < in.channels; ++channel)
          out.elements.push_back(in.at(y, x, channel));
  return Data{out};
}
