//===- Patterns.h - What the TOSA patterns share ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_TOSATORTWMC_PATTERNS_H
#define RTWMC_CONVERSION_TOSATORTWMC_PATTERNS_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/PatternMatch.h"

#include <optional>

namespace rtwmc {

/// The constant a value is, looking through reshapes; null if it is none.
mlir::DenseElementsAttr getConstant(mlir::Value value);

/// The sizes of `value`; empty if its rank is not known.
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) {
  auto type = llvm::dyn_cast<mlir::RankedTensorType>(value.getType());
  return type ? type.getShape() : llvm::ArrayRef<int64_t>();
}

/// Whether `type` is a static 1xHxWxC map.
bool isMap(mlir::Type type);

/// Whether elements of this type are integers of 8, 16 or 32 bits.
bool hasWholeBytes(mlir::Type element);

/// Whether `value` is a map of 8-bit elements.
bool isByteMap(mlir::Value value);

/// A `tosa.rescale` with constant parameters.
struct RescaleParameters {
  llvm::SmallVector<int32_t> multiplier, shift;
  Rounding rounding = Rounding::Single;
  int32_t inputZeroPoint = 0, outputZeroPoint = 0;
  bool inputUnsigned = false, outputUnsigned = false;
  /// Of an element before and after.
  std::pair<unsigned, unsigned> bits;

  /// The parameters of `op`, or nothing where they are not constant or lie
  /// outside what TOSA allows. One multiplier where all channels agree.
  static std::optional<RescaleParameters> get(mlir::tosa::RescaleOp op);

  /// Whether the scale is exactly 1, so that only zero points change.
  bool isIdentityScale() const;

  /// Whether it turns unsigned bytes into the signed ones that are 128 less, or
  /// back.
  bool changesSign() const;
};

/// What `op` gives where all it reads is constant, null elsewhere.
mlir::DenseElementsAttr rescaleConstant(mlir::tosa::RescaleOp op);

/// Turns the operations in `root` into layers, where there are such.
llvm::LogicalResult convertToLayers(mlir::Operation *root);

/// Turns transposed convolutions of int8 into convolutions and moves.
void decomposeTransposeConvs(mlir::func::FuncOp network);

/// Turns a convolution of every b-th row or column, each a picture of a batch,
/// into a dilated one. The batch may still be dynamic.
void mergeBatches(mlir::func::FuncOp network);

/// Makes a table of what is computed in floating point of one byte, and ends as
/// a byte.
void makeFloatTables(mlir::func::FuncOp network);

/// Replaces what is computed from constants alone by its value, as far as
/// layers compute it. What is left is computed in each run.
void foldConstantLayers(mlir::func::FuncOp network);

/// Turns arithmetic, sums and concatenations of fewer than four dimensions into
/// those of maps. A softmax of a single pixel stays as it is.
void liftToMaps(mlir::Operation *root);

/// Sums of sums, while the rescales before them are still TOSA.
void populateGlobalSumPatterns(mlir::RewritePatternSet &patterns);
/// Convolutions, matrix products and concatenations; pads and crops go into
/// them.
void populateLayerPatterns(mlir::RewritePatternSet &patterns);
/// Poolings and sums.
void populatePoolPatterns(mlir::RewritePatternSet &patterns);
/// Convolutions of 16-bit maps, as two of bytes.
void populateWidePatterns(mlir::RewritePatternSet &patterns);
/// Rescales and clamps, into the layer before them where they can.
void populateRescalePatterns(mlir::RewritePatternSet &patterns);
/// What only moves elements of maps, once convolutions and poolings have taken
/// the pads and crops that they can.
void populateGatherPatterns(mlir::RewritePatternSet &patterns);
/// Resizes, as elements in other places and their weighted sums.
void populateNeighbourPatterns(mlir::RewritePatternSet &patterns);
/// Arithmetic, comparisons, selections, tables.
void populateElementwisePatterns(mlir::RewritePatternSet &patterns);

} // namespace rtwmc

#endif // RTWMC_CONVERSION_TOSATORTWMC_PATTERNS_H
