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

#include <algorithm>
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

std::vector<PointTransform> PointTransform::list(int64_t taps) {
  std::vector<PointTransform> transforms;
  if (auto transform = get(taps))
    transforms.push_back(*transform);
  if (taps == 5)
    transforms.push_back(PointTransform(2, 5, 2));
  return transforms;
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

int64_t PointTransform::pointOf(int64_t index) const {
  int64_t point = index ? positive[(index - 1) / 2] : 0;
  return index > 0 && index % 2 == 0 ? -point : point;
}

int64_t PointTransform::weight(std::span<const int16_t> taps,
                               int64_t index) const {
  if (index == products() - 1)
    return taps.back();
  int64_t point = pointOf(index);
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

std::vector<int64_t> PointTransform::elementFactors(int64_t index) const {
  std::vector<int64_t> result(products());
  if (index == 0 || index == products() - 1) {
    int64_t at = index ? 1 : 0;
    for (int64_t factor : factorsAtEnds()) {
      result[at] = factor;
      at += 2;
    }
    return result;
  }
  int64_t point = pointOf(index), at = 1;
  for (int64_t factor : factorsOf(std::abs(point))) {
    result[at] = factor * point;
    result[at + 1] = factor;
    at += 2;
  }
  return result;
}

static constexpr int64_t mostWeight = 128, mostHalfword = 32767;

int64_t PointTransform::weightFactor(int64_t index) const {
  return index == products() - 1 ? common >> endShift()
                                 : factorOfProduct(std::abs(pointOf(index)));
}

int64_t PointTransform::endShift() const {
  int64_t shift = 0;
  while (mostWeight * (common >> shift) > mostHalfword)
    ++shift;
  return shift;
}

std::optional<int64_t> PointTransform::halfwordZero() const {
  int64_t least = 0, most = 0;
  for (int64_t index = 0; index < products(); ++index) {
    int64_t low = 0, high = 0;
    for (int64_t factor : elementFactors(index))
      (factor < 0 ? low : high) += 255 * factor;
    least = std::min(least, low);
    most = std::max(most, high);
  }
  return most - least > mostHalfword ? std::nullopt : std::optional(-least);
}
