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

void PlacementProblem::addBuffer(const LiveBuffer &buffer) {
  bytes.push_back(buffer.bytes);
  align.push_back(buffer.align);
  first.push_back(buffer.first);
  last.push_back(buffer.last);
  conflicts.emplace_back();
  offsets.emplace_back();
}

void PlacementProblem::addConflict(int a, int b) {
  conflicts[a].push_back(b);
  conflicts[b].push_back(a);
}

PlacementProblem::PlacementProblem(const Layout &layout) {
  const std::vector<Buffer> &buffers = layout.buffers;
  for (int b = 0; b < int(buffers.size()); ++b) {
    const Buffer &self = buffers[b];
    addBuffer({self.bytes, self.align, self.first, self.last});
    for (int a = 0; a < b; ++a)
      if (layout.conflict(buffers[a], self))
        addConflict(a, b);
  }
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

Placement PlacementProblem::greedy(const std::vector<int> &order) const {
  Placement p;
  p.offsets.assign(size(), -1);
  // Those that take bytes, from the lowest to the highest, and which of them
  // `b` must not touch: nothing is sorted again for each.
  std::vector<int> placed, conflictsWith(size(), -1);
  for (int b : order) {
    for (int other : conflicts[b])
      conflictsWith[other] = b;
    int64_t at = 0;
    for (int other : placed) {
      if (conflictsWith[other] != b)
        continue;
      if (at + bytes[b] <= p.offsets[other])
        break;
      at = std::max(at, alignUp(p.offsets[other] + bytes[other], align[b]));
    }
    if (bytes[b] > 0)
      placed.insert(std::upper_bound(placed.begin(), placed.end(), at,
                                     [&](int64_t offset, int other) {
                                       return offset < p.offsets[other];
                                     }),
                    b);
    p.offsets[b] = at;
    p.arenaBytes = std::max(p.arenaBytes, at + bytes[b]);
  }
  return p;
}

Placement PlacementProblem::place(int64_t lowerBound) const {
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
    latest = greedy(candidate);
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
    return bytes[a] != bytes[b] ? bytes[a] < bytes[b] : a < b;
  });
  return order;
}

int64_t PlacementProblem::stackHeight(const std::vector<int> &order) const {
  std::fill(offsets.begin(), offsets.end(), -1);
  int64_t height = 0;
  for (int b : order) {
    int64_t at = 0;
    for (int other : conflicts[b])
      if (offsets[other] >= 0 && bytes[other] > 0)
        at = std::max(at, offsets[other] + bytes[other]);
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
