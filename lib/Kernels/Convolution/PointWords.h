//===- PointWords.h - Transforms of two elements in a word ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The transform of PointTransform.h of two channels at once, in the halves of
// words. A word is `low + 65536 * high`: sums, differences and multiples of
// such words are those of both, and as long as in the end what is in the low
// half is between 0 and 65535, the halves are both results.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_POINTWORDS_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_POINTWORDS_H

#include "PointTransform.h"
#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// Whether there is such a transform at these points.
bool canTransformWords(const PointTransform &transform);

/// Emits the products of the words that `load` gives for the columns, each
/// asked for once; `put` gets them. Of the last two columns a constant is part
/// of all products, once.
void transformWords(
    KernelBuilder &b, const PointTransform &transform,
    llvm::function_ref<mlir::Value(int64_t column)> load,
    llvm::function_ref<void(mlir::Value word, int64_t product)> put);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_POINTWORDS_H
