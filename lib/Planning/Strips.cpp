//===- Strips.cpp - A segment of layers in strips of columns --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Strips.h"
#include "rtwmc/Planning/Crop.h"

#include <algorithm>

using namespace rtwmc::planning;

ColumnRange ColumnRange::hull(ColumnRange other) const {
  if (other.count() <= 0)
    return *this;
  if (count() <= 0)
    return other;
  return {std::min(first, other.first), std::max(end, other.end)};
}

bool SegmentLayer::sumsColumns() const {
  if (shape.pooledColumns > 0)
    return shape.pooledColumns > 1 && shape.output.width == 1 &&
           shape.output.elementBytes == 4;
  return shape.takesRowsInTurn() && shape.output.width == 1;
}

int64_t SegmentLayer::dividedColumns() const {
  if (!sumsColumns())
    return shape.output.width;
  return shape.pooledColumns > 0 ? shape.pooledColumns : shape.kernelWidth;
}

std::string rtwmc::planning::whyNotInStrips(const SegmentLayer &layer,
                                            bool isLast) {
  const KernelShape &shape = layer.shape;
  if (shape.kind == KernelKind::Gather && shape.mixesChannels)
    return "multiplies whole rows";
  if (shape.kind == KernelKind::Gather)
    return "moves elements from place to place";
  if (shape.kind == KernelKind::Rows)
    return "asks for whole rows, and for each once";
  if (layer.sumsColumns())
    return isLast ? "" : "sums all columns, and is not the last";
  return shape.takesRowsInTurn() ? "sums its rows" : "";
}

/// What `output` columns of a layer read of an input of `width` columns.
static ColumnRange readColumns(const KernelShape &shape, ColumnRange output,
                               LayerStrip &strip, int64_t width) {
  if (shape.kind == KernelKind::Pointwise)
    return width == 1 && shape.input.width > 1 ? ColumnRange{0, 1} : output;
  auto [first, end] =
      windowAxesOf(shape)[1].reach({output.first, 1, output.count()});
  strip.padLeft = std::max<int64_t>(-first, 0);
  strip.padRight = std::max<int64_t>(end - width, 0);
  return {std::clamp<int64_t>(first, 0, width),
          std::clamp<int64_t>(end, 0, width)};
}

/// The columns of windows behind columns `output` of the result.
static ColumnRange windowsOf(const SegmentLayer &layer, ColumnRange output) {
  const KernelShape &shape = layer.shape;
  if (layer.sumsColumns())
    return output;
  int64_t pooled = std::max<int64_t>(shape.pooledColumns, 1);
  return {output.first * pooled, output.end * pooled};
}

/// The strip that ends in columns `output` of the last layer; empty if a layer
/// reads nothing but padding in it.
static Strip makeStrip(const std::vector<SegmentLayer> &segment,
                       ColumnRange output) {
  Strip strip(segment.size());
  strip.back().output = output;
  for (size_t index = segment.size(); index-- > 0;) {
    const SegmentLayer &layer = segment[index];
    LayerStrip &self = strip[index];
    if (self.output.count() <= 0)
      return {};
    if (layer.shape.takesRowsInTurn()) {
      self.inputs.assign(1, {self.output.first - layer.shape.pad[2],
                             self.output.end - layer.shape.pad[2]});
    } else {
      ColumnRange windows = windowsOf(layer, self.output);
      for (const SegmentInput &input : layer.inputs)
        self.inputs.push_back(
            readColumns(layer.shape, windows, self, input.width));
    }
    for (size_t i = 0; i < layer.inputs.size(); ++i) {
      if (self.inputs[i].count() <= 0)
        return {};
      if (int producer = layer.inputs[i].producer; producer >= 0)
        strip[producer].output = strip[producer].output.hull(self.inputs[i]);
    }
  }
  return strip;
}

Expected<std::vector<Strip>, std::string>
rtwmc::planning::splitIntoStrips(const std::vector<SegmentLayer> &segment,
                                 int64_t count) {
  int64_t columns = segment.back().dividedColumns();
  if (count < 2 || count > columns)
    return "expects 2 to " + std::to_string(columns) +
           " strips, one column each at least, got " + std::to_string(count);
  int64_t width = (columns + count - 1) / count;
  std::vector<Strip> strips;
  for (int64_t first = 0; first < columns; first += width) {
    strips.push_back(
        makeStrip(segment, {first, std::min(first + width, columns)}));
    if (strips.back().empty())
      return std::string("a strip would read nothing but padding");
  }
  return strips;
}

int64_t rtwmc::planning::macsInStrips(const std::vector<SegmentLayer> &segment,
                                      const std::vector<Strip> &strips,
                                      size_t layer) {
  int64_t computed = 0, all = segment[layer].dividedColumns();
  for (const Strip &strip : strips)
    computed += strip[layer].output.count();
  return segment[layer].macs * computed / all;
}
