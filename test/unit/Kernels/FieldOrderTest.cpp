//===- FieldOrderTest.cpp - Chunks of products that fit fields ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convolution/FieldOrder.h"

#include "gtest/gtest.h"
#include <random>
#include <set>

using namespace rtwmc;

namespace {

Filters makeRows(int64_t channels, int64_t height, int64_t length,
                 std::vector<int16_t> weights) {
  Filters filters;
  filters.channels = channels;
  filters.height = height;
  filters.length = length;
  filters.weights = std::move(weights);
  return filters;
}

/// Every element once, in chunks whose products with the farthest elements fit
/// 16 bits in every channel.
void expectFits(const Filters &filters, const FieldOrder &order) {
  int64_t perRow = order.blocksPerRow * order.elementsPerBlock();
  ASSERT_EQ(int64_t(order.elements.size()), filters.height * perRow);
  const int32_t *at = order.elements.data();
  for (int64_t row = 0; row < filters.height; ++row) {
    std::multiset<int32_t> seen;
    for (int64_t block = 0; block < order.blocksPerRow; ++block)
      for (ChunkRun run : order.runs)
        for (int64_t chunk = 0; chunk < run.count; ++chunk, at += run.size)
          for (int64_t channel = 0; channel < filters.channels; ++channel) {
            int64_t least = 0, most = 0;
            for (int64_t i = 0; i < run.size; ++i) {
              ASSERT_LT(at[i], filters.length);
              if (channel == 0 && at[i] >= 0)
                seen.insert(at[i]);
              int64_t w = at[i] < 0 ? 0 : filters.at(channel, row, at[i]);
              least += std::min(-128 * w, 127 * w);
              most += std::max(-128 * w, 127 * w);
            }
            EXPECT_GE(least, -32768);
            EXPECT_LE(most, 32767);
          }
    EXPECT_EQ(int64_t(seen.size()), filters.length);
    EXPECT_EQ(std::set<int32_t>(seen.begin(), seen.end()).size(), seen.size());
  }
}

TEST(FieldOrder, RandomWeightsFit) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0, 35);
  for (auto [channels, height, length] :
       {std::tuple(5, 3, 9), std::tuple(16, 3, 48), std::tuple(3, 1, 300),
        std::tuple(7, 5, 85), std::tuple(4, 2, 1), std::tuple(9, 1, 101)}) {
    std::vector<int16_t> weights;
    for (int i = 0; i < channels * height * length; ++i)
      weights.push_back(
          static_cast<int16_t>(std::clamp<double>(normal(random), -128, 127)));
    Filters filters = makeRows(channels, height, length, weights);
    auto order = findFieldOrder(filters);
    ASSERT_TRUE(order);
    expectFits(filters, *order);
  }
}

TEST(FieldOrder, SmallWeightsMakeLongChunks) {
  Filters filters = makeRows(2, 1, 12, std::vector<int16_t>(24, 42));
  auto order = findFieldOrder(filters);
  ASSERT_TRUE(order);
  EXPECT_EQ(order->chunksPerBlock(), 2);
  // 6 * 43 = 258.
  filters.weights.assign(24, 43);
  order = findFieldOrder(filters);
  ASSERT_TRUE(order);
  EXPECT_EQ(order->chunksPerBlock(), 3);
  expectFits(filters, *order);
}

TEST(FieldOrder, BothSidesOfTheBound) {
  // 255 and 256 in a pair.
  EXPECT_TRUE(findFieldOrder(makeRows(1, 1, 2, {-128, 127})));
  EXPECT_FALSE(findFieldOrder(makeRows(1, 1, 2, {-128, -128})));
  // The others of four have to be apart.
  EXPECT_TRUE(findFieldOrder(makeRows(1, 1, 4, {-128, -128, 127, 127})));
  EXPECT_FALSE(findFieldOrder(makeRows(1, 1, 4, {-128, -128, -128, 127})));
  // Each row for itself.
  EXPECT_FALSE(findFieldOrder(makeRows(1, 2, 2, {-128, -128, 0, 0})));
}

} // namespace
