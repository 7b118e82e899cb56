//===- PlaneSearch.cpp - Functions of two bytes as planes -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlaneSearch.h"
#include "ScaleSearch.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace rtwmc;

int64_t Plane::apply(int64_t x, int64_t y) const {
  return std::clamp((x * first + y * second + offset) >> shift, min, max);
}

namespace {

/// The results, and what is to be found for them.
struct Problem {
  std::span<const int8_t> values;
  ByteRanges ranges;
  int64_t min, max;

  /// Calls `visit` with both bytes and their result.
  template <typename Visitor> void forEach(Visitor visit) const {
    for (int64_t i = 0; i < bytesInRange; ++i)
      for (int64_t j = 0; j < bytesInRange; ++j)
        visit(ranges.firstLow + i, ranges.secondLow + j,
              int64_t(values[i * bytesInRange + j]));
  }

  std::optional<Plane> solve(int64_t first, int64_t second,
                             int64_t shift) const;
};

} // namespace

/// With these factors, each result bounds the offset from below and from above,
/// but where it is clamped.
std::optional<Plane> Problem::solve(int64_t first, int64_t second,
                                    int64_t shift) const {
  if (!isWord(first) || !isWord(second))
    return std::nullopt;
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();
  int64_t least = 0, most = 0;
  forEach([&](int64_t x, int64_t y, int64_t value) {
    int64_t sum = x * first + y * second;
    least = std::min(least, sum);
    most = std::max(most, sum);
    if (value > min)
      low = std::max(low, (value << shift) - sum);
    if (value < max)
      high = std::min(high, ((value + 1) << shift) - 1 - sum);
  });
  if (low > high || !isWord(low) || !isWord(low + least) || !isWord(low + most))
    return std::nullopt;
  return Plane{static_cast<int32_t>(first),
               static_cast<int32_t>(second),
               static_cast<int32_t>(low),
               shift,
               min,
               max};
}

std::optional<Plane> rtwmc::findPlane(std::span<const int8_t> values,
                                      ByteRanges ranges, double firstSlope,
                                      double secondSlope) {
  auto [least, most] = std::minmax_element(values.begin(), values.end());
  // A constant has no bounds.
  if (*least == *most || !std::isfinite(firstSlope) ||
      !std::isfinite(secondSlope))
    return std::nullopt;
  Problem problem{values, ranges, *least, *most};
  // Sums of both products, and as much for the offset, are words.
  double reach = 255 * (std::abs(firstSlope) + std::abs(secondSlope)) + 256;
  constexpr int64_t mostShift = 24;
  auto shift = std::min<int64_t>(mostShift, 30 - std::ilogb(reach));
  if (shift < 1)
    return std::nullopt;
  int64_t first = std::llround(std::ldexp(firstSlope, int(shift)));
  int64_t second = std::llround(std::ldexp(secondSlope, int(shift)));
  for (int64_t i : {0, 1, -1})
    for (int64_t j : {0, 1, -1})
      if (auto plane = problem.solve(first + i, second + j, shift))
        return plane;
  return std::nullopt;
}
