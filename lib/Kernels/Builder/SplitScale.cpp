//===- SplitScale.cpp - Requantization in products of 32 bits -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitScale.h"

#include <algorithm>
#include <limits>

using namespace rtwmc;

static constexpr int64_t wordEnd = int64_t(1) << 32;
/// Values are multiples of at most 2^24: 255 of them are less than 2^32.
static constexpr int64_t mostValueShift = 24;
/// Both parts of the multiplier are halfwords if they can be, to save flash.
static constexpr int64_t halfBits = 16;
/// Accumulators of any magnitude below this have thresholds of their own.
static constexpr int64_t farthest = int64_t(1) << 30;

namespace {

/// The shifts of a layer.
struct Shifts {
  int64_t drop, low, value;
};

/// The word whose highest bits are the value.
int64_t multiply(const SplitScale &scale, Shifts how, int64_t u) {
  return u * scale.high + ((u >> how.drop) * scale.low >> how.low);
}

/// A channel whose formula is searched.
class Search {
public:
  Search(const Rescale &rescale, const Reach &reach)
      : rescale(rescale), reach(reach) {}

  /// False if the formula cannot be: values are passed over, or words overflow.
  bool findThresholds();
  /// Bits of the largest `u` that is multiplied.
  int64_t bits() const { return countBits(limit()); }
  /// Of the high part of its multiplier if values are multiples of 2^24.
  int64_t highBits() const {
    int64_t left = mostValueShift - rescale.shift;
    return countBits(left >= 0 ? rescale.multiplier << left
                               : rescale.multiplier >> -left);
  }
  std::optional<SplitScale> find(Shifts how, bool isSided) const;

private:
  static int64_t countBits(int64_t value) {
    int64_t count = 0;
    while (value >> count)
      ++count;
    return count;
  }
  int64_t limit() const { return thresholds.back() - thresholds.front(); }
  /// The offsets that one side allows: [first, last].
  struct Interval {
    int64_t first = std::numeric_limits<int64_t>::min();
    int64_t last = std::numeric_limits<int64_t>::max();
  };
  /// The offset with which `u` gives value number `index`.
  static void allow(Interval &interval, int64_t word, int64_t index,
                    int64_t valueShift) {
    interval.first = std::max(interval.first, (index << valueShift) - word);
    interval.last =
        std::min(interval.last, ((index + 1) << valueShift) - word - 1);
  }
  int64_t apply(const SplitScale &scale, Shifts how, int64_t accumulator) const;
  bool isExact(const SplitScale &scale, Shifts how) const;

  const Rescale &rescale;
  const Reach &reach;
  std::vector<int64_t> thresholds;
};

} // namespace

bool Search::findThresholds() {
  auto isWord = [](int64_t value) { return value == int32_t(value); };
  if (rescale.multiplier < 0 || reach.least > reach.most ||
      reach.low() < -farthest || reach.high() >= farthest ||
      !isWord(rescale.scale(reach.low()) + rescale.zeroPoint) ||
      !isWord(rescale.scale(reach.high()) + rescale.zeroPoint))
    return false;
  Reach all{0, -farthest, farthest - 1};
  thresholds = rtwmc::findThresholds(rescale, all);
  return rescale.apply(all.low()) == rescale.min &&
         int64_t(thresholds.size()) == rescale.max - rescale.min &&
         !thresholds.empty() && thresholds.size() < 256;
}

int64_t Search::apply(const SplitScale &scale, Shifts how,
                      int64_t accumulator) const {
  int64_t u = accumulator - scale.first;
  if (u < 0)
    return rescale.min;
  if (u >= scale.limit)
    return rescale.max;
  auto word = static_cast<uint32_t>(multiply(scale, how, u) + scale.offset +
                                    (u >= scale.from ? scale.offsetFrom : 0));
  return rescale.min + 1 + (word >> how.value);
}

/// Both are monotone on either side of `from`, so that agreeing at the
/// thresholds and at that is agreeing everywhere.
bool Search::isExact(const SplitScale &scale, Shifts how) const {
  auto agreesAt = [&](int64_t accumulator) {
    return apply(scale, how, accumulator) == rescale.apply(accumulator);
  };
  for (int64_t at : thresholds)
    if (!agreesAt(at) || !agreesAt(at - 1))
      return false;
  return agreesAt(-1) && agreesAt(0);
}

std::optional<SplitScale> Search::find(Shifts how, bool isSided) const {
  int64_t lowBits = how.low + how.drop;
  int64_t left = how.value + lowBits - rescale.shift;
  int64_t nearest =
      left >= 0 ? rescale.multiplier << left : rescale.multiplier >> -left;
  SplitScale scale;
  scale.first = static_cast<int32_t>(thresholds.front());
  scale.limit = static_cast<int32_t>(limit());
  scale.from = isSided ? -scale.first : 0;
  constexpr int64_t mostOff = 60;
  for (int64_t step = 0; step <= 2 * mostOff; ++step) {
    int64_t multiplier = nearest + (step % 2 ? (step + 1) / 2 : -step / 2);
    if (multiplier < 0 || multiplier >> lowBits >= wordEnd)
      continue;
    scale.high = static_cast<uint32_t>(multiplier >> lowBits);
    scale.low =
        static_cast<uint32_t>(multiplier & ((int64_t(1) << lowBits) - 1));
    Interval below, above;
    // `index` values are reached at `accumulator`, besides the least.
    auto reached = [&](int64_t accumulator, int64_t index) {
      int64_t u = accumulator - scale.first;
      if (u >= 0 && u < limit())
        allow(isSided && accumulator < 0 ? below : above,
              multiply(scale, how, u), index, how.value);
    };
    for (int64_t index = 0; index < int64_t(thresholds.size()); ++index) {
      reached(thresholds[index], index);
      reached(thresholds[index] - 1, index - 1);
    }
    if (isSided)
      for (int64_t at : {-1, 0})
        reached(at, std::upper_bound(thresholds.begin(), thresholds.end(), at) -
                        thresholds.begin() - 1);
    if (!isSided)
      below = above;
    if (below.first > below.last || above.first > above.last)
      continue;
    int64_t low = std::clamp<int64_t>(0, below.first, below.last);
    int64_t high = std::clamp<int64_t>(0, above.first, above.last);
    scale.offset = static_cast<uint32_t>(low);
    scale.offsetFrom = static_cast<uint32_t>(isSided ? high - low : 0);
    int64_t most = multiply(scale, how, std::max<int64_t>(limit() - 1, 0));
    if (most + high < wordEnd && isExact(scale, how))
      return scale;
  }
  return std::nullopt;
}

std::optional<SplitScales>
rtwmc::findSplitScales(const std::vector<Rescale> &rescales,
                       const std::vector<Reach> &reaches) {
  std::vector<Search> searches;
  int64_t mostBits = 0, mostHighBits = 0;
  for (size_t channel = 0; channel < rescales.size(); ++channel) {
    searches.emplace_back(rescales[channel], reaches[channel]);
    if (!searches.back().findThresholds())
      return std::nullopt;
    mostBits = std::max(mostBits, searches.back().bits());
    mostHighBits = std::max(mostHighBits, searches.back().highBits());
  }
  // One bit less, since the multiplier that is found may be larger.
  int64_t tooMany = std::max<int64_t>(mostHighBits + 1 - halfBits, 0);
  int64_t halfShift = std::max<int64_t>(mostValueShift - tooMany, 0);
  auto findAll = [&](Shifts how, bool isSided) -> std::optional<SplitScales> {
    SplitScales result{{},
                       static_cast<int32_t>(how.drop),
                       static_cast<int32_t>(how.low),
                       static_cast<int32_t>(how.value),
                       isSided};
    for (const Search &search : searches) {
      std::optional<SplitScale> scale = search.find(how, isSided);
      if (!scale)
        return std::nullopt;
      result.channels.push_back(*scale);
    }
    return result;
  };
  // What is not in `high` and the least bits of `u` hardly matters, and leaves
  // room for more bits of `low`. It takes one instruction more, the sides of
  // zero several.
  constexpr int64_t few = 6;
  int64_t most = 32 - mostBits;
  for (bool isSided : {false, true})
    for (int64_t drop : {int64_t(0), few}) {
      int64_t low = std::min(most, halfBits - drop);
      if (auto found = findAll({drop, low, halfShift}, isSided))
        return found;
      if (halfShift == mostValueShift)
        continue;
      low = std::min(most, mostValueShift - drop);
      if (auto found = findAll({drop, low, mostValueShift}, isSided))
        return found;
    }
  return std::nullopt;
}
