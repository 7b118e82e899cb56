//===- StripOps.cpp - Parts of maps ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

using namespace mlir;
using namespace rtwmc;

/// Checks that `part` is columns of `map` from `first` on.
static LogicalResult verifyColumns(Operation *op, Type partType, Type mapType,
                                   int64_t first) {
  auto part = cast<RankedTensorType>(partType);
  auto map = cast<RankedTensorType>(mapType);
  if (map.getRank() != 4 || map.getDimSize(0) != 1)
    return op->emitOpError("expects a 1xHxWxC map, got ") << map;
  SmallVector<int64_t> shape(map.getShape());
  if (part.getRank() == 4)
    shape[2] = part.getDimSize(2);
  if (part != map.clone(shape))
    return op->emitOpError("expects columns of ") << map << ", got " << part;
  int64_t width = map.getDimSize(2), count = part.getDimSize(2);
  if (count < 1 || first < 0 || first > width - count)
    return op->emitOpError("expects columns inside a map of ")
           << width << ", got " << count << " from " << first << " on";
  return success();
}

LogicalResult TakeColumnsOp::verify() {
  return verifyColumns(*this, getColumns().getType(), getMap().getType(),
                       static_cast<int64_t>(getFirst()));
}

LogicalResult PutColumnsOp::verify() {
  if (getInto() && getInto().getType() != getMap().getType())
    return emitOpError("expects a map of the result's type to put columns "
                       "into, got ")
           << getInto().getType();
  return verifyColumns(*this, getColumns().getType(), getMap().getType(),
                       static_cast<int64_t>(getFirst()));
}

static LogicalResult verifySums(Operation *op, RankedTensorType type) {
  if (!type.getElementType().isSignlessInteger(32))
    return op->emitOpError("expects elements of 32 bits, got ") << type;
  return success();
}

LogicalResult AddSumsOp::verify() {
  return verifySums(*this, cast<RankedTensorType>(getSums().getType()));
}

LogicalResult FinishSumsOp::verify() {
  auto type = cast<RankedTensorType>(getSums().getType());
  if (failed(verifySums(*this, type)))
    return failure();
  if (getType() != type.clone(IntegerType::get(getContext(), 8)))
    return emitOpError("expects ")
           << type << " to become elements of 8 bits, got " << getType();
  size_t multipliers = getRequant().getMultiplier().size();
  if (multipliers != 1 && int64_t(multipliers) != type.getShape().back())
    return emitOpError("expects 1 or ")
           << type.getShape().back() << " multipliers, got " << multipliers;
  return success();
}
