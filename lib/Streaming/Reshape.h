//===- Reshape.h - Values in other shapes -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_STREAMING_RESHAPE_H
#define RTWMC_LIB_STREAMING_RESHAPE_H

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace rtwmc {

/// `value` in the shape of `type`.
inline mlir::Value reshape(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, mlir::RankedTensorType type) {
  mlir::Value shape = mlir::tosa::ConstShapeOp::create(
      builder, loc,
      mlir::tosa::shapeType::get(builder.getContext(), type.getRank()),
      builder.getIndexTensorAttr(type.getShape()));
  return mlir::tosa::ReshapeOp::create(builder, loc, type, value, shape);
}

} // namespace rtwmc

#endif // RTWMC_LIB_STREAMING_RESHAPE_H
