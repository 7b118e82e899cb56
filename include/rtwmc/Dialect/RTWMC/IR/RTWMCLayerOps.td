//===- RTWMCLayerOps.td - Quantized layers -----------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LAYER_OPS_TD
#define RTWMC_LAYER_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

#endif // RTWMC_LAYER_OPS_TD
