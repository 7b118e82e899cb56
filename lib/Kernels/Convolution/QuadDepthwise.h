//===- QuadDepthwise.h - Four channels of a depthwise window ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_QUADDEPTHWISE_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_QUADDEPTHWISE_H

#include "../Builder/ChannelScale.h"
#include "../Output/Pooling.h"
#include "DepthwiseKernel.h"

namespace rtwmc {

/// Computes windows by words of four channels.
class QuadDepthwise final : public DepthwiseKernel {
public:
  /// Puts the constants into flash, for whole windows and for each of `parts`,
  /// whose other columns are `inputZp`.
  QuadDepthwise(KernelBuilder &b, llvm::StringRef name, const Filters &filters,
                RequantizationAttr requant, PixelStore store,
                llvm::ArrayRef<Part> parts, int32_t inputZp);

  void build(mlir::Value rows, mlir::Value output,
             std::optional<int64_t> part) const override;

private:
  /// Constants of four channels from `first` on, and their bytes.
  void pack(int64_t first, std::vector<int32_t> &words) const;
  int64_t quadBytes() const;
  /// Computes four channels, and stores those from `from` on. `carried`:
  /// constants, output and rows; returns those of the next four.
  llvm::SmallVector<mlir::Value> compute(mlir::ValueRange carried, int64_t from,
                                         std::optional<int64_t> part) const;

  KernelBuilder &b;
  PixelStore store;
  ChannelScale scale;
  mlir::LLVM::GlobalOp constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_QUADDEPTHWISE_H
