//===- ChannelScale.h - Requantization, as short as is exact ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_CHANNELSCALE_H
#define RTWMC_LIB_KERNELS_BUILDER_CHANNELSCALE_H

#include "ScaleSearch.h"
#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// What becomes of the accumulators of a layer, by the shortest formula that is
/// proved for all of its channels. Constants lie where the caller puts them.
class ChannelScale {
public:
  /// Without `requant`, accumulators are what is written. Products and
  /// accumulators are `factor` times what they would be, and fit words all the
  /// same.
  ChannelScale(RequantizationAttr requant, llvm::ArrayRef<Reach> reaches,
               int64_t factor = 1);

  /// Where accumulators start.
  int32_t startOf(int64_t channel) const { return starts[channel]; }
  /// The constants of a channel, words.
  llvm::ArrayRef<int32_t> constantsOf(int64_t channel) const {
    return llvm::ArrayRef(constants).slice(channel * count, count);
  }
  int64_t bytes() const { return 4 * count; }

  /// Constants of a channel, loaded.
  using Loaded = llvm::SmallVector<mlir::Value, 3>;
  Loaded load(KernelBuilder &b, mlir::Value pointer, int64_t at) const;
  /// What becomes of an accumulator, as i32.
  mlir::Value apply(KernelBuilder &b, mlir::Value accumulator,
                    const Loaded &loaded) const;

private:
  enum class Form { Words, Short, Rounded, SignedRounded, General };

  void setRounded(llvm::ArrayRef<RoundedScale> scales);
  /// The accumulator where it is `factor` times that.
  mlir::Value divide(KernelBuilder &b, mlir::Value accumulator) const;

  RequantizationAttr requant;
  int64_t factor;
  Form form = Form::Words;
  /// Where it is the same for all channels; -1: it is a constant of each.
  int64_t shift = -1;
  /// Words of a channel.
  int64_t count = 0;
  std::vector<int32_t> starts, constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_CHANNELSCALE_H
