//===- RTWMCDialect.cpp - Registration of the rtwmc dialect ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace rtwmc;

#include "rtwmc/Dialect/RTWMC/IR/RTWMCDialect.cpp.inc"
#include "rtwmc/Dialect/RTWMC/IR/RTWMCEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.cpp.inc"

void RTWMCDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "rtwmc/Dialect/RTWMC/IR/RTWMCOps.cpp.inc"
      >();
}

Operation *RTWMCDialect::materializeConstant(OpBuilder &builder,
                                             Attribute value, Type type,
                                             Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
