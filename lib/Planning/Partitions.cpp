//===- Partitions.cpp - Where to cut the layer list -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Partitions.h"

#include <algorithm>

using namespace rtwmc::planning;

SegmentPeaks::SegmentPeaks(const Topology &topology, const Drops &drops,
                           Barrier barrier, const Options &options)
    : topo(topology), packed(drops), rule(barrier), opts(options),
      known(size_t(topology.numLayers()) * topology.numLayers()) {}

SegmentPeaks::Peaks SegmentPeaks::measure(int begin, int end) const {
  Drops here = packed;
  for (int m = 0; m < topo.numMaps(); ++m) {
    if (!here[m].isWhole() || topo.producer[m] < begin ||
        topo.producer[m] >= end || topo.firstReader[m] >= end)
      continue;
    if (rule == Barrier::Required)
      return {unlimited, unlimited};
    here[m] = MapDrop();
  }
  Topology run(topo.net, here);
  std::vector<Step> steps;
  scheduleSegment(run, begin, end, steps);
  Timeline time(run, std::move(steps), begin, end);
  Layout layout(time, here, opts);
  return {layout.peakBytes, layout.wholePeakBytes};
}

const SegmentPeaks::Peaks &SegmentPeaks::peaks(int begin, int end) {
  Peaks &cached = known[size_t(begin) * topo.numLayers() + (end - 1)];
  if (cached.bytes < 0)
    cached = measure(begin, end);
  return cached;
}

int64_t SegmentPeaks::peak(const Partition &partition) {
  int64_t worst = 0;
  for (size_t s = 0; s < partition.size(); ++s) {
    int end = s + 1 < partition.size() ? partition[s + 1] : topo.numLayers();
    worst = std::max(worst, peak(partition[s], end));
  }
  return worst;
}

Partition SegmentPeaks::best(bool byRow) {
  int numLayers = topo.numLayers();
  struct Prefix {
    int64_t peak = unlimited;
    int segments = 0;
    int start = 0;
  };
  std::vector<Prefix> best(numLayers + 1);
  best[0] = {0, 0, 0};
  for (int end = 1; end <= numLayers; ++end) {
    best[end].segments = numLayers + 1;
    for (int begin = end - 1; begin >= 0; --begin) {
      if (isTooLong(begin, end))
        break;
      const Peaks &here = peaks(begin, end);
      Prefix with{
          std::max(best[begin].peak, byRow ? here.bytes : here.wholeBytes),
          best[begin].segments + 1, begin};
      if (with.peak < best[end].peak ||
          (with.peak == best[end].peak && with.segments < best[end].segments))
        best[end] = with;
    }
  }
  Partition p;
  for (int end = numLayers; end > 0; end = best[end].start)
    p.push_back(best[end].start);
  std::reverse(p.begin(), p.end());
  return p;
}

Timeline rtwmc::planning::makeTimeline(const Topology &topology,
                                       const Partition &partition) {
  std::vector<Step> steps;
  for (size_t s = 0; s < partition.size(); ++s)
    scheduleSegment(topology, partition[s],
                    s + 1 < partition.size() ? partition[s + 1]
                                             : topology.numLayers(),
                    steps);
  return Timeline(topology, std::move(steps), 0, topology.numLayers());
}

bool rtwmc::planning::barrierHolds(const Topology &topology,
                                   const Partition &partition, int map) {
  auto next = std::upper_bound(partition.begin(), partition.end(),
                               topology.producer[map]);
  return next != partition.end() && topology.firstReader[map] >= *next;
}

std::vector<Partition>
rtwmc::planning::candidatePartitions(const Topology &topology,
                                     std::vector<SegmentPeaks> &peaks,
                                     const Options &options) {
  int numLayers = topology.numLayers();
  Partition each(numLayers);
  for (int layer = 0; layer < numLayers; ++layer)
    each[layer] = layer;
  if (options.layerByLayer)
    return {each};

  std::vector<Partition> all;
  if (numLayers <= options.maxExhaustiveLayers && numLayers <= 16) {
    for (uint32_t cuts = 0; cuts < (uint32_t(1) << (numLayers - 1)); ++cuts) {
      Partition p{0};
      for (int layer = 1; layer < numLayers; ++layer)
        if (cuts >> (layer - 1) & 1)
          p.push_back(layer);
      all.push_back(std::move(p));
    }
    return all;
  }

  std::vector<Partition> seeds{each, {0}};
  for (SegmentPeaks &measured : peaks)
    for (bool byRow : {false, true})
      seeds.push_back(measured.best(byRow));
  for (const Partition &seed : seeds) {
    all.push_back(seed);
    for (int cut = 1; cut < numLayers; ++cut) {
      Partition p = seed;
      auto at = std::lower_bound(p.begin(), p.end(), cut);
      if (at != p.end() && *at == cut)
        p.erase(at);
      else
        p.insert(at, cut);
      all.push_back(std::move(p));
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}
