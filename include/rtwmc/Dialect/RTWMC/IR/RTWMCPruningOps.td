//===- RTWMCPruningOps.td - Pruned maps and their streaming *- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PRUNING_OPS_TD
#define RTWMC_PRUNING_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

#endif // RTWMC_PRUNING_OPS_TD
