//===- VectorDepthwise.h - Sixteen channels of a pixel ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_VECTORDEPTHWISE_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_VECTORDEPTHWISE_H

#include "../Output/Pooling.h"
#include "DepthwiseKernel.h"

namespace rtwmc {

/// The taps of a depthwise window, grouped so that 16 bits hold the sum of a
/// group's products in every channel.
llvm::SmallVector<llvm::SmallVector<int64_t>> groupTaps(const Filters &filters);

/// Computes a depthwise window with vectors: a lane is a channel.
class VectorDepthwise final : public DepthwiseKernel {
public:
  /// Puts the constants into flash. `bias` contains what the zero point
  /// contributes. `columns`: neighbouring windows that lie side by side,
  /// channel by channel, and are computed as one with so many times the
  /// channels; only of one there are parts.
  VectorDepthwise(KernelBuilder &b, llvm::StringRef name,
                  const Filters &filters, llvm::ArrayRef<int32_t> bias,
                  RequantizationAttr requant, bool isPooled, int64_t columns,
                  llvm::ArrayRef<Part> parts, int32_t inputZp);

  void build(mlir::Value rows, mlir::Value output,
             std::optional<int64_t> part = std::nullopt) const override;

private:
  /// Computes `channels` channels, up to 16; returns what is carried on: rows,
  /// output, weights, parameters, shifts.
  llvm::SmallVector<mlir::Value> block(mlir::ValueRange carried,
                                       int64_t channels,
                                       std::optional<int64_t> part) const;
  /// The four accumulators, of every fourth channel each.
  llvm::SmallVector<mlir::Value>
  accumulate(mlir::ValueRange rows, mlir::Value weights, mlir::Value parameters,
             int64_t channels, std::optional<int64_t> part) const;
  /// Of the parameters of 16 channels.
  int64_t parameterBytes() const { return 128 + 64 * getParts().size(); }

  KernelBuilder &b;
  RequantizationAttr requant;
  bool isPooled;
  /// Of all columns.
  int64_t lanes;
  llvm::SmallVector<llvm::SmallVector<int64_t>> groups;
  mlir::LLVM::GlobalOp weights, words, shifts;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_VECTORDEPTHWISE_H
