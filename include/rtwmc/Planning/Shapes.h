//===- Shapes.h - A network made of layer shapes ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No weights and no IR, only sizes: the network that the compiler makes of the
// same layers (KernelShape.h), so that its arena is the compiler's to the byte.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_SHAPES_H
#define RTWMC_PLANNING_SHAPES_H

#include "rtwmc/Planning/Expected.h"
#include "rtwmc/Planning/KernelShape.h"
#include "rtwmc/Planning/PaperPlanner.h"
#include "rtwmc/Planning/Strips.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rtwmc::planning {

enum class LayerKind {
  Convolution,
  /// `LayerShape::channels` is the multiplier.
  Depthwise,
  MaxPool,
  /// Of windows, without padding.
  AveragePool,
  /// Of all pixels.
  GlobalAverage,
  /// Of all elements of its input.
  Dense,
  /// Of two maps of one shape.
  Add,
};

/// One int8 layer with its requantization and activation, which cost no memory.
struct LayerShape {
  LayerKind kind = LayerKind::Convolution;
  /// For messages; may be empty.
  std::string name;
  /// Whose outputs it reads: a position in `NetworkShape::layers`, or -1 for
  /// the network's input. Two for `Add`, otherwise one.
  std::vector<int> inputs;
  /// Filters, multiplier or units.
  int64_t channels = 0;
  int64_t kernelHeight = 1, kernelWidth = 1;
  int64_t strideHeight = 1, strideWidth = 1;
  int64_t dilationHeight = 1, dilationWidth = 1;
  /// Rows above and below, columns left and right.
  std::array<int64_t, 4> pad = {0, 0, 0, 0};
};

/// Layers in the order in which they are computed; the last gives the result.
struct NetworkShape {
  MapShape input;
  std::vector<LayerShape> layers;
};

/// A network made of shapes.
struct ShapedNetwork {
  Network network;
  /// By layer of `network`: what strips must know of it; nothing where it
  /// reads a map reshaped.
  std::vector<std::optional<SegmentLayer>> segments;
  /// By given layer: the shape of its result, and the map that holds what is
  /// read of it; -1 where the layer behind it was moved into it, so that it is
  /// never stored.
  std::vector<MapShape> shapes;
  std::vector<int> mapOf;
  /// What Algorithm 1 is given, and the map of each.
  std::vector<PaperLayer> paperLayers;
  std::vector<int> paperMaps;
  /// Multiply-accumulates of one inference, without those whose results nobody
  /// reads.
  int64_t macs = 0;
  /// Weights and biases.
  int64_t parameters = 0;
  /// Bytes of weights, and for each output channel of bias, multiplier and
  /// shift (9): the constants of the object file, or a few less where
  /// multipliers are equal.
  int64_t constantBytes = 0;
};

/// How the compiler is to see a network.
struct ShapeOptions {
  InputPlace input = InputPlace::External;
  /// Every map is stored as a whole (mode `paper`): no pooling moves into the
  /// convolution before it, no fully connected layer takes rows as they come.
  bool wholeMaps = false;
  /// Of packed maps.
  StreamOrder order = StreamOrder::NHWC;
};

/// The network that the compiler plans for `shape`. The error is a sentence
/// that names the layer.
Expected<ShapedNetwork, std::string>
makeNetwork(const NetworkShape &shape, const ShapeOptions &options = {});

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_SHAPES_H
