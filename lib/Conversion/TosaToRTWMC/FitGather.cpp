//===- FitGather.cpp - A table of places as a formula ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What lies between two maps (reshapes, transposes, pads, slices) is known
// element by element. A formula is guessed from one column, one row and one
// pixel of the output, and then held against all elements.
//
//===----------------------------------------------------------------------===//

#include "FitGather.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// Rows that a digit may choose among are copies of code.
constexpr int64_t maxRowValues = 16;
/// The longest period of rows or columns that is looked for.
constexpr int64_t maxPeriod = 64;

class Fit {
public:
  Fit(ArrayRef<int64_t> from, const planning::MapShape &input,
      const planning::MapShape &output)
      : from(from), in(input), out(output) {}

  std::optional<GatherMap> run();

private:
  using Places = SmallVector<std::optional<GatherPlace>>;

  std::optional<GatherPlace> at(int64_t y, int64_t x, int64_t channel) const;
  bool isRight(const GatherMap &map) const;

  ArrayRef<int64_t> from;
  planning::MapShape in, out;
};

std::optional<GatherPlace> Fit::at(int64_t y, int64_t x,
                                   int64_t channel) const {
  int64_t index = from[(y * out.width + x) * out.channels + channel];
  if (index < 0)
    return std::nullopt;
  int64_t pixel = index / in.channels;
  return GatherPlace{pixel / in.width, pixel % in.width, index % in.channels};
}

bool Fit::isRight(const GatherMap &map) const {
  for (int64_t y = 0; y < out.height; ++y)
    for (int64_t x = 0; x < out.width; ++x)
      for (int64_t channel = 0; channel < out.channels; ++channel) {
        GatherPlace place = map.at(y, x, channel);
        bool isInside = place[0] >= 0 && place[0] < in.height &&
                        place[1] >= 0 && place[1] < in.width && place[2] >= 0 &&
                        place[2] < in.channels;
        std::optional<GatherPlace> right = at(y, x, channel);
        if (isInside != right.has_value() || (right && *right != place))
          return false;
      }
  return true;
}

/// The digits in which `places`, of the channels of a pixel, count; false if
/// there are none.
bool fitDigits(SmallVector<GatherPlace> places,
               SmallVectorImpl<GatherDigit> &digits) {
  if (places.size() == 1)
    digits.push_back({1, 0, 0, 1});
  while (places.size() > 1) {
    auto step = [&](size_t index) {
      GatherPlace difference = places[index];
      for (auto [mine, before] : llvm::zip(difference, places[index - 1]))
        mine -= before;
      return difference;
    };
    GatherPlace first = step(1);
    size_t count = 2;
    while (count < places.size() && step(count) == first)
      ++count;
    while (places.size() % count != 0)
      --count;
    if (count == 1)
      return false;
    digits.insert(digits.begin(),
                  {static_cast<int64_t>(count), first[0], first[1], first[2]});
    SmallVector<GatherPlace> heads;
    for (size_t index = 0; index < places.size(); index += count)
      heads.push_back(places[index]);
    places = std::move(heads);
  }
  int64_t rowValues = 1;
  for (const GatherDigit &digit : digits)
    if (digit.row != 0)
      rowValues *= digit.count;
  return rowValues <= maxRowValues;
}

/// The formulas that give `values`, as far as there are any, from `begin` on.
SmallVector<GatherAxis> fitAxis(ArrayRef<int64_t> values, int64_t begin) {
  int64_t count = values.size();
  SmallVector<GatherAxis> found;
  if (count == 1)
    return {{1, values[0] - begin, 1, 0}};
  for (int64_t period = 1; period < std::min(count, maxPeriod); ++period) {
    int64_t factor = values[period] - values[0];
    int64_t least = std::numeric_limits<int64_t>::min();
    int64_t most = std::numeric_limits<int64_t>::max();
    for (auto [index, value] : llvm::enumerate(values)) {
      int64_t offset =
          value * period - (begin + static_cast<int64_t>(index)) * factor;
      least = std::max(least, offset);
      most = std::min(most, offset + period - 1);
    }
    if (least > most)
      continue;
    found.push_back({factor, least, period, 0});
    break;
  }
  // What is the same everywhere may be told apart by what division leaves.
  if (llvm::all_equal(values))
    found.push_back({1, values[0] * count - begin, count, 0});
  return found;
}

std::optional<GatherMap> Fit::run() {
  const auto *inside =
      llvm::find_if(from, [](int64_t each) { return each >= 0; });
  if (inside == from.end())
    return std::nullopt;
  int64_t index = inside - from.begin(), pixel = index / out.channels;
  int64_t c0 = index % out.channels;
  int64_t y0 = pixel / out.width, x0 = pixel % out.width;
  GatherPlace origin = *at(y0, x0, c0);

  GatherMap map;
  SmallVector<GatherPlace> channels;
  for (int64_t channel = 0; channel < out.channels; ++channel)
    if (auto place = at(y0, x0, channel))
      channels.push_back(*place);
  if (static_cast<int64_t>(channels.size()) < out.channels)
    map.digits = {{out.channels, 0, 0, 1}};
  else if (!fitDigits(channels, map.digits))
    return std::nullopt;

  // Where the input's rows and columns are not to be seen, they do not matter.
  auto along = [&](int64_t size, int64_t begin, int part,
                   function_ref<std::optional<GatherPlace>(int64_t)> place) {
    SmallVector<int64_t> values;
    for (int64_t each = begin; each < size && place(each); ++each)
      values.push_back((*place(each))[part]);
    return fitAxis(values, begin);
  };
  auto inColumn = [&](int64_t y) { return at(y, x0, c0); };
  auto inRow = [&](int64_t x) { return at(y0, x, c0); };
  auto setStep = [&](GatherAxis &axis, int64_t size, int64_t zero,
                     function_ref<std::optional<GatherPlace>(int64_t)> place) {
    for (int64_t each = zero; each < size; ++each) {
      int64_t left = axis.remainder(each) - axis.remainder(zero);
      if (left == 0 || !place(each))
        continue;
      axis.step = ((*place(each))[2] - origin[2]) / left;
      return;
    }
  };
  for (GatherAxis rows : along(out.height, y0, 0, inColumn))
    for (GatherAxis columns : along(out.width, x0, 1, inRow)) {
      setStep(rows, out.height, y0, inColumn);
      setStep(columns, out.width, x0, inRow);
      map.rows = rows;
      map.columns = columns;
      map.firstChannel = 0;
      map.firstChannel = origin[2] - map.at(y0, x0, c0)[2];
      if (isRight(map))
        return map;
    }
  return std::nullopt;
}

} // namespace

std::optional<GatherMap> rtwmc::fitGather(ArrayRef<int64_t> from,
                                          const planning::MapShape &input,
                                          const planning::MapShape &output) {
  return Fit(from, input, output).run();
}
