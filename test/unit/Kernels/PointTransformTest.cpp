//===- PointTransformTest.cpp - Neighbouring columns at points ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convolution/PointTransform.h"

#include "gtest/gtest.h"
#include <random>

using namespace rtwmc;

namespace {

/// Outputs of `elements` as the kernel computes them, modulo 2^32.
std::vector<int32_t> compute(const PointTransform &transform,
                             std::span<const int16_t> taps,
                             std::span<const int32_t> elements) {
  int64_t count = transform.products();
  std::vector<int64_t> transformed(count);
  std::vector<int64_t> ends = transform.factorsAtEnds();
  for (size_t t = 0; t < ends.size(); ++t) {
    transformed[0] += ends[t] * elements[2 * t];
    transformed[count - 1] += ends[t] * elements[2 * t + 1];
  }
  size_t at = 1;
  for (int64_t point : transform.points()) {
    std::vector<int64_t> factors = transform.factorsOf(point);
    int64_t odd = 0, even = 0;
    for (size_t t = 0; t < factors.size(); ++t) {
      odd += factors[t] * elements[2 * t + 1];
      even += factors[t] * elements[2 * t + 2];
    }
    transformed[at++] = even + point * odd;
    transformed[at++] = even - point * odd;
  }
  std::vector<uint32_t> products;
  for (int64_t i = 0; i < count; ++i) {
    int64_t w = transform.weight(taps, i);
    EXPECT_LT(std::abs(w), 1 << 14);
    EXPECT_LT(std::abs(transformed[i]), 1 << 14);
    products.push_back(static_cast<uint32_t>(transformed[i] * w));
  }
  std::vector<int32_t> outputs;
  for (int64_t column = 0; column < transform.columns(); ++column) {
    uint32_t sum = 0;
    if (column == 0)
      sum += static_cast<uint32_t>(transform.factorOfProduct(0)) * products[0];
    if (column == transform.columns() - 1)
      sum += static_cast<uint32_t>(transform.divisor()) * products.back();
    size_t next = 1;
    for (int64_t point : transform.points()) {
      int64_t factor = transform.factorOfProduct(point);
      for (int64_t i = 0; i < column; ++i)
        factor *= point;
      uint32_t plus = products[next++], minus = products[next++];
      sum += static_cast<uint32_t>(factor) *
             (column % 2 ? plus - minus : plus + minus);
    }
    sum *= static_cast<uint32_t>(transform.inverse());
    outputs.push_back(static_cast<int32_t>(sum) >> transform.shift());
  }
  return outputs;
}

TEST(PointTransform, OutputsAreExact) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> byte(-128, 127);
  for (int64_t taps : {3, 4, 5}) {
    auto transform = PointTransform::get(taps);
    ASSERT_TRUE(transform);
    for (int turn = 0; turn < 200; ++turn) {
      std::vector<int16_t> weights;
      std::vector<int32_t> elements;
      // The farthest as well.
      auto any = [&] {
        return turn < 8 ? (byte(random) < 0 ? -128 : 127) : byte(random);
      };
      for (int64_t i = 0; i < taps; ++i)
        weights.push_back(static_cast<int16_t>(any()));
      for (int64_t i = 0; i < transform->products(); ++i)
        elements.push_back(any());
      std::vector<int32_t> outputs = compute(*transform, weights, elements);
      for (int64_t column = 0; column < transform->columns(); ++column) {
        int32_t expected = 0;
        for (int64_t i = 0; i < taps; ++i)
          expected += weights[i] * elements[column + i];
        ASSERT_EQ(outputs[column], expected) << taps << " taps";
      }
    }
  }
}

/// The same with weights that are multiplied, and elements of 0 to 255 as
/// halfwords that are not negative.
std::vector<int32_t> computeHalves(const PointTransform &transform,
                                   std::span<const int16_t> taps,
                                   std::span<const int32_t> elements) {
  int64_t count = transform.products(), zero = *transform.halfwordZero();
  std::vector<uint32_t> products;
  for (int64_t i = 0; i < count; ++i) {
    int64_t w = transform.weight(taps, i) * transform.weightFactor(i);
    EXPECT_EQ(w, int16_t(w)) << "product " << i;
    int64_t sum = zero;
    std::vector<int64_t> factors = transform.elementFactors(i);
    for (int64_t column = 0; column < count; ++column)
      sum += factors[column] * elements[column];
    EXPECT_GE(sum, 0);
    EXPECT_EQ(sum, int16_t(sum)) << "product " << i;
    products.push_back(static_cast<uint32_t>(w * (sum - zero)));
  }
  std::vector<int32_t> outputs;
  for (int64_t column = 0; column < transform.columns(); ++column) {
    uint32_t sum = column == 0 ? products[0] : 0;
    for (int64_t i = 1; i + 1 < count; ++i) {
      int64_t factor = 1;
      for (int64_t j = 0; j < column; ++j)
        factor *= transform.pointOf(i);
      sum += static_cast<uint32_t>(factor) * products[i];
    }
    if (column == transform.columns() - 1)
      sum += products.back() << transform.endShift();
    outputs.push_back(static_cast<int32_t>(sum));
  }
  return outputs;
}

TEST(PointTransform, HalfwordsAreExact) {
  std::mt19937 random(2);
  std::uniform_int_distribution<int> byte(0, 255);
  std::vector<std::pair<int64_t, PointTransform>> transforms;
  for (int64_t taps : {3, 4, 5})
    for (const PointTransform &each : PointTransform::list(taps))
      transforms.push_back({taps, each});
  EXPECT_EQ(transforms.size(), 4u);
  for (const auto &[taps, transform] : transforms) {
    ASSERT_TRUE(transform.halfwordZero());
    for (int turn = 0; turn < 2000; ++turn) {
      std::vector<int16_t> weights;
      std::vector<int32_t> elements;
      // All ways of being at the ends are among them.
      auto any = [&](int bit) {
        if (turn < 1000)
          return byte(random) < 128 ? 0 : 255;
        return turn < 1256 ? (turn >> bit & 1) * 255 : byte(random);
      };
      for (int64_t i = 0; i < taps; ++i)
        weights.push_back(static_cast<int16_t>(any(int(i)) - 128));
      for (int64_t i = 0; i < transform.products(); ++i)
        elements.push_back(any(int(i)));
      std::vector<int32_t> outputs =
          computeHalves(transform, weights, elements);
      for (int64_t column = 0; column < transform.columns(); ++column) {
        int64_t expected = 0;
        for (int64_t i = 0; i < taps; ++i)
          expected += weights[i] * elements[column + i];
        ASSERT_EQ(outputs[column], transform.divisor() * expected);
      }
    }
  }
}

TEST(PointTransform, OtherRowsHaveNone) {
  for (int64_t taps : {0, 1, 2, 6, 7})
    EXPECT_FALSE(PointTransform::get(taps));
}

} // namespace
