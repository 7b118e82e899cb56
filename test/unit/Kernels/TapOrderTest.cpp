//===- TapOrderTest.cpp - Taps in chunks whose sums are small -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convolution/TapOrder.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <random>

using namespace rtwmc;

namespace {

/// The largest sum of magnitudes that a channel has in a chunk.
int64_t findLargestSum(const TapOrder &order,
                       const std::vector<int16_t> &weights) {
  int64_t taps = order.taps.size(), largest = 0;
  for (int64_t channel = 0; channel * taps < int64_t(weights.size()); ++channel)
    for (int64_t first = 0; first < taps; first += order.chunk) {
      int64_t sum = 0;
      for (int64_t at = first; at < std::min(first + order.chunk, taps); ++at)
        sum += std::abs(weights[channel * taps + order.taps[at]]);
      largest = std::max(largest, sum);
    }
  return largest;
}

bool isPermutation(const TapOrder &order) {
  std::vector<int32_t> sorted = order.taps;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i)
    if (sorted[i] != int32_t(i))
      return false;
  return true;
}

TEST(TapOrder, KeepsTheLimit) {
  std::mt19937 random(5);
  for (int trial = 0; trial < 60; ++trial) {
    int64_t channels = 1 + random() % 20, taps = 1 + random() % 300;
    int64_t range = 1 + random() % 128;
    std::vector<int16_t> weights(channels * taps);
    for (int16_t &weight : weights)
      weight = int16_t(random() % (2 * range + 1)) - range;
    TapOrder order = findTapOrder(weights, channels, /*limit=*/255, 6);
    EXPECT_TRUE(isPermutation(order)) << "trial " << trial;
    EXPECT_LE(findLargestSum(order, weights), 255) << "trial " << trial;
    for (int64_t at = 0; at < taps; ++at)
      EXPECT_LE(std::abs(at - order.taps[at]), TapOrder::mostMove);
    EXPECT_GE(order.chunk, range <= 127 ? std::min<int64_t>(taps, 2) : 1);
    EXPECT_EQ(findTapOrder(weights, channels, 255, 6).taps, order.taps);
  }
}

TEST(TapOrder, BothSidesOfTheLimit) {
  std::vector<int16_t> enough{85, -85, 85, 85, 85, -85};
  EXPECT_EQ(findTapOrder(enough, 1, 255, 6).chunk, 3);
  std::vector<int16_t> tooMuch{85, -86, 85, 85, 85, 85};
  EXPECT_EQ(findTapOrder(tooMuch, 1, 255, 6).chunk, 2);
  std::vector<int16_t> alone(4, -128);
  EXPECT_EQ(findTapOrder(alone, 1, 255, 6).chunk, 1);
}

TEST(TapOrder, MovesWhatIsLarge) {
  // Large weights side by side, in the second channel others.
  std::vector<int16_t> weights{120, 120, 5, 5, 5, 5, 5, 5, 120, 120, 5, 5};
  EXPECT_GT(findLargestSum({3, {0, 1, 2, 3, 4, 5}}, weights), 200);
  TapOrder order = findTapOrder(weights, 2, 200, 3);
  EXPECT_EQ(order.chunk, 3);
  EXPECT_LE(findLargestSum(order, weights), 200);
}

} // namespace
