//===- StripSearch.cpp - Which segment in how many strips -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A strip is a small network of its own: the rows that its layers read are
// those of the whole layers, only narrower. What is alive while it runs is
// measured by the planner's layout. Segments in strips, and others, then make a
// network as a path: for each bound of memory, the one of least work.
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/StripSearch.h"
#include "Partitions.h"
#include "rtwmc/Planning/StripNetwork.h"

#include <algorithm>

using namespace rtwmc::planning;

/// More strips than this are narrow anyway.
static constexpr int64_t mostStrips = 16;

namespace {

/// Layers `[begin, end)` as a segment in `count` strips, or (1) whole.
struct Segment {
  int begin = 0, end = 0;
  int64_t count = 1;
  int64_t extraMacs = 0;
  int64_t peakBytes = 0;
  /// The same if no map slid over another: what the segments before and behind
  /// leave of that is not known.
  int64_t wholePeakBytes = 0;
};

class Search {
public:
  Search(const Network &network,
         std::span<const std::optional<SegmentLayer>> layers,
         int64_t maxExtraMacs)
      : net(network), layers(layers), most(maxExtraMacs), topo(network),
        peaks(topo, Drops(topo.numMaps()), Barrier::Optional, options),
        count(topo.numLayers()) {}

  std::vector<StripCut> run();

private:
  /// Adds segments without strips, and finds `leastOf`.
  void addWhole();
  /// The least peak of layers `[begin, end)` without strips, and if no map
  /// slides over another.
  int64_t &leastOf(int begin, int end) {
    return least[size_t(begin) * (count + 1) + end];
  }
  int64_t leastOf(int begin, int end) const {
    return least[size_t(begin) * (count + 1) + end];
  }
  /// Whether layers `[first, last]` can be a segment.
  bool canEndAt(int first, int last) const;
  /// Adds layers `[first, last]` in as many strips as help.
  void addStrips(int first, int last);
  /// The map that strips which end with `layer` go on in.
  Map goneOnBy(int layer) const {
    return mapInStrips(net.maps[net.layers[layer].output], *layers[layer]);
  }
  /// The most bytes alive at once in `strip`.
  int64_t peakOf(int first, int last, const Strip &strip) const;
  /// Bytes of maps that are there while the segment runs, which it reads not.
  int64_t bytesAcross(int first, int last) const;
  /// The cut of the least work within `peakBytes`; none if there is none.
  /// `slides`: if maps slide over others.
  std::optional<StripCut> cutWithin(int64_t peakBytes, bool slides) const;
  /// Adds the cuts of less work for more memory, down from the least memory.
  void addCuts(bool slides, std::vector<StripCut> &cuts) const;

  const Network &net;
  std::span<const std::optional<SegmentLayer>> layers;
  int64_t most;
  Options options;
  Topology topo;
  SegmentPeaks peaks;
  int count;
  std::vector<int64_t> least;
  /// By where they end.
  std::vector<std::vector<Segment>> segments;
};

} // namespace

void Search::addWhole() {
  segments.resize(count + 1);
  least.assign(size_t(count + 1) * (count + 1), unlimited);
  for (int begin = count; begin >= 0; --begin) {
    leastOf(begin, begin) = 0;
    for (int end = begin + 1; end <= count && !peaks.isTooLong(begin, end);
         ++end) {
      int64_t peak = peaks.peak(begin, end);
      if (peak == unlimited)
        continue;
      int64_t whole = peaks.wholePeak(begin, end);
      segments[end].push_back({begin, end, 1, 0, peak, whole});
      for (int last = end; last <= count; ++last)
        leastOf(begin, last) =
            std::min(leastOf(begin, last), std::max(whole, leastOf(end, last)));
    }
  }
}

bool Search::canEndAt(int first, int last) const {
  const std::optional<SegmentLayer> &end = layers[last];
  int result = net.layers[last].output;
  if (!end || !whyNotInStrips(*end, /*isLast=*/true).empty())
    return false;
  bool isOutside =
      net.isOutput(result) || net.maps[result].residence == Residence::External;
  if (isOutside && !end->finishesSums())
    return false;
  for (int index = first; index < last; ++index) {
    int map = net.layers[index].output;
    if (topo.lastReader[map] > last || net.isOutput(map))
      return false;
  }
  return true;
}

int64_t Search::bytesAcross(int first, int last) const {
  int64_t bytes = 0;
  for (int map = 0; map < topo.numMaps(); ++map) {
    bool isThere = topo.producer[map] < first &&
                   (topo.producer[map] >= 0 || net.isInput(map)) &&
                   (topo.lastReader[map] > last || net.isOutput(map));
    bool isRead = false;
    for (int index = first; index <= last; ++index)
      isRead |= std::ranges::find(net.layers[index].inputs, map, &Input::map) !=
                net.layers[index].inputs.end();
    if (isThere && !isRead && net.maps[map].residence == Residence::Arena)
      bytes += net.maps[map].denseBytes();
  }
  return bytes;
}

int64_t Search::peakOf(int first, int last, const Strip &strip) const {
  Network narrow;
  std::vector<int> mapOf(net.maps.size(), -1);
  auto add = [&](int map) {
    mapOf[map] = int(narrow.maps.size());
    narrow.maps.push_back(net.maps[map]);
    return mapOf[map];
  };
  for (int index = first; index <= last; ++index) {
    Layer self = net.layers[index];
    for (Input &in : self.inputs) {
      // A map from outside stays until the last strip.
      if (mapOf[in.map] < 0) {
        narrow.moreInputs.push_back(add(in.map));
        narrow.moreOutputs.push_back(mapOf[in.map]);
      }
      in.map = mapOf[in.map];
    }
    int output = self.output;
    self.output = add(output);
    Map &map = narrow.maps.back();
    if (index == last) {
      map = goneOnBy(index);
      // Sums are where they go on, if they need a place of their own.
      self.state = 0;
      // What the strips before have written of it is there from the start.
      self.inPlace = int(self.inputs.size());
      self.goesOn = true;
      Input before;
      before.map = int(narrow.maps.size());
      before.window = {0, 0, map.rows};
      self.inputs.push_back(before);
      narrow.outputMap = self.output;
      narrow.inputMap = int(narrow.maps.size());
      narrow.maps.push_back(goneOnBy(index));
    } else {
      map.rowBytes = map.rowBytes / layers[index]->shape.output.width *
                     strip[index - first].output.count();
    }
    narrow.layers.push_back(std::move(self));
  }
  Topology run(narrow);
  std::vector<Step> steps;
  scheduleSegment(run, 0, run.numLayers(), steps);
  Timeline time(run, std::move(steps), 0, run.numLayers());
  return Layout(time, Drops(run.numMaps()), options).peakBytes;
}

void Search::addStrips(int first, int last) {
  std::vector<SegmentLayer> segment = segmentOf(layers, {first, last});
  int64_t across = bytesAcross(first, last);
  // What no number of strips goes below, and what makes them worth while.
  int64_t floor = across + goneOnBy(last).denseBytes();
  int64_t bound = leastOf(first, last + 1);
  int64_t strips = std::min(segment.back().dividedColumns(), mostStrips);
  size_t known = 0;
  for (int64_t count = 2; count <= strips && floor < bound; ++count) {
    auto split = splitIntoStrips(segment, count);
    // The same as of fewer.
    if (!split || split->size() == known)
      continue;
    known = split->size();
    Segment choice{first, last + 1, count, 0, floor};
    for (size_t layer = 0; layer < segment.size(); ++layer)
      choice.extraMacs +=
          macsInStrips(segment, *split, layer) - segment[layer].macs;
    // What nobody reads is not computed, which may be less than before.
    choice.extraMacs = std::max<int64_t>(choice.extraMacs, 0);
    if (choice.extraMacs > most)
      continue;
    // The first, the second, and the last are the shapes there are.
    for (size_t strip : {size_t(1), size_t(0), split->size() - 1})
      if (choice.peakBytes < bound)
        choice.peakBytes = std::max(
            choice.peakBytes, across + peakOf(first, last, (*split)[strip]));
    if (choice.peakBytes >= bound)
      continue;
    choice.wholePeakBytes = choice.peakBytes;
    segments[last + 1].push_back(choice);
    bound = choice.peakBytes;
  }
}

std::optional<StripCut> Search::cutWithin(int64_t peakBytes,
                                          bool slides) const {
  // Of equal work, the one with fewer kernels.
  struct Best {
    int64_t extraMacs = unlimited, kernels = 0;
    const Segment *last = nullptr;
  };
  std::vector<Best> best(count + 1);
  best[0].extraMacs = 0;
  for (int end = 1; end <= count; ++end)
    for (const Segment &segment : segments[end]) {
      const Best &before = best[segment.begin];
      int64_t peak = slides ? segment.peakBytes : segment.wholePeakBytes;
      if (peak > peakBytes || before.extraMacs == unlimited)
        continue;
      Best now{before.extraMacs + segment.extraMacs,
               before.kernels + (segment.end - segment.begin) * segment.count,
               &segment};
      if (std::pair(now.extraMacs, now.kernels) <
          std::pair(best[end].extraMacs, best[end].kernels))
        best[end] = now;
    }
  if (best[count].extraMacs > most)
    return std::nullopt;
  StripCut cut;
  cut.extraMacs = best[count].extraMacs;
  cut.peakBytes = peakBytes;
  for (int end = count; end > 0; end = best[end].last->begin)
    if (const Segment &last = *best[end].last; last.count > 1)
      cut.segments.push_back({last.begin, last.end - 1, last.count});
  std::ranges::reverse(cut.segments);
  return cut;
}

void Search::addCuts(bool slides, std::vector<StripCut> &cuts) const {
  std::vector<int64_t> bounds;
  for (const std::vector<Segment> &ending : segments)
    for (const Segment &segment : ending)
      if (int64_t peak = slides ? segment.peakBytes : segment.wholePeakBytes;
          peak < leastOf(0, count))
        bounds.push_back(peak);
  std::ranges::sort(bounds);
  bounds.erase(std::ranges::unique(bounds).begin(), bounds.end());
  int64_t known = unlimited;
  for (int64_t bound : bounds) {
    std::optional<StripCut> cut = cutWithin(bound, slides);
    // Without strips it is no cut.
    if (!cut || cut->segments.empty() || cut->extraMacs >= known)
      continue;
    known = cut->extraMacs;
    if (!std::ranges::count(cuts, cut->segments, &StripCut::segments))
      cuts.push_back(std::move(*cut));
  }
}

std::vector<StripCut> Search::run() {
  addWhole();
  for (int first = 0; first < count; ++first)
    for (int last = first; last < count && layers[last]; ++last) {
      if (canEndAt(first, last))
        addStrips(first, last);
      if (!whyNotInStrips(*layers[last], /*isLast=*/false).empty())
        break;
    }
  // Some of the maps that slide may be in each other's way.
  std::vector<StripCut> cuts;
  for (bool slides : {false, true})
    addCuts(slides, cuts);
  std::ranges::sort(cuts, [](const StripCut &a, const StripCut &b) {
    return std::pair(a.extraMacs, -a.peakBytes) <
           std::pair(b.extraMacs, -b.peakBytes);
  });
  return cuts;
}

std::vector<StripCut>
rtwmc::planning::findStrips(const Network &network,
                            std::span<const std::optional<SegmentLayer>> layers,
                            int64_t maxExtraMacs) {
  return Search(network, layers, maxExtraMacs).run();
}
