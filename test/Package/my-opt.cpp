//===- my-opt.cpp - Another compiler's opt tool with the rtwmc passes -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::func::FuncDialect, mlir::tosa::TosaDialect,
                  rtwmc::RTWMCDialect>();
  rtwmc::registerRTWMCPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "my optimizer driver\n", registry));
}
