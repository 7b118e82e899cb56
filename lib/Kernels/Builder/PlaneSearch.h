//===- PlaneSearch.h - Functions of two bytes as planes ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A residual addition scales both elements, adds them, scales the sum and
// clamps it. All of that is a plane with steps: two products and a shift, if it
// gives the same for all 65,536 pairs, which are few enough to try.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_PLANESEARCH_H
#define RTWMC_LIB_KERNELS_BUILDER_PLANESEARCH_H

#include <cstdint>
#include <optional>
#include <span>

namespace rtwmc {

/// `clamp((x * first + y * second + offset) >> shift)`, of words.
struct Plane {
  int32_t first = 0, second = 0, offset = 0;
  int64_t shift = 0, min = -128, max = 127;

  int64_t apply(int64_t x, int64_t y) const;
};

/// What two bytes count from: -128 if they have a sign, else 0.
struct ByteRanges {
  int64_t firstLow = -128, secondLow = -128;
};
inline constexpr int64_t bytesInRange = 256;

/// The plane whose results are `values`, of all pairs of bytes, the second
/// counting fastest, if there is one near these slopes.
std::optional<Plane> findPlane(std::span<const int8_t> values,
                               ByteRanges ranges, double firstSlope,
                               double secondSlope);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_PLANESEARCH_H
