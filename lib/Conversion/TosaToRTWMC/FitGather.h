//===- FitGather.h - A table of places as a formula -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_TOSATORTWMC_FITGATHER_H
#define RTWMC_CONVERSION_TOSATORTWMC_FITGATHER_H

#include "rtwmc/Dialect/RTWMC/IR/GatherMap.h"

#include "mlir/IR/PatternMatch.h"

namespace rtwmc {

/// The map of a `gather` whose element `i` is element `from[i]` of its input,
/// or none of it if that is negative; nothing where there is no such map.
std::optional<GatherMap> fitGather(llvm::ArrayRef<int64_t> from,
                                   const planning::MapShape &input,
                                   const planning::MapShape &output);

/// The sizes that `value`, of a shape, has; empty if they are not constant.
llvm::SmallVector<int64_t> readSizes(mlir::Value value);

/// A map whose elements a `gather` can move.
bool isMovable(mlir::Value value);

/// The operation that `map` describes.
GatherOp createGather(mlir::PatternRewriter &rewriter, mlir::Location loc,
                      mlir::Type type, mlir::Value source, const GatherMap &map,
                      int64_t fill);

} // namespace rtwmc

#endif // RTWMC_CONVERSION_TOSATORTWMC_FITGATHER_H
