//===- Passes.h - The search within a budget --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PIPELINES_PASSES_H
#define RTWMC_PIPELINES_PASSES_H

#include "rtwmc/Dialect/RTWMC/IR/EnumOptions.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/StripSearch.h"

#include "mlir/Pass/Pass.h"

namespace rtwmc {

#define GEN_PASS_DECL
#include "rtwmc/Pipelines/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rtwmc/Pipelines/Passes.h.inc"

} // namespace rtwmc

#endif // RTWMC_PIPELINES_PASSES_H
