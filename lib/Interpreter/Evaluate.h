//===- Evaluate.h - One function for each operation -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `evaluate` takes the values of an operation's operands and gives those of its
// results. Types were verified: what is left to fail is said by a diagnostic. A
// new layer is a function here and its name in the list of Interpreter.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_INTERPRETER_EVALUATE_H
#define RTWMC_LIB_INTERPRETER_EVALUATE_H

#include "rtwmc/Interpreter/Interpreter.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace rtwmc {

using Operands = llvm::ArrayRef<Datum>;

llvm::FailureOr<Data> evaluate(Conv2DOp op, Operands operands);
llvm::FailureOr<Data> evaluate(DepthwiseConv2DOp op, Operands operands);
llvm::FailureOr<Data> evaluate(MaxPool2DOp op, Operands operands);
llvm::FailureOr<Data> evaluate(SumPool2DOp op, Operands operands);
llvm::FailureOr<Data> evaluate(ElementwiseOp op, Operands operands);
llvm::FailureOr<Data> evaluate(ConcatOp op, Operands operands);
llvm::FailureOr<Data> evaluate(MatMulOp op, Operands operands);
llvm::FailureOr<Data> evaluate(GatherOp op, Operands operands);
llvm::FailureOr<Data> evaluate(ReadRowsOp op, Operands operands);
llvm::FailureOr<Data> evaluate(PruneOp op, Operands operands);
llvm::FailureOr<Data> evaluate(UnpruneOp op, Operands operands);
llvm::FailureOr<Data> evaluate(TakeColumnsOp op, Operands operands);
llvm::FailureOr<Data> evaluate(PutColumnsOp op, Operands operands);
llvm::FailureOr<Data> evaluate(AddSumsOp op, Operands operands);
llvm::FailureOr<Data> evaluate(FinishSumsOp op, Operands operands);
llvm::FailureOr<Data> evaluate(mlir::arith::ConstantOp op, Operands operands);
llvm::FailureOr<Data> evaluate(mlir::tosa::ConstOp op, Operands operands);
llvm::FailureOr<Data> evaluate(mlir::tosa::ConstShapeOp op, Operands operands);
llvm::FailureOr<Data> evaluate(mlir::tosa::IdentityOp op, Operands operands);
llvm::FailureOr<Data> evaluate(mlir::tosa::ReshapeOp op, Operands operands);

/// An operation on scalars, by its own folder. Fails, naming the operation, if
/// it has none or this cannot tell its results.
llvm::FailureOr<Data> evaluateScalar(mlir::Operation *op, Operands operands);

/// `clamp(rescale(acc) + zero_point, min, max)`, the sum in 32 bits, as the
/// byte that it becomes.
int8_t requantize(RequantizationAttr requant, int32_t accumulator,
                  int64_t channel);

/// A map of 1xHxWxC, read by row, column and channel.
struct Pixels {
  int64_t height, width, channels;
  llvm::ArrayRef<int64_t> elements;

  explicit Pixels(const Datum &map) : elements(map.elements) {
    auto type = llvm::cast<mlir::RankedTensorType>(map.type);
    height = type.getDimSize(1);
    width = type.getDimSize(2);
    channels = type.getDimSize(3);
  }
  bool contains(int64_t y, int64_t x) const {
    return y >= 0 && y < height && x >= 0 && x < width;
  }
  int64_t at(int64_t y, int64_t x, int64_t channel) const {
    return elements[(y * width + x) * channels + channel];
  }
};

/// `value` as an accumulator holds it: 32 bits, with wrap-around.
inline int32_t wrap(int64_t value) {
  return static_cast<int32_t>(static_cast<uint64_t>(value));
}

} // namespace rtwmc

#endif // RTWMC_LIB_INTERPRETER_EVALUATE_H
