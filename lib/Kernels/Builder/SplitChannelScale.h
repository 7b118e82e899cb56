//===- SplitChannelScale.h - Requantization without long products -*- C++ -*-=//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_SPLITCHANNELSCALE_H
#define RTWMC_LIB_KERNELS_BUILDER_SPLITCHANNELSCALE_H

#include "SplitScale.h"
#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// What becomes of the accumulators of a layer where products have 32 bits:
/// as a SplitScale says if there is one for all channels, else as TOSA does.
/// Constants lie where the caller puts them, and are loaded when they are used.
class SplitChannelScale {
public:
  /// Without `requant`, accumulators are what is written.
  SplitChannelScale(RequantizationAttr requant, llvm::ArrayRef<Reach> reaches);

  /// Where accumulators start.
  int32_t startOf(int64_t channel) const { return starts[channel]; }
  /// The constants of a channel, words.
  llvm::ArrayRef<int32_t> constantsOf(int64_t channel) const {
    return llvm::ArrayRef(constants).slice(channel * count, count);
  }
  int64_t bytes() const { return 4 * count; }

  /// What becomes of an accumulator, as i32; its constants are at `pointer +
  /// at`.
  mlir::Value apply(KernelBuilder &b, mlir::Value accumulator,
                    mlir::Value pointer, int64_t at) const;

private:
  enum class Form { Words, Split, General };

  mlir::Value applySplit(KernelBuilder &b, mlir::Value u, mlir::Value pointer,
                         int64_t at) const;

  RequantizationAttr requant;
  Form form = Form::Words;
  bool isSided = false;
  /// Whether both parts of the multiplier share a word.
  bool areHalves = false;
  /// Of the low product, and of the word that the value is in.
  int64_t drop = 0, shift = 0, valueShift = 0;
  /// Words of a channel.
  int64_t count = 0;
  std::vector<int32_t> starts, constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_SPLITCHANNELSCALE_H
