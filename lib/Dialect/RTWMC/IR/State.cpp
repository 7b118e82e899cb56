//===- State.cpp - What a network keeps from run to run -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/State.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace rtwmc;

LogicalResult rtwmc::verifyState(Operation *op, NamedAttribute attr) {
  auto array = dyn_cast<ArrayAttr>(attr.getValue());
  if (!array || !llvm::all_of(array, llvm::IsaPred<VariableAttr>))
    return op->emitOpError()
           << "attribute " << attr.getName() << " must be an array of "
           << "#rtwmc.variable";
  return success();
}

SmallVector<VariableAttr> rtwmc::getState(Operation *network) {
  SmallVector<VariableAttr> variables;
  if (auto array = network->getAttrOfType<ArrayAttr>(stateAttrName))
    for (Attribute each : array)
      variables.push_back(cast<VariableAttr>(each));
  return variables;
}

StateLayout::StateLayout(ArrayRef<VariableAttr> variables) {
  for (VariableAttr variable : variables) {
    ShapedType type = variable.getInitial().getType();
    int64_t size = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    bytes = llvm::alignTo(bytes, size);
    offsets.push_back(bytes);
    bytes += size * type.getNumElements();
    align = std::max(align, size);
  }
}
