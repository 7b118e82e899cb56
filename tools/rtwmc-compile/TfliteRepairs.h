//===- TfliteRepairs.h - What the converter gets wrong ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_TFLITEREPAIRS_H
#define RTWMC_TOOLS_RTWMC_COMPILE_TFLITEREPAIRS_H

#include "TfliteModel.h"

#include "mlir/IR/BuiltinOps.h"

namespace rtwmc {

/// The operations in `module` of a type `Op...` that come from the operator
/// which writes a tensor of this name.
template <typename... Op>
llvm::SmallVector<mlir::Operation *> findConverted(mlir::ModuleOp module,
                                                   llvm::StringRef name) {
  llvm::SmallVector<mlir::Operation *> result;
  module.walk([&](mlir::Operation *op) {
    auto isNamed = [&](mlir::Location each) {
      auto named = llvm::dyn_cast<mlir::NameLoc>(each);
      return named && named.getName() == name ? mlir::WalkResult::interrupt()
                                              : mlir::WalkResult::advance();
    };
    if (llvm::isa<Op...>(op) && op->getLoc()->walk(isNamed).wasInterrupted())
      result.push_back(op);
  });
  return result;
}

/// Turns the variables that the converter left as they are into those of TOSA.
llvm::LogicalResult declareVariables(const tflite::Model &model,
                                     mlir::ModuleOp module);

/// Lets the resizes in `module` take the pixels, and round the sums, that those
/// of `model` do. Fails with a diagnostic where TOSA's resize cannot.
llvm::LogicalResult repairResizes(const tflite::Model &model,
                                  mlir::ModuleOp module);

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITEREPAIRS_H
