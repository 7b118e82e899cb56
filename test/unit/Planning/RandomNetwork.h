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
      : Rng(seed), ByChannel(byChannel) {}

  Network make(int layers) {
    Net = Network();
    int64_t Rows = 1 + pick(14);
    addMap(Rows, 1 + pick(20));
    Net.maps[0].residence = coin() ? Residence::External : Residence::Arena;
    Net.maps[0].packable = false;
    Net.inputMap = 0;
    for (int L = 0; L < layers; ++L)
      addLayer();
    Net.outputMap = int(Net.maps.size()) - 1;
    if (coin())
      Net.maps.back().residence = Residence::External;
    return std::move(Net);
  }

  int64_t pick(int64_t below) { return int64_t(Rng() % uint32_t(below)); }
  bool coin(int of = 2) { return pick(of) == 0; }

private:
  int addMap(int64_t rows, int64_t rowBytes) {
    Map M;
    M.name = "m";
    M.name += std::to_string(Net.maps.size());
    M.rows = rows;
    M.rowBytes = rowBytes;
    M.packable = !coin(4);
    if (coin(6)) {
      M.elementBytes = 4;
      M.align = 4;
      M.rowBytes = alignTo4(rowBytes);
      M.packable = false;
    }
    if (coin(20))
      M.residence = Residence::External;
    Net.maps.push_back(M);
    return int(Net.maps.size()) - 1;
  }

  static int64_t alignTo4(int64_t value) { return (value + 3) / 4 * 4; }

  Input input(int map, Window window) {
    Input In;
    In.map = map;
    In.window = window;
    if (coin())
      In.packedState = 4 * (1 + pick(4));
    if (coin(3))
      In.packedScratch = 1 + pick(30);
    return In;
  }

  /// A recent map; sometimes an old one (a residual).
  int source() {
    int Last = int(Net.maps.size()) - 1;
    return coin(4) ? int(pick(Last + 1)) : Last;
  }

  void addLayer() {
    Layer L;
    L.name = "l";
    L.name += std::to_string(Net.layers.size());
    if (coin(3))
      L.scratch = 1 + pick(60);
    L.scratchAlign = coin(3) ? 4 : 1;
    if (coin(4))
      L.state = 1 + pick(40);
    L.stateAlign = coin(3) ? 8 : 1;
    if (coin(4))
      L.packedOutputScratch = 1 + pick(20);
    int From = source();
    int64_t Rows = Net.maps[From].rows;
    switch (pick(6)) {
    case 0: // convolution
    case 1: {
      int64_t Kernel = 1 + pick(std::min<int64_t>(5, Rows + 1));
      int64_t Stride = 1 + pick(2), Pad = pick(Kernel);
      int64_t Out =
          std::max<int64_t>(1, (Rows + 2 * Pad - Kernel) / Stride + 1);
      L.inputs.push_back(input(From, {Stride, -Pad, Kernel}));
      L.output = addMap(Out, 1 + pick(24));
      L.steps = Out;
      break;
    }
    case 2: { // convolution with pooling fused, or an average over all rows
      int64_t Kernel = 1 + pick(3);
      int64_t Conv = std::max<int64_t>(1, Rows - Kernel + 1);
      int64_t Pool = coin(3) ? Conv : std::min<int64_t>(Conv, 2 + pick(2));
      L.inputs.push_back(input(From, {1, 0, Kernel}));
      L.output = addMap(Conv / Pool, 1 + pick(24));
      L.steps = Conv / Pool * Pool;
      L.stepsPerRow = Pool;
      break;
    }
    case 3: { // element-wise
      L.inputs.push_back(input(From, {1, 0, 1}));
      L.output = sameShape(From);
      L.steps = Rows;
      L.inPlace = coin(4) ? -1 : 0;
      break;
    }
    case 4: { // addition of two maps of one shape, or of a map and itself
      int Other = From;
      for (int M = 0; M < int(Net.maps.size()); ++M)
        if (Net.maps[M].rows == Rows &&
            Net.maps[M].rowBytes == Net.maps[From].rowBytes && coin())
          Other = M;
      L.inputs.push_back(input(From, {1, 0, 1}));
      L.inputs.push_back(input(Other, {1, 0, 1}));
      L.output = sameShape(From);
      L.steps = Rows;
      L.inPlace = int(pick(3)) - 1;
      break;
    }
    default: { // whole map to whole map in one step
      L.inputs.push_back(input(From, {0, 0, Rows}));
      if (coin()) {
        L.output = sameShape(From);
        L.inPlace = 0;
      } else {
        L.output = addMap(1 + pick(4), 1 + pick(30));
      }
      L.steps = 1;
      break;
    }
    }
    if (ByChannel && Net.maps[L.output].packable && !coin(4))
      L.whenPacked.push_back(oneStep(L));
    Net.layers.push_back(std::move(L));
  }

  Layer oneStep(Layer layer) {
    layer.steps = layer.stepsPerRow = 1;
    layer.inPlace = -1;
    layer.scratch = coin() ? layer.scratch / 2 : 0;
    layer.packedOutputScratch = coin() ? 1 : 0;
    layer.packedOutputState = coin() ? 1 + pick(10) : 0;
    for (Input &In : layer.inputs) {
      In.window = {0, 0, Net.maps[In.map].rows};
      In.packedState = 2 * pick(40);
      In.packedScratch /= 2;
    }
    return layer;
  }

  int sameShape(int map) {
    int M = addMap(Net.maps[map].rows, Net.maps[map].rowBytes);
    Net.maps[M].rowBytes = Net.maps[map].rowBytes;
    Net.maps[M].elementBytes = Net.maps[map].elementBytes;
    Net.maps[M].packable &= Net.maps[M].elementBytes == 1;
    return M;
  }

  std::mt19937 Rng;
  bool ByChannel;
  Network Net;
};

} // namespace rtwmc::planning

#endif // RTWMC_TEST_UNIT_PLANNING_RANDOMNETWORK_H
