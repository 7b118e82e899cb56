//===- Compression.cpp - Reference semantics of run-time pruning ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Compression.h"
#include "Rounding.h"

#include <algorithm>
#include <cassert>
#include <numeric>

using namespace rtwmc::planning;

QuotaState::QuotaState(QuotaPolicy policy, int64_t elements, int64_t batch,
                       int64_t drop)
    : policy(policy), batch(batch), stillOwed(drop), stillToCome(elements),
      batchesLeft(ceilDiv(elements, batch)),
      perBatch(elements ? ceilDiv(drop, batchesLeft) : 0) {
  assert(batch > 0 && drop >= 0 && drop <= elements && "malformed pruning");
}

int64_t QuotaState::batchSize() const { return std::min(batch, stillToCome); }

int64_t QuotaState::quota() const {
  int64_t size = batchSize();
  if (size == 0)
    return 0;
  if (policy == QuotaPolicy::Proportional)
    return ceilDiv(stillOwed * size, stillToCome);
  // As printed, the last quota can be negative or larger than the batch (N =
  // 101, S_b = 10, D_p = 88 then keeps seven elements too many): never ask for
  // more than is owed, never leave more owed than will follow.
  int64_t rest = stillToCome - size;
  return std::min({stillOwed, size, std::max(perBatch, stillOwed - rest)});
}

void QuotaState::advance(int64_t dropped) {
  assert(!done() && dropped >= quota() && dropped <= batchSize());
  bool thresholdDroppedMore = dropped > quota();
  stillToCome -= batchSize();
  stillOwed = std::max<int64_t>(0, stillOwed - dropped);
  --batchesLeft;
  if (thresholdDroppedMore && batchesLeft > 0)
    perBatch = ceilDiv(stillOwed, batchesLeft);
}

int64_t rtwmc::planning::selectDropped(std::span<const int8_t> batch,
                                       int64_t quota, int8_t zeroPoint,
                                       int32_t tauQ,
                                       std::vector<bool> &dropped) {
  int64_t size = batch.size();
  dropped.assign(size, false);
  int64_t below = 0;
  for (int64_t j = 0; j < size; ++j)
    if (magnitude(batch[j], zeroPoint) < tauQ) {
      dropped[j] = true;
      ++below;
    }
  if (below > quota)
    return below;

  std::vector<int64_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    int32_t magA = magnitude(batch[a], zeroPoint);
    int32_t magB = magnitude(batch[b], zeroPoint);
    return magA != magB ? magA < magB : a < b;
  });
  dropped.assign(size, false);
  for (int64_t j = 0; j < quota; ++j)
    dropped[order[j]] = true;
  return quota;
}

PackedMap rtwmc::planning::compress(std::span<const int8_t> map,
                                    const PruneSpec &spec) {
  PackedMap packed;
  packed.elements = map.size();
  packed.bitmap.assign(ceilDiv(packed.elements, 8), 0);
  QuotaState state(spec.policy, packed.elements, spec.batch, spec.drop);
  std::vector<bool> dropped;
  while (!state.done()) {
    int64_t first = packed.elements - state.remaining();
    std::span<const int8_t> batch = map.subspan(first, state.batchSize());
    int64_t count =
        selectDropped(batch, state.quota(), spec.zeroPoint, spec.tauQ, dropped);
    for (size_t j = 0; j < batch.size(); ++j) {
      int64_t element = first + int64_t(j);
      if (dropped[j])
        packed.bitmap[element / 8] |= uint8_t(1 << (element % 8));
      else
        packed.values.push_back(batch[j]);
    }
    state.advance(count);
  }
  return packed;
}

PackedMap rtwmc::planning::compressUnits(std::span<const int8_t> map,
                                         int64_t units, const PruneSpec &spec) {
  if (units == 1)
    return compress(map, spec);
  PackedMap packed;
  packed.elements = map.size();
  packed.bitmap.assign(ceilDiv(packed.elements, 8), 0);
  size_t size = map.size() / size_t(units);
  for (size_t first = 0; first < map.size(); first += size) {
    PackedMap unit = compress(map.subspan(first, size), spec);
    packed.values.insert(packed.values.end(), unit.values.begin(),
                         unit.values.end());
    for (size_t j = 0; j < size; ++j)
      if (unit.isDropped(int64_t(j)))
        packed.bitmap[(first + j) / 8] |= uint8_t(1 << ((first + j) % 8));
  }
  return packed;
}

std::vector<int8_t> rtwmc::planning::expand(const PackedMap &packed,
                                            int8_t zeroPoint) {
  std::vector<int8_t> map(packed.elements, zeroPoint);
  auto next = packed.values.begin();
  for (int64_t i = 0; i < packed.elements; ++i)
    if (!packed.isDropped(i))
      map[i] = *next++;
  return map;
}
