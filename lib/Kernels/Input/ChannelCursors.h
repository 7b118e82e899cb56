//===- ChannelCursors.h - Reading a map that streams by channel -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_INPUT_CHANNELCURSORS_H
#define RTWMC_LIB_KERNELS_INPUT_CHANNELCURSORS_H

#include "Source.h"

namespace rtwmc {

/// Which rows the steps of a reader need: `count` of them, step `t` the rows
/// `t * stride + offset + k * dilation`, as far as the map has them.
struct ReadRows {
  int64_t count, offset, dilation, stride;
};

/// A cursor for each row of a step in each channel that is read: the rank of
/// its next element. Cursors walk to the right, and after each step down.
class ChannelCursors {
public:
  ChannelCursors(KernelBuilder &b, const Source &source, mlir::Value state,
                 ReadRows rows)
      : b(b), source(source), state(state), rows(rows) {}

  /// Places the cursors for step 0, in one walk over the bitmap.
  void start();

  /// Reads columns `[from, to)` of row `row`, the step's `k`-th, of every
  /// channel; `body` gets the column, the channel (0 if only one is read) and
  /// the element.
  void
  read(mlir::Value k, mlir::Value row, mlir::Value from, mlir::Value to,
       llvm::function_ref<void(mlir::Value, mlir::Value, mlir::Value)> body);

  /// From column `column` of the rows of step `step` to the start of the next
  /// step's.
  void advance(mlir::Value step, int64_t column);

private:
  mlir::Value cursor(mlir::Value k, mlir::Value c);
  mlir::Value rowStart(mlir::Value c, mlir::Value row);
  mlir::Value insideOrEnd(mlir::Value row) {
    return b.clamp(row, 0, source.rows);
  }

  KernelBuilder &b;
  const Source &source;
  mlir::Value state;
  ReadRows rows;
};

/// How many of the `count` elements from `first` on were kept.
mlir::Value countKept(KernelBuilder &b, mlir::Value bitmap, mlir::Value first,
                      mlir::Value count);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_INPUT_CHANNELCURSORS_H
