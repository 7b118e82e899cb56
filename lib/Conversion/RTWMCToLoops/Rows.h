//===- Rows.h - Where a kernel's rows come from and go to -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_RTWMCTOLOOPS_ROWS_H
#define RTWMC_CONVERSION_RTWMCTOLOOPS_ROWS_H

#include "KernelBuilder.h"

#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"

namespace rtwmc {

/// The rows of an input: row `r` is at `base + (r mod capacity) * rowBytes`,
/// whether they live in a dense map, in a ring, in the caller's memory or were
/// read back from a pruned map.
struct Source {
  mlir::Value base;
  int64_t rows = 0, rowBytes = 0, capacity = 0;
  int64_t height = 0, width = 0, channels = 0, elementBytes = 1;

  /// A pruned map whose windows are read through cursors: `base` is the state
  /// of the reader, and there are no rows in memory. `patch` is room for a
  /// window, unless the layer has such a place anyway.
  mlir::Value values, bitmap, patch;
  int32_t zero = 0;
  /// The map streams by channel: its reader has cursors of `rankBytes` bytes.
  bool streamsByChannel = false;
  int64_t rankBytes = 0;
  bool isPacked() const { return values != nullptr; }

  /// The only channel that is read; null for all.
  mlir::Value onlyChannel;
  /// A row in memory holds `onlyChannel` alone.
  bool isOneChannel = false;
  /// Channels that are read.
  int64_t readChannels() const { return onlyChannel ? 1 : channels; }

  bool isRing() const { return capacity < rows; }
  /// The address of row `r`, `0 <= r < rows`.
  mlir::Value row(KernelBuilder &b, mlir::Value r) const;
  /// The address of `onlyChannel` at column `x` of a row.
  mlir::Value element(KernelBuilder &b, mlir::Value row, mlir::Value x) const;
};

/// Where the pixels of an output go.
class Sink {
public:
  virtual ~Sink() = default;
  /// Where the pixel at column `x` of the current row is written: the address
  /// of its first channel, or of the one that is computed.
  virtual mlir::Value pixel(KernelBuilder &b, mlir::Value x) = 0;
  /// Called after the pixel at column `x` has been written.
  virtual void pixelDone(KernelBuilder &b, mlir::Value x) {}
  /// Called after all pixels of a step.
  virtual void stepDone(KernelBuilder &b) {}
};

/// The buffers of a step inside its kernel, by what they are for.
class StepBuffers {
public:
  StepBuffers(llvm::ArrayRef<StepBuffer> list, mlir::ValueRange values)
      : list(list), values(values.begin(), values.end()) {}

  /// The buffer in that role; null if the kernel has none.
  mlir::Value lookup(BufferRole role, int input = -1) const {
    const auto *found = llvm::find(list, StepBuffer{role, input});
    return found == list.end() ? mlir::Value() : values[found - list.begin()];
  }

private:
  llvm::SmallVector<StepBuffer> list;
  llvm::SmallVector<mlir::Value> values;
};

/// A row kernel under construction.
struct KernelContext {
  KernelBuilder &builder;
  mlir::func::FuncOp kernel;
  LayerOpInterface layer;
  /// Which step of a pass over the input is computed.
  mlir::Value step;
  /// Which output channel this pass computes; null if it computes all.
  mlir::Value channel;
  StepBuffers buffers;
  std::string name;

  /// The address of the buffer in that role; null if the kernel has none.
  mlir::Value address(BufferRole role, int input = -1) const {
    mlir::Value buffer = buffers.lookup(role, input);
    return buffer ? builder.pointerTo(buffer) : buffer;
  }
};

/// The source of kernel argument `index`. A pruned input of
/// a layer with windows is read through cursors. One that is read row by row is
/// read back up to row `step + offset`, the only one then in memory. Of its
/// channels only `onlyChannel` is read, unless it is null.
Source makeSource(KernelContext &context, unsigned index, int64_t offset,
                  mlir::Value onlyChannel = {});

/// The sink of the kernel's result. `row` is the row the
/// step contributes to. `pooled` (with the step's place `subRow` in the row)
/// says that several steps accumulate into a row.
std::unique_ptr<Sink> makeSink(KernelContext &context, mlir::Value row,
                               PoolAttr pool, mlir::Value subRow);

} // namespace rtwmc

#endif // RTWMC_CONVERSION_RTWMCTOLOOPS_ROWS_H
