//===- ScalarProgram.h - Elementwise operations from TOSA -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_TOSATORTWMC_SCALARPROGRAM_H
#define RTWMC_CONVERSION_TOSATORTWMC_SCALARPROGRAM_H

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace rtwmc {

/// Builds the body of an elementwise operation, in 32 bits but for what is
/// extended to 64.
struct ScalarBuilder {
  mlir::OpBuilder &builder;
  mlir::Location loc;

  mlir::Value constant(int64_t value) {
    return mlir::arith::ConstantOp::create(builder, loc,
                                           builder.getI32IntegerAttr(value));
  }
  mlir::Value widen(mlir::Value value, bool isUnsigned = false) {
    if (value.getType().isInteger(32))
      return value;
    mlir::Type i32 = builder.getI32Type();
    if (isUnsigned)
      return mlir::arith::ExtUIOp::create(builder, loc, i32, value);
    return mlir::arith::ExtSIOp::create(builder, loc, i32, value);
  }
  mlir::Value narrow(mlir::Value value, mlir::Type type) {
    if (value.getType() == type)
      return value;
    return mlir::arith::TruncIOp::create(builder, loc, type, value);
  }
  mlir::Value add(mlir::Value value, int64_t amount) {
    if (amount == 0)
      return value;
    return mlir::arith::AddIOp::create(builder, loc, value, constant(amount));
  }
  template <typename Op> mlir::Value make(mlir::Value left, mlir::Value right) {
    return Op::create(builder, loc, left, right);
  }
  mlir::Value extend(mlir::Value value) {
    return mlir::arith::ExtSIOp::create(builder, loc, builder.getI64Type(),
                                        value);
  }
  mlir::Value longConstant(int64_t value) {
    return mlir::arith::ConstantOp::create(builder, loc,
                                           builder.getI64IntegerAttr(value));
  }
  /// `values[index]`.
  mlir::Value lookup(mlir::Value index, llvm::ArrayRef<int32_t> values) {
    auto size = static_cast<int64_t>(values.size());
    auto type = mlir::RankedTensorType::get(size, builder.getI32Type());
    return LookupOp::create(builder, loc, index,
                            mlir::DenseElementsAttr::get(type, values));
  }
  mlir::Value clamp(mlir::Value value, int64_t min, int64_t max) {
    value = mlir::arith::MaxSIOp::create(builder, loc, value, constant(min));
    return mlir::arith::MinSIOp::create(builder, loc, value, constant(max));
  }
};

/// The result of a program on the elements of its operands.
using Program =
    llvm::function_ref<mlir::Value(ScalarBuilder &, mlir::ValueRange)>;

/// The map of `type` that `program` makes of `inputs`, which have its shape.
mlir::Value computeMap(mlir::PatternRewriter &rewriter, mlir::Location loc,
                       mlir::RankedTensorType type, mlir::ValueRange inputs,
                       Program program);

/// Replaces `op` by an elementwise operation over `operands`. One of them at
/// least is a map of the shape of the result; in others a dimension may be 1,
/// and constants become part of the program.
llvm::LogicalResult replaceByElementwise(mlir::PatternRewriter &rewriter,
                                         mlir::Operation *op,
                                         mlir::ValueRange operands,
                                         Program program);

} // namespace rtwmc

#endif // RTWMC_CONVERSION_TOSATORTWMC_SCALARPROGRAM_H
