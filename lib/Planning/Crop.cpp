//===- Crop.cpp - Rows and columns that somebody reads --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Crop.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

using namespace rtwmc::planning;

Places rtwmc::planning::unite(const Places &a, const Places &b) {
  if (a.count == 0 || b.count == 0)
    return a.count == 0 ? b : a;
  int64_t apart = std::abs(a.first - b.first);
  int64_t step = std::gcd(std::gcd(a.step, b.step), apart);
  int64_t first = std::min(a.first, b.first);
  int64_t last = std::max(a.last(), b.last());
  return {first, step, (last - first) / step + 1};
}

Places rtwmc::planning::clip(const Places &places, int64_t size) {
  int64_t step = places.step;
  int64_t before =
      places.first < 0 ? (step - 1 - places.first) / step : int64_t(0);
  int64_t first = places.first + before * step;
  int64_t last = std::min(places.last(), size - 1);
  if (first > last)
    return {0, 1, 1};
  return {first, step, (last - first) / step + 1};
}

Places WindowAxis::computed(const Places &asked) const {
  if (pooled == 1)
    return asked;
  return {asked.first, 1, asked.last() - asked.first + 1};
}

Places WindowAxis::windowsOf(const Places &outputs) const {
  return {outputs.first * pooled, outputs.step, outputs.count * pooled};
}

std::pair<int64_t, int64_t> WindowAxis::reach(const Places &outputs) const {
  Places windows = windowsOf(outputs);
  return {windows.first * stride - before,
          windows.last() * stride - before + extent};
}

Places WindowAxis::readBy(const Places &outputs) const {
  auto [begin, end] = reach(outputs);
  if (extent > 1)
    return clip({begin, 1, end - begin}, size);
  Places windows = windowsOf(outputs);
  return clip({begin, windows.step * stride, windows.count}, size);
}

WindowAxis WindowAxis::cropped(const Places &outputs,
                               const Places &inputs) const {
  Places windows = windowsOf(outputs);
  int64_t begin = reach(outputs).first;
  WindowAxis result = *this;
  result.size = inputs.count;
  // Only windows of one place have inputs with a step, which divides theirs.
  result.stride = stride * windows.step / inputs.step;
  result.before = (inputs.first - begin) / inputs.step;
  if (windowCount(result.size, result.before, after, extent, result.stride) !=
      windows.count)
    result.after = (windows.count - 1) * result.stride + extent - result.size -
                   result.before;
  return result;
}

Area rtwmc::planning::areaOf(const MapShape &map) {
  return {Places::all(map.height), Places::all(map.width)};
}

WindowAxes rtwmc::planning::windowAxesOf(const KernelShape &kernel) {
  WindowAxis rows, columns;
  rows.size = kernel.input.height;
  rows.before = kernel.pad[0];
  rows.after = kernel.pad[1];
  rows.extent = kernel.extentHeight();
  rows.stride = kernel.strideHeight;
  columns.size = kernel.input.width;
  columns.before = kernel.pad[2];
  columns.after = kernel.pad[3];
  columns.extent = kernel.extentWidth();
  columns.stride = kernel.strideWidth;
  return {rows, columns};
}
