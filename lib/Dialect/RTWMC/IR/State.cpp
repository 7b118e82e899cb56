//===- State.cpp - What a network keeps from run to run -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/State.h"
#include "ArrayOf.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace rtwmc;

LogicalResult rtwmc::verifyState(Operation *op, NamedAttribute attr) {
  return verifyArrayOf<VariableAttr>(op, attr);
}

SmallVector<VariableAttr> rtwmc::getState(Operation *network) {
  return getArrayOf<VariableAttr>(network, stateAttrName);
}

StateLayout::StateLayout(ArrayRef<VariableAttr> variables) {
  for (VariableAttr variable : variables) {
    auto type = cast<RankedTensorType>(variable.getInitial().getType());
    int64_t size = describeShape(type).elementBytes;
    bytes = llvm::alignTo(bytes, size);
    offsets.push_back(bytes);
    bytes += size * type.getNumElements();
    align = std::max(align, size);
  }
}
