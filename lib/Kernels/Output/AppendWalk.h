//===- AppendWalk.h - From element to element of a batch --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_OUTPUT_APPENDWALK_H
#define RTWMC_LIB_KERNELS_OUTPUT_APPENDWALK_H

#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// What is carried from element to element: where they are and go, the byte of
/// the bitmap that is not complete and where it goes, ties that are left, bits
/// of that byte.
struct Walk {
  mlir::Value from, to, marks, bits, ties, place;

  explicit Walk(mlir::ValueRange values)
      : from(values[0]), to(values[1]), marks(values[2]), bits(values[3]),
        ties(values[4]), place(values[5]) {}
  llvm::SmallVector<mlir::Value> list() const {
    return {from, to, marks, bits, ties, place};
  }
};

/// Adds `count` bits, at most eight, to the bitmap, and stores the byte that is
/// complete with them.
Walk mark(KernelBuilder &b, Walk at, mlir::Value bits, mlir::Value count);

/// Adds the first of the bytes in `equal`, as many as there are `ties`, to
/// those in `below`. Returns these, and the ties that are left.
llvm::SmallVector<mlir::Value> takeTies(KernelBuilder &b, mlir::Value below,
                                        mlir::Value equal, mlir::Value ties);

/// Where the byte of `word` at bit `at` goes to `to` unless bit `mark` of
/// `dropped` is set. Returns where the next one goes.
mlir::Value keepByte(KernelBuilder &b, mlir::Value word, int64_t at,
                     mlir::Value dropped, int64_t mark, mlir::Value to);

/// `byte` goes to `to`; if it is dropped, `bit` is added to `bits` instead.
/// Returns where the next one goes, and the bits.
llvm::SmallVector<mlir::Value> keepUnless(KernelBuilder &b,
                                          mlir::Value isDropped,
                                          mlir::Value byte, mlir::Value to,
                                          mlir::Value bits, mlir::Value bit);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_OUTPUT_APPENDWALK_H
