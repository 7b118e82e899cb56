//===- PointTransform.cpp - Neighbouring columns at points ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements are transformed by the products of all (x - point) but one, which
// are x or 1 times polynomials in x^2: of a point and its negative the same but
// for the sign of the odd part.
//
//===----------------------------------------------------------------------===//

#include "PointTransform.h"

#include <bit>
#include <cstdlib>
#include <numeric>

using namespace rtwmc;

std::optional<PointTransform> PointTransform::get(int64_t taps) {
  switch (taps) {
  case 3:
    return PointTransform(4, 3, 2);
  case 4:
    return PointTransform(3, 4, 2);
  case 5:
    return PointTransform(4, 5, 3);
  default:
    return std::nullopt;
  }
}

/// What a product is divided by: the derivative of x * (x^2 - 1) ... there.
static int64_t slopeAt(std::span<const int64_t> points, int64_t point) {
  int64_t slope = point ? 2 * point * point : 1;
  for (int64_t other : points)
    if (other != point)
      slope *= point * point - other * other;
  return slope;
}

PointTransform::PointTransform(int64_t columns, int64_t taps, int64_t points)
    : numColumns(columns), numTaps(taps) {
  for (int64_t point = 1; point <= points; ++point)
    positive.push_back(point);
  common = std::abs(slopeAt(positive, 0));
  for (int64_t point : positive)
    common = std::lcm(common, std::abs(slopeAt(positive, point)));
}

int64_t PointTransform::factorOfProduct(int64_t point) const {
  return common / slopeAt(positive, point);
}

int64_t PointTransform::shift() const {
  return std::countr_zero(static_cast<uint64_t>(common));
}

int64_t PointTransform::inverse() const {
  auto odd = static_cast<uint32_t>(common >> shift());
  // Newton's iteration doubles the bits that are right, of an odd number three.
  uint32_t inverse = odd;
  for (int turn = 0; turn < 4; ++turn)
    inverse *= 2 - odd * inverse;
  return static_cast<int32_t>(inverse);
}

int64_t PointTransform::weight(std::span<const int16_t> taps,
                               int64_t index) const {
  if (index == products() - 1)
    return taps.back();
  int64_t point = index ? positive[(index - 1) / 2] : 0;
  if (index > 0 && index % 2 == 0)
    point = -point;
  int64_t sum = 0, power = 1;
  for (int16_t w : taps) {
    sum += w * power;
    power *= point;
  }
  return sum;
}

/// The coefficients of the product of all (y - point^2) but that of `without`.
static std::vector<int64_t> multiplyOut(std::span<const int64_t> points,
                                        int64_t without) {
  std::vector<int64_t> factors{1};
  for (int64_t point : points) {
    if (point == without)
      continue;
    factors.push_back(0);
    for (size_t i = factors.size() - 1; i > 0; --i)
      factors[i] = factors[i - 1] - point * point * factors[i];
    factors[0] *= -point * point;
  }
  return factors;
}

std::vector<int64_t> PointTransform::factorsOf(int64_t point) const {
  return multiplyOut(positive, point);
}

std::vector<int64_t> PointTransform::factorsAtEnds() const {
  return multiplyOut(positive, 0);
}
