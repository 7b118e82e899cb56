//===- ReadBack.h - Elements of a pruned map --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_INPUT_READBACK_H
#define RTWMC_LIB_KERNELS_INPUT_READBACK_H

#include "Source.h"

namespace rtwmc {

/// Elements of a pruned map that follow each other in its stream.
struct PackedRun {
  /// The values and the bitmap of the map.
  mlir::Value values, bitmap;
  /// The place of the first element's bit, and its rank.
  mlir::Value bit, rank;
  /// How many they are.
  mlir::Value count;
  /// What a dropped element is.
  int32_t zero;
  /// `bit` and `count` are multiples of 8.
  bool isAligned;
  /// About `count`, for estimates of work.
  int64_t expected;
};

/// Whether runs of `elements` each that follow each other from the start of a
/// row of `source` are aligned.
bool areRunsAligned(const Source &source, int64_t elements);

/// Reads `run` back to `target`. Returns the rank behind it.
mlir::Value readBack(KernelBuilder &b, const PackedRun &run,
                     mlir::Value target);

/// The same of many elements: as a row is.
mlir::Value readBackRow(KernelBuilder &b, const PackedRun &run,
                        mlir::Value target);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_INPUT_READBACK_H
