//===- Passes.h - Compiled code against its meaning -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CHECK_PASSES_H
#define RTWMC_CHECK_PASSES_H

#include "rtwmc/Dialect/RTWMC/IR/EnumOptions.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Pass/Pass.h"

namespace rtwmc {

#define GEN_PASS_DECL
#include "rtwmc/Check/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rtwmc/Check/Passes.h.inc"

} // namespace rtwmc

#endif // RTWMC_CHECK_PASSES_H
