//===- RTWMCOps.cpp - Generated definitions of the operations -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

using namespace mlir;
using namespace rtwmc;

#include "rtwmc/Dialect/RTWMC/IR/RTWMCInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCOps.cpp.inc"
