//===- QuadDepthwise.h - Four channels of a depthwise window ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_QUADDEPTHWISE_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_QUADDEPTHWISE_H

#include "../Builder/ChannelScale.h"
#include "../Output/Pooling.h"
#include "Filters.h"

namespace rtwmc {

/// Computes a depthwise window of one filter a channel by words of four
/// channels, without RAM.
class QuadDepthwise {
public:
  /// Columns `[first, last)` of a window that lie inside the input.
  struct Part {
    int64_t first, last;
  };

  /// Puts the constants into flash, for whole windows and for each of `parts`,
  /// whose other columns are `inputZp`.
  QuadDepthwise(KernelBuilder &b, llvm::StringRef name, const Filters &filters,
                RequantizationAttr requant, PixelStore store,
                llvm::ArrayRef<Part> parts, int32_t inputZp);

  llvm::ArrayRef<Part> getParts() const { return parts; }

  /// Computes all channels of the pixel at `output` from the window whose rows
  /// are at the addresses that `rows` points to; of a part, if `part` says
  /// which.
  void build(mlir::Value rows, mlir::Value output,
             std::optional<int64_t> part = std::nullopt) const;

private:
  /// Constants of four channels from `first` on, and their bytes.
  void pack(int64_t first, std::vector<int32_t> &words) const;
  int64_t quadBytes() const;
  /// Computes four channels, and stores those from `from` on. `carried`:
  /// constants, output and rows; returns those of the next four.
  llvm::SmallVector<mlir::Value> compute(mlir::ValueRange carried, int64_t from,
                                         std::optional<int64_t> part) const;

  KernelBuilder &b;
  const Filters &filters;
  PixelStore store;
  llvm::SmallVector<Part> parts;
  int32_t inputZp;
  ChannelScale scale;
  mlir::LLVM::GlobalOp constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_QUADDEPTHWISE_H
