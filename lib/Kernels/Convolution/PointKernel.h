//===- PointKernel.h - Neighbouring windows at points -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_POINTKERNEL_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_POINTKERNEL_H

#include "../Builder/SplitChannelScale.h"
#include "../Output/Pooling.h"
#include "Filters.h"
#include "PointTransform.h"

namespace rtwmc {

/// The transform for these filters if that is exact, their weights fit
/// halfwords and columns are enough.
std::optional<PointTransform> findTransform(const Filters &filters);

/// Computes all channels of as many neighbouring windows as a PointTransform
/// does at once.
class PointKernel {
public:
  /// How columns become pixels.
  enum class Pooling {
    None,
    /// The larger elements of two columns are one pixel.
    Pairs,
    /// All columns are added up in one pixel.
    Sum
  };

  /// Puts the constants into flash.
  PointKernel(KernelBuilder &b, llvm::StringRef name, const Filters &filters,
              RequantizationAttr requant, PixelStore store, Pooling pooling);

  int64_t columns() const { return transform.columns(); }
  /// Columns of the input under the windows.
  int64_t inputColumns() const { return transform.products(); }

  struct Place {
    /// Where the addresses of the rows of the first window are.
    mlir::Value rows;
    /// Room for transformed elements and products.
    mlir::Value room;
    /// The first pixel.
    mlir::Value pixel;
    /// Where columns are added up: of how many the group before may have added
    /// them already, and, if there are any, whether it has not.
    int64_t shared = 0;
    mlir::Value areNew;
  };
  void build(const Place &place) const;

  /// Bytes of the room.
  int64_t roomBytes() const { return roomBytes(filters, transform); }
  static int64_t roomBytes(const Filters &filters,
                           const PointTransform &transform);
  static int64_t weightBytes(const Filters &filters,
                             const PointTransform &transform);

private:
  /// Words of a product: where it starts, and an element for each weight.
  int64_t productWords() const {
    return 1 + filters.height * filters.columnElements;
  }
  int64_t countTaps() const { return productWords() - 1; }
  /// Where products are kept.
  int64_t productsAt() const {
    return 4 * transform.products() * productWords();
  }
  void pack(int64_t first, std::vector<int8_t> &bytes) const;
  void transformElements(const Place &place) const;
  void transformElement(mlir::Value from, mlir::Value room) const;
  void findStarts(mlir::Value room) const;
  /// Computes two channels, or the last alone. `carried`: their constants and
  /// where they go; returns those of the next.
  llvm::SmallVector<mlir::Value>
  compute(const Place &place, mlir::ValueRange carried, int64_t channels) const;
  llvm::SmallVector<mlir::Value> multiply(mlir::ValueRange carried) const;
  /// Requantizes and stores accumulators of channel `channel`, with constants
  /// at `constants + at`.
  void finish(const Place &place, llvm::ArrayRef<mlir::Value> sums,
              mlir::Value constants, int64_t at, mlir::Value out,
              int64_t channel) const;
  /// The outputs of channel `channel` of two.
  llvm::SmallVector<mlir::Value> findOutputs(mlir::Value products,
                                             int64_t channel) const;

  KernelBuilder &b;
  const Filters &filters;
  PixelStore store;
  Pooling pooling;
  PointTransform transform;
  SplitChannelScale scale;
  mlir::LLVM::GlobalOp constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_POINTKERNEL_H
