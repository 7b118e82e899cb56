//===- DepthwiseKernel.h - All channels of a depthwise window ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_DEPTHWISEKERNEL_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_DEPTHWISEKERNEL_H

#include "Filters.h"
#include "rtwmc/Kernels/KernelBuilder.h"

#include <optional>

namespace rtwmc {

/// Computes a depthwise window of one filter a channel, without RAM. Of windows
/// that reach outside the input at a side only the part inside is read: what
/// the zero points outside would add is where accumulators start.
class DepthwiseKernel {
public:
  /// Columns `[first, last)` of a window that lie inside the input.
  struct Part {
    int64_t first, last;
  };

  virtual ~DepthwiseKernel() = default;

  /// The parts there are constants for, besides whole windows.
  llvm::ArrayRef<Part> getParts() const { return parts; }

  /// Computes all channels of the pixel at `output` from the window whose rows
  /// are at the addresses that `rows` points to; of a part, if `part` says
  /// which.
  virtual void build(mlir::Value rows, mlir::Value output,
                     std::optional<int64_t> part = std::nullopt) const = 0;

protected:
  DepthwiseKernel(const Filters &filters, llvm::ArrayRef<Part> parts,
                  int32_t inputZp)
      : filters(filters), parts(parts), inputZp(inputZp) {}

  /// Where the accumulator of a part starts if that of a whole window does at
  /// `start`.
  int32_t startOfPart(Part part, int64_t channel, int64_t start) const;
  /// The columns of `part`, or of a whole window.
  Part inside(std::optional<int64_t> part) const {
    return part ? parts[*part] : Part{0, filters.length};
  }

  const Filters &filters;

private:
  llvm::SmallVector<Part> parts;
  int32_t inputZp;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_DEPTHWISEKERNEL_H
