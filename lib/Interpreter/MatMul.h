//===- MatMul.h - What products of maps mean ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_INTERPRETER_MATMUL_H
#define RTWMC_LIB_INTERPRETER_MATMUL_H

#include "Evaluate.h"
#include "rtwmc/Dialect/RTWMC/IR/MatMul.h"

namespace rtwmc {

llvm::FailureOr<Data> evaluate(MatMulOp op, Operands operands);

} // namespace rtwmc

#endif // RTWMC_LIB_INTERPRETER_MATMUL_H
