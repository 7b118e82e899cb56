//===- RandomNetwork.h - Networks to test the planner on --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TEST_UNIT_PLANNING_RANDOMNETWORK_H
#define RTWMC_TEST_UNIT_PLANNING_RANDOMNETWORK_H

#include "rtwmc/Planning/Network.h"

#include <algorithm>
#include <random>

namespace rtwmc::planning {

/// Networks of convolutions with strides and padding, pooling, averages,
/// element-wise layers (some in place), additions (residuals), whole-map layers
/// and several consumers of one map; inputs and outputs inside and outside the
/// arena; alignments, scratch and state. With `byChannel`, some layers run in
/// one step over whole inputs when their output is packed.
class RandomNetwork {
public:
  explicit RandomNetwork(uint32_t seed, bool byChannel = false)
      : rng(seed), byChannel(byChannel) {}

  Network make(int layers) {
    net = Network();
    int64_t rows = 1 + pick(14);
    addMap(rows, 1 + pick(20));
    net.maps[0].residence = coin() ? Residence::External : Residence::Arena;
    net.maps[0].packable = false;
    net.inputMap = 0;
    for (int i = 0; i < layers; ++i)
      addLayer();
    net.outputMap = int(net.maps.size()) - 1;
    if (coin())
      net.maps.back().residence = Residence::External;
    if (!byChannel)
      packRows();
    return std::move(net);
  }

  int64_t pick(int64_t below) { return int64_t(rng() % uint32_t(below)); }
  bool coin(int of = 2) { return pick(of) == 0; }

private:
  int addMap(int64_t rows, int64_t rowBytes) {
    Map m;
    m.name = "m";
    m.name += std::to_string(net.maps.size());
    m.rows = rows;
    m.rowBytes = rowBytes;
    m.packable = !coin(4);
    if (coin(6)) {
      m.elementBytes = 4;
      m.align = 4;
      m.rowBytes = alignTo4(rowBytes);
      m.packable = false;
    }
    if (coin(20))
      m.residence = Residence::External;
    net.maps.push_back(m);
    return int(net.maps.size()) - 1;
  }

  /// Lets rows of maps be packed each on its own.
  void packRows() {
    for (Map &m : net.maps)
      m.rowPackable = m.packable && m.rows > 1 && !coin(3);
    for (Layer &self : net.layers) {
      if (self.stepsPerRow > 1)
        self.packedOutputState = 1 + pick(20);
      for (Input &in : self.inputs)
        in.packedRowScratch = pick(20);
    }
  }

  static int64_t alignTo4(int64_t value) { return (value + 3) / 4 * 4; }

  Input input(int map, Window window) {
    Input in;
    in.map = map;
    in.window = window;
    if (coin())
      in.packedState = 4 * (1 + pick(4));
    if (coin(3))
      in.packedScratch = 1 + pick(30);
    return in;
  }

  /// A recent map; sometimes an old one (a residual).
  int source() {
    int last = int(net.maps.size()) - 1;
    return coin(4) ? int(pick(last + 1)) : last;
  }

  void addLayer() {
    Layer self;
    self.name = "l";
    self.name += std::to_string(net.layers.size());
    if (coin(3))
      self.scratch = 1 + pick(60);
    self.scratchAlign = coin(3) ? 4 : 1;
    if (coin(4))
      self.state = 1 + pick(40);
    self.stateAlign = coin(3) ? 8 : 1;
    if (coin(4))
      self.packedOutputScratch = 1 + pick(20);
    int from = source();
    int64_t rows = net.maps[from].rows;
    switch (pick(6)) {
    case 0: // convolution
    case 1: {
      int64_t kernel = 1 + pick(std::min<int64_t>(5, rows + 1));
      int64_t stride = 1 + pick(2), pad = pick(kernel);
      int64_t out =
          std::max<int64_t>(1, (rows + 2 * pad - kernel) / stride + 1);
      self.inputs.push_back(input(from, {stride, -pad, kernel}));
      self.output = addMap(out, 1 + pick(24));
      self.steps = out;
      break;
    }
    case 2: { // convolution with pooling fused, or an average over all rows
      int64_t kernel = 1 + pick(3);
      int64_t conv = std::max<int64_t>(1, rows - kernel + 1);
      int64_t pool = coin(3) ? conv : std::min<int64_t>(conv, 2 + pick(2));
      self.inputs.push_back(input(from, {1, 0, kernel}));
      self.output = addMap(conv / pool, 1 + pick(24));
      self.steps = conv / pool * pool;
      self.stepsPerRow = pool;
      break;
    }
    case 3: { // element-wise
      self.inputs.push_back(input(from, {1, 0, 1}));
      self.output = sameShape(from);
      self.steps = rows;
      self.inPlace = coin(4) ? -1 : 0;
      break;
    }
    case 4: { // addition of two maps of one shape, or of a map and itself
      int other = from;
      for (int m = 0; m < int(net.maps.size()); ++m)
        if (net.maps[m].rows == rows &&
            net.maps[m].rowBytes == net.maps[from].rowBytes && coin())
          other = m;
      self.inputs.push_back(input(from, {1, 0, 1}));
      self.inputs.push_back(input(other, {1, 0, 1}));
      self.output = sameShape(from);
      self.steps = rows;
      self.inPlace = int(pick(3)) - 1;
      self.overwritesAny = rows % 2 == 0;
      break;
    }
    default: { // whole map to whole map in one step
      self.inputs.push_back(input(from, {0, 0, rows}));
      if (coin()) {
        self.output = sameShape(from);
        self.inPlace = 0;
      } else {
        self.output = addMap(1 + pick(4), 1 + pick(30));
      }
      self.steps = 1;
      break;
    }
    }
    if (byChannel && net.maps[self.output].packable && !coin(4))
      self.whenPacked.push_back(oneStep(self));
    net.layers.push_back(std::move(self));
  }

  Layer oneStep(Layer layer) {
    layer.steps = layer.stepsPerRow = 1;
    layer.inPlace = -1;
    layer.scratch = coin() ? layer.scratch / 2 : 0;
    layer.packedOutputScratch = coin() ? 1 : 0;
    layer.packedOutputState = coin() ? 1 + pick(10) : 0;
    for (Input &in : layer.inputs) {
      in.window = {0, 0, net.maps[in.map].rows};
      in.packedState = 2 * pick(40);
      in.packedScratch /= 2;
    }
    return layer;
  }

  int sameShape(int map) {
    int m = addMap(net.maps[map].rows, net.maps[map].rowBytes);
    net.maps[m].rowBytes = net.maps[map].rowBytes;
    net.maps[m].elementBytes = net.maps[map].elementBytes;
    net.maps[m].packable &= net.maps[m].elementBytes == 1;
    return m;
  }

  std::mt19937 rng;
  bool byChannel;
  Network net;
};

} // namespace rtwmc::planning

#endif // RTWMC_TEST_UNIT_PLANNING_RANDOMNETWORK_H
