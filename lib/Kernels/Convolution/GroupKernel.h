//===- GroupKernel.h - Neighbouring columns at once -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels that compute a group of neighbouring columns: what their windows hold
// is put into room first, in a form of the kernel's own, and then read by all
// channels. The frame (GroupLeaves.cpp) walks the groups of a row.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_GROUPKERNEL_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_GROUPKERNEL_H

#include "../Builder/ChannelScale.h"
#include "../Output/Pooling.h"
#include "Filters.h"

#include <vector>

namespace rtwmc {

/// What a group's kernel is made from.
struct GroupLayer {
  llvm::StringRef name;
  const Filters &filters;
  RequantizationAttr requant;
  PixelStore store;
  /// Columns of the input from a window to the next.
  int64_t stride;
  int32_t inputZp;
  /// Whether two columns are one pixel, of the larger elements of both.
  bool poolsPairs;
  /// Whether all columns are added up in one pixel.
  bool addsColumns() const {
    return store.pool && store.pool.getReduction() == Reduction::Sum;
  }
};

class GroupKernel {
public:
  /// Columns `[first, last)` of those of the input that a group's windows reach
  /// over: those that lie inside. And how many columns the group computes.
  struct Part {
    int64_t first, last, columns;

    friend bool operator==(const Part &, const Part &) = default;
  };

  virtual ~GroupKernel() = default;

  /// Computes all channels of the group whose first window has its rows at the
  /// addresses that `rows` points to, and whose first pixel is at `pixel`. What
  /// is outside `inside` is the input's zero point. Where there is room, it is
  /// filled by `gather`, and `computePart` is not called.
  virtual void gather(mlir::Value rows, mlir::Value room, Part inside) const {}
  virtual void compute(mlir::Value room, mlir::Value pixel,
                       int64_t columns) const {}
  virtual void computePart(mlir::Value rows, mlir::Value pixel,
                           Part inside) const {}
  /// Computes all channels of one window, of which all is inside. Without room,
  /// `room` is null.
  virtual void computeOne(mlir::Value rows, mlir::Value room,
                          mlir::Value pixel) const = 0;
  /// Bytes of the room that `computeOne` uses.
  virtual int64_t bytesOfOne() const { return 0; }

protected:
  /// Accumulators are `factor` times what they would be.
  GroupKernel(KernelBuilder &b, const GroupLayer &layer, int64_t factor = 1);

  /// Requantizes and stores a channel of neighbouring columns, with its
  /// constants at `constants`, or loaded.
  void finish(llvm::ArrayRef<mlir::Value> accumulators, mlir::Value constants,
              mlir::Value pixel) const;
  void finish(llvm::ArrayRef<mlir::Value> accumulators,
              const ChannelScale::Loaded &loaded, mlir::Value pixel) const;

  KernelBuilder &b;
  const Filters &filters;
  PixelStore store;
  int64_t stride;
  int32_t inputZp;
  bool poolsPairs, addsColumns;
  ChannelScale scale;
};

/// Appends the bytes of a word.
void appendWord(int32_t word, std::vector<int8_t> &bytes);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_GROUPKERNEL_H
