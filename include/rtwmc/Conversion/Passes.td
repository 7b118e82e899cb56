//===- Passes.td - Conversions to and from rtwmc -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_PASSES_TD
#define RTWMC_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

#endif // RTWMC_CONVERSION_PASSES_TD
