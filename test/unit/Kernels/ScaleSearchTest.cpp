//===- ScaleSearchTest.cpp - Short formulas against TOSA's ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScaleCases.h"

#include "gtest/gtest.h"

using namespace rtwmc;

namespace {

/// What the instructions do, with words that wrap around; products are `factor`
/// times what they were.
int64_t runShort(const ShortScale &scale, int64_t shift, int64_t products,
                 const Rescale &like, int64_t factor = 1) {
  auto sum = static_cast<int32_t>(factor * products + scale.start);
  int64_t wide =
      (int64_t(scale.offset) << 32) + int64_t(sum) * scale.multiplier;
  auto word = static_cast<int32_t>(wide >> 32);
  return std::clamp<int64_t>(word >> shift, like.min, like.max);
}

int64_t runRounded(const RoundedScale &scale, bool isSigned,
                   int64_t accumulator, const Rescale &like,
                   int64_t factor = 1) {
  auto value = static_cast<int32_t>(factor * accumulator + scale.start);
  auto twice = static_cast<int32_t>(factor == 1 ? 2 * int64_t(value) : value);
  auto offset = static_cast<int32_t>(int64_t(scale.offset) +
                                     (isSigned ? value >> 31 : 0));
  int64_t wide = (int64_t(offset) << 32) + int64_t(twice) * scale.multiplier +
                 (int64_t(1) << 31);
  auto word = static_cast<int32_t>(wide >> 32);
  return std::clamp<int64_t>(word >> scale.shift, like.min, like.max);
}

TEST(ScaleSearch, ThresholdsAreWhereValuesChange) {
  Rescale rescale{.multiplier = 1 << 30, .shift = 32, .zeroPoint = 3};
  // 1 / 4 + 1 / 2, and 1 / 4 of the second rounding, is 1.
  Reach reach{0, -6, 6};
  EXPECT_EQ(findThresholds(rescale, reach),
            (std::vector<int64_t>{-5, -1, 1, 5}));
}

TEST(ScaleSearch, FormulasGiveWhatTosaDoes) {
  std::mt19937 random(1);
  int numShort = 0, numRounded = 0, numSigned = 0;
  for (int i = 0; i < 2000; ++i) {
    Case each = makeCase(random);
    std::vector<int64_t> samples = samplesOf(each, random);
    if (auto found = findShortScales({each.rescale}, {each.reach})) {
      ++numShort;
      EXPECT_LT(std::abs(found->channels[0].start), mostStart);
      for (int64_t at : samples)
        ASSERT_EQ(runShort(found->channels[0], found->shift,
                           at - each.reach.bias, each.rescale),
                  referenceOf(each.rescale, at))
            << i << " at " << at;
    }
    for (bool isSigned : {false, true}) {
      auto found = findRoundedScales({each.rescale}, {each.reach}, isSigned);
      if (!found)
        continue;
      ++(isSigned ? numSigned : numRounded);
      for (int64_t at : samples)
        ASSERT_EQ(runRounded((*found)[0], isSigned, at, each.rescale),
                  referenceOf(each.rescale, at))
            << i << " at " << at;
    }
  }
  // Each form is there for many of them.
  EXPECT_GT(numShort, 1000);
  EXPECT_GT(numRounded, 400);
  EXPECT_GT(numSigned, 1000);
}

// As sums of products at points are, which are 24 or 720 times the outputs.
TEST(ScaleSearch, MultiplesGiveWhatTosaDoes) {
  std::mt19937 random(3);
  int numShort = 0, numRounded = 0, numSigned = 0;
  for (int i = 0; i < 2000; ++i) {
    Case each = makeCase(random);
    int64_t factor = i % 2 ? 24 : 720;
    if (std::max(-each.reach.low(), each.reach.high()) * factor >=
        (int64_t(1) << 31) - mostStart)
      continue;
    std::vector<int64_t> samples = samplesOf(each, random);
    if (auto found = findShortScales({each.rescale}, {each.reach}, factor)) {
      ++numShort;
      for (int64_t at : samples)
        ASSERT_EQ(runShort(found->channels[0], found->shift,
                           at - each.reach.bias, each.rescale, factor),
                  referenceOf(each.rescale, at))
            << i << " at " << at;
    }
    for (bool isSigned : {false, true}) {
      auto found =
          findRoundedScales({each.rescale}, {each.reach}, isSigned, factor);
      if (!found)
        continue;
      ++(isSigned ? numSigned : numRounded);
      for (int64_t at : samples)
        ASSERT_EQ(runRounded((*found)[0], isSigned, at, each.rescale, factor),
                  referenceOf(each.rescale, at))
            << i << " at " << at;
    }
  }
  EXPECT_GT(numShort, 800);
  EXPECT_GT(numRounded, 300);
  EXPECT_GT(numSigned, 800);
}

// What is beyond the clamp takes bits that the shift could have.
TEST(ScaleSearch, FarBeyondTheClamp) {
  Rescale rescale{.multiplier = 1 << 30, .shift = 32, .zeroPoint = -128};
  Reach reach{0, -(1 << 20), 1 << 20};
  auto found = findShortScales({rescale}, {reach}, 24);
  ASSERT_TRUE(found);
  for (int64_t at :
       {reach.least, int64_t(-1), int64_t(0), int64_t(511), reach.most})
    EXPECT_EQ(runShort(found->channels[0], found->shift, at, rescale, 24),
              referenceOf(rescale, at));
}

TEST(ScaleSearch, EndsOfWords) {
  Rescale rescale{
      .multiplier = (int64_t(1) << 31) - 1, .shift = 54, .zeroPoint = -128};
  constexpr int64_t most = (int64_t(1) << 31) - 1;
  std::mt19937 random(2);
  // Doubled, or 24 times, it is no word any more.
  Rescale even{.multiplier = 12 << 26, .shift = 53, .zeroPoint = -128};
  for (int64_t factor : {2, 24}) {
    Reach inside{0, -1, most / factor - 1};
    int64_t times = factor == 2 ? 1 : factor;
    EXPECT_TRUE(findRoundedScales({even}, {inside}, true, times));
    Reach tooFar{0, -1, most / factor + 1};
    EXPECT_FALSE(findRoundedScales({even}, {tooFar}, true, times));
  }
  Reach beyond{1, 0, most};
  EXPECT_FALSE(findShortScales({rescale}, {beyond}));
  // All words are too many; of those of half the size each comes out right.
  EXPECT_FALSE(findShortScales({rescale}, {{0, -most - 1, most}}));
  Reach half{0, -most / 2, most / 2};
  auto found = findShortScales({rescale}, {half});
  ASSERT_TRUE(found);
  for (int64_t at : samplesOf({rescale, half}, random))
    EXPECT_EQ(runShort(found->channels[0], found->shift, at, rescale),
              referenceOf(rescale, at));
  rescale.multiplier = -1;
  EXPECT_FALSE(findShortScales({rescale}, {{0, -5, 5}}));
}

TEST(ScaleSearch, AConstantChannel) {
  Rescale rescale{.multiplier = 1 << 30, .shift = 45, .zeroPoint = 7};
  auto found = findShortScales({rescale}, {{100, 0, 0}});
  ASSERT_TRUE(found);
  EXPECT_EQ(runShort(found->channels[0], found->shift, 0, rescale), 7);
}

} // namespace
