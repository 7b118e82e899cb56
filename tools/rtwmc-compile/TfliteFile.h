//===- TfliteFile.h - What a .tflite file says of its boundary --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_TFLITEFILE_H
#define RTWMC_TOOLS_RTWMC_COMPILE_TFLITEFILE_H

#include "mlir/IR/BuiltinOps.h"

namespace rtwmc {

/// Leaves names, scales and zero points of the inputs and outputs in `file`,
/// the contents of a `.tflite` file, on the network that was converted from it
/// (`rtwmc.inputs`, `rtwmc.outputs`): TOSA has lost them. Of floating point
/// that is quantized first or dequantized last, they are those of the integers
/// behind. What a damaged file does not say is left out.
void describeBoundary(llvm::StringRef file, mlir::ModuleOp module);

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITEFILE_H
