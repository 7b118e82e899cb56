//===- Passes.h - Passes on the rtwmc dialect -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_TRANSFORMS_PASSES_H
#define RTWMC_DIALECT_RTWMC_TRANSFORMS_PASSES_H

#include "rtwmc/Dialect/RTWMC/IR/EnumOptions.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Transforms.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace rtwmc {

#define GEN_PASS_DECL
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h.inc"

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_TRANSFORMS_PASSES_H
