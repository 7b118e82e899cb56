//===- PlacementTest.cpp - Offsets for buffers with lifetimes -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Placement.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

using namespace rtwmc::planning;

namespace {

/// The most bytes alive at once.
int64_t peakOf(const std::vector<LiveBuffer> &buffers) {
  int64_t peak = 0;
  for (int64_t time = 0; time < 40; ++time) {
    int64_t live = 0;
    for (const LiveBuffer &b : buffers)
      live += b.first <= time && time <= b.last ? b.bytes : 0;
    peak = std::max(peak, live);
  }
  return peak;
}

/// Aligned, inside the arena, and apart from all that is alive meanwhile.
void check(const std::vector<LiveBuffer> &buffers, const Placement &placed) {
  ASSERT_EQ(placed.offsets.size(), buffers.size());
  int64_t end = 0;
  for (size_t i = 0; i < buffers.size(); ++i) {
    const LiveBuffer &a = buffers[i];
    ASSERT_GE(placed.offsets[i], 0);
    ASSERT_EQ(placed.offsets[i] % a.align, 0);
    end = std::max(end, placed.offsets[i] + a.bytes);
    for (size_t j = 0; j < i; ++j) {
      const LiveBuffer &b = buffers[j];
      bool apart = placed.offsets[i] + a.bytes <= placed.offsets[j] ||
                   placed.offsets[j] + b.bytes <= placed.offsets[i];
      bool together = a.first <= b.last && b.first <= a.last;
      ASSERT_TRUE(apart || !together || a.bytes == 0 || b.bytes == 0);
    }
  }
  ASSERT_EQ(placed.arenaBytes, end);
}

TEST(Placement, NothingTakesNothing) {
  Placement placed = placeBuffers({});
  EXPECT_TRUE(placed.offsets.empty());
  EXPECT_EQ(placed.arenaBytes, 0);
}

TEST(Placement, SharesBytesOverTime) {
  // The second and the third never meet; times include both ends.
  std::vector<LiveBuffer> buffers{{8, 8, 0, 9}, {24, 8, 0, 4}, {16, 8, 5, 9}};
  Placement placed = placeBuffers(buffers);
  EXPECT_EQ(placed.arenaBytes, 32);
  EXPECT_EQ(placed.offsets[1], placed.offsets[2]);
  buffers[2].first = 4;
  EXPECT_EQ(placeBuffers(buffers).arenaBytes, 48);
}

TEST(Placement, Aligns) {
  std::vector<LiveBuffer> buffers{{5, 1, 0, 1}, {4, 4, 0, 1}};
  Placement placed = placeBuffers(buffers);
  check(buffers, placed);
  // The aligned one first, and nothing lost between them.
  EXPECT_EQ(placed.arenaBytes, 9);
}

TEST(Placement, LooksBeyondTheLargestFirst) {
  // The largest first, and the earlier of equals, leaves a gap: 136 bytes.
  std::vector<LiveBuffer> buffers{
      {56, 8, 1, 2}, {56, 8, 2, 5}, {24, 8, 3, 4}, {48, 8, 4, 4}};
  EXPECT_EQ(placeBuffers(buffers).arenaBytes, peakOf(buffers));
  EXPECT_EQ(peakOf(buffers), 128);
}

TEST(Placement, Random) {
  std::mt19937 rng(1);
  int64_t most = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<LiveBuffer> buffers(1 + rng() % 12);
    for (LiveBuffer &b : buffers) {
      b.bytes = rng() % 60;
      b.align = int64_t(1) << rng() % 4;
      b.first = rng() % 30;
      b.last = b.first + rng() % 10;
    }
    Placement placed = placeBuffers(buffers);
    check(buffers, placed);
    if (HasFatalFailure())
      return;
    EXPECT_EQ(placeBuffers(buffers).offsets, placed.offsets);
    int64_t peak = peakOf(buffers);
    ASSERT_GE(placed.arenaBytes, peak);
    most = std::max(most, 100 * placed.arenaBytes / std::max<int64_t>(peak, 1));
  }
  // No proof, but what the search is worth.
  EXPECT_LE(most, 130);
}

} // namespace
