//===- TosaWriter.h - TOSA operations on quantized numbers ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_TOSAWRITER_H
#define RTWMC_TOOLS_RTWMC_COMPILE_TOSAWRITER_H

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace rtwmc {

/// A factor as TensorFlow Lite's kernels have it (QuantizeMultiplier), with the
/// shift of `tosa.rescale`.
struct FixedPoint {
  int32_t multiplier = 0;
  int64_t shift = 31;

  explicit FixedPoint(double factor);
  /// Whether `tosa.rescale` takes the shift.
  bool isValid() const { return multiplier > 0 && shift >= 2 && shift <= 62; }
};

/// Writes operations at a place, all of static shapes.
class TosaWriter {
public:
  TosaWriter(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  mlir::RankedTensorType typeOf(llvm::ArrayRef<int64_t> shape, unsigned bits);
  mlir::Value splat(llvm::ArrayRef<int64_t> shape, unsigned bits,
                    int64_t value);
  mlir::Value shape(llvm::ArrayRef<int64_t> sizes);
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> sizes);
  /// `value`, whose zero point is `from`, times `factor` in integers of `bits`
  /// bits with the zero point `to`, rounded twice as TensorFlow Lite does.
  mlir::Value rescale(mlir::Value value, FixedPoint factor, unsigned bits,
                      int64_t from = 0, int64_t to = 0);
  mlir::Value slice(mlir::Value value, llvm::ArrayRef<int64_t> begin,
                    llvm::ArrayRef<int64_t> sizes);
  /// Along the last axis.
  mlir::Value concat(mlir::Value first, mlir::Value second);
  mlir::Value sumLast(mlir::Value value);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

/// The sizes of a value of static shape.
inline llvm::ArrayRef<int64_t> sizesOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType()).getShape();
}

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TOSAWRITER_H
