//===- BlockProducts.h - The products of a block ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_BLOCKPRODUCTS_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_BLOCKPRODUCTS_H

#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// Pairs that are straight-line code; of more, a loop computes some at once.
struct BlockUnrolling {
  int64_t straight, most, least;

  /// Pairs of a turn: as many as leave none over, or few.
  int64_t pairsAtOnce(int64_t pairs) const;
};

/// What words of elements and weights are.
enum class BlockForm {
  /// Two elements, and two weights of a channel: SMLAD.
  Pairs,
  /// The same, of two channels (Block.h).
  Mixed,
  /// An element, and a weight each of two channels: MLA.
  Words
};

/// Adds to accumulators of some channels and one or two columns the products of
/// `pairs` words of elements, the columns side by side, and of weights, the
/// channels side by side.
struct BlockProducts {
  BlockForm form;
  /// An even number.
  int64_t channels;
  int64_t columns, pairs;
  BlockUnrolling unrolling;

  int64_t weightBytes() const {
    return channels * pairs * (form == BlockForm::Pairs ? 4 : 2);
  }
  /// Where elements and weights end.
  struct Ends {
    mlir::Value room, weights;
  };
  /// `accumulators`: those of a channel side by side. Weights begin at
  /// `weights + behind`.
  Ends multiply(KernelBuilder &b, mlir::Value room, mlir::Value weights,
                int64_t behind,
                llvm::SmallVector<mlir::Value> &accumulators) const;

private:
  void multiplyWord(KernelBuilder &b, llvm::ArrayRef<mlir::Value> x,
                    mlir::Value weights, int64_t weightAt,
                    llvm::MutableArrayRef<mlir::Value> accumulators) const;
  void multiplyPair(KernelBuilder &b, mlir::Value room, int64_t at,
                    mlir::Value weights, int64_t weightAt,
                    llvm::MutableArrayRef<mlir::Value> accumulators) const;
};

/// A pair as a word, the low halfword first.
inline int32_t packPair(int64_t low, int64_t high) {
  return static_cast<int32_t>((low & 0xffff) | (high << 16));
}

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_BLOCKPRODUCTS_H
