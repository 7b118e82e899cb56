//===- RTWMC.h - The rtwmc dialect, its types and operations ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_RTWMC_H
#define RTWMC_DIALECT_RTWMC_IR_RTWMC_H

#include "rtwmc/Dialect/RTWMC/IR/Enums.h"
#include "rtwmc/Planning/KernelShape.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMTypes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpAsmSupport.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <optional>

#include "rtwmc/Dialect/RTWMC/IR/RTWMCDialect.h.inc"

#include "rtwmc/Dialect/RTWMC/IR/RTWMCEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.h.inc"

#define GET_TYPEDEF_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.h.inc"

namespace rtwmc {

/// A map of `type` as the planner sees it: rows, columns and channels if it is
/// 1xHxWxC, otherwise one row.
planning::MapShape describeShape(mlir::RankedTensorType type);

} // namespace rtwmc

#include "rtwmc/Dialect/RTWMC/IR/RTWMCInterfaces.h.inc"

#define GET_OP_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCOps.h.inc"

#endif // RTWMC_DIALECT_RTWMC_IR_RTWMC_H
