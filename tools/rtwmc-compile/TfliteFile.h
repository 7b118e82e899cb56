//===- TfliteFile.h - What converters lose of a .tflite file ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arm's converter writes TOSA that has neither the scales nor all that the
// operators of the file mean. Here is what the file says besides.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_TFLITEFILE_H
#define RTWMC_TOOLS_RTWMC_COMPILE_TFLITEFILE_H

#include "TfliteModel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace rtwmc {

/// The only function of `module`; null if it has none or several.
mlir::func::FuncOp soleFunction(mlir::ModuleOp module);

/// Leaves names, scales and zero points of the inputs and outputs of `model` on
/// the network that was converted from it (`rtwmc.inputs`, `rtwmc.outputs`). Of
/// floating point that is quantized first or dequantized last, they are those
/// of the integers behind. What a damaged file does not say is left out.
void describeBoundary(const tflite::Model &model, mlir::ModuleOp module);

/// Adds to the location of each operation the operator that it comes from, as
/// the metadata of a fused location, and that it is in `path`: diagnostics name
/// both.
void describeLocations(const tflite::Model &model, llvm::StringRef path,
                       mlir::ModuleOp module);

/// Gives `module`, converted from `model`, the meaning that the converter
/// dropped: activations fused into poolings, and the pixels that a resize to
/// the nearest takes. Fails with a diagnostic where it cannot.
llvm::LogicalResult repairConversion(const tflite::Model &model,
                                     mlir::ModuleOp module);

/// Why `model` can never be compiled, naming the operator and what to do; empty
/// if nothing is known against it.
std::string explainRefusal(const tflite::Model &model);

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITEFILE_H
