//===- StripNetwork.cpp - A network with a segment in strips --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/StripNetwork.h"

#include <algorithm>
#include <ranges>

using namespace rtwmc::planning;

Map rtwmc::planning::mapInStrips(const Map &result, const SegmentLayer &last) {
  Map map = result;
  if (last.finishesSums()) {
    map.rowBytes = last.shape.accumulatorBytes();
    map.align = map.elementBytes = 4;
    map.residence = Residence::Arena;
  }
  map.packable = map.rowPackable = false;
  return map;
}

std::vector<SegmentLayer>
rtwmc::planning::segmentOf(std::span<const std::optional<SegmentLayer>> layers,
                           const StripChoice &choice) {
  std::vector<SegmentLayer> segment;
  for (int index = choice.first; index <= choice.last; ++index) {
    segment.push_back(*layers[index]);
    for (SegmentInput &input : segment.back().inputs)
      input.producer = std::max(input.producer - choice.first, -1);
  }
  return segment;
}

namespace {

class Splitter {
public:
  Splitter(const StripNetwork &whole, const StripChoice &choice)
      : whole(whole), choice(choice), mapOf(whole.network.maps.size(), -1) {}

  StripNetwork split();

private:
  void addStrip(const Strip &strip, bool isLastStrip);
  /// The layer `index` as it reads the maps of the strip at work.
  Layer layerOf(int index) const;
  int setMap(int index, Map map);
  int addMap(const Map &map);

  const StripNetwork &whole;
  const StripChoice &choice;
  StripNetwork result;
  /// By map of the segment: that of the strip at work; -1 outside of it.
  std::vector<int> mapOf;
  /// What the strips before went on in; -1: there were none.
  int before = -1;
};

} // namespace

int Splitter::setMap(int index, Map map) {
  map.packable = map.rowPackable = false;
  result.network.maps[index] = std::move(map);
  return index;
}

int Splitter::addMap(const Map &map) {
  result.network.maps.emplace_back();
  return setMap(int(result.network.maps.size()) - 1, map);
}

Layer Splitter::layerOf(int index) const {
  Layer self = whole.network.layers[index];
  self.whenPacked.clear();
  for (Input &input : self.inputs)
    if (mapOf[input.map] >= 0)
      input.map = mapOf[input.map];
  return self;
}

void Splitter::addStrip(const Strip &strip, bool isLastStrip) {
  const Network &net = whole.network;
  std::fill(mapOf.begin(), mapOf.end(), -1);
  for (int index = choice.first; index <= choice.last; ++index) {
    const SegmentLayer &given = *whole.layers[index];
    const Map &made = net.maps[net.layers[index].output];
    Layer self = layerOf(index);
    if (index < choice.last) {
      Map narrow = made;
      narrow.rowBytes = made.rowBytes / given.shape.output.width *
                        strip[index - choice.first].output.count();
      // The first strip's takes the place of the whole map.
      int place = net.layers[index].output;
      self.output = before < 0 ? setMap(place, narrow) : addMap(narrow);
      mapOf[place] = self.output;
    } else {
      // The last strip makes the map that others read.
      bool isResult = isLastStrip || !given.finishesSums();
      Map part = mapInStrips(made, given);
      self.output = isLastStrip ? self.output : addMap(part);
      self.inPlace = -1;
      // Sums are where they go on.
      self.state = given.finishesSums() ? 0 : self.state;
      if (before >= 0) {
        self.goesOn = !(isResult && given.finishesSums());
        self.inPlace = self.goesOn ? int(self.inputs.size()) : -1;
        self.inputs.push_back({before, {0, 0, made.rows}});
      }
      before = self.output;
    }
    result.network.layers.push_back(std::move(self));
    result.layers.emplace_back();
  }
}

StripNetwork Splitter::split() {
  const Network &net = whole.network;
  result.network = net;
  result.network.layers.clear();
  // How layers are counted has changed for those behind the segment.
  std::vector<int> newIndex(net.layers.size(), -1);
  auto keep = [&](size_t index) {
    newIndex[index] = int(result.network.layers.size());
    result.network.layers.push_back(net.layers[index]);
    result.layers.push_back(whole.layers[index]);
    if (!result.layers.back())
      return;
    for (SegmentInput &input : result.layers.back()->inputs)
      if (input.producer >= 0)
        input.producer = newIndex[input.producer];
  };
  for (int index = 0; index < choice.first; ++index)
    keep(index);
  auto strips = splitIntoStrips(segmentOf(whole.layers, choice), choice.count);
  for (size_t strip = 0; strips && strip < strips->size(); ++strip)
    addStrip((*strips)[strip], strip + 1 == strips->size());
  newIndex[choice.last] = int(result.network.layers.size()) - 1;
  for (size_t index = choice.last + 1; index < net.layers.size(); ++index)
    keep(index);
  // Others do not prune a map that strips make.
  Map &made = result.network.maps[net.layers[choice.last].output];
  made.packable = made.rowPackable = false;
  return std::move(result);
}

StripNetwork rtwmc::planning::splitNetwork(const StripNetwork &whole,
                                           const StripChoice &choice) {
  return Splitter(whole, choice).split();
}

std::vector<StripVariant>
rtwmc::planning::findStripVariants(const StripNetwork &whole,
                                   int64_t maxExtraMacs) {
  std::vector<StripVariant> variants;
  const std::vector<Layer> &layers = whole.network.layers;
  for (StripCut &cut : findStrips(whole.network, whole.layers, maxExtraMacs)) {
    StripVariant variant{{}, whole, cut.extraMacs};
    for (const StripChoice &choice : cut.segments)
      variant.segments.push_back(
          {layers[choice.first].name, layers[choice.last].name, choice.count});
    // From the last on, so that layers before are counted as they were.
    for (const StripChoice &choice : std::views::reverse(cut.segments))
      variant.network = splitNetwork(variant.network, choice);
    variants.push_back(std::move(variant));
  }
  return variants;
}
