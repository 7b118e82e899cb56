//===- Pooling.h - Pixels that a layer pools itself -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_OUTPUT_POOLING_H
#define RTWMC_LIB_KERNELS_OUTPUT_POOLING_H

#include "../KernelContext.h"

namespace rtwmc {

/// How a convolution's pixels reach their map.
struct PixelStore {
  PoolAttr pool;
  bool requantized = true;

  /// Bytes of one element.
  int64_t elementBytes() const;
  /// Writes channel `channel` of the pixel at `out`, pooling if need be.
  void operator()(KernelBuilder &b, mlir::Value value, mlir::Value out,
                  int64_t channel) const;
};

/// Prepares the row a pooling accumulates into, in the first of its steps.
void startPooling(KernelContext &context, PoolAttr pool, mlir::Value row,
                  mlir::Value subRow);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_OUTPUT_POOLING_H
