//===- GroupDepthwise.h - A channel of neighbouring columns -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_GROUPDEPTHWISE_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_GROUPDEPTHWISE_H

#include "GroupKernel.h"

namespace rtwmc {

/// Computes neighbouring columns of a depthwise layer, without RAM.
class GroupDepthwise final : public GroupKernel {
public:
  /// Puts the constants into flash.
  GroupDepthwise(KernelBuilder &b, const GroupLayer &layer);

  /// How many columns are computed at once of a row of so many.
  static int64_t chooseColumns(int64_t outputColumns);

  void computePart(mlir::Value rows, mlir::Value pixel,
                   Part inside) const override;
  void computeOne(mlir::Value rows, mlir::Value room,
                  mlir::Value pixel) const override;

private:
  int64_t channelBytes() const;
  int64_t weightBytes() const { return llvm::alignTo(filters.perChannel(), 4); }
  void build(mlir::Value rows, mlir::Value pixel, int64_t columns,
             Part inside) const;
  /// Adds the products of a row, whose first element is at `row`, to the sums
  /// of neighbouring columns.
  void addRow(mlir::Value row, mlir::Value weights, Part inside,
              llvm::MutableArrayRef<mlir::Value> sums) const;
  /// Computes the output channel whose constants and pixels are `carried`, from
  /// input channel `channel`; returns those of the next.
  llvm::SmallVector<mlir::Value>
  computeChannel(mlir::Value rows, mlir::Value channel,
                 mlir::ValueRange carried, int64_t columns, Part inside) const;

  /// Channel by channel: where accumulators start, weights, what requantization
  /// needs.
  mlir::LLVM::GlobalOp constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_GROUPDEPTHWISE_H
