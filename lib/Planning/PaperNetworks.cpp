//===- PaperNetworks.cpp - The paper's three networks ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PaperNetworks.h"

using namespace rtwmc::planning;

namespace {

LayerShape layer(LayerKind kind, int64_t kernel, int64_t channels) {
  LayerShape Result;
  Result.kind = kind;
  Result.kernelHeight = Result.kernelWidth = kernel;
  Result.channels = channels;
  return Result;
}

LayerShape conv(int64_t kernel, int64_t channels) {
  return layer(LayerKind::Convolution, kernel, channels);
}

LayerShape pool() {
  LayerShape Result = layer(LayerKind::MaxPool, 2, 0);
  Result.strideHeight = Result.strideWidth = 2;
  return Result;
}

LayerShape average() { return layer(LayerKind::GlobalAverage, 1, 0); }

LayerShape dense(int64_t units) { return layer(LayerKind::Dense, 1, units); }

PaperNetwork chain(std::string name, std::vector<LayerShape> layers,
                   PaperOptions options) {
  for (size_t I = 0; I < layers.size(); ++I)
    layers[I].inputs = {int(I) - 1};
  PaperNetwork Result;
  Result.name = std::move(name);
  Result.shape = {{32, 32, 3, 1}, std::move(layers)};
  Result.paperOptions = options;
  ShapeOptions Options;
  ShapedNetwork Streamed = *makeNetwork(Result.shape, Options);
  Options.fusePooling = false;
  ShapedNetwork Layered = *makeNetwork(Result.shape, Options);
  Result.paperLayers = Layered.paperLayers;
  Result.streamed = std::move(Streamed.network);
  Result.layered = std::move(Layered.network);
  return Result;
}

} // namespace

std::vector<PaperNetwork> rtwmc::planning::paperNetworks() {
  return {chain("LeNet-A",
                {conv(5, 6), pool(), conv(5, 32), average(), dense(120),
                 dense(84), dense(10)},
                {4096, 10, 0.8, 8, true}),
          chain("SpArSeNet-A",
                {conv(3, 9), conv(4, 11), pool(), conv(1, 17), conv(5, 39),
                 pool(), dense(10)},
                {8192, 40, 0.5, 8, true}),
          chain("SonicNet-A",
                {conv(5, 20), pool(), conv(5, 80), pool(), dense(10)},
                {8192, 30, 0.8, 8, true})};
}
