//===- Pooling.h - Pixels that a layer pools itself -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_OUTPUT_POOLING_H
#define RTWMC_LIB_KERNELS_OUTPUT_POOLING_H

#include "../KernelContext.h"

namespace rtwmc {

/// How a convolution's pixels reach their map.
struct PixelStore {
  PoolAttr pool;
  bool requantized = true;

  /// Bytes of one element.
  int64_t elementBytes() const;
  /// Whether the largest of the pixels that are pooled is stored.
  bool takesMost() const {
    return pool && pool.getReduction() == Reduction::Max;
  }
  /// Writes channel `channel` of the pixel at `out`, pooling if need be.
  void operator()(KernelBuilder &b, mlir::Value value, mlir::Value out,
                  int64_t channel) const;

  // The same of vectors, which were requantized.

  /// Four channels of the pixel at `out`.
  void storeChannels(KernelBuilder &b, mlir::Value words,
                     mlir::Value out) const;
  /// A channel of four columns, `pixelBytes` apart before pooling.
  void storeColumns(KernelBuilder &b, mlir::Value words, mlir::Value out,
                    int64_t pixelBytes) const;
  /// Two channels of four columns, lane about lane, as halfwords: pooled with
  /// what is there, then stored.
  mlir::Value poolPairs(KernelBuilder &b, mlir::Value halves, mlir::Value out,
                        int64_t pixelBytes) const;
  void storePairs(KernelBuilder &b, mlir::Value halves, mlir::Value out,
                  int64_t pixelBytes) const;
  /// Adds a channel of four columns, which are of the same pixel, to its sum.
  void addColumns(KernelBuilder &b, mlir::Value words, mlir::Value out,
                  int64_t channel) const;

private:
  /// Where `channels` channels of four columns go, pairs of columns to the same
  /// place if they are pooled.
  llvm::SmallVector<int64_t> places(int64_t channels, int64_t pixelBytes) const;
};

/// Prepares the row a pooling accumulates into, in the first of its steps.
void startPooling(KernelContext &context, PoolAttr pool, mlir::Value row,
                  mlir::Value subRow);

/// Lets `count` sums of 32 bits begin at `start`, or that much further than
/// where the strips before this one left them.
void startSums(KernelContext &context, mlir::Value sums, int64_t count,
               mlir::Value start);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_OUTPUT_POOLING_H
