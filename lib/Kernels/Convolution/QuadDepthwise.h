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
  /// Puts the constants into flash.
  QuadDepthwise(KernelBuilder &b, llvm::StringRef name, const Filters &filters,
                RequantizationAttr requant, PixelStore store);

  /// Computes all channels of the pixel at `output` from the window whose rows
  /// are at the addresses that `rows` points to.
  void build(mlir::Value rows, mlir::Value output) const;

private:
  /// Constants of four channels from `first` on, and their bytes.
  void pack(int64_t first, std::vector<int32_t> &words) const;
  int64_t quadBytes() const;
  /// Computes four channels, and stores those from `from` on. `carried`:
  /// constants, output and rows; returns those of the next four.
  llvm::SmallVector<mlir::Value> compute(mlir::ValueRange carried,
                                         int64_t from) const;

  KernelBuilder &b;
  const Filters &filters;
  PixelStore store;
  ChannelScale scale;
  mlir::LLVM::GlobalOp constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_QUADDEPTHWISE_H
