//===- PlaneSearchTest.cpp - Functions of two bytes as planes -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder/PlaneSearch.h"
#include "ScaleCases.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace rtwmc;

namespace {

/// A residual addition: both elements are scaled, then their sum.
struct Addition {
  Rescale first, second, sum;
  int64_t firstZero, secondZero;

  int64_t run(int64_t x, int64_t y) const {
    auto scale = [](const Rescale &self, int64_t value) {
      Rescale whole = self;
      whole.zeroPoint = 0;
      whole.min = -(int64_t(1) << 31);
      whole.max = (int64_t(1) << 31) - 1;
      return referenceOf(whole, value);
    };
    int64_t both = scale(first, (x - firstZero) * (1 << 20)) +
                   scale(second, (y - secondZero) * (1 << 20));
    return referenceOf(sum, both);
  }

  static double slope(const Rescale &self) {
    return std::ldexp(double(self.multiplier), -int(self.shift));
  }
};

Addition makeAddition(std::mt19937 &random) {
  auto between = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  auto makeScale = [&](int64_t shift) {
    Rescale scale;
    scale.multiplier = between(int64_t(1) << 30, (int64_t(1) << 31) - 1);
    scale.shift = shift;
    return scale;
  };
  Addition result{makeScale(31 + between(0, 2)), makeScale(31 + between(0, 2)),
                  makeScale(50 + between(-1, 1)), between(-128, 127),
                  between(-128, 127)};
  result.sum.zeroPoint = between(-128, 127);
  if (between(0, 1))
    result.sum.min = result.sum.zeroPoint;
  return result;
}

std::vector<int8_t>
valuesOf(ByteRanges ranges, llvm::function_ref<int64_t(int64_t, int64_t)> run) {
  std::vector<int8_t> values;
  for (int64_t i = 0; i < bytesInRange; ++i)
    for (int64_t j = 0; j < bytesInRange; ++j)
      values.push_back(
          static_cast<int8_t>(run(ranges.firstLow + i, ranges.secondLow + j)));
  return values;
}

/// What the instructions do, with words that wrap around.
int64_t runPlane(const Plane &plane, int64_t x, int64_t y) {
  auto sum =
      static_cast<int32_t>(uint32_t(x * plane.first) +
                           uint32_t(y * plane.second) + uint32_t(plane.offset));
  return std::clamp<int64_t>(sum >> plane.shift, plane.min, plane.max);
}

TEST(PlaneSearch, ResidualAdditions) {
  std::mt19937 random(1);
  int numFound = 0;
  for (int turn = 0; turn < 30; ++turn) {
    Addition addition = makeAddition(random);
    ByteRanges ranges{turn % 3 ? -128 : 0, turn % 5 ? -128 : 0};
    std::vector<int8_t> values = valuesOf(
        ranges, [&](int64_t x, int64_t y) { return addition.run(x, y); });
    double scale = std::ldexp(Addition::slope(addition.sum), 20);
    auto plane =
        findPlane(values, ranges, Addition::slope(addition.first) * scale,
                  Addition::slope(addition.second) * scale);
    if (!plane)
      continue;
    ++numFound;
    size_t at = 0;
    for (int64_t i = 0; i < bytesInRange; ++i)
      for (int64_t j = 0; j < bytesInRange; ++j)
        ASSERT_EQ(runPlane(*plane, ranges.firstLow + i, ranges.secondLow + j),
                  values[at++]);
  }
  EXPECT_GE(numFound, 25);
}

TEST(PlaneSearch, WhatIsNoPlane) {
  auto product = [](int64_t x, int64_t y) { return x * y >> 7; };
  std::vector<int8_t> values = valuesOf({}, product);
  EXPECT_FALSE(findPlane(values, {}, 1, 1));
  // A single pair that differs.
  auto plain = [](int64_t x, int64_t y) { return (x + y) >> 1; };
  values = valuesOf({}, plain);
  EXPECT_TRUE(findPlane(values, {}, 0.5, 0.5));
  ++values[100 * bytesInRange + 100];
  EXPECT_FALSE(findPlane(values, {}, 0.5, 0.5));
  // Constants, and slopes that leave no shift.
  values.assign(values.size(), 5);
  EXPECT_FALSE(findPlane(values, {}, 0.5, 0.5));
  values[0] = 6;
  EXPECT_FALSE(findPlane(values, {}, 1e9, 1));
}

} // namespace
