//===- Partitions.cpp - Where to cut the layer list -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Partitions.h"

#include <algorithm>

using namespace rtwmc::planning;

/// Long segments of long networks are not measured (their number grows with the
/// square, their cost with the cube of the length).
static constexpr int LongNetwork = 64, LongSegment = 32;

SegmentPeaks::SegmentPeaks(const Topology &topology, const Drops &drops,
                           Barrier barrier, const Options &options)
    : Topo(topology), Packed(drops), Rule(barrier), Opts(options),
      Known(size_t(topology.numLayers()) * topology.numLayers(), -1) {}

int64_t SegmentPeaks::measure(int begin, int end) const {
  Drops Here = Packed;
  for (int M = 0; M < Topo.numMaps(); ++M) {
    if (Here[M] == NotPacked || Topo.Producer[M] < begin ||
        Topo.Producer[M] >= end || Topo.FirstReader[M] >= end)
      continue;
    if (Rule == Barrier::Required)
      return unlimited;
    Here[M] = NotPacked;
  }
  Topology Run(Topo.Net, Here);
  std::vector<Step> Steps;
  scheduleSegment(Run, begin, end, Steps);
  Timeline Time(Run, std::move(Steps), begin, end);
  return Layout(Time, Here, Opts).PeakBytes;
}

int64_t SegmentPeaks::peak(int begin, int end) {
  int64_t &Peak = Known[size_t(begin) * Topo.numLayers() + (end - 1)];
  if (Peak < 0)
    Peak = measure(begin, end);
  return Peak;
}

int64_t SegmentPeaks::peak(const Partition &partition) {
  int64_t Peak = 0;
  for (size_t S = 0; S < partition.size(); ++S) {
    int End = S + 1 < partition.size() ? partition[S + 1] : Topo.numLayers();
    Peak = std::max(Peak, peak(partition[S], End));
  }
  return Peak;
}

Partition SegmentPeaks::best() {
  int L = Topo.numLayers();
  struct Prefix {
    int64_t Peak = unlimited;
    int Segments = 0;
    int Start = 0;
  };
  std::vector<Prefix> Best(L + 1);
  Best[0] = {0, 0, 0};
  for (int End = 1; End <= L; ++End) {
    Best[End].Segments = L + 1;
    for (int Begin = End - 1; Begin >= 0; --Begin) {
      if (L > LongNetwork && End - Begin > LongSegment)
        break;
      Prefix With{std::max(Best[Begin].Peak, peak(Begin, End)),
                  Best[Begin].Segments + 1, Begin};
      if (With.Peak < Best[End].Peak ||
          (With.Peak == Best[End].Peak && With.Segments < Best[End].Segments))
        Best[End] = With;
    }
  }
  Partition P;
  for (int End = L; End > 0; End = Best[End].Start)
    P.push_back(Best[End].Start);
  std::reverse(P.begin(), P.end());
  return P;
}

Timeline rtwmc::planning::makeTimeline(const Topology &topology,
                                       const Partition &partition) {
  std::vector<Step> Steps;
  for (size_t S = 0; S < partition.size(); ++S)
    scheduleSegment(topology, partition[S],
                    S + 1 < partition.size() ? partition[S + 1]
                                             : topology.numLayers(),
                    Steps);
  return Timeline(topology, std::move(Steps), 0, topology.numLayers());
}

bool rtwmc::planning::barrierHolds(const Topology &topology,
                                   const Partition &partition, int map) {
  auto Next = std::upper_bound(partition.begin(), partition.end(),
                               topology.Producer[map]);
  return Next != partition.end() && topology.FirstReader[map] >= *Next;
}

std::vector<Partition>
rtwmc::planning::candidatePartitions(const Topology &topology,
                                     std::vector<SegmentPeaks> &peaks,
                                     const Options &options) {
  int L = topology.numLayers();
  Partition Each(L);
  for (int Layer = 0; Layer < L; ++Layer)
    Each[Layer] = Layer;
  if (options.layerByLayer)
    return {Each};

  std::vector<Partition> All;
  if (L <= options.maxExhaustiveLayers && L <= 16) {
    for (uint32_t Cuts = 0; Cuts < (uint32_t(1) << (L - 1)); ++Cuts) {
      Partition P{0};
      for (int Layer = 1; Layer < L; ++Layer)
        if (Cuts >> (Layer - 1) & 1)
          P.push_back(Layer);
      All.push_back(std::move(P));
    }
    return All;
  }

  std::vector<Partition> Seeds{Each, {0}};
  for (SegmentPeaks &Peaks : peaks)
    Seeds.push_back(Peaks.best());
  for (const Partition &Seed : Seeds) {
    All.push_back(Seed);
    for (int Cut = 1; Cut < L; ++Cut) {
      Partition P = Seed;
      auto At = std::lower_bound(P.begin(), P.end(), Cut);
      if (At != P.end() && *At == Cut)
        P.erase(At);
      else
        P.insert(At, Cut);
      All.push_back(std::move(P));
    }
  }
  std::sort(All.begin(), All.end());
  All.erase(std::unique(All.begin(), All.end()), All.end());
  return All;
}
