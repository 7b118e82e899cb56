//===- Windows.h - The windows of a step ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_INPUT_WINDOWS_H
#define RTWMC_LIB_KERNELS_INPUT_WINDOWS_H

#include "Source.h"

namespace rtwmc {

/// Where windows lie over the input of a layer.
struct WindowGeometry {
  int64_t kernelHeight, kernelWidth;
  llvm::ArrayRef<int64_t> stride, pad;
  int64_t dilationHeight = 1, dilationWidth = 1;

  int64_t extent() const { return (kernelHeight - 1) * dilationHeight + 1; }
  bool isDilated() const {
    return (kernelHeight > 1 && dilationHeight > 1) ||
           (kernelWidth > 1 && dilationWidth > 1);
  }
};

/// The window at one column: row `ky` is `rowBytes` behind the one before, and
/// wraps around the end of a ring.
struct WindowRows {
  /// Its first element: where only one channel is read, that channel's.
  mlir::Value first;
  int64_t rowBytes = 0;
  /// Where the ring ends, at this column, and its size; null if there is no
  /// ring, or the window is contiguous.
  mlir::Value ringEnd;
  int64_t ringBytes = 0;
  /// From an element of a channel to that of the next column.
  int64_t columnBytes = 0;
};

/// Columns `[first, first + count)`; a null `first` is 0.
struct Columns {
  int64_t count;
  mlir::Value first;
};

/// Gathers the window at column `x` of the rows from `top` on into `patch`,
/// with `padding` where there is no input.
void gatherWindow(KernelBuilder &b, const Source &source,
                  const WindowGeometry &geometry, mlir::Value top,
                  mlir::Value x, mlir::Value patch, int8_t padding);

/// Walks the windows of one step, left to right, `group` neighbours at a time
/// (fewer at the end): `body` gets their columns and windows. Windows that
/// reach outside the input or are dilated are gathered into `patch` first, a
/// place for each of a group, with `padding` where there is no input; they are
/// then contiguous. A pruned map is read one window at a time.
void forEachWindow(
    KernelContext &context, const Source &source,
    const WindowGeometry &geometry, Columns columns, int64_t group,
    mlir::Value patch, int8_t padding,
    llvm::function_ref<void(mlir::ValueRange, llvm::ArrayRef<WindowRows>)>
        body);

/// The same over a pruned map, read through a cursor for each row of the
/// window; `patch` holds the window.
void forEachPackedWindow(
    KernelContext &context, const Source &source,
    const WindowGeometry &geometry, Columns columns, mlir::Value patch,
    int8_t padding, llvm::function_ref<void(mlir::Value, WindowRows)> body);

/// The same where there is room for a row of a window only: `body` gets the
/// column, and what reads row `ky` of its window into `line`, as often as it is
/// asked to. No window reaches outside the map.
using ReadLine = llvm::function_ref<void(mlir::Value ky)>;
void forEachPackedWindowByLines(
    KernelContext &context, const Source &source,
    const WindowGeometry &geometry, Columns columns, mlir::Value line,
    llvm::function_ref<void(mlir::Value, ReadLine)> body);

/// The row of the window behind `row`.
mlir::Value nextRow(KernelBuilder &b, const WindowRows &window,
                    mlir::Value row);

/// Walks the rows of windows side by side: `body` gets the rows' addresses and
/// the carried values.
llvm::SmallVector<mlir::Value>
forEachRow(KernelBuilder &b, llvm::ArrayRef<WindowRows> windows, int64_t height,
           mlir::ValueRange carried,
           llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ValueRange,
                                                             mlir::ValueRange)>
               body);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_INPUT_WINDOWS_H
