//===- Moves.h - Elements in other places ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_TOSATORTWMC_MOVES_H
#define RTWMC_CONVERSION_TOSATORTWMC_MOVES_H

#include "Patterns.h"

namespace rtwmc {

/// `value` in another shape.
mlir::Value reshape(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value value, llvm::ArrayRef<int64_t> shape);

/// What `op` gives if it only moves elements of a constant; null elsewhere.
mlir::DenseElementsAttr moveConstant(mlir::Operation *op);

/// Products of matrices.
void populateMatrixPatterns(mlir::RewritePatternSet &patterns);

} // namespace rtwmc

#endif // RTWMC_CONVERSION_TOSATORTWMC_MOVES_H
