//===- PaperNetworks.cpp - The paper's three networks ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PaperNetworks.h"

using namespace rtwmc::planning;

namespace {

/// Bytes of a cursor into a packed map: position in the bitmap and in the
/// values.
constexpr int64_t CursorBytes = 8;

/// Builds a chain of square maps, layer after layer.
class Chain {
public:
  Chain(int64_t size, int64_t channels) : Size(size), Channels(channels) {
    Net.maps.push_back(
        {"input", size, size * channels, 1, 1, Residence::External, false});
    Net.inputMap = 0;
  }

  /// A valid convolution of stride 1; `pool` rows and columns of its output are
  /// merged into one (1: no pooling), which may leave the last ones unread.
  Chain &conv(std::string name, int64_t kernel, int64_t channels,
              int64_t pool = 1) {
    int64_t Out = (Size - kernel + 1) / pool;
    add(std::move(name), Out, Out * channels, {1, 0, kernel}, Out * pool, pool);
    // Pruned, a row that several steps fill waits until it is complete.
    if (pool > 1)
      Net.layers.back().packedOutputState = Out * channels;
    Size = Out;
    Channels = channels;
    return *this;
  }

  /// A convolution and the average of its whole output: 32-bit sums.
  Chain &convAverage(std::string name, int64_t kernel, int64_t channels) {
    int64_t Out = Size - kernel + 1;
    add(std::move(name), 1, channels, {1, 0, kernel}, Out, Out);
    Net.layers.back().state = 4 * channels;
    Net.layers.back().stateAlign = 4;
    Size = 1;
    Channels = channels;
    return *this;
  }

  Chain &pool(std::string name) {
    add(std::move(name), Size / 2, Size / 2 * Channels, {2, 0, 2}, Size / 2, 1);
    Size /= 2;
    return *this;
  }

  Chain &average(std::string name) {
    add(std::move(name), 1, Channels, {1, 0, 1}, Size, Size);
    Net.layers.back().state = 4 * Channels;
    Net.layers.back().stateAlign = 4;
    Size = 1;
    return *this;
  }

  /// Fully connected; reads the rows of its input as they come.
  Chain &dense(std::string name, int64_t channels) {
    add(std::move(name), 1, channels, {1, 0, 1}, Size, Size);
    if (Size > 1) {
      Net.layers.back().state = 4 * channels;
      Net.layers.back().stateAlign = 4;
    }
    Size = 1;
    Channels = channels;
    return *this;
  }

  Network finish() {
    Net.maps.back().residence = Residence::External;
    Net.maps.back().packable = false;
    Net.outputMap = int(Net.maps.size()) - 1;
    return std::move(Net);
  }

private:
  void add(std::string name, int64_t rows, int64_t rowBytes, Window window,
           int64_t steps, int64_t stepsPerRow) {
    Layer L;
    L.name = name;
    Input In;
    In.map = int(Net.maps.size()) - 1;
    In.window = window;
    In.packedState = CursorBytes * window.extent;
    L.inputs.push_back(In);
    L.output = int(Net.maps.size());
    L.steps = steps;
    L.stepsPerRow = stepsPerRow;
    Net.layers.push_back(std::move(L));
    Net.maps.push_back(
        {std::move(name), rows, rowBytes, 1, 1, Residence::Arena, true});
  }

  int64_t Size, Channels;
  Network Net;
};

PaperNetwork leNet() {
  return {"LeNet-A",
          {{"conv1", 32 * 32 * 3, 28 * 28 * 6, 14 * 14 * 6},
           {"conv2", 14 * 14 * 6, 10 * 10 * 32, 0}},
          {4096, 10, 0.8, 8, true},
          Chain(32, 3)
              .conv("conv1", 5, 6, 2)
              .convAverage("conv2", 5, 32)
              .dense("fc1", 120)
              .dense("fc2", 84)
              .dense("fc3", 10)
              .finish(),
          Chain(32, 3)
              .conv("conv1", 5, 6)
              .pool("pool1")
              .conv("conv2", 5, 32)
              .average("average")
              .dense("fc1", 120)
              .dense("fc2", 84)
              .dense("fc3", 10)
              .finish()};
}

PaperNetwork sparseNet() {
  return {"SpArSeNet-A",
          {{"conv1", 32 * 32 * 3, 30 * 30 * 9, 0},
           {"conv2", 30 * 30 * 9, 27 * 27 * 11, 13 * 13 * 11},
           {"conv3", 13 * 13 * 11, 13 * 13 * 17, 0},
           {"conv4", 13 * 13 * 17, 9 * 9 * 39, 4 * 4 * 39}},
          {8192, 40, 0.5, 8, true},
          Chain(32, 3)
              .conv("conv1", 3, 9)
              .conv("conv2", 4, 11, 2)
              .conv("conv3", 1, 17)
              .conv("conv4", 5, 39, 2)
              .dense("fc", 10)
              .finish(),
          Chain(32, 3)
              .conv("conv1", 3, 9)
              .conv("conv2", 4, 11)
              .pool("pool1")
              .conv("conv3", 1, 17)
              .conv("conv4", 5, 39)
              .pool("pool2")
              .dense("fc", 10)
              .finish()};
}

PaperNetwork sonicNet() {
  return {"SonicNet-A",
          {{"conv1", 32 * 32 * 3, 28 * 28 * 20, 14 * 14 * 20},
           {"conv2", 14 * 14 * 20, 10 * 10 * 80, 5 * 5 * 80}},
          {8192, 30, 0.8, 8, true},
          Chain(32, 3)
              .conv("conv1", 5, 20, 2)
              .conv("conv2", 5, 80, 2)
              .dense("fc", 10)
              .finish(),
          Chain(32, 3)
              .conv("conv1", 5, 20)
              .pool("pool1")
              .conv("conv2", 5, 80)
              .pool("pool2")
              .dense("fc", 10)
              .finish()};
}

} // namespace

std::vector<PaperNetwork> rtwmc::planning::paperNetworks() {
  return {leNet(), sparseNet(), sonicNet()};
}
