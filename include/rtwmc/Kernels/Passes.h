//===- Passes.h - Which kernels compute the layers --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_KERNELS_PASSES_H
#define RTWMC_KERNELS_PASSES_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace rtwmc {

#define GEN_PASS_DECL
#include "rtwmc/Kernels/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rtwmc/Kernels/Passes.h.inc"

} // namespace rtwmc

#endif // RTWMC_KERNELS_PASSES_H
