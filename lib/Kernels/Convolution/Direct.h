//===- Direct.h - Rows of products, element by element ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What other variants share with the direct one: the elements of a row that are
// left over, and how a row is unrolled.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_DIRECT_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_DIRECT_H

#include "Variant.h"

namespace rtwmc {

/// The weights for tiles of `channels`, in a byte each or in two. Of each block
/// of channels and each row come groups of as many elements as `lanes` has, in
/// that order, channel after channel; then what is left, element by element.
std::vector<int8_t> packRows(const Filters &filters, int64_t channels,
                             llvm::ArrayRef<int64_t> lanes, bool isWide);

/// Adds the products of element `at` of each window to `carried`, whose weights
/// for it, of `weightBytes` bytes each, lie `weightAt` bytes on; returns how
/// many bytes these were.
int64_t multiplyElement(KernelBuilder &b, const Filters &filters,
                        int64_t weightBytes, mlir::ValueRange inputs,
                        int64_t at, int64_t weightAt,
                        llvm::SmallVector<mlir::Value> &carried);

/// A few elements that are multiplied at once. `emit` is given the windows'
/// rows, the first element, where its weights are and what is carried (see
/// `Variant::row`); it returns the bytes of weights it read.
struct RowUnit {
  int64_t elements;
  /// Of a weight among those of the elements that are left.
  int64_t weightBytes;
  llvm::function_ref<int64_t(mlir::ValueRange, int64_t, int64_t,
                             llvm::SmallVector<mlir::Value> &)>
      emit;
};

/// A row of units and, element by element, what is left: a loop over `unroll`
/// units where there are more than `straight`.
llvm::SmallVector<mlir::Value>
unrolledRow(KernelBuilder &b, const Filters &filters, mlir::ValueRange inputs,
            mlir::ValueRange carried, RowUnit unit, int64_t unroll,
            int64_t straight);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_DIRECT_H
