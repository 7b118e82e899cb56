//===- TapDepthwise.h - Depthwise windows tap by tap ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_TAPDEPTHWISE_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_TAPDEPTHWISE_H

#include "../Builder/SplitChannelScale.h"
#include "../Output/Pooling.h"
#include "DepthwiseKernel.h"

namespace rtwmc {

/// Computes windows channel by channel, with eight registers: the addresses of
/// the columns stay in registers, a row is a distance from the first.
class TapDepthwise final : public DepthwiseKernel {
public:
  /// Puts the constants into flash, for whole windows and for each of `parts`,
  /// whose other columns are `inputZp`.
  TapDepthwise(KernelBuilder &b, llvm::StringRef name, const Filters &filters,
               RequantizationAttr requant, PixelStore store,
               llvm::ArrayRef<Part> parts, int32_t inputZp);

  void build(mlir::Value rows, mlir::Value output,
             std::optional<int64_t> part) const override;

private:
  int64_t startBytes() const { return 4 * (1 + getParts().size()); }
  /// Computes a channel. `carried`: its constants, where it goes and the
  /// columns of the first row; returns those of the next.
  llvm::SmallVector<mlir::Value> compute(mlir::ValueRange carried,
                                         mlir::ValueRange distances,
                                         std::optional<int64_t> part) const;

  KernelBuilder &b;
  PixelStore store;
  SplitChannelScale scale;
  mlir::LLVM::GlobalOp constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_TAPDEPTHWISE_H
