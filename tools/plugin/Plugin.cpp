//===- Plugin.cpp - The dialect and its passes for a stock mlir-opt -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   mlir-opt --load-dialect-plugin=RTWMC.so --load-pass-plugin=RTWMC.so
//     --pass-pipeline='builtin.module(rtwmc-plan{ram=4096},
//       rtwmc-insert-pruning,rtwmc-lower-pruning)' network.mlir
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Config/llvm-config.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "RTWMC", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            registry->insert<rtwmc::RTWMCDialect>();
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "RTWMC", LLVM_VERSION_STRING,
          [] { rtwmc::registerRTWMCPasses(); }};
}
