//===- Compression.h - Reference semantics of run-time pruning --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Spec section 3 in plain C++: which elements of a map are dropped, and what is
// stored of it. Every lowering is tested against this.
//
// The paper's Algorithm 2 cannot run as printed (spec section 3 lists how it
// fails); what follows here keeps its idea and its guarantee:
//  - at least `drop` elements are dropped whatever the data, so the packed
//    store never holds more than `keep = N - drop`;
//  - under the proportional policy no quota exceeds `ceil(drop * batch / N)`;
//  - `expand(compress(x))` is `x` with the dropped elements replaced by `z`.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_COMPRESSION_H
#define RTWMC_PLANNING_COMPRESSION_H

#include "rtwmc/Planning/Enums.h"

#include <cstdint>
#include <span>
#include <vector>

namespace rtwmc::planning {

/// How a map of `N` elements is pruned.
struct PruneSpec {
  /// `S_b`, at least 1.
  int64_t batch = 32;
  /// `D_p`, `0 <= drop <= N`.
  int64_t drop = 0;
  /// `z`: what a dropped element reads back as.
  int8_t zeroPoint = 0;
  /// `tau_q = ceil(tau / scale)`: below it is `|q - z| < tau_q`. 0: nothing is
  /// below; 1: exact zeros, which is lossless.
  int32_t tauQ = 0;
  QuotaPolicy policy = QuotaPolicy::Proportional;
};

/// The quota of each batch of a map, as a state machine: ask `batchSize` and
/// `quota`, then tell `advance` what was dropped, until `done`.
class QuotaState {
public:
  QuotaState(QuotaPolicy policy, int64_t elements, int64_t batch, int64_t drop);

  /// All elements were produced.
  bool done() const { return stillToCome == 0; }
  /// `b`: elements of the current batch; only the last may be short.
  int64_t batchSize() const;
  /// `q`: elements the current batch must drop at least; `0 <= q <= b`.
  int64_t quota() const;
  /// `R`: elements still owed before the current batch; `R <= remaining()`.
  int64_t owed() const { return stillOwed; }
  /// `rem`: elements not yet produced, the current batch included.
  int64_t remaining() const { return stillToCome; }
  /// Ends the current batch, in which `dropped >= quota()` elements were
  /// dropped.
  void advance(int64_t dropped);

private:
  QuotaPolicy policy;
  int64_t batch;
  int64_t stillOwed;
  int64_t stillToCome;
  /// Batches left, the current one included (`T - i + 1`).
  int64_t batchesLeft;
  /// `P_b` of the paper's policy.
  int64_t perBatch;
};

/// `|q - z|`, 0..255.
inline int32_t magnitude(int8_t value, int8_t zeroPoint) {
  int32_t difference = int32_t(value) - int32_t(zeroPoint);
  return difference < 0 ? -difference : difference;
}

/// Marks which elements of a batch are dropped: `dropped[j]` is set for those
/// below the threshold if they are more than `quota`, else for the `quota`
/// elements of least magnitude, the earlier first among equals. Returns how
/// many.
int64_t selectDropped(std::span<const int8_t> batch, int64_t quota,
                      int8_t zeroPoint, int32_t tauQ,
                      std::vector<bool> &dropped);

/// What is stored of a map (spec section 4).
struct PackedMap {
  /// The surviving elements, in stream order.
  std::vector<int8_t> values;
  /// `ceil(N / 8)` bytes; bit `i % 8` of byte `i / 8` (least significant
  /// first) is 1 if element `i` was dropped.
  std::vector<uint8_t> bitmap;
  /// `N`.
  int64_t elements = 0;

  bool isDropped(int64_t element) const {
    return bitmap[element / 8] >> (element % 8) & 1;
  }
  /// Elements that were dropped.
  int64_t dropped() const { return elements - int64_t(values.size()); }
};

/// Prunes `map` (elements in stream order).
PackedMap compress(std::span<const int8_t> map, const PruneSpec &spec);

/// Prunes each of `units` parts of equal size on its own, as `spec` says; the
/// bitmap is of the whole map.
PackedMap compressUnits(std::span<const int8_t> map, int64_t units,
                        const PruneSpec &spec);

/// Reads a pruned map back: `zeroPoint` where an element was dropped.
std::vector<int8_t> expand(const PackedMap &packed, int8_t zeroPoint);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_COMPRESSION_H
