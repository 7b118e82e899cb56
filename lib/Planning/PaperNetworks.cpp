//===- PaperNetworks.cpp - The paper's three networks ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PaperNetworks.h"

using namespace rtwmc::planning;

namespace {

LayerShape layer(LayerKind kind, int64_t kernel, int64_t channels) {
  LayerShape result;
  result.kind = kind;
  result.kernelHeight = result.kernelWidth = kernel;
  result.channels = channels;
  return result;
}

LayerShape conv(int64_t kernel, int64_t channels) {
  return layer(LayerKind::Convolution, kernel, channels);
}

LayerShape pool() {
  LayerShape result = layer(LayerKind::MaxPool, 2, 0);
  result.strideHeight = result.strideWidth = 2;
  return result;
}

LayerShape average() { return layer(LayerKind::GlobalAverage, 1, 0); }

LayerShape dense(int64_t units) { return layer(LayerKind::Dense, 1, units); }

PaperNetwork chain(std::string name, std::vector<LayerShape> layers,
                   PaperOptions options) {
  for (size_t i = 0; i < layers.size(); ++i)
    layers[i].inputs = {int(i) - 1};
  PaperNetwork result;
  result.name = std::move(name);
  result.shape = {{32, 32, 3, 1}, std::move(layers)};
  result.paperOptions = options;
  ShapeOptions shaping;
  ShapedNetwork streamed = *makeNetwork(result.shape, shaping);
  shaping.wholeMaps = true;
  ShapedNetwork layered = *makeNetwork(result.shape, shaping);
  result.paperLayers = layered.paperLayers;
  result.streamed = std::move(streamed.network);
  result.layered = std::move(layered.network);
  return result;
}

} // namespace

std::vector<PaperNetwork> rtwmc::planning::paperNetworks() {
  return {chain("LeNet-A",
                {conv(5, 6), pool(), conv(5, 32), average(), dense(120),
                 dense(84), dense(10)},
                {4096, 10, 0.8, 8}),
          chain("SpArSeNet-A",
                {conv(3, 9), conv(4, 11), pool(), conv(1, 17), conv(5, 39),
                 pool(), dense(10)},
                {8192, 40, 0.5, 8}),
          chain("SonicNet-A",
                {conv(5, 20), pool(), conv(5, 80), pool(), dense(10)},
                {8192, 30, 0.8, 8})};
}
