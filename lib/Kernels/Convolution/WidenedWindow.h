//===- WidenedWindow.h - Windows as pairs of halfwords ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A window, or two neighbours, widened for SMLAD: pairs of halfwords, of two
// windows side by side, in room that the layer's scratch gives.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_WIDENEDWINDOW_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_WIDENEDWINDOW_H

#include "Filters.h"
#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// Bytes of a pair of one window.
inline constexpr int64_t pairBytes = 4;

class WidenedWindow {
public:
  explicit WidenedWindow(const Filters &filters);

  /// The elements of the window in the order of the pairs, as `row * length +
  /// element`; -1 where the pairs hold something of no meaning.
  llvm::ArrayRef<int64_t> elements() const { return order; }
  int64_t pairs() const { return order.size() / 2; }
  /// Elements that are widened one by one.
  int64_t countSingles() const { return singles.size(); }

  /// Widens `columns` windows, one or two, into `room`. Their rows are at the
  /// addresses that `rows` points to, those of the second `distance` bytes on.
  void widen(KernelBuilder &b, mlir::Value rows, mlir::Value room,
             int64_t columns, int64_t distance) const;

private:
  struct Single {
    int64_t row, element;
  };

  void widenWord(KernelBuilder &b, mlir::Value row, int64_t at,
                 mlir::Value room, int64_t to, int64_t columns,
                 int64_t distance) const;
  /// Widens the words of a row; returns the room behind them.
  mlir::Value widenRow(KernelBuilder &b, mlir::Value row, mlir::Value room,
                       int64_t columns, int64_t distance) const;
  void widenSingles(KernelBuilder &b, mlir::Value rows, mlir::Value room,
                    int64_t columns, int64_t distance) const;

  int64_t height;
  bool areUnsigned;
  /// Where the words of each row begin, of four elements each.
  llvm::SmallVector<int64_t> words;
  llvm::SmallVector<Single> singles;
  llvm::SmallVector<int64_t> order;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_WIDENEDWINDOW_H
