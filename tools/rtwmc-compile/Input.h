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

/// Reads MLIR text or bytecode, or what Arm's `tosa-converter-for-tflite` makes
/// TOSA of: a `.tflite` file, or a source file of C with one in an array. Null
/// after a message on stderr, which says of models of other frameworks how they
/// become such a file.
mlir::OwningOpRef<mlir::ModuleOp> readNetwork(llvm::StringRef path,
                                              llvm::SourceMgr &sources,
                                              mlir::MLIRContext &context);

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_INPUT_H
