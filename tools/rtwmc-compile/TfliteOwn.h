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

namespace rtwmc {
class TosaWriter;
}

namespace rtwmc::tflite {

/// The name under which they pass.
inline constexpr llvm::StringLiteral ownName = "rtwmc";

/// Whether `op` is converted here.
bool isOwn(const Model &model, const Operator &op);

/// Writes TOSA for each in `module`.
llvm::LogicalResult expandOwn(const Model &model, mlir::ModuleOp module);

/// The tensors that what passes for `op` has as operands.
llvm::SmallVector<int32_t> operandsOfOwn(const Operator &op);

/// Declares a variable of `value`, whose name begins with `stem`.
llvm::StringRef declareVariable(mlir::tosa::CustomOp custom,
                                llvm::StringRef stem,
                                mlir::RankedTensorType type, int64_t value);

/// How inputs of 16 bits become steps of the table of the sigmoid:
/// (input * multiplier + half) >> shift.
struct TableScale {
  int32_t multiplier;
  int shift;

  /// Of inputs in 2^`power`, -15 to 0.
  static TableScale ofPower(int power);
  /// Of any scale, unless it is too large or small; powers of two up to
  /// 2^(`mostShift` - 12) are exact.
  static std::optional<TableScale> of(float scale, int mostShift);
};

/// Sigmoid and tanh as TensorFlow Lite's kernels of int16 compute them, in
/// 32768ths.
mlir::Value logistic16(TosaWriter &writer, mlir::Value value, TableScale scale);
mlir::Value tanh16(TosaWriter &writer, mlir::Value value, TableScale scale);

/// LOGISTIC and TANH of int16: the converter has another table.
bool isOwnActivation(const Model &model, const Operator &op);
llvm::FailureOr<mlir::Value> expandActivation(const Model &model,
                                              const Operator &op,
                                              mlir::tosa::CustomOp custom);

/// What the operator L2_NORMALIZATION of int8 does.
llvm::FailureOr<mlir::Value> expandL2Normalization(const Model &model,
                                                   const Operator &op,
                                                   mlir::tosa::CustomOp custom);

/// What the operator LOG_SOFTMAX of int8 does, and whether it is of those that
/// are converted here.
bool isOwnLogSoftmax(const Model &model, const Operator &op);
llvm::FailureOr<mlir::Value> expandLogSoftmax(const Model &model,
                                              const Operator &op,
                                              mlir::tosa::CustomOp custom);

/// What the operator UNIDIRECTIONAL_SEQUENCE_LSTM does: whether it is of those
/// that are converted here, the tensors it needs, its steps.
bool isOwnLstm(const Model &model, const Operator &op);
llvm::SmallVector<int32_t> lstmOperands(const Operator &op);
llvm::FailureOr<mlir::Value> expandLstm(const Model &model, const Operator &op,
                                        mlir::tosa::CustomOp custom);

/// Whether a STRIDED_SLICE goes backwards along an axis, as far as the file
/// says; whether it is of those that are converted here, and what it does.
bool hasNegativeStride(const Model &model, const Operator &op);
bool isOwnStridedSlice(const Model &model, const Operator &op);
llvm::FailureOr<mlir::Value> expandStridedSlice(const Model &model,
                                                const Operator &op,
                                                mlir::tosa::CustomOp custom);

/// What the operator ELU of int8 does, which is a table.
llvm::FailureOr<mlir::Value> expandElu(const Model &model, const Operator &op,
                                       mlir::tosa::CustomOp custom);

/// What the operator SVDF does, and the variable that it keeps.
llvm::FailureOr<mlir::Value> expandSvdf(const Model &model, const Operator &op,
                                        mlir::tosa::CustomOp custom);

} // namespace rtwmc::tflite

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITEOWN_H
