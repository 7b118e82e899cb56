//===- PairKernel.h - Two columns as fields of a word -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_PAIRKERNEL_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_PAIRKERNEL_H

#include "../Builder/SplitChannelScale.h"
#include "../Output/Pooling.h"
#include "FieldOrder.h"

namespace rtwmc {

/// Computes all channels of two windows: their elements are packed into words,
/// and a product of such a word is one of each window.
class PairKernel {
public:
  /// Puts the constants into flash. `filters` has an order of fields.
  PairKernel(KernelBuilder &b, llvm::StringRef name, const Filters &filters,
             RequantizationAttr requant, PixelStore store);

  struct Place {
    /// Where the addresses of the rows of the first window are, and how far a
    /// row of the second is from it; null: there is no second.
    mlir::Value rows, distance;
    /// Room for the packed windows.
    mlir::Value room;
    /// The pixels. One stands for both windows where the larger elements of
    /// both are in it.
    llvm::SmallVector<mlir::Value, 2> pixels;
  };
  void build(const Place &place) const;

  /// Bytes of packed windows.
  int64_t roomBytes() const { return roomBytes(filters, order); }
  static int64_t roomBytes(const Filters &filters, const FieldOrder &order);
  /// Bytes of the constants, weights apart.
  static int64_t weightBytes(const Filters &filters, const FieldOrder &order);

private:
  int64_t blocks() const { return filters.height * order.blocksPerRow; }
  int64_t blockWords() const {
    return order.elementsPerBlock() + order.chunksPerBlock();
  }
  std::vector<int8_t> pack() const;
  std::vector<int8_t> packOrder() const;
  /// Packs both windows.
  void packWindows(const Place &place) const;
  /// Packs a chunk; `carried`: room and order. Returns those of the next.
  llvm::SmallVector<mlir::Value> packChunk(const Place &place, mlir::Value row,
                                           mlir::Value second,
                                           mlir::ValueRange carried,
                                           int64_t size) const;
  /// Computes a channel; `carried`: its constants and where it goes. Returns
  /// those of the next.
  llvm::SmallVector<mlir::Value> compute(const Place &place,
                                         mlir::ValueRange carried) const;
  /// Adds the products of a block; `values`: packed elements, weights, the sum
  /// of both fields and that of the upper one.
  void multiplyBlock(llvm::SmallVector<mlir::Value> &values) const;

  KernelBuilder &b;
  const Filters &filters;
  PixelStore store;
  FieldOrder order;
  SplitChannelScale scale;
  mlir::LLVM::GlobalOp constants, places;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_PAIRKERNEL_H
