//===- WhyNotPackable.cpp - Why a map cannot be pruned --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WhyNotPackable.h"
#include "rtwmc/Streaming/Kernel.h"

using namespace mlir;
using namespace rtwmc;

/// Why `reader` cannot read its input `index` packed; empty if it can.
static std::string whyNotRead(const planning::Layer &reader,
                              func::FuncOp kernel, size_t index, PruneUnit unit,
                              StreamOrder order) {
  std::string name = "'" + reader.name + "'";
  LayerOpInterface op = getLayer(kernel);
  if (!op)
    return name + " reads it, which is no layer but loops of upstream's";
  planning::KernelShape shape = op.getKernelShape();
  if (reader.inputs[index].window.stride == 0)
    return shape.kind == planning::KernelKind::Gather ||
                   (shape.kind == planning::KernelKind::Pointwise &&
                    shape.output.height > 1)
               ? name + " reads it as a whole in every step"
               : name + " reads it reshaped, and so as a whole";
  if (shape.repeatsRows() && unit != PruneUnit::Row)
    return name + " reads its rows more than once, which only rows that are "
                  "pruned on their own can be";
  if (shape.canReadPacked(order))
    return "";
  if (shape.kind == planning::KernelKind::Gather)
    return name + " does not read its rows one by one, as pruned rows are read";
  if (shape.dilationWidth > 1)
    return name + " reads it with a dilation of " +
           std::to_string(shape.dilationWidth) +
           " along its rows, and a pruned row is read without gaps";
  return name + " cannot read a pruned map";
}

/// Why the zero point of `map` is not known.
static std::string whyNoZero(const NetworkModel &model, int map) {
  for (auto [layer, kernel] : llvm::zip(model.network.layers, model.kernels)) {
    func::FuncOp maker = kernel;
    LayerOpInterface op = getLayer(maker);
    if (layer.output != map || !op || !op.keepsZeroPoint())
      continue;
    std::optional<int32_t> first = model.zeroPoints[layer.inputs[0].map];
    for (const planning::Input &input : layer.inputs) {
      std::optional<int32_t> zero = model.zeroPoints[input.map];
      if (zero && first && *zero != *first)
        return "its zero point is not known: '" + layer.name +
               "' makes it of maps with zero points " + std::to_string(*first) +
               " and " + std::to_string(*zero);
    }
  }
  return "its zero point is not known: no layer that makes or reads it says it";
}

std::string rtwmc::whyNotPackable(const NetworkModel &model, int map,
                                  PruneUnit unit, StreamOrder order) {
  const planning::Network &network = model.network;
  if (unit == PruneUnit::Row && network.maps[map].packable &&
      !network.maps[map].rowPackable)
    return network.maps[map].rows > 1
               ? "rows are pruned on their own in stream order nhwc only"
               : "it has only one row";
  if (network.isInput(map))
    return "it is the network's input";
  if (network.isOutput(map))
    return "it is the network's output";
  if (int64_t bytes = network.maps[map].elementBytes; bytes != 1)
    return "its elements are of " + std::to_string(8 * bytes) +
           " bits, not of 8";
  for (auto [layer, kernel] : llvm::zip(network.layers, model.kernels)) {
    LayerOpInterface op = getLayer(kernel);
    bool isUsed = layer.output == map ||
                  llvm::is_contained(llvm::map_range(layer.inputs,
                                                     [](const auto &input) {
                                                       return input.map;
                                                     }),
                                     map);
    if (isUsed && computesStrip(kernel))
      return "'" + layer.name + "' computes a strip of maps that are whole";
    if (layer.output == map && op &&
        op.getKernelShape().kind == planning::KernelKind::Rows)
      return "it is the network's input";
    if (layer.output == map && !op)
      return "'" + layer.name +
             "' makes it, which is no layer but loops of upstream's";
    if (layer.output == map && !op.getKernelShape().canPrune(order))
      return "'" + layer.name + "' cannot make it channel by channel";
    for (auto [index, input] : llvm::enumerate(layer.inputs))
      if (input.map == map)
        if (std::string why = whyNotRead(layer, kernel, index, unit, order);
            !why.empty())
          return why;
  }
  if (!model.zeroPoints[map])
    return whyNoZero(model, map);
  RankedTensorType type = getMapType(model.values[map].getType());
  if (order == StreamOrder::NCHW && !hasMapShape(type))
    return "stream order nchw is for maps of 1xHxWxC";
  return "its layers cannot prune it";
}
