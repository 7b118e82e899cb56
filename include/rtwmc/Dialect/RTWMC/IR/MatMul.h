//===- MatMul.h - Products of two maps ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_MATMUL_H
#define RTWMC_DIALECT_RTWMC_IR_MATMUL_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#define GET_OP_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/MatMul.h.inc"

#endif // RTWMC_DIALECT_RTWMC_IR_MATMUL_H
