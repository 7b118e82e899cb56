//===- Gather.cpp - What gathers mean -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include <algorithm>

using namespace mlir;
using namespace rtwmc;

namespace {
/// A position and the channels added for what a division leaves.
struct Place {
  int64_t at, channels;
};
} // namespace

static Place placeOf(ArrayRef<int64_t> axis, int64_t index) {
  int64_t at = index * axis[0] + axis[1], left = at % axis[2];
  if (left < 0)
    left += axis[2];
  return {(at - left) / axis[2], left * axis[3]};
}

FailureOr<Data> rtwmc::evaluate(GatherOp op, Operands operands) {
  Datum out{op.getType()};
  Pixels in(operands[0]);
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op.getType()).getShape();
  ArrayRef<int64_t> digits = op.getChannels();
  auto element = [&](int64_t y, int64_t x, int64_t c) -> int64_t {
    Place row = placeOf(op.getRows(), y), column = placeOf(op.getColumns(), x);
    int64_t channel =
        int64_t(op.getFirstChannel()) + row.channels + column.channels;
    for (int64_t left = c, at = int64_t(digits.size()) - 4; at >= 0; at -= 4) {
      int64_t digit = left % digits[at];
      left /= digits[at];
      row.at += digit * digits[at + 1];
      column.at += digit * digits[at + 2];
      channel += digit * digits[at + 3];
    }
    if (op.getClamp()) {
      row.at = std::clamp<int64_t>(row.at, 0, in.height - 1);
      column.at = std::clamp<int64_t>(column.at, 0, in.width - 1);
    }
    if (!in.contains(row.at, column.at) || channel < 0 ||
        channel >= in.channels)
      return int32_t(op.getFill());
    return in.at(row.at, column.at, channel);
  };
  for (int64_t y = 0; y < shape[1]; ++y)
    for (int64_t x = 0; x < shape[2]; ++x)
      for (int64_t channel = 0; channel < shape[3]; ++channel)
        out.elements.push_back(element(y, x, channel));
  return Data{out};
}
