//===- Timeline.h - Schedules and the lifetimes of rows ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner. Times are positions in a step list.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_TIMELINE_H
#define RTWMC_LIB_PLANNING_TIMELINE_H

#include "rtwmc/Planning/Enums.h"
#include "rtwmc/Planning/Network.h"
#include "rtwmc/Planning/Schedule.h"

#include <vector>

namespace rtwmc::planning {

/// Whether and how a map is packed.
struct MapDrop {
  /// Elements of each unit that are dropped at least; -1: not packed.
  int64_t drop = -1;
  PruneUnit unit = PruneUnit::Map;
  /// Elements of its tiny buffer; 0: as for all.
  int64_t batch = 0;

  bool isPacked() const { return drop >= 0; }
  bool isWhole() const { return isPacked() && unit == PruneUnit::Map; }
};

/// By map.
using Drops = std::vector<MapDrop>;

/// Who writes and who reads each map, and how layers run.
struct Topology {
  /// With the maps packed that `drops` says; none if it is empty.
  explicit Topology(const Network &network, const Drops &drops = {});

  const Network &net;
  /// By layer: itself, or how it runs to a packed map.
  std::vector<const Layer *> layers;
  /// By map; -1 = the network's input, or nobody.
  std::vector<int> producer;
  /// By map: the first and last layer that reads it; -1 = nobody.
  std::vector<int> firstReader, lastReader;

  int numLayers() const { return int(net.layers.size()); }
  int numMaps() const { return int(net.maps.size()); }
  /// Whether the planner may decide to pack `map`, as a whole or row by row.
  bool mayPack(int map, PruneUnit unit) const;
  bool isRead(int map) const { return lastReader[map] >= 0; }
  const Layer &layer(int index) const { return *layers[index]; }
};

/// Appends to `steps` the depth-first schedule of layers `[begin, end)`: the
/// rows of the last layer in order, everything else when it is first needed,
/// and at the end whatever later segments need beyond that. Maps produced
/// before `begin` are complete.
void scheduleSegment(const Topology &topology, int begin, int end,
                     std::vector<Step> &steps);

/// When each row of each map is alive while layers `[begin, end)` run.
class Timeline {
public:
  /// `schedule` holds all the steps of layers `[begin, end)`. Maps that are
  /// read by later layers stay alive to the end, maps of earlier layers are
  /// there from the start.
  Timeline(const Topology &topology, std::vector<Step> schedule, int begin,
           int end);

  const Topology &topo;
  std::vector<Step> steps;
  int begin, end;

  struct Row {
    /// First step that writes to the row.
    int alloc = 0;
    /// Last step that reads or writes it.
    int lastUse = 0;
  };

  /// The map is written, read or kept by these layers.
  bool isPresent(int map) const { return rowsAt[map] >= 0; }
  const Row *rows(int map) const { return &allRows[rowsAt[map]]; }
  /// The positions of a layer's steps are `[timesBegin, timesEnd)`.
  const int *timesBegin(int layer) const { return &times[timesAt[layer]]; }
  const int *timesEnd(int layer) const {
    return timesBegin(layer) + topo.layer(layer).steps;
  }
  int firstTime(int layer) const { return *timesBegin(layer); }
  int lastTime(int layer) const { return *(timesEnd(layer) - 1); }
  bool runs(int layer) const { return layer >= begin && layer < end; }
  /// Some step of `layer` lies in `[first, last]`.
  bool runsBetween(int layer, int first, int last) const;
  int lastPosition() const { return int(steps.size()) - 1; }

private:
  Row *rows(int map) { return &allRows[rowsAt[map]]; }

  std::vector<int64_t> rowsAt, timesAt;
  std::vector<Row> allRows;
  std::vector<int> times;
};

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_TIMELINE_H
