//===- TapOrder.h - Taps in chunks whose sums are small ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels that add the products of two columns in the halves of a word have to
// take the halves apart before either overflows: after a chunk of taps whose
// weights' magnitudes add up to a limit. An order of the taps that is common to
// all channels makes chunks longer.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_TAPORDER_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_TAPORDER_H

#include <cstdint>
#include <vector>

namespace rtwmc {

struct TapOrder {
  /// How far a tap is from its place, so that a byte says it.
  static constexpr int64_t mostMove = 127;
  /// Taps of a chunk; the last chunk may have fewer.
  int64_t chunk = 1;
  /// The tap at each position.
  std::vector<int32_t> taps;

  int64_t chunks() const { return (int64_t(taps.size()) + chunk - 1) / chunk; }
};

/// The longest chunks, up to `longest` taps, that were found. `weights` are
/// those of all taps, channel by channel; none is above `limit` in magnitude.
/// The result depends on its arguments only.
TapOrder findTapOrder(const std::vector<int16_t> &weights, int64_t channels,
                      int64_t limit, int64_t longest);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_TAPORDER_H
