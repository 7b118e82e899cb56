//===- Strips.cpp - What parts of maps mean -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace rtwmc;

FailureOr<Data> rtwmc::evaluate(TakeColumnsOp op, Operands operands) {
  Pixels map(operands[0]);
  Datum out{op.getType()};
  int64_t first = op.getFirst(), count = op.getType().getDimSize(2);
  for (int64_t y = 0; y < map.height; ++y)
    for (int64_t x = first; x < first + count; ++x)
      for (int64_t channel = 0; channel < map.channels; ++channel)
        out.elements.push_back(map.at(y, x, channel));
  return Data{out};
}

FailureOr<Data> rtwmc::evaluate(PutColumnsOp op, Operands operands) {
  Pixels columns(operands[0]);
  RankedTensorType type = op.getType();
  Datum out{type, std::vector<int64_t>(type.getNumElements())};
  if (op.getInto())
    out.elements = operands[1].elements;
  int64_t first = op.getFirst(), width = type.getDimSize(2);
  for (int64_t y = 0; y < columns.height; ++y)
    for (int64_t x = 0; x < columns.width; ++x)
      for (int64_t channel = 0; channel < columns.channels; ++channel)
        out.elements[(y * width + first + x) * columns.channels + channel] =
            columns.at(y, x, channel);
  return Data{out};
}

FailureOr<Data> rtwmc::evaluate(AddSumsOp op, Operands operands) {
  Datum out{op.getType()};
  for (auto [a, b] : llvm::zip(operands[0].elements, operands[1].elements))
    out.elements.push_back(wrap(a + b));
  return Data{out};
}

FailureOr<Data> rtwmc::evaluate(FinishSumsOp op, Operands operands) {
  Datum out{op.getType()};
  int64_t channels = op.getType().getShape().back();
  for (auto [index, pair] :
       llvm::enumerate(llvm::zip(operands[0].elements, operands[1].elements))) {
    auto [a, b] = pair;
    out.elements.push_back(
        requantize(op.getRequant(), wrap(a + b), int64_t(index) % channels));
  }
  return Data{out};
}
