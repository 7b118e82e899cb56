//===- Compression.cpp - Reference semantics of run-time pruning ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Compression.h"

#include <algorithm>
#include <cassert>
#include <numeric>

using namespace rtwmc::planning;

static int64_t ceilDiv(int64_t numerator, int64_t denominator) {
  return (numerator + denominator - 1) / denominator;
}

QuotaState::QuotaState(QuotaPolicy policy, int64_t elements, int64_t batch,
                       int64_t drop)
    : Policy(policy), Batch(batch), Owed(drop), Remaining(elements),
      BatchesLeft(ceilDiv(elements, batch)),
      PerBatch(elements ? ceilDiv(drop, BatchesLeft) : 0) {
  assert(batch > 0 && drop >= 0 && drop <= elements && "malformed pruning");
}

int64_t QuotaState::batchSize() const { return std::min(Batch, Remaining); }

int64_t QuotaState::quota() const {
  int64_t Size = batchSize();
  if (Size == 0)
    return 0;
  if (Policy == QuotaPolicy::Proportional)
    return ceilDiv(Owed * Size, Remaining);
  // As printed, the last quota can be negative or larger than the batch (N =
  // 101, S_b = 10, D_p = 88 then keeps seven elements too many): never ask for
  // more than is owed, never leave more owed than will follow.
  int64_t Rest = Remaining - Size;
  return std::min({Owed, Size, std::max(PerBatch, Owed - Rest)});
}

void QuotaState::advance(int64_t dropped) {
  assert(!done() && dropped >= quota() && dropped <= batchSize());
  bool ThresholdDroppedMore = dropped > quota();
  Remaining -= batchSize();
  Owed = std::max<int64_t>(0, Owed - dropped);
  --BatchesLeft;
  if (ThresholdDroppedMore && BatchesLeft > 0)
    PerBatch = ceilDiv(Owed, BatchesLeft);
}

int64_t rtwmc::planning::selectDropped(std::span<const int8_t> batch,
                                       int64_t quota, int8_t zeroPoint,
                                       int32_t tauQ,
                                       std::vector<bool> &dropped) {
  int64_t Size = batch.size();
  dropped.assign(Size, false);
  int64_t Below = 0;
  for (int64_t J = 0; J < Size; ++J)
    if (magnitude(batch[J], zeroPoint) < tauQ) {
      dropped[J] = true;
      ++Below;
    }
  if (Below > quota)
    return Below;

  std::vector<int64_t> Order(Size);
  std::iota(Order.begin(), Order.end(), 0);
  std::sort(Order.begin(), Order.end(), [&](int64_t a, int64_t b) {
    int32_t MagA = magnitude(batch[a], zeroPoint);
    int32_t MagB = magnitude(batch[b], zeroPoint);
    return MagA != MagB ? MagA < MagB : a < b;
  });
  dropped.assign(Size, false);
  for (int64_t J = 0; J < quota; ++J)
    dropped[Order[J]] = true;
  return quota;
}

PackedMap rtwmc::planning::compress(std::span<const int8_t> map,
                                    const PruneSpec &spec) {
  PackedMap Packed;
  Packed.elements = map.size();
  Packed.bitmap.assign(ceilDiv(Packed.elements, 8), 0);
  QuotaState State(spec.policy, Packed.elements, spec.batch, spec.drop);
  std::vector<bool> Dropped;
  while (!State.done()) {
    int64_t First = Packed.elements - State.remaining();
    std::span<const int8_t> Batch = map.subspan(First, State.batchSize());
    int64_t Count =
        selectDropped(Batch, State.quota(), spec.zeroPoint, spec.tauQ, Dropped);
    for (size_t J = 0; J < Batch.size(); ++J) {
      int64_t Element = First + int64_t(J);
      if (Dropped[J])
        Packed.bitmap[Element / 8] |= uint8_t(1 << (Element % 8));
      else
        Packed.values.push_back(Batch[J]);
    }
    State.advance(Count);
  }
  return Packed;
}

std::vector<int8_t> rtwmc::planning::expand(const PackedMap &packed,
                                            int8_t zeroPoint) {
  std::vector<int8_t> Map(packed.elements, zeroPoint);
  auto Next = packed.values.begin();
  for (int64_t I = 0; I < packed.elements; ++I)
    if (!packed.isDropped(I))
      Map[I] = *Next++;
  return Map;
}
