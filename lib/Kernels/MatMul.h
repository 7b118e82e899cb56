//===- MatMul.h - Row kernels of products of maps -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_MATMUL_H
#define RTWMC_LIB_KERNELS_MATMUL_H

#include "KernelContext.h"
#include "rtwmc/Dialect/RTWMC/IR/MatMul.h"

namespace rtwmc {

/// Builds a step: a row of the result.
void buildMatMul(KernelContext &context, MatMulOp op);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_MATMUL_H
