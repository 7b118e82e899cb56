//===- Strips.h - A segment of layers in strips of columns ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Strips are neighbouring columns of the map at the end of a segment, computed
// one after the other, each by all layers of the segment: the rings between
// them are narrower then. What a strip needs of the maps before follows from
// the windows; where strips overlap, columns are computed twice. Padding is
// only what lies outside of a map: at the border of a strip are real columns.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_STRIPS_H
#define RTWMC_PLANNING_STRIPS_H

#include "rtwmc/Planning/Expected.h"
#include "rtwmc/Planning/KernelShape.h"

#include <string>
#include <vector>

namespace rtwmc::planning {

/// Columns `[first, end)` of a map.
struct ColumnRange {
  int64_t first = 0, end = 0;

  int64_t count() const { return end - first; }
  /// The least range that holds both; an empty one holds nothing.
  ColumnRange hull(ColumnRange other) const;

  friend bool operator==(const ColumnRange &, const ColumnRange &) = default;
};

/// An input of a layer of a segment.
struct SegmentInput {
  /// The layer of the segment that makes it; -1: it comes from outside.
  int producer = -1;
  /// Columns of the map.
  int64_t width = 1;
};

/// A layer of a segment.
struct SegmentLayer {
  KernelShape shape;
  std::vector<SegmentInput> inputs;
  /// Multiply-accumulates of the whole layer.
  int64_t macs = 0;

  /// The layer sums all columns into one, of which strips give parts.
  bool sumsColumns() const;
  /// Its sums are not its result, but become it after the last strip.
  bool finishesSums() const { return shape.accumulatorBytes() > 0; }
  /// Columns that strips of its result divide among them.
  int64_t dividedColumns() const;
};

/// What a strip computes of a layer.
struct LayerStrip {
  /// Of the layer's result; of one that sums columns, of what it sums.
  ColumnRange output;
  /// By input: the columns that are read.
  std::vector<ColumnRange> inputs;
  /// Columns of padding.
  int64_t padLeft = 0, padRight = 0;
};

/// By layer.
using Strip = std::vector<LayerStrip>;

/// Why a layer's columns cannot be computed in strips, as a part of a sentence;
/// empty if they can. `isLast`: at the end of the segment.
std::string whyNotInStrips(const SegmentLayer &layer, bool isLast);

/// The `count` strips of a segment whose last layer makes its only result; all
/// but the last strip are of one width, so that there may be fewer. The error
/// is a part of a sentence.
Expected<std::vector<Strip>, std::string>
splitIntoStrips(const std::vector<SegmentLayer> &segment, int64_t count);

/// Multiply-accumulates of all strips of a layer.
int64_t macsInStrips(const std::vector<SegmentLayer> &segment,
                     const std::vector<Strip> &strips, size_t layer);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_STRIPS_H
