//===- StripSearch.cpp - Which segment in how many strips -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A strip is a small network of its own: the rows that its layers read are
// those of the whole layers, only narrower. What is alive while it runs is
// measured by the planner's layout; what is before and behind the segment is
// cut where that takes least, as the planner does.
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/StripSearch.h"
#include "Partitions.h"

#include <algorithm>

using namespace rtwmc::planning;

/// More strips than this are narrow anyway.
static constexpr int64_t mostStrips = 16;

namespace {

class Search {
public:
  Search(const Network &network,
         std::span<const std::optional<SegmentLayer>> layers,
         int64_t maxExtraMacs)
      : net(network), layers(layers), most(maxExtraMacs), topo(network),
        peaks(topo, Drops(topo.numMaps()), Barrier::Optional, options) {}

  std::vector<StripChoice> run();

private:
  /// Bytes alive at once before layer `i`, and from it on, by `i`.
  void measureEnds();
  /// Whether layers `[first, last]` can be a segment.
  bool canEndAt(int first, int last) const;
  std::vector<SegmentLayer> segmentOf(int first, int last) const;
  void offer(int first, int last);
  /// The most bytes alive at once in `strip`.
  int64_t peakOf(int first, int last, const Strip &strip) const;
  /// Bytes of maps that are there while the segment runs, which it reads not.
  int64_t bytesAcross(int first, int last) const;
  /// Whether a choice that is known takes no more of both.
  bool isNoBetter(int64_t extraMacs, int64_t peakBytes) const;
  void keep(const StripChoice &choice);

  const Network &net;
  std::span<const std::optional<SegmentLayer>> layers;
  int64_t most;
  Options options;
  Topology topo;
  SegmentPeaks peaks;
  std::vector<int64_t> before, behind;
  std::vector<StripChoice> front;
};

} // namespace

void Search::measureEnds() {
  int count = topo.numLayers();
  before.assign(count + 1, unlimited);
  behind.assign(count + 1, unlimited);
  before[0] = behind[count] = 0;
  for (int end = 1; end <= count; ++end)
    for (int begin = end - 1; begin >= 0 && !peaks.isTooLong(begin, end);
         --begin)
      before[end] = std::min(before[end],
                             std::max(before[begin], peaks.peak(begin, end)));
  for (int begin = count - 1; begin >= 0; --begin)
    for (int end = begin + 1; end <= count && !peaks.isTooLong(begin, end);
         ++end)
      behind[begin] = std::min(behind[begin],
                               std::max(peaks.peak(begin, end), behind[end]));
}

bool Search::canEndAt(int first, int last) const {
  const std::optional<SegmentLayer> &end = layers[last];
  int result = net.layers[last].output;
  if (!end || !whyNotInStrips(*end, /*isLast=*/true).empty() ||
      net.isOutput(result) || net.maps[result].residence == Residence::External)
    return false;
  for (int index = first; index < last; ++index) {
    int map = net.layers[index].output;
    if (topo.lastReader[map] > last || net.isOutput(map))
      return false;
  }
  return true;
}

std::vector<SegmentLayer> Search::segmentOf(int first, int last) const {
  std::vector<SegmentLayer> segment;
  for (int index = first; index <= last; ++index) {
    segment.push_back(*layers[index]);
    for (SegmentInput &input : segment.back().inputs)
      input.producer = std::max(input.producer - first, -1);
  }
  return segment;
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
      // What the strips before have written of it is there from the start.
      self.inPlace = int(self.inputs.size());
      self.goesOn = true;
      Input before;
      before.map = int(narrow.maps.size());
      before.window = {0, 0, map.rows};
      self.inputs.push_back(before);
      narrow.outputMap = self.output;
      narrow.inputMap = int(narrow.maps.size());
      narrow.maps.push_back(map);
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

bool Search::isNoBetter(int64_t extraMacs, int64_t peakBytes) const {
  return std::ranges::any_of(front, [&](const StripChoice &known) {
    return known.extraMacs <= extraMacs && known.peakBytes <= peakBytes;
  });
}

void Search::keep(const StripChoice &choice) {
  std::erase_if(front, [&](const StripChoice &known) {
    return choice.extraMacs <= known.extraMacs &&
           choice.peakBytes <= known.peakBytes;
  });
  front.push_back(choice);
}

void Search::offer(int first, int last) {
  std::vector<SegmentLayer> segment = segmentOf(first, last);
  int64_t across = bytesAcross(first, last);
  int64_t least =
      std::max({before[first], behind[last + 1],
                across + net.maps[net.layers[last].output].denseBytes()});
  if (isNoBetter(most, least))
    return;
  int64_t strips = std::min(segment.back().dividedColumns(), mostStrips);
  size_t known = 0;
  for (int64_t count = 2; count <= strips; ++count) {
    auto split = splitIntoStrips(segment, count);
    // The same as of fewer.
    if (!split || split->size() == known)
      continue;
    known = split->size();
    StripChoice choice{first, last, count, 0, 0};
    for (size_t layer = 0; layer < segment.size(); ++layer)
      choice.extraMacs +=
          macsInStrips(segment, *split, layer) - segment[layer].macs;
    // What nobody reads is not computed, which may be less than before.
    choice.extraMacs = std::max<int64_t>(choice.extraMacs, 0);
    if (choice.extraMacs > most || isNoBetter(choice.extraMacs, least))
      continue;
    choice.peakBytes = least;
    // The first, the second, and the last are the shapes there are.
    for (size_t strip : {size_t(1), size_t(0), split->size() - 1})
      if (!isNoBetter(choice.extraMacs, choice.peakBytes))
        choice.peakBytes = std::max(
            choice.peakBytes, across + peakOf(first, last, (*split)[strip]));
    if (!isNoBetter(choice.extraMacs, choice.peakBytes))
      keep(choice);
  }
}

std::vector<StripChoice> Search::run() {
  measureEnds();
  int count = topo.numLayers();
  // Without strips.
  front.push_back({0, 0, 1, 0, before[count]});
  for (int first = 0; first < count; ++first)
    for (int last = first; last < count && layers[last]; ++last) {
      if (canEndAt(first, last))
        offer(first, last);
      if (!whyNotInStrips(*layers[last], /*isLast=*/false).empty())
        break;
    }
  std::erase_if(front,
                [](const StripChoice &choice) { return choice.count == 1; });
  std::ranges::sort(front, {}, &StripChoice::extraMacs);
  return front;
}

std::vector<StripChoice>
rtwmc::planning::findStrips(const Network &network,
                            std::span<const std::optional<SegmentLayer>> layers,
                            int64_t maxExtraMacs) {
  return Search(network, layers, maxExtraMacs).run();
}
