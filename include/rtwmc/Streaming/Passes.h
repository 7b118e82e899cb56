//===- Passes.h - From layers to a schedule in one arena --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_PASSES_H
#define RTWMC_STREAMING_PASSES_H

#include "rtwmc/Dialect/RTWMC/IR/EnumOptions.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Pass/Pass.h"

namespace rtwmc {

#define GEN_PASS_DECL
#include "rtwmc/Streaming/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rtwmc/Streaming/Passes.h.inc"

} // namespace rtwmc

#endif // RTWMC_STREAMING_PASSES_H
