//===- TfliteOwn.h - Operators that are converted here ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The converter does not get through some operators that TOSA can say. It keeps
// custom ones as they are (`tosa.custom`): as such they pass, under a name and
// with their place in the file.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_TFLITEOWN_H
#define RTWMC_TOOLS_RTWMC_COMPILE_TFLITEOWN_H

#include "TfliteModel.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace rtwmc::tflite {

/// The name under which they pass.
inline constexpr llvm::StringLiteral ownName = "rtwmc";

/// Whether `op` is converted here.
bool isOwn(const Model &model, const Operator &op);

/// Writes TOSA for each in `module`.
llvm::LogicalResult expandOwn(const Model &model, mlir::ModuleOp module);

/// What the operator SVDF does, and the variable that it keeps.
llvm::FailureOr<mlir::Value> expandSvdf(const Model &model, const Operator &op,
                                        mlir::tosa::CustomOp custom);

} // namespace rtwmc::tflite

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITEOWN_H
