//===- CropTest.cpp - Rows and columns that somebody reads ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Crop.h"

#include "gtest/gtest.h"

#include <random>
#include <set>

using namespace rtwmc::planning;

namespace {

std::set<int64_t> members(const Places &places) {
  std::set<int64_t> result;
  for (int64_t i = 0; i < places.count; ++i)
    result.insert(places.first + i * places.step);
  return result;
}

class Draw {
public:
  explicit Draw(unsigned seed) : engine(seed) {}

  int64_t operator()(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(engine);
  }
  Places places(int64_t size) {
    Draw &draw = *this;
    int64_t first = draw(0, size - 1), step = draw(1, 3);
    return {first, step, draw(1, (size - 1 - first) / step + 1)};
  }

private:
  std::mt19937 engine;
};

int64_t outputsOf(const WindowAxis &axis) {
  return windowCount(axis.size, axis.before, axis.after, axis.extent,
                     axis.stride) /
         axis.pooled;
}

/// The input at tap `tap` of window `window`; -1 in the padding.
int64_t inputAt(const WindowAxis &axis, int64_t window, int64_t tap) {
  int64_t place = window * axis.stride - axis.before + tap;
  return place < 0 || place >= axis.size ? -1 : place;
}

TEST(Places, UnitedHaveThoseOfBoth) {
  Draw draw(1);
  for (int trial = 0; trial < 10000; ++trial) {
    Places a = draw.places(20), b = draw.places(20);
    std::set<int64_t> all = members(unite(a, b));
    for (const Places &each : {a, b})
      for (int64_t place : members(each))
        ASSERT_TRUE(all.contains(place));
    ASSERT_EQ(*all.begin(), std::min(a.first, b.first));
    ASSERT_EQ(*all.rbegin(), std::max(a.last(), b.last()));
  }
  EXPECT_EQ(unite({}, {3, 2, 4}), (Places{3, 2, 4}));
  EXPECT_EQ(unite({0, 4, 3}, {2, 4, 2}), (Places{0, 2, 5}));
}

TEST(Places, ClippedAreThoseInside) {
  Draw draw(2);
  for (int trial = 0; trial < 10000; ++trial) {
    Places places{draw(-9, 12), draw(1, 4), draw(1, 9)};
    int64_t size = draw(1, 9);
    std::set<int64_t> inside;
    for (int64_t place : members(places))
      if (place >= 0 && place < size)
        inside.insert(place);
    if (inside.empty())
      inside = {0};
    ASSERT_EQ(members(clip(places, size)), inside);
  }
}

/// A cropped layer sees in every window what the whole one sees there.
TEST(WindowAxis, CroppedWindowsSeeTheSame) {
  Draw draw(3);
  int cropped = 0, skipped = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    WindowAxis axis;
    axis.size = draw(1, 24);
    axis.before = draw(-2, 4);
    axis.after = draw(-2, 4);
    axis.extent = draw(1, 3) == 1 ? 1 : draw(1, 6);
    axis.stride = draw(1, 4);
    axis.pooled = draw(1, 2) == 1 ? 1 : draw(1, 3);
    if (outputsOf(axis) < 1)
      continue;
    Places outputs = axis.computed(draw.places(outputsOf(axis)));
    Places inputs = axis.readBy(outputs);
    ASSERT_GE(inputs.first, 0);
    ASSERT_LT(inputs.last(), axis.size);
    // As if there were another reader.
    if (draw(0, 1) == 1)
      inputs = unite(inputs, draw.places(axis.size));
    cropped += inputs.count < axis.size;
    skipped += inputs.step > 1 && inputs.count > 1;

    WindowAxis less = axis.cropped(outputs, inputs);
    ASSERT_EQ(less.size, inputs.count);
    ASSERT_EQ(outputsOf(less), outputs.count);
    for (int64_t output = 0; output < outputs.count; ++output)
      for (int64_t pooled = 0; pooled < axis.pooled; ++pooled)
        for (int64_t tap = 0; tap < axis.extent; ++tap) {
          int64_t was = inputAt(
              axis,
              (outputs.first + output * outputs.step) * axis.pooled + pooled,
              tap);
          int64_t is = inputAt(less, output * axis.pooled + pooled, tap);
          ASSERT_EQ(is < 0 ? -1 : inputs.first + is * inputs.step, was);
        }
  }
  EXPECT_GT(cropped, 1000);
  EXPECT_GT(skipped, 100);
}

} // namespace
