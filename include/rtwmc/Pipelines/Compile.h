//===- Compile.h - From a module to an object within a budget ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PIPELINES_COMPILE_H
#define RTWMC_PIPELINES_COMPILE_H

#include "rtwmc/Pipelines/Pipelines.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

#include <string>

namespace rtwmc {

/// What is written.
enum class Emit {
  Object,
  Assembly,
  /// LLVM IR as the code generator gets it.
  LLVMIR,
  /// The modules of Stage::LLVM and Stage::Loops.
  LLVMDialect,
  Loops,
};

/// A compiled network.
struct CompileResult {
  /// The object, or the text asked for.
  std::string output;
  /// The C header.
  std::string header;
  /// The report (docs/report.md), and the same for people.
  llvm::json::Value report = nullptr;
  std::string table;
  /// What `rtwmc verify-certificate` proves of the object
  /// (docs/certificate.md), but for what only a caller knows: which file the
  /// model is from. Null of anything but an object.
  llvm::json::Value certificate = nullptr;
};

/// Compiles `module` (TOSA, as front ends emit it), which is changed. Emits
/// diagnostics and fails where the network cannot be compiled or a budget
/// cannot be kept; a budget is kept for every input. Warns of all that is
/// dropped, in diagnostics and in the report's notes.
llvm::LogicalResult compileNetwork(mlir::ModuleOp module,
                                   const CompileOptions &options,
                                   CompileResult &result,
                                   Emit emit = Emit::Object);

} // namespace rtwmc

#endif // RTWMC_PIPELINES_COMPILE_H
