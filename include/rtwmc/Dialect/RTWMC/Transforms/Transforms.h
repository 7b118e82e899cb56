//===- Transforms.h - Patterns on the rtwmc dialect -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_TRANSFORMS_TRANSFORMS_H
#define RTWMC_DIALECT_RTWMC_TRANSFORMS_TRANSFORMS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir {
class TypeConverter;
} // namespace mlir

namespace rtwmc {

/// How `rtwmc.select_least` finds the elements to drop. Every method selects
/// the same ones.
enum class Selection {
  /// Bisects the 8-bit magnitude, counting the batch at most nine times. Needs
  /// no memory.
  Bisect,
  /// The paper's: keeps the least magnitudes seen in a sorted cache. Needs a
  /// byte for each element that a batch may have to drop, on the stack.
  Insertion,
};

/// Lowers `rtwmc.select_least` to scf, arith and memref.
void populateLowerSelectionPatterns(mlir::RewritePatternSet &patterns,
                                    Selection selection = Selection::Bisect);

/// Lowers the streaming operations (quota, next_quota, select_least, append,
/// read_back) to scf, arith and memref. What comes out has no 64-bit
/// arithmetic of its own (`index` is as wide as the target says), no
/// multiplication or division except in the quotas, once a batch, and no
/// allocation except the cache of `Selection::Insertion`.
void populateLowerStreamingPatterns(mlir::RewritePatternSet &patterns,
                                    Selection selection = Selection::Bisect);

/// Pruned maps become two memrefs, the packed values and the bitmap.
void populatePrunedTypeConversion(mlir::TypeConverter &converter);

/// Lowers `rtwmc.prune` and `rtwmc.unprune` to loops of streaming operations
/// over the two buffers, and `arith.select` of pruned maps to one of each.
void populateLowerPruningPatterns(const mlir::TypeConverter &converter,
                                  mlir::RewritePatternSet &patterns);

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_TRANSFORMS_TRANSFORMS_H
