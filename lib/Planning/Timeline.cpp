//===- Timeline.cpp - Schedules and the lifetimes of rows -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Timeline.h"

#include <algorithm>

using namespace rtwmc::planning;

Topology::Topology(const Network &network, const Drops &drops)
    : net(network), producer(network.maps.size(), -1),
      firstReader(network.maps.size(), -1),
      lastReader(network.maps.size(), -1) {
  for (int index = 0; index < numLayers(); ++index) {
    int output = net.layers[index].output;
    bool packed = !drops.empty() && drops[output].isWhole();
    layers.push_back(&net.layers[index].asRun(packed));
    producer[output] = index;
    for (const Input &in : net.layers[index].inputs) {
      if (firstReader[in.map] < 0)
        firstReader[in.map] = index;
      lastReader[in.map] = index;
    }
  }
}

bool Topology::mayPack(int map, PruneUnit unit) const {
  const Map &self = net.maps[map];
  return self.canPack(unit) && self.residence == Residence::Arena &&
         !net.isOutput(map) && producer[map] >= 0 && isRead(map);
}

namespace {

/// Pulls rows through the layers of one segment. Recursion is as deep as the
/// segment is long.
class DepthFirst {
public:
  DepthFirst(const Topology &topology, int begin, int end,
             std::vector<Step> &steps)
      : topo(topology), begin(begin), steps(steps), done(end - begin, 0) {}

  void runTo(int layer, int64_t target) {
    const Layer &self = topo.layer(layer);
    int64_t &next = done[layer - begin];
    while (next < target) {
      // Whoever filled the map so far is done before anything is computed for
      // what comes next.
      if (self.goesOn && next == 0)
        need(self.inputs[self.inPlace].map,
             topo.net.maps[self.inputs[self.inPlace].map].rows);
      for (const Input &in : self.inputs)
        need(in.map, in.window.rowsAt(next, topo.net.maps[in.map].rows).second);
      steps.push_back({layer, next});
      ++next;
    }
  }

private:
  /// Makes the first `rows` rows of `map` complete.
  void need(int map, int64_t rows) {
    int index = topo.producer[map];
    if (index < begin || rows == 0)
      return;
    const Layer &producer = topo.layer(index);
    runTo(index, producer.steps == 1 ? 1 : rows * producer.stepsPerRow);
  }

  const Topology &topo;
  int begin;
  std::vector<Step> &steps;
  /// Steps done, by layer of the segment.
  std::vector<int64_t> done;
};

} // namespace

void rtwmc::planning::scheduleSegment(const Topology &topology, int begin,
                                      int end, std::vector<Step> &steps) {
  DepthFirst walk(topology, begin, end, steps);
  for (int index = end - 1; index >= begin; --index)
    walk.runTo(index, topology.layer(index).steps);
}

Timeline::Timeline(const Topology &topology, std::vector<Step> schedule,
                   int begin, int end)
    : topo(topology), steps(std::move(schedule)), begin(begin), end(end),
      rowsAt(topology.numMaps(), -1), timesAt(topology.numLayers(), -1) {
  const Network &net = topo.net;
  int64_t numRows = 0, numTimes = 0;
  for (int m = 0; m < topo.numMaps(); ++m) {
    int producer = topo.producer[m];
    bool written = runs(producer);
    bool earlier = producer < begin && (producer >= 0 || net.isInput(m));
    bool kept = topo.lastReader[m] >= begin || net.isOutput(m);
    if (!written && !(earlier && kept))
      continue;
    rowsAt[m] = numRows;
    numRows += net.maps[m].rows;
  }
  allRows.resize(numRows);
  for (int index = begin; index < end; ++index) {
    timesAt[index] = numTimes;
    numTimes += topo.layer(index).steps;
  }
  times.resize(numTimes);

  for (int t = 0; t <= lastPosition(); ++t) {
    auto [index, step] = steps[t];
    const Layer &self = topo.layer(index);
    times[timesAt[index] + step] = t;
    Row *out = rows(self.output);
    if (self.steps == 1) {
      std::fill_n(out, net.maps[self.output].rows, Row{t, t});
    } else {
      int64_t r = step / self.stepsPerRow;
      if (step % self.stepsPerRow == 0)
        out[r].alloc = t;
      out[r].lastUse = t;
    }
    for (const Input &in : self.inputs) {
      auto [lo, hi] = in.window.rowsAt(step, net.maps[in.map].rows);
      Row *read = rows(in.map);
      for (int64_t r = lo; r < hi; ++r)
        read[r].lastUse = t;
    }
  }
  for (int m = 0; m < topo.numMaps(); ++m)
    if (isPresent(m) && (topo.lastReader[m] >= end || net.isOutput(m)))
      for (int64_t r = 0; r < net.maps[m].rows; ++r)
        rows(m)[r].lastUse = lastPosition();
}

bool Timeline::runsBetween(int layer, int first, int last) const {
  if (!runs(layer))
    return false;
  const int *at = std::lower_bound(timesBegin(layer), timesEnd(layer), first);
  return at != timesEnd(layer) && *at <= last;
}
