//===- Moves.h - Elements in other places ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_TOSATORTWMC_MOVES_H
#define RTWMC_CONVERSION_TOSATORTWMC_MOVES_H

#include "FitGather.h"
#include "Patterns.h"

namespace rtwmc {

/// `value` in another shape.
mlir::Value reshape(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value value, llvm::ArrayRef<int64_t> shape);

/// Tensors with more elements are not looked at one by one.
inline constexpr int64_t maxMovedElements = int64_t(1) << 22;

/// Whether `op` gives elements of its first operand in other places, or
/// constants beside them.
bool movesElements(mlir::Operation *op);

/// What a chain of operations that move elements makes of a map.
struct Move {
  mlir::Value source;
  /// The shape in which the source is read.
  planning::MapShape from;
  GatherMap map;
  int64_t fill = 0;
  /// The operations, the last one first.
  llvm::SmallVector<mlir::Operation *> chain;
  /// Whether `from` is the source's own shape.
  bool readsRows = false;
};

/// The move that ends with `last`; nothing where no layer does it.
std::optional<Move> findMove(mlir::Operation *last);

/// What `op` gives if it only moves elements of a constant; null elsewhere.
mlir::DenseElementsAttr moveConstant(mlir::Operation *op);

/// Products of matrices.
void populateMatrixPatterns(mlir::RewritePatternSet &patterns);

} // namespace rtwmc

#endif // RTWMC_CONVERSION_TOSATORTWMC_MOVES_H
