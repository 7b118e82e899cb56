//===- Passes.h - The reference interpreter as a pass -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_INTERPRETER_PASSES_H
#define RTWMC_INTERPRETER_PASSES_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Pass/Pass.h"

namespace rtwmc {

#define GEN_PASS_DECL
#include "rtwmc/Interpreter/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rtwmc/Interpreter/Passes.h.inc"

} // namespace rtwmc

#endif // RTWMC_INTERPRETER_PASSES_H
