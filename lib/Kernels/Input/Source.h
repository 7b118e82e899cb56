//===- Source.h - Where a kernel's rows come from ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_INPUT_SOURCE_H
#define RTWMC_LIB_KERNELS_INPUT_SOURCE_H

#include "../KernelContext.h"

namespace rtwmc {

/// The rows of an input: row `r` is at `base + (r mod capacity) * pitch`, with
/// `r / repeat` for `r` where the layer takes each for `repeat` rows, whether
/// they live in a dense map, in a ring, in the caller's memory or were read
/// back from a pruned map.
struct Source {
  mlir::Value base;
  int64_t rows = 0, rowBytes = 0, pitch = 0, capacity = 0;
  /// `height`: of the rows as the layer counts them.
  int64_t height = 0, width = 0, channels = 0, elementBytes = 1, repeat = 1;

  /// A pruned map whose windows are read through cursors: `base` is the state
  /// of the reader, and there are no rows in memory. `patch` is room for a
  /// window, unless the layer has such a place anyway.
  mlir::Value values, bitmap, patch;
  int32_t zero = 0;
  /// `patch` is room for a row of a window, behind sums
  /// (`KernelShape::readsLines`).
  bool readsLines = false;
  /// The map streams by channel: its reader has cursors of `rankBytes` bytes.
  bool streamsByChannel = false;
  int64_t rankBytes = 0;
  bool isPacked() const { return values != nullptr; }

  /// Of a map whose rows are packed each on its own: how many of them are
  /// stored, and what a row takes of the values and of the bitmap.
  int64_t slots = 0, keep = 0, bitmapBytes = 0;
  bool hasRowUnits() const { return slots > 0; }
  /// The rank of the first element of row `r`, and the place of its bit.
  mlir::Value firstRank(KernelBuilder &b, mlir::Value r) const;
  mlir::Value firstBit(KernelBuilder &b, mlir::Value r) const;

  /// The only channel that is read; null for all.
  mlir::Value onlyChannel;
  /// A row in memory holds `onlyChannel` alone.
  bool isOneChannel = false;
  /// Channels that are read.
  int64_t readChannels() const { return onlyChannel ? 1 : channels; }

  /// Where rows in memory are narrower than the map: the column of it with
  /// which they begin. Null: they hold all columns.
  mlir::Value firstColumn;
  /// The place of column `x` of the map in a row in memory.
  mlir::Value place(KernelBuilder &b, mlir::Value x) const;

  bool isRing() const { return capacity < rows; }
  /// Whether the pixels of a row follow those of the row before.
  bool isContiguous() const {
    return !isRing() && pitch == width * channels * elementBytes;
  }
  /// The address of row `r`, `0 <= r < height`.
  mlir::Value row(KernelBuilder &b, mlir::Value r) const;
  /// The address of `onlyChannel` at column `x` of a row.
  mlir::Value element(KernelBuilder &b, mlir::Value row, mlir::Value x) const;
};

/// Whether rows of a buffer of `shape` hold some columns of `map` only.
bool isNarrower(llvm::ArrayRef<int64_t> shape, mlir::RankedTensorType map);

/// The source of kernel argument `index`. A pruned input of
/// a layer with windows is read through cursors. One that is read row by row is
/// read back up to row `step + offset`, the only one then in memory. Of its
/// channels only `onlyChannel` is read, unless it is null. `row` is read
/// instead of `step + offset`, of maps that do not stream by channel.
Source makeSource(KernelContext &context, unsigned index, int64_t offset,
                  mlir::Value onlyChannel = {}, mlir::Value row = {});

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_INPUT_SOURCE_H
