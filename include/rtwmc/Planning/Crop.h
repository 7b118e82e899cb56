//===- Crop.h - Rows and columns that somebody reads ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Poolings, strides and slices leave rows and columns out, which then need not
// be computed, nor what only they need. Here is the arithmetic of one axis; who
// has layers goes from the last to the first for what is read of each map, and
// makes every layer compute no more.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_CROP_H
#define RTWMC_PLANNING_CROP_H

#include "rtwmc/Planning/KernelShape.h"

#include <array>
#include <cstdint>
#include <utility>

namespace rtwmc::planning {

/// Rows, or columns, of a map: `count` of them, `step` apart, from `first` on.
struct Places {
  int64_t first = 0, step = 1, count = 0;

  static Places all(int64_t size) { return {0, 1, size}; }
  int64_t last() const { return first + (count - 1) * step; }

  friend bool operator==(const Places &, const Places &) = default;
};

/// The fewest places among which are those of both; none has a `count` of 0.
Places unite(const Places &a, const Places &b);

/// Those of `places` that are at least 0 and less than `size`, or if there are
/// none the place 0: a map has at least one row and one column.
Places clip(const Places &places, int64_t size);

/// One axis of a layer whose windows cover `extent` of `size` places, with
/// `before` and `after` more around them (negative: fewer). An output is
/// `pooled` neighbouring windows.
struct WindowAxis {
  int64_t size = 1, before = 0, after = 0;
  int64_t extent = 1, stride = 1, pooled = 1;

  /// The outputs to compute so that `asked` are among them.
  Places computed(const Places &asked) const;
  /// What the windows of `outputs` cover, `[first, second)`, also of what is
  /// outside.
  std::pair<int64_t, int64_t> reach(const Places &outputs) const;
  /// The inputs that `outputs`, as `computed` gives them, are made of.
  Places readBy(const Places &outputs) const;
  /// The axis of a layer that computes `outputs` alone of an input of which
  /// there is only `inputs`, some of them perhaps for other readers.
  WindowAxis cropped(const Places &outputs, const Places &inputs) const;

private:
  /// The windows of `outputs`.
  Places windowsOf(const Places &outputs) const;
};

/// Of rows, then of columns.
using Area = std::array<Places, 2>;
using WindowAxes = std::array<WindowAxis, 2>;

Area areaOf(const MapShape &map);
/// Of a layer with windows; pooling inside it is left for the caller to add.
WindowAxes windowAxesOf(const KernelShape &kernel);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_CROP_H
