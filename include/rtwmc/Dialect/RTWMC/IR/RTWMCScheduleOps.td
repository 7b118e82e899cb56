//===- RTWMCScheduleOps.td - Rows, steps and the arena -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_SCHEDULE_OPS_TD
#define RTWMC_SCHEDULE_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

#endif // RTWMC_SCHEDULE_OPS_TD
