//===- Passes.td - Passes on the rtwmc dialect -------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TRANSFORMS_PASSES_TD
#define RTWMC_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Portable passes: any MLIR compiler can run them
//===----------------------------------------------------------------------===//

//===----------------------------------------------------------------------===//
// Passes of the Cortex-M pipeline
//===----------------------------------------------------------------------===//

#endif // RTWMC_TRANSFORMS_PASSES_TD
