//===- rtwmc-opt.cpp - Runs passes on MLIR text ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpstreamPasses.h"

#include "rtwmc/Check/Passes.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"
#include "rtwmc/Interpreter/Passes.h"
#include "rtwmc/Kernels/Passes.h"
#include "rtwmc/Pipelines/Pipelines.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  rtwmc::registerCompilerDialects(registry);
  rtwmc::registerUpstreamInterfaces(registry);
  rtwmc::registerUpstreamPasses();
  rtwmc::registerRTWMCPasses();
  rtwmc::registerRTWMCConversionPasses();
  rtwmc::registerRTWMCKernelsPasses();
  rtwmc::registerRTWMCStreamingPasses();
  rtwmc::registerRTWMCInterpreterPasses();
  rtwmc::registerRTWMCCheckPasses();
  rtwmc::registerRTWMCPipelinesPasses();
  rtwmc::registerRTWMCPipelines();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "RTWMC optimizer driver\n", registry));
}
