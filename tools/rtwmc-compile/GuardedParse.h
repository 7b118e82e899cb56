//===- GuardedParse.h - Parsing what may be damaged -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_GUARDEDPARSE_H
#define RTWMC_TOOLS_RTWMC_COMPILE_GUARDEDPARSE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

namespace rtwmc {

/// Parses MLIR text or bytecode, of which nothing is trusted: neither that the
/// reader of bytecode comes to an end, nor that constants are as large as their
/// types. Null after a diagnostic, or after a message on stderr about `path`.
mlir::OwningOpRef<mlir::ModuleOp> parseGuarded(llvm::SourceMgr &sources,
                                               mlir::MLIRContext &context,
                                               llvm::StringRef path);

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_GUARDEDPARSE_H
