//===- Placement.cpp - Offsets for buffers with lifetimes -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Placement.h"
#include "Layout.h"

#include <algorithm>
#include <numeric>
#include <utility>

using namespace rtwmc::planning;

PlacementProblem::PlacementProblem(const Layout &layout) {
  const std::vector<Buffer> &Buffers = layout.Buffers;
  Conflicts.resize(Buffers.size());
  for (size_t B = 0; B < Buffers.size(); ++B) {
    Bytes.push_back(Buffers[B].Bytes);
    Align.push_back(Buffers[B].Align);
    First.push_back(Buffers[B].First);
    Last.push_back(Buffers[B].Last);
    for (size_t A = 0; A < B; ++A)
      if (layout.conflict(Buffers[A], Buffers[B])) {
        Conflicts[A].push_back(int(B));
        Conflicts[B].push_back(int(A));
      }
  }
  Offsets.resize(Bytes.size());
}

Placement PlacementProblem::greedy(const std::vector<int> &order) const {
  Placement P;
  P.Offsets.assign(size(), -1);
  std::vector<std::pair<int64_t, int64_t>> Taken;
  for (int B : order) {
    Taken.clear();
    for (int Other : Conflicts[B])
      if (P.Offsets[Other] >= 0 && Bytes[Other] > 0)
        Taken.emplace_back(P.Offsets[Other], P.Offsets[Other] + Bytes[Other]);
    std::sort(Taken.begin(), Taken.end());
    int64_t At = 0;
    for (auto [From, To] : Taken) {
      if (At + Bytes[B] <= From)
        break;
      At = std::max(At, alignUp(To, Align[B]));
    }
    P.Offsets[B] = At;
    P.ArenaBytes = std::max(P.ArenaBytes, At + Bytes[B]);
  }
  return P;
}

Placement PlacementProblem::place(int64_t lowerBound) const {
  std::vector<int> Order(size());
  std::iota(Order.begin(), Order.end(), 0);
  auto Duration = [&](int b) { return int64_t(Last[b]) - First[b] + 1; };
  auto By = [&](auto key) {
    std::vector<int> Sorted = Order;
    std::sort(Sorted.begin(), Sorted.end(), [&](int a, int b) {
      auto KeyA = key(a), KeyB = key(b);
      return KeyA != KeyB ? KeyA > KeyB : a < b;
    });
    return Sorted;
  };

  Placement Best;
  std::vector<int> BestOrder;
  auto Try = [&](std::vector<int> order) {
    Placement P = greedy(order);
    bool Better = BestOrder.empty() || P.ArenaBytes < Best.ArenaBytes;
    if (Better) {
      Best = std::move(P);
      BestOrder = std::move(order);
    }
    return Best.ArenaBytes <= lowerBound;
  };
  using Key = std::pair<int64_t, int64_t>;
  if (Try(By([&](int b) { return Key(Bytes[b], Duration(b)); })) ||
      Try(By([&](int b) { return Key(Duration(b), Bytes[b]); })) ||
      Try(By([&](int b) { return Key(Bytes[b] * Duration(b), Bytes[b]); })) ||
      Try(By([&](int b) { return Key(-First[b], Bytes[b]); })) ||
      Try(By([&](int b) { return Key(Last[b], Bytes[b]); })) ||
      Try(By([&](int b) { return Key(Align[b], Bytes[b]); })) ||
      Try(By(
          [&](int b) { return Key(int64_t(Conflicts[b].size()), Bytes[b]); })))
    return Best;

  // Whatever sticks out at the top goes first next time.
  std::vector<int> Current = BestOrder;
  for (int Round = 0; Round < 24; ++Round) {
    Placement P = greedy(Current);
    auto Top = std::find_if(Current.begin(), Current.end(), [&](int b) {
      return P.Offsets[b] + Bytes[b] == P.ArenaBytes;
    });
    if (Top == Current.begin() || Top == Current.end())
      break;
    std::rotate(Current.begin(), Top, Top + 1);
    if (Try(Current))
      break;
  }
  return Best;
}

std::vector<int>
PlacementProblem::stackingOrder(const Placement &placement) const {
  std::vector<int> Order(size());
  std::iota(Order.begin(), Order.end(), 0);
  std::sort(Order.begin(), Order.end(), [&](int a, int b) {
    if (placement.Offsets[a] != placement.Offsets[b])
      return placement.Offsets[a] < placement.Offsets[b];
    return Bytes[a] != Bytes[b] ? Bytes[a] < Bytes[b] : a < b;
  });
  return Order;
}

int64_t PlacementProblem::stackHeight(const std::vector<int> &order) const {
  std::fill(Offsets.begin(), Offsets.end(), -1);
  int64_t Height = 0;
  for (int B : order) {
    int64_t At = 0;
    for (int Other : Conflicts[B])
      if (Offsets[Other] >= 0 && Bytes[Other] > 0)
        At = std::max(At, Offsets[Other] + Bytes[Other]);
    Offsets[B] = alignUp(At, Align[B]);
    if (Bytes[B] > 0)
      Height = std::max(Height, Offsets[B] + Bytes[B]);
  }
  return Height;
}

Placement PlacementProblem::stack(const std::vector<int> &order) const {
  Placement P;
  P.ArenaBytes = stackHeight(order);
  P.Offsets = Offsets;
  return P;
}
