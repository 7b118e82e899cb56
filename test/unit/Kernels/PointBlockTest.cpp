//===- PointBlockTest.cpp - Weights for neighbouring windows at points ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convolution/PointBlock.h"

#include "gtest/gtest.h"

using namespace rtwmc;

namespace {

/// A filter of rows of `taps` weights of `elements` channels, all `weight`.
Filters makeFilters(int64_t taps, int64_t elements, int16_t weight) {
  Filters filters;
  filters.channels = 1;
  filters.height = 1;
  filters.length = taps * elements;
  filters.columnElements = elements;
  filters.outputColumns = 8;
  filters.weights.assign(filters.length, weight);
  filters.bias = {0};
  return filters;
}

/// The most channels whose sums, 128 times 127 a weight, are words if they are
/// multiplied by `divisor`.
int64_t mostElements(int64_t taps, int64_t divisor) {
  int64_t sum = ((int64_t(1) << 31) - mostStart) / divisor - 1;
  return sum / (128 * 127 * taps);
}

TEST(PointBlock, SumsAreWords) {
  for (auto [taps, divisor] : {std::pair(3, 24), {4, 24}, {5, 720}}) {
    int64_t most = mostElements(taps, divisor);
    auto found = PointBlock::findTransform(makeFilters(taps, most, 127));
    ASSERT_TRUE(found) << taps;
    EXPECT_EQ(found->divisor(), divisor);
    // Negative ones reach as far.
    EXPECT_TRUE(PointBlock::findTransform(makeFilters(taps, most, -127)));
    for (int16_t weight : {127, -127}) {
      found = PointBlock::findTransform(makeFilters(taps, most + 1, weight));
      // Of rows of five there is another one.
      EXPECT_EQ(found ? found->divisor() : 0, taps == 5 ? 24 : 0);
    }
  }
}

TEST(PointBlock, BiasesCount) {
  int64_t most = ((int64_t(1) << 31) - mostStart) / 24 - 1;
  Filters filters = makeFilters(3, 1, 1);
  filters.bias = {static_cast<int32_t>(most - 3 * 127)};
  EXPECT_TRUE(PointBlock::findTransform(filters));
  ++filters.bias[0];
  EXPECT_FALSE(PointBlock::findTransform(filters));
  filters.bias = {static_cast<int32_t>(-most + 3 * 128)};
  EXPECT_TRUE(PointBlock::findTransform(filters));
  --filters.bias[0];
  EXPECT_FALSE(PointBlock::findTransform(filters));
}

TEST(PointBlock, WhatItCannot) {
  Filters filters = makeFilters(3, 4, 1);
  filters.areWide = true;
  EXPECT_FALSE(PointBlock::findTransform(filters));
  filters = makeFilters(3, 4, 1);
  filters.outputColumns = 3;
  EXPECT_FALSE(PointBlock::findTransform(filters));
  EXPECT_FALSE(PointBlock::findTransform(makeFilters(2, 4, 1)));
  EXPECT_FALSE(PointBlock::findTransform(makeFilters(7, 4, 1)));
}

TEST(PointBlock, TilesAtOnce) {
  Filters filters = makeFilters(3, 4, 1);
  PointTransform transform = *PointTransform::get(3);
  auto tilesOf = [&](int64_t columns) {
    filters.outputColumns = columns;
    return PointBlock::countTiles(filters, transform);
  };
  EXPECT_EQ(tilesOf(4), 1);
  EXPECT_EQ(tilesOf(7), 1);
  EXPECT_EQ(tilesOf(8), 2);
  EXPECT_EQ(tilesOf(9), 2);
}

} // namespace
