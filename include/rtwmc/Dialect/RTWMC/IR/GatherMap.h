//===- GatherMap.h - Where a gathered element comes from --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_GATHERMAP_H
#define RTWMC_DIALECT_RTWMC_IR_GATHERMAP_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include <array>

namespace rtwmc {

/// The numbers `rows` or `columns` of a `gather`.
struct GatherAxis {
  int64_t factor = 1, offset = 0, divisor = 1, step = 0;

  /// Whether each position is the same in the input.
  bool isIdentity() const { return factor == 1 && offset == 0 && divisor == 1; }
  /// Where position `index` of the output lies in the input.
  int64_t at(int64_t index) const;
  /// What is left of that division.
  int64_t remainder(int64_t index) const;
  /// The least and the largest `at` of `count` positions.
  std::pair<int64_t, int64_t> range(int64_t count) const;
};

/// A digit of an output channel.
struct GatherDigit {
  int64_t count = 1, row = 0, column = 0, channel = 0;
};

/// Numbers of a `gather` are of no larger magnitude: products of them and of
/// places keep to 32 bits, as kernels do.
inline constexpr int64_t maxGatherNumber = 1 << 16;

/// A row, a column and a channel.
using GatherPlace = std::array<int64_t, 3>;

/// What the attributes of a `gather` say.
struct GatherMap {
  GatherAxis rows, columns;
  llvm::SmallVector<GatherDigit> digits;
  int64_t firstChannel = 0;
  bool clamps = false;

  /// The map of an operation whose attributes have the right lengths.
  static GatherMap get(GatherOp op);

  /// Where the element at (`y`, `x`, `channel`) of the output comes from,
  /// before clamping.
  GatherPlace at(int64_t y, int64_t x, int64_t channel) const;
  /// The least and the largest that the digits add to a row, column or channel.
  std::pair<int64_t, int64_t> digitRange(int64_t GatherDigit::*amount) const;
  /// Whether all numbers are as the operation allows.
  bool isInRange() const;
  /// Whether a channel is `first_channel` more than in the output.
  bool keepsChannels() const;
  /// Whether every element has the place that it had.
  bool movesNothing() const;
};

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_IR_GATHERMAP_H
