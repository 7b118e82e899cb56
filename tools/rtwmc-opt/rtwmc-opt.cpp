//===- rtwmc-opt.cpp - Runs passes on MLIR text ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Check/Passes.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"
#include "rtwmc/Interpreter/Passes.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<rtwmc::RTWMCDialect>();
  mlir::registerAllPasses();
  rtwmc::registerRTWMCPasses();
  rtwmc::registerRTWMCConversionPasses();
  rtwmc::registerRTWMCStreamingPasses();
  rtwmc::registerRTWMCInterpreterPasses();
  rtwmc::registerRTWMCCheckPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "RTWMC optimizer driver\n", registry));
}
