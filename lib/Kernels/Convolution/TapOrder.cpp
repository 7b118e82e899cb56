//===- TapOrder.cpp - Taps in chunks whose sums are small -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A local search: while some channel's sum of a chunk is above the limit, a tap
// of such a chunk and one of another change places if what is above it does not
// grow.
//
//===----------------------------------------------------------------------===//

#include "TapOrder.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

using namespace rtwmc;

namespace {

/// Exchanges that are tried for each tap before a length is given up.
constexpr int64_t mostTries = 100;

class ChunkSearch {
public:
  ChunkSearch(const std::vector<int16_t> &weights, int64_t channels,
              int64_t limit, int64_t chunk);

  /// Whether an order was found.
  bool run();
  TapOrder take() { return {chunk, std::move(order)}; }

private:
  int64_t sizeOf(int64_t which) const {
    return std::min(chunk, taps - which * chunk);
  }
  int32_t magnitude(int64_t tap, int64_t channel) const {
    return magnitudes[tap * channels + channel];
  }
  /// What is above the limit in the sums at `sums`.
  int64_t excessOf(const int32_t *sums) const;
  bool exchange(int64_t from, int64_t to);
  /// A number below `bound`, from a generator that is the same everywhere.
  int64_t draw(int64_t bound) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int64_t>((seed >> 33) % uint64_t(bound));
  }

  int64_t channels, taps, limit, chunk, chunks;
  /// Tap by tap, and chunk by chunk.
  std::vector<int32_t> magnitudes, sums;
  std::vector<int32_t> order;
  std::vector<int64_t> excess;
  std::vector<int32_t> first, second;
  uint64_t seed = 1;
};

ChunkSearch::ChunkSearch(const std::vector<int16_t> &weights, int64_t channels,
                         int64_t limit, int64_t chunk)
    : channels(channels), taps(int64_t(weights.size()) / channels),
      limit(limit), chunk(chunk), chunks((taps + chunk - 1) / chunk),
      magnitudes(weights.size()), sums(chunks * channels), order(taps),
      excess(chunks), first(channels), second(channels) {
  for (int64_t channel = 0; channel < channels; ++channel)
    for (int64_t tap = 0; tap < taps; ++tap)
      magnitudes[tap * channels + channel] =
          std::abs(weights[channel * taps + tap]);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t at = 0; at < taps; ++at)
    for (int64_t channel = 0; channel < channels; ++channel)
      sums[at / chunk * channels + channel] += magnitude(at, channel);
  for (int64_t which = 0; which < chunks; ++which)
    excess[which] = excessOf(&sums[which * channels]);
}

int64_t ChunkSearch::excessOf(const int32_t *of) const {
  int64_t result = 0;
  for (int64_t channel = 0; channel < channels; ++channel)
    result += std::max<int64_t>(of[channel] - limit, 0);
  return result;
}

bool ChunkSearch::exchange(int64_t from, int64_t to) {
  int64_t one = from / chunk, other = to / chunk;
  for (int64_t channel = 0; channel < channels; ++channel) {
    int32_t more =
        magnitude(order[to], channel) - magnitude(order[from], channel);
    first[channel] = sums[one * channels + channel] + more;
    second[channel] = sums[other * channels + channel] - more;
  }
  int64_t firstExcess = excessOf(first.data());
  int64_t secondExcess = excessOf(second.data());
  if (firstExcess + secondExcess > excess[one] + excess[other])
    return false;
  std::swap(order[from], order[to]);
  std::copy(first.begin(), first.end(), &sums[one * channels]);
  std::copy(second.begin(), second.end(), &sums[other * channels]);
  excess[one] = firstExcess;
  excess[other] = secondExcess;
  return true;
}

bool ChunkSearch::run() {
  // No order helps a channel whose sum is too large for all chunks.
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t sum = 0;
    for (int64_t tap = 0; tap < taps; ++tap)
      sum += magnitude(tap, channel);
    if (sum > limit * chunks)
      return false;
  }
  std::vector<int64_t> bad;
  auto findBad = [&] {
    bad.clear();
    for (int64_t which = 0; which < chunks; ++which)
      if (excess[which] > 0)
        bad.push_back(which);
    return !bad.empty();
  };
  if (!findBad())
    return true;
  if (chunks == 1)
    return false;
  for (int64_t tries = mostTries * taps; tries > 0; --tries) {
    int64_t one = bad[draw(int64_t(bad.size()))], other = draw(chunks);
    if (one == other)
      continue;
    int64_t from = one * chunk + draw(sizeOf(one));
    int64_t to = other * chunk + draw(sizeOf(other));
    bool isFar = std::abs(to - order[from]) > TapOrder::mostMove ||
                 std::abs(from - order[to]) > TapOrder::mostMove;
    if (!isFar && exchange(from, to) && !findBad())
      return true;
  }
  return false;
}

} // namespace

TapOrder rtwmc::findTapOrder(const std::vector<int16_t> &weights,
                             int64_t channels, int64_t limit, int64_t longest) {
  for (int64_t chunk = longest; chunk > 1; --chunk) {
    ChunkSearch search(weights, channels, limit, chunk);
    if (search.run())
      return search.take();
  }
  return ChunkSearch(weights, channels, limit, /*chunk=*/1).take();
}
