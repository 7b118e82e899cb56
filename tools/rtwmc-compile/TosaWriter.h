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
  /// A constant of elements as wide as `Element`.
  template <typename Element>
  mlir::Value constant(llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<Element> elements) {
    mlir::RankedTensorType type = typeOf(shape, 8 * sizeof(Element));
    return mlir::tosa::ConstOp::create(
        builder, loc, type, mlir::DenseElementsAttr::get(type, elements));
  }
  mlir::Value shape(llvm::ArrayRef<int64_t> sizes);
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> sizes);
  /// A map of one picture with the last axis of `value`, which has elements.
  mlir::Value asMap(mlir::Value value);
  mlir::Value cast(mlir::Value value, unsigned bits);
  /// `value`, whose zero point is `from`, times the only one of `factors`, or
  /// the one for its index on the last axis, in integers of `bits` bits with
  /// the zero point `to`, rounded twice as TensorFlow Lite does.
  mlir::Value rescale(mlir::Value value, llvm::ArrayRef<FixedPoint> factors,
                      unsigned bits, int64_t from = 0, int64_t to = 0);
  /// The products of `vector`, `[1, 1, 1, n]` of 8 bits with a zero point, with
  /// the rows of `weights`, `[m, 1, 1, n]`, and `bias`, `[m]`: 32 bits.
  mlir::Value multiplyRows(mlir::Value vector, mlir::Value weights,
                           mlir::Value bias, int64_t zeroPoint);
  mlir::Value slice(mlir::Value value, llvm::ArrayRef<int64_t> begin,
                    llvm::ArrayRef<int64_t> sizes);
  mlir::Value reverse(mlir::Value value, int64_t axis);
  /// `count` elements of 0 behind those along `axis`.
  mlir::Value padBehind(mlir::Value value, int64_t axis, int64_t count);
  /// Along the last axis.
  mlir::Value concat(mlir::Value first, mlir::Value second);
  mlir::Value sumLast(mlir::Value value);
  mlir::Value maximumLast(mlir::Value value);

  /// One element of the rank and width of `value`.
  mlir::Value splatLike(mlir::Value value, int64_t number);
  /// Elementwise, in 32 bits; dimensions of 1 are repeated.
  mlir::Value sum(mlir::Value first, mlir::Value second);
  mlir::Value subtract(mlir::Value first, mlir::Value second);
  /// The product, rounded to `shift` bits less.
  mlir::Value multiply(mlir::Value first, mlir::Value second,
                       unsigned shift = 0);
  mlir::Value add(mlir::Value value, int64_t number);
  mlir::Value scaleBy(mlir::Value value, int64_t number);
  mlir::Value shiftLeft(mlir::Value value, mlir::Value bits);
  mlir::Value shiftLeft(mlir::Value value, int64_t bits);
  /// Rounds down.
  mlir::Value shiftRight(mlir::Value value, mlir::Value bits);
  mlir::Value shiftRight(mlir::Value value, int64_t bits);
  /// Rounds to the nearest, halves away from 0.
  mlir::Value roundingShiftRight(mlir::Value value, mlir::Value bits);
  mlir::Value roundingShiftRight(mlir::Value value, int64_t bits);
  mlir::Value bitwiseAnd(mlir::Value value, mlir::Value mask);
  mlir::Value bitwiseAnd(mlir::Value value, int64_t mask);
  mlir::Value absolute(mlir::Value value);
  mlir::Value maximum(mlir::Value first, mlir::Value second);
  mlir::Value maximum(mlir::Value value, int64_t number);
  mlir::Value minimum(mlir::Value first, mlir::Value second);
  /// `yes` where `value` is not less than `least`, `no` elsewhere.
  mlir::Value selectAtLeast(mlir::Value value, int64_t least, mlir::Value yes,
                            mlir::Value no);
  /// Of any width.
  mlir::Value clamp(mlir::Value value, int64_t least, int64_t most);
  /// A table of up to 257 `entries`, and its entry at `index`, of 32 bits.
  mlir::Value table(llvm::ArrayRef<int16_t> entries);
  mlir::Value lookUp(mlir::Value table, mlir::Value index);
  /// Of 16 bits.
  mlir::Value saturatingAdd16(mlir::Value first, mlir::Value second);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

/// The sizes of a value of static shape.
inline llvm::ArrayRef<int64_t> sizesOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType()).getShape();
}

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TOSAWRITER_H
