//===- Pruner.h - Pixels on their way into a pruned map ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_OUTPUT_PRUNER_H
#define RTWMC_LIB_KERNELS_OUTPUT_PRUNER_H

#include "Sink.h"

namespace rtwmc {

/// The row that a step writes to, as it is computed: before any pooling.
struct OutputRow {
  int64_t rowBytes;
  /// Channels of a pixel that are computed at once, and their bytes.
  int64_t channels, pixelBytes;
  int64_t columns;
};

/// The sink of a kernel whose result is pruned: pixels fill the tiny buffer,
/// and batches are selected from and appended (specification, section 3). `row`
/// is the row that the step contributes to.
std::unique_ptr<Sink> makePruningSink(KernelContext &context,
                                      const OutputRow &output, mlir::Value row,
                                      PoolAttr pool, mlir::Value subRow);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_OUTPUT_PRUNER_H
