//===- PackedCost.h - Bytes of a packed map ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_PACKEDCOST_H
#define RTWMC_PLANNING_PACKEDCOST_H

#include "rtwmc/Planning/PackedState.h"

#include <cstdint>

namespace rtwmc::planning {

/// The most elements that a tiny buffer may have.
inline constexpr int64_t maxBatch = 65535;

/// The one place that answers questions about the bytes of a packed map of `N`
/// one-byte elements of which `drop` are dropped at least (spec section 4).
struct PackedCost {
  /// `S_b`: elements of the tiny buffer.
  int64_t batch = 32;
  /// Charge a Top-K cache, `S_tkc = 2 * ceil(drop * batch / N)` (spec section
  /// 2, finding 2). Counting selection over the magnitudes needs none.
  bool chargeCache = false;
  /// Bookkeeping of the producer (dropped, seen and buffered elements, quota).
  int64_t stateBytes = PrunerState::bytes;
  int64_t stateAlign = 4;

  /// The packed kept values: `keep = N - drop`.
  int64_t values(int64_t N, int64_t drop) const;
  /// One bit an element.
  int64_t bitmap(int64_t N) const;
  /// The tiny buffer; a map smaller than a batch needs no more than itself.
  int64_t buffer(int64_t N) const;
  /// The Top-K cache, 0 unless charged.
  int64_t cache(int64_t N, int64_t drop) const;
  /// Values, bitmap, buffer, cache and state.
  int64_t total(int64_t N, int64_t drop) const;
};

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_PACKEDCOST_H
