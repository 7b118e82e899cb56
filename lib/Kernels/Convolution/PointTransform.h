//===- PointTransform.h - Neighbouring columns at points --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Toom and Cook along a row: `columns` neighbouring outputs of `taps` weights
// take `columns + taps - 1` products, of polynomials at 0, 1, -1, 2, -2 ... and
// at infinity (Winograd's F(m, r)). Everything is an integer if outputs are
// multiplied by `divisor`; modulo 2^32 that is exact as long as those fit.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_POINTTRANSFORM_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_POINTTRANSFORM_H

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rtwmc {

class PointTransform {
public:
  /// Of rows of so many taps, if there is one whose words fit.
  static std::optional<PointTransform> get(int64_t taps);
  /// All of them, those of the fewest products first.
  static std::vector<PointTransform> list(int64_t taps);

  int64_t columns() const { return numColumns; }
  int64_t products() const { return numColumns + numTaps - 1; }
  /// The points above 0; each stands for its negative as well. Products are
  /// those of 0, of each of them and its negative, of infinity.
  std::span<const int64_t> points() const { return positive; }
  /// Of the outputs.
  int64_t divisor() const { return common; }
  /// Dividing by that is a product modulo 2^32 with `inverse`, then a shift.
  int64_t inverse() const;
  int64_t shift() const;

  /// The weights `taps` at product `index`, a halfword with sign.
  int64_t weight(std::span<const int16_t> taps, int64_t index) const;
  /// Of the elements 2 t + 1 (times the point) and 2 t + 2 the factors in the
  /// products of a point and its negative, for each t.
  std::vector<int64_t> factorsOf(int64_t point) const;
  /// The same of the elements 2 t at 0 and 2 t + 1 at infinity.
  std::vector<int64_t> factorsAtEnds() const;
  /// The factor of the products at `point`, and its negative, in the outputs
  /// (times point^column).
  int64_t factorOfProduct(int64_t point) const;

  /// The point of product `index`; none of infinity.
  int64_t pointOf(int64_t index) const;
  /// Of the elements under the windows, the factors in product `index`.
  std::vector<int64_t> elementFactors(int64_t index) const;
  /// What weights can be multiplied by, so that outputs are sums of products
  /// times point^column, that at infinity times `2^endShift()` in the last:
  /// weights of 8 bits become halfwords.
  int64_t weightFactor(int64_t index) const;
  int64_t endShift() const;
  /// What is added to every product of elements of 0 to 255, so that it is a
  /// halfword that is not negative: nothing if there is no such number.
  std::optional<int64_t> halfwordZero() const;

private:
  PointTransform(int64_t columns, int64_t taps, int64_t points);

  int64_t numColumns, numTaps, common = 1;
  std::vector<int64_t> positive;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_POINTTRANSFORM_H
