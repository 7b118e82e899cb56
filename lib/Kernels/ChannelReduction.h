//===- ChannelReduction.h - The most, or the sum, of windows ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CHANNELREDUCTION_H
#define RTWMC_LIB_KERNELS_CHANNELREDUCTION_H

#include "rtwmc/Kernels/KernelBuilder.h"

#include <memory>

namespace rtwmc {

/// Reduces elements of neighbouring channels, which lie side by side, all at
/// once: their most, or their sum in 32 bits.
class ChannelReduction {
public:
  virtual ~ChannelReduction() = default;

  /// How many channels; an element's bytes, and a result's.
  int64_t lanes() const { return channels; }
  int64_t elementBytes() const { return inBytes; }
  int64_t resultBytes() const { return outBytes; }

  /// What is carried from element to element, before and after the first.
  virtual llvm::SmallVector<mlir::Value> start(KernelBuilder &b) const = 0;
  virtual llvm::SmallVector<mlir::Value> first(KernelBuilder &b,
                                               mlir::Value element) const {
    return next(b, start(b), element);
  }
  /// The same with the elements at the address `element` as well.
  virtual llvm::SmallVector<mlir::Value> next(KernelBuilder &b,
                                              mlir::ValueRange carried,
                                              mlir::Value element) const = 0;
  virtual void store(KernelBuilder &b, mlir::ValueRange carried,
                     mlir::Value result) const = 0;

protected:
  ChannelReduction(int64_t channels, int64_t inBytes, int64_t outBytes)
      : channels(channels), inBytes(inBytes), outBytes(outBytes) {}

private:
  int64_t channels, inBytes, outBytes;
};

/// A reduction of groups of channels side by side, of which the first begins
/// with channel `first`. Several of them are all channels, some twice.
struct ChannelGroups {
  std::unique_ptr<ChannelReduction> reduction;
  int64_t first, groups;
};

llvm::SmallVector<ChannelGroups>
maxReductions(const Core &core, int64_t channels, int64_t elementBytes);

/// Sums of `elements` elements, which begin with `start` or, if there is none,
/// are added to the results in memory.
llvm::SmallVector<ChannelGroups>
sumReductions(const Core &core, int64_t channels, int64_t elementBytes,
              int64_t elements, std::optional<int64_t> start);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CHANNELREDUCTION_H
