//===- Input.h - Reading a network ------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_INPUT_H
#define RTWMC_TOOLS_RTWMC_COMPILE_INPUT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

namespace rtwmc {

/// Reads MLIR text or bytecode, or a `.tflite` file through Arm's
/// `tosa-converter-for-tflite`. Null after a message on stderr.
mlir::OwningOpRef<mlir::ModuleOp> readNetwork(llvm::StringRef path,
                                              llvm::SourceMgr &sources,
                                              mlir::MLIRContext &context);

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_INPUT_H
