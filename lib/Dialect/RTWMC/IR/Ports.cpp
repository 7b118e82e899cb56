//===- Ports.cpp - Inputs and outputs of a network ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Ports.h"
#include "ArrayOf.h"

using namespace mlir;
using namespace rtwmc;

LogicalResult PortAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               StringRef, RankedTensorType, FloatAttr scale,
                               int64_t zeroPoint) {
  if (!scale)
    return success();
  if (!scale.getType().isF32() || !scale.getValue().isFiniteNonZero() ||
      scale.getValue().isNegative())
    return emitError() << "expects a scale above 0, of f32, got " << scale;
  if (zeroPoint != static_cast<int32_t>(zeroPoint))
    return emitError() << "zero point " << zeroPoint << " has over 32 bits";
  return success();
}

LogicalResult rtwmc::verifyPorts(Operation *op, NamedAttribute attr) {
  return verifyArrayOf<PortAttr>(op, attr);
}

SmallVector<PortAttr> rtwmc::getPorts(Operation *network, StringRef name) {
  return getArrayOf<PortAttr>(network, name);
}

LogicalResult rtwmc::verifyRows(Operation *op, NamedAttribute attr) {
  auto rows = dyn_cast<DenseI64ArrayAttr>(attr.getValue());
  if (!rows ||
      !llvm::all_of(rows.asArrayRef(), [](int64_t count) { return count > 0; }))
    return op->emitOpError()
           << "attribute " << attr.getName()
           << " must be an array<i64> of positive numbers of rows";
  return success();
}

std::optional<SmallVector<int64_t>> rtwmc::getInputRows(Operation *network) {
  auto rows = network->getAttrOfType<DenseI64ArrayAttr>(rowsAttrName);
  if (!rows)
    return std::nullopt;
  return SmallVector<int64_t>(rows.asArrayRef());
}
