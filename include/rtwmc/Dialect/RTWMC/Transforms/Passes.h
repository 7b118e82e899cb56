//===- Passes.h - Passes on the rtwmc dialect -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_TRANSFORMS_PASSES_H
#define RTWMC_DIALECT_RTWMC_TRANSFORMS_PASSES_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Transforms.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace rtwmc {

/// Which planner `rtwmc-plan` asks.
enum class PlanMode {
  /// The paper's closed form.
  Paper,
  /// The least drop that fits.
  Exact,
};

/// Whether the network's input is counted.
enum class InputPlace {
  External,
  Arena,
};

#define GEN_PASS_DECL
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h.inc"

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_TRANSFORMS_PASSES_H
