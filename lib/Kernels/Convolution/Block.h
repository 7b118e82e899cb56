//===- Block.h - Four channels of two columns by SMLAD ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_BLOCK_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_BLOCK_H

#include "../Builder/ChannelScale.h"
#include "../Builder/SplitChannelScale.h"
#include "../Output/Pooling.h"
#include "WidenedWindow.h"

namespace rtwmc {

/// How the weights of a block lie in flash.
enum class BlockWeights {
  /// Pairs of halfwords.
  Pairs,
  /// Pairs of halfwords `a + 256 b` of two channels each, a byte a weight.
  Mixed
};

/// Whether mixed weights are exact: of each second channel a sum of 24 bits is
/// left (of products and what it starts at), and each pair fits 16 bits.
bool canMixWeights(const Filters &filters);

/// The least and the most of the sums that inputs can lead to.
Reach findReach(const Filters &filters, int64_t channel);

/// How accumulators of these filters become elements, or `factor` times these.
ChannelScale makeScale(const Filters &filters, RequantizationAttr requant,
                       int64_t factor = 1);
SplitChannelScale makeSplitScale(const Filters &filters,
                                 RequantizationAttr requant);

/// Bytes of the weights of all channels.
int64_t countBlockBytes(const Filters &filters, BlockWeights weights);

/// Computes all channels of one or two neighbouring windows: these are widened,
/// and blocks of four channels read them.
class BlockKernel {
public:
  /// Puts the constants into flash.
  BlockKernel(KernelBuilder &b, llvm::StringRef name, const Filters &filters,
              BlockWeights weights, RequantizationAttr requant,
              PixelStore store);

  struct Place {
    int64_t columns;
    /// Where the addresses of the rows of the first window are, and how far a
    /// row of the second is from it.
    mlir::Value rows;
    int64_t distance;
    /// For both windows as pairs.
    mlir::Value room;
    /// The pixels. One stands for both where the second is `pixelDistance` on;
    /// if that is 0, the larger elements of both are in it.
    llvm::SmallVector<mlir::Value> pixels;
    int64_t pixelDistance = 0;

    bool isShared() const {
      return pixels.size() == 1 && columns == 2 && pixelDistance == 0;
    }
  };
  void build(const Place &place) const;
  bool mixesWeights() const { return isMixed; }

private:
  /// Bytes of a block, and how many channels it computes: the even number above
  /// those that it has.
  struct Size {
    int64_t channels;
    int64_t computed() const { return llvm::alignTo(channels, 2); }
  };
  int64_t weightBytes(Size size) const;
  int64_t blockBytes(Size size) const;
  void pack(int64_t first, Size size, std::vector<int32_t> &words) const;
  /// Computes a block; `carried`: its constants and where its channels go.
  /// Returns those of the next.
  llvm::SmallVector<mlir::Value>
  compute(const Place &place, mlir::ValueRange carried, Size size) const;
  void finish(const Place &place, mlir::Value constants, mlir::ValueRange out,
              Size size, mlir::ValueRange accumulators) const;

  KernelBuilder &b;
  const Filters &filters;
  bool isMixed;
  PixelStore store;
  WidenedWindow window;
  ChannelScale scale;
  mlir::LLVM::GlobalOp constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_BLOCK_H
