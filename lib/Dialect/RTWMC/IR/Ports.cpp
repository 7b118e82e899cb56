//===- Ports.cpp - Inputs and outputs of a network ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Ports.h"

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
  auto array = dyn_cast<ArrayAttr>(attr.getValue());
  if (!array || !llvm::all_of(array, llvm::IsaPred<PortAttr>))
    return op->emitOpError()
           << "attribute " << attr.getName() << " must be an array of "
           << "#rtwmc.port";
  return success();
}

SmallVector<PortAttr> rtwmc::getPorts(Operation *network, StringRef name) {
  SmallVector<PortAttr> ports;
  if (auto array = network->getAttrOfType<ArrayAttr>(name))
    for (Attribute each : array)
      ports.push_back(cast<PortAttr>(each));
  return ports;
}
