//===- ScheduleOps.cpp - Rows, steps and the arena ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"

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

LogicalResult ReadRowOp::verify() {
  MemRefType rows = getRows().getType();
  auto height = static_cast<int64_t>(getHeight());
  bool hasRows = rows.getRank() == 4 && rows.getDimSize(0) == 1;
  if (height < 1 || (height > 1 && !hasRows))
    return emitOpError("expects a row, or several in a map of 1xHxWxC, got ")
           << height << " in " << rows;
  if (height > 1 && (rows.getDimSize(1) < 1 || rows.getDimSize(1) > height))
    return emitOpError("expects room for 1 to ")
           << height << " rows, got " << rows.getDimSize(1);
  return success();
}

LogicalResult StepOp::verify() {
  if (!getFirst() != !getColumns())
    return emitOpError("expects a first column and how many, or neither");
  if (getColumns() && static_cast<int64_t>(*getColumns()) < 1)
    return emitOpError("expects at least one column, got ")
           << static_cast<int64_t>(*getColumns());
  return success();
}

LogicalResult StepOp::verifySymbolUses(SymbolTableCollection &symbolTable) {
  auto kernel = symbolTable.lookupNearestSymbolFrom<FunctionOpInterface>(
      *this, getKernelAttr());
  if (!kernel)
    return emitOpError("expects a kernel, but there is no function ")
           << getKernelAttr();
  if (!isKernel(kernel) || kernel.isExternal())
    return success();
  if (kernel.getNumResults() != 1)
    return emitOpError("expects a kernel with one result");
  size_t expected = listStepBuffers(kernel).size();
  if (getBuffers().size() != expected)
    return emitOpError("expects ")
           << expected << " buffers, got " << getBuffers().size();
  return success();
}
