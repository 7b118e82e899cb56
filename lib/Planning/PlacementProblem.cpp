//===- PlacementProblem.cpp - The search for offsets ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlacementProblem.h"
#include "Layout.h"

#include <algorithm>
#include <numeric>
#include <utility>

using namespace rtwmc::planning;

void PlacementProblem::addBuffer(const LiveBuffer &buffer, bool hasRows) {
  bytes.push_back(buffer.bytes);
  align.push_back(buffer.align);
  first.push_back(buffer.first);
  last.push_back(buffer.last);
  isByRow.push_back(hasRows);
  anyRows |= hasRows;
  conflicts.emplace_back();
  offsets.emplace_back();
}

void PlacementProblem::addConflict(int a, int b, int64_t over, int64_t under) {
  conflicts[a].push_back({b, under, over});
  conflicts[b].push_back({a, over, under});
}

PlacementProblem::PlacementProblem(const Layout &layout) {
  const std::vector<Buffer> &buffers = layout.buffers;
  for (int b = 0; b < int(buffers.size()); ++b) {
    const Buffer &self = buffers[b];
    addBuffer({self.bytes, self.align, self.first, self.last},
              !self.rows.empty());
    for (int a = 0; a < b; ++a)
      if (std::optional<Conflict> found = layout.conflict(buffers[a], self))
        addConflict(a, b, found->over, found->under);
  }
}

int64_t PlacementProblem::distance(int b, int64_t extra, bool byRow) const {
  if (!byRow)
    return bytes[b];
  // What is above begins no earlier, so that offsets say who is above whom.
  return std::max<int64_t>(isByRow[b] ? extra : bytes[b] + extra, 0);
}

static bool liveTogether(const LiveBuffer &a, const LiveBuffer &b) {
  return a.first <= b.last && b.first <= a.last;
}

PlacementProblem::PlacementProblem(std::span<const LiveBuffer> buffers) {
  for (int b = 0; b < int(buffers.size()); ++b) {
    addBuffer(buffers[b]);
    for (int a = 0; a < b; ++a)
      if (liveTogether(buffers[a], buffers[b]))
        addConflict(a, b);
  }
}

Placement PlacementProblem::greedy(const std::vector<int> &order,
                                   bool byRow) const {
  Placement p;
  p.offsets.assign(size(), -1);
  /// Between these a buffer must not begin.
  std::vector<std::pair<int64_t, int64_t>> taken;
  for (int b : order) {
    taken.clear();
    for (const Other &other : conflicts[b])
      if (int64_t at = p.offsets[other.buffer];
          at >= 0 && bytes[other.buffer] > 0)
        taken.emplace_back(at - distance(b, other.under, byRow),
                           at + distance(other.buffer, other.over, byRow));
    std::sort(taken.begin(), taken.end());
    int64_t at = 0;
    for (auto [below, above] : taken) {
      if (at <= below)
        break;
      at = std::max(at, alignUp(above, align[b]));
    }
    p.offsets[b] = at;
    p.arenaBytes = std::max(p.arenaBytes, at + bytes[b]);
  }
  return p;
}

Placement PlacementProblem::placeWhole(int64_t lowerBound) const {
  return search(lowerBound, /*byRow=*/false);
}

Placement PlacementProblem::place(int64_t lowerBound) const {
  Placement best = search(lowerBound, /*byRow=*/true);
  if (!anyRows || best.arenaBytes <= lowerBound)
    return best;
  Placement whole = stack(stackingOrder(placeWhole(lowerBound)));
  return whole.arenaBytes < best.arenaBytes ? whole : best;
}

Placement PlacementProblem::search(int64_t lowerBound, bool byRow) const {
  std::vector<int> order(size());
  std::iota(order.begin(), order.end(), 0);
  auto duration = [&](int b) { return last[b] - first[b] + 1; };
  auto by = [&](auto key) {
    std::vector<int> sorted = order;
    std::sort(sorted.begin(), sorted.end(), [&](int a, int b) {
      auto keyA = key(a), keyB = key(b);
      return keyA != keyB ? keyA > keyB : a < b;
    });
    return sorted;
  };

  Placement best, latest;
  std::vector<int> bestOrder;
  auto tryOrder = [&](const std::vector<int> &candidate) {
    latest = greedy(candidate, byRow);
    if (bestOrder.empty() || latest.arenaBytes < best.arenaBytes) {
      best = latest;
      bestOrder = candidate;
    }
    return best.arenaBytes <= lowerBound;
  };
  using Key = std::pair<int64_t, int64_t>;
  if (tryOrder(by([&](int b) { return Key(bytes[b], duration(b)); })) ||
      tryOrder(by([&](int b) { return Key(duration(b), bytes[b]); })) ||
      tryOrder(
          by([&](int b) { return Key(bytes[b] * duration(b), bytes[b]); })) ||
      tryOrder(by([&](int b) { return Key(-first[b], bytes[b]); })) ||
      tryOrder(by([&](int b) { return Key(last[b], bytes[b]); })) ||
      tryOrder(by([&](int b) { return Key(align[b], bytes[b]); })) ||
      tryOrder(by(
          [&](int b) { return Key(int64_t(conflicts[b].size()), bytes[b]); })))
    return best;

  // Whatever sticks out at the top goes first next time.
  std::vector<int> current = bestOrder;
  latest = best;
  for (int round = 0; round < 24; ++round) {
    auto top = std::find_if(current.begin(), current.end(), [&](int b) {
      return latest.offsets[b] + bytes[b] == latest.arenaBytes;
    });
    if (top == current.begin() || top == current.end())
      break;
    std::rotate(current.begin(), top, top + 1);
    if (tryOrder(current))
      break;
  }
  return best;
}

std::vector<int>
PlacementProblem::stackingOrder(const Placement &placement) const {
  std::vector<int> order(size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    if (placement.offsets[a] != placement.offsets[b])
      return placement.offsets[a] < placement.offsets[b];
    if (bytes[a] == 0 || bytes[b] == 0)
      return bytes[a] != bytes[b] ? bytes[a] < bytes[b] : a < b;
    // What slides over another map is below it.
    return first[a] != first[b] ? first[a] > first[b] : a < b;
  });
  return order;
}

int64_t PlacementProblem::stackHeight(const std::vector<int> &order) const {
  std::fill(offsets.begin(), offsets.end(), -1);
  int64_t height = 0;
  for (int b : order) {
    int64_t at = 0;
    for (const Other &other : conflicts[b])
      if (offsets[other.buffer] >= 0 && bytes[other.buffer] > 0)
        at = std::max(at,
                      offsets[other.buffer] + distance(other.buffer, other.over,
                                                       /*byRow=*/true));
    offsets[b] = alignUp(at, align[b]);
    if (bytes[b] > 0)
      height = std::max(height, offsets[b] + bytes[b]);
  }
  return height;
}

Placement PlacementProblem::stack(const std::vector<int> &order) const {
  Placement p;
  p.arenaBytes = stackHeight(order);
  p.offsets = offsets;
  return p;
}

Placement rtwmc::planning::placeBuffers(std::span<const LiveBuffer> buffers) {
  // The most bytes that are alive at once, which is where some buffer begins.
  int64_t peak = 0;
  for (const LiveBuffer &begins : buffers) {
    int64_t live = 0;
    for (const LiveBuffer &other : buffers)
      if (other.first <= begins.first && begins.first <= other.last)
        live += other.bytes;
    peak = std::max(peak, live);
  }
  return PlacementProblem(buffers).place(peak);
}
