//===- MatMul.cpp - Products of two maps --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

using namespace mlir;
using namespace rtwmc;

LogicalResult MatMulOp::verify() {
  auto a = cast<RankedTensorType>(getA().getType());
  auto b = cast<RankedTensorType>(getB().getType());
  auto output = cast<RankedTensorType>(getOutput().getType());
  RequantizationAttr requant = getRequantAttr();
  auto isMap = [](RankedTensorType type, unsigned width) {
    return type.getRank() == 4 && type.getDimSize(0) == 1 &&
           type.getElementType().isSignlessInteger(width) &&
           type.getNumElements() > 0;
  };
  if (!isMap(a, 8) || !isMap(b, 8))
    return emitOpError("expects 1xHxWxC maps of i8, got ") << a << " and " << b;
  if (!isMap(output, requant ? 8 : 32))
    return emitOpError("expects the result to be a 1xHxWxC map of ")
           << (requant ? "i8" : "i32") << ", got " << output;
  if (a.getDimSize(3) != b.getDimSize(3) ||
      b.getDimSize(2) != output.getDimSize(3))
    return emitOpError("expects ")
           << output.getDimSize(3) << " columns of " << a.getDimSize(3)
           << " channels in the second input, got " << b;
  int64_t rows = output.getDimSize(1);
  if (rows % a.getDimSize(1) != 0 || rows % b.getDimSize(1) != 0)
    return emitOpError("expects each row of an input to be for as many rows of "
                       "the result, got ")
           << a.getDimSize(1) << " and " << b.getDimSize(1) << " for " << rows;
  if (a.getDimSize(1) * a.getDimSize(2) != rows * output.getDimSize(2))
    return emitOpError("expects a result with the pixels of ")
           << a << ", got " << output;
  if (requant && (requant.getMultiplier().size() != 1 ||
                  requant.getMin() < -128 || requant.getMax() > 127))
    return emitOpError("expects one multiplier, and a range within i8");
  return success();
}

/// A step reads a row of each input, as a gather of rows does.
planning::KernelShape MatMulOp::getKernelShape() {
  planning::KernelShape shape;
  shape.kind = planning::KernelKind::Gather;
  shape.mixesChannels = true;
  shape.input = describeShape(cast<RankedTensorType>(getA().getType()));
  shape.output = describeShape(cast<RankedTensorType>(getOutput().getType()));
  return shape;
}

StringRef MatMulOp::getNameStem() { return "matmul"; }

int64_t MatMulOp::countMacs() {
  return cast<RankedTensorType>(getA().getType()).getNumElements() *
         cast<RankedTensorType>(getB().getType()).getDimSize(2);
}

std::optional<int32_t> MatMulOp::getWrittenZeroPoint() {
  RequantizationAttr requant = getRequantAttr();
  return requant ? std::optional(requant.getZeroPoint()) : std::nullopt;
}
