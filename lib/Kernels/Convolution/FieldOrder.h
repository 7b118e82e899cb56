//===- FieldOrder.h - Chunks of products that fit fields --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_FIELDORDER_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_FIELDORDER_H

#include "Filters.h"

#include <optional>

namespace rtwmc {

/// The largest sum of weights' magnitudes whose products with any elements fit
/// 16 bits: 255 * -128 does, 256 * -128 with a negative sign does not.
inline constexpr int64_t mostInField = 255;

/// So many chunks of so many elements each, one behind the other.
struct ChunkRun {
  int64_t count, size;
};

/// Elements of a window in chunks whose weights' magnitudes add up to at most
/// `mostInField` in every channel. Elements stay in their row, and all rows
/// have chunks of the same sizes.
struct FieldOrder {
  /// Of a block; a row has `blocksPerRow` of them. Larger ones first.
  llvm::SmallVector<ChunkRun, 2> runs;
  int64_t blocksPerRow = 1;
  /// For each row, block and chunk its elements, counted within the row; -1:
  /// none.
  std::vector<int32_t> elements;

  int64_t elementsPerBlock() const;
  int64_t chunksPerBlock() const;
};

/// The order with the fewest chunks that is found, or nothing if pairs are
/// already too much.
std::optional<FieldOrder> findFieldOrder(const Filters &filters);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_FIELDORDER_H
