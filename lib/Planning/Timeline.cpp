//===- Timeline.cpp - Schedules and the lifetimes of rows -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Timeline.h"

#include <algorithm>

using namespace rtwmc::planning;

Topology::Topology(const Network &network, const Drops &drops)
    : Net(network), Producer(network.maps.size(), -1),
      FirstReader(network.maps.size(), -1),
      LastReader(network.maps.size(), -1) {
  for (int L = 0; L < numLayers(); ++L) {
    int Output = Net.layers[L].output;
    bool Packed = !drops.empty() && drops[Output] != NotPacked;
    Layers.push_back(&Net.layers[L].asRun(Packed));
    Producer[Output] = L;
    for (const Input &In : Net.layers[L].inputs) {
      if (FirstReader[In.map] < 0)
        FirstReader[In.map] = L;
      LastReader[In.map] = L;
    }
  }
}

namespace {

/// Pulls rows through the layers of one segment. Recursion is as deep as the
/// segment is long.
class DepthFirst {
public:
  DepthFirst(const Topology &topology, int begin, int end,
             std::vector<Step> &steps)
      : Topo(topology), Begin(begin), Steps(steps), Done(end - begin, 0) {}

  void runTo(int layer, int64_t target) {
    const Layer &Self = Topo.layer(layer);
    int64_t &Next = Done[layer - Begin];
    while (Next < target) {
      for (const Input &In : Self.inputs)
        need(In.map, In.window.rowsAt(Next, Topo.Net.maps[In.map].rows).second);
      Steps.push_back({layer, Next});
      ++Next;
    }
  }

private:
  /// Makes the first `rows` rows of `map` complete.
  void need(int map, int64_t rows) {
    int Index = Topo.Producer[map];
    if (Index < Begin || rows == 0)
      return;
    const Layer &Producer = Topo.layer(Index);
    runTo(Index, Producer.steps == 1 ? 1 : rows * Producer.stepsPerRow);
  }

  const Topology &Topo;
  int Begin;
  std::vector<Step> &Steps;
  /// Steps done, by layer of the segment.
  std::vector<int64_t> Done;
};

} // namespace

void rtwmc::planning::scheduleSegment(const Topology &topology, int begin,
                                      int end, std::vector<Step> &steps) {
  DepthFirst Walk(topology, begin, end, steps);
  for (int L = end - 1; L >= begin; --L)
    Walk.runTo(L, topology.layer(L).steps);
}

Timeline::Timeline(const Topology &topology, std::vector<Step> steps, int begin,
                   int end)
    : Topo(topology), Steps(std::move(steps)), Begin(begin), End(end),
      RowsAt(topology.numMaps(), -1), TimesAt(topology.numLayers(), -1) {
  const Network &Net = Topo.Net;
  int64_t NumRows = 0, NumTimes = 0;
  for (int M = 0; M < Topo.numMaps(); ++M) {
    int Producer = Topo.Producer[M];
    bool Written = runs(Producer);
    bool Earlier = Producer < Begin && (Producer >= 0 || M == Net.inputMap);
    bool Kept = Topo.LastReader[M] >= Begin || M == Net.outputMap;
    if (!Written && !(Earlier && Kept))
      continue;
    RowsAt[M] = NumRows;
    NumRows += Net.maps[M].rows;
  }
  Rows.resize(NumRows);
  for (int L = Begin; L < End; ++L) {
    TimesAt[L] = NumTimes;
    NumTimes += Topo.layer(L).steps;
  }
  Times.resize(NumTimes);

  for (int T = 0; T <= lastPosition(); ++T) {
    auto [L, Step] = Steps[T];
    const Layer &Self = Topo.layer(L);
    Times[TimesAt[L] + Step] = T;
    Row *Out = rows(Self.output);
    if (Self.steps == 1) {
      std::fill_n(Out, Net.maps[Self.output].rows, Row{T, T});
    } else {
      int64_t R = Step / Self.stepsPerRow;
      if (Step % Self.stepsPerRow == 0)
        Out[R].Alloc = T;
      Out[R].LastUse = T;
    }
    for (const Input &In : Self.inputs) {
      auto [Lo, Hi] = In.window.rowsAt(Step, Net.maps[In.map].rows);
      Row *Read = rows(In.map);
      for (int64_t R = Lo; R < Hi; ++R)
        Read[R].LastUse = T;
    }
  }
  for (int M = 0; M < Topo.numMaps(); ++M)
    if (isPresent(M) && (Topo.LastReader[M] >= End || M == Net.outputMap))
      for (int64_t R = 0; R < Net.maps[M].rows; ++R)
        rows(M)[R].LastUse = lastPosition();
}

bool Timeline::runsBetween(int layer, int first, int last) const {
  if (!runs(layer))
    return false;
  const int *At = std::lower_bound(timesBegin(layer), timesEnd(layer), first);
  return At != timesEnd(layer) && *At <= last;
}
