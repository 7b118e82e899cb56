//===- Magnitude.h - Arithmetic on magnitudes -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_DIALECT_RTWMC_TRANSFORMS_MAGNITUDE_H
#define RTWMC_LIB_DIALECT_RTWMC_TRANSFORMS_MAGNITUDE_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace rtwmc {

inline mlir::Value constantI32(mlir::ImplicitLocOpBuilder &b, int32_t value) {
  return mlir::arith::ConstantIntOp::create(b, value, 32);
}

inline mlir::Value constantIndex(mlir::ImplicitLocOpBuilder &b, int64_t value) {
  return mlir::arith::ConstantIndexOp::create(b, value);
}

/// `|x - zero|` as an i32, where `x` is an i8.
inline mlir::Value magnitude(mlir::ImplicitLocOpBuilder &b, mlir::Value x,
                             int32_t zero) {
  using namespace mlir::arith;
  mlir::Value wide = ExtSIOp::create(b, b.getI32Type(), x);
  // At the ends of int8 the sign of the difference is known; a map after ReLU
  // has its zero point at the lower end.
  if (zero == 127)
    return SubIOp::create(b, constantI32(b, zero), wide);
  mlir::Value above = SubIOp::create(b, wide, constantI32(b, zero));
  if (zero == -128)
    return above;
  mlir::Value below = SubIOp::create(b, constantI32(b, zero), wide);
  return MaxSIOp::create(b, above, below);
}

} // namespace rtwmc

#endif // RTWMC_LIB_DIALECT_RTWMC_TRANSFORMS_MAGNITUDE_H
