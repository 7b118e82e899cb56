//===- SplitScaleTest.cpp - Products of 32 bits against TOSA's ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder/SplitScale.h"
#include "ScaleCases.h"

#include "gtest/gtest.h"

using namespace rtwmc;

namespace {

/// What the instructions do, with words that wrap around.
int64_t run(const SplitScales &found, size_t channel, int64_t accumulator,
            const Rescale &like) {
  const SplitScale &scale = found.channels[channel];
  auto u = static_cast<int32_t>(accumulator - scale.first);
  if (u < 0)
    return like.min;
  if (u >= scale.limit)
    return like.max;
  auto factor = static_cast<uint32_t>(u);
  uint32_t low = (factor >> found.drop) * scale.low >> found.shift;
  uint32_t word = factor * scale.high + low;
  word += scale.offset;
  if (found.isSided && u >= scale.from)
    word += scale.offsetFrom;
  return like.min + 1 + (word >> found.valueShift);
}

void expectExact(const SplitScales &found, size_t channel, const Case &each,
                 std::mt19937 &random) {
  for (int64_t at : samplesOf(each, random))
    ASSERT_EQ(run(found, channel, at, each.rescale),
              referenceOf(each.rescale, at))
        << "at " << at;
}

TEST(SplitScale, GivesWhatTosaDoes) {
  std::mt19937 random(1);
  int numPlain = 0, numSided = 0;
  for (int i = 0; i < 2000; ++i) {
    Case each = makeCase(random);
    auto found = findSplitScales({each.rescale}, {each.reach});
    if (!found)
      continue;
    ++(found->isSided ? numSided : numPlain);
    SCOPED_TRACE(i);
    expectExact(*found, 0, each, random);
  }
  EXPECT_GT(numPlain, 500);
  EXPECT_GT(numSided, 300);
}

TEST(SplitScale, ChannelsOfOneLayer) {
  std::mt19937 random(2);
  int numDropping = 0, numOthers = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<Rescale> rescales;
    std::vector<Reach> reaches;
    Case each = makeCase(random);
    for (int64_t off = 0; off < 4; ++off) {
      rescales.push_back(each.rescale);
      rescales.back().shift += 2 * off;
      reaches.push_back(each.reach);
    }
    auto found = findSplitScales(rescales, reaches);
    if (!found)
      continue;
    ++(found->drop ? numDropping : numOthers);
    SCOPED_TRACE(i);
    for (size_t channel = 0; channel < rescales.size(); ++channel)
      expectExact(*found, channel, {rescales[channel], reaches[channel]},
                  random);
  }
  EXPECT_GT(numOthers, 50);
  EXPECT_GT(numDropping, 20);
}

TEST(SplitScale, WhatItCannotDo) {
  Rescale rescale{.multiplier = 1 << 30, .shift = 38, .zeroPoint = 3};
  Reach reach{0, -30000, 30000};
  EXPECT_TRUE(findSplitScales({rescale}, {reach}));
  // Values that are passed over.
  Rescale steep = rescale;
  steep.shift = 29;
  EXPECT_FALSE(findSplitScales({steep}, {{0, -10, 10}}));
  // Accumulators beyond 2^30.
  EXPECT_TRUE(findSplitScales({rescale}, {{0, -(1 << 30), (1 << 30) - 1}}));
  EXPECT_FALSE(findSplitScales({rescale}, {{0, -(1 << 30), 1 << 30}}));
  EXPECT_FALSE(findSplitScales({rescale}, {{-1, -(1 << 30), 0}}));
  // Elements of less than a byte that all accumulators leave in the middle.
  Rescale flat = rescale;
  flat.shift = 60;
  EXPECT_FALSE(findSplitScales({flat}, {reach}));
  rescale.multiplier = -1;
  EXPECT_FALSE(findSplitScales({rescale}, {reach}));
}

} // namespace
