//===- ScheduleOps.cpp - Rows, steps and the arena ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace rtwmc;

void BufferOp::getAsmResultNames(OpAsmSetValueNameFn setNameFn) {
  setNameFn(getMemref(), getName());
}

LogicalResult BufferOp::verify() {
  if (static_cast<int64_t>(getOffset()) < 0)
    return emitOpError("expects a non-negative offset");
  if (static_cast<int64_t>(getFirst()) < 0 || getFirst() > getLast())
    return emitOpError("expects a live interval [first, last], got [")
           << static_cast<int64_t>(getFirst()) << ", "
           << static_cast<int64_t>(getLast()) << "]";
  return success();
}

LogicalResult StepOp::verifySymbolUses(SymbolTableCollection &symbolTable) {
  auto kernel = symbolTable.lookupNearestSymbolFrom<FunctionOpInterface>(
      *this, getKernelAttr());
  if (!kernel)
    return emitOpError("expects a kernel, but there is no function ")
           << getKernelAttr();
  return success();
}
