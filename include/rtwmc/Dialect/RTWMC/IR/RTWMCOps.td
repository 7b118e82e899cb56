//===- RTWMCOps.td - All operations of the rtwmc dialect ---*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_OPS_TD
#define RTWMC_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCDialect.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCPruningOps.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCLayerOps.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCMatMulOps.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCScheduleOps.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCStripOps.td"

#endif // RTWMC_OPS_TD
