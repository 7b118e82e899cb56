//===- Network.cpp - Is a network well formed? ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Network.h"

using namespace rtwmc::planning;

/// Far beyond any microcontroller, and sums of products stay inside 64 bits.
static constexpr int64_t MaxBytes = int64_t(1) << 40;
static constexpr int64_t MaxSteps = int64_t(1) << 24;

static bool isPowerOfTwo(int64_t value) {
  return value > 0 && (value & (value - 1)) == 0;
}

static bool isSize(int64_t bytes) { return bytes >= 0 && bytes <= MaxBytes; }

static bool isAlign(int64_t align) {
  return isPowerOfTwo(align) && align <= 4096;
}

static std::string checkMap(const Map &map) {
  if (map.rows < 1 || map.rows > MaxSteps)
    return "must have at least one row";
  if (map.rowBytes < 1 || map.rowBytes > MaxBytes / map.rows)
    return "has rows of an impossible size";
  if (map.elementBytes < 1 || map.rowBytes % map.elementBytes != 0)
    return "has rows that are no whole number of elements";
  if (!isAlign(map.align))
    return "must have an alignment that is a power of two";
  if (map.packable && map.elementBytes != 1)
    return "can only be packed with elements of one byte";
  return "";
}

static std::string checkInput(const Network &network, const Input &input) {
  if (input.map < 0 || size_t(input.map) >= network.maps.size())
    return "reads a map that does not exist";
  const Window &W = input.window;
  if (W.stride < 0 || W.extent < 0 || W.stride > MaxSteps ||
      W.extent > MaxSteps || W.offset > MaxSteps || W.offset < -MaxSteps)
    return "has an impossible window";
  if (!isSize(input.packedScratch) || !isSize(input.packedState) ||
      !isAlign(input.packedAlign))
    return "has an impossible size for reading a packed map";
  return "";
}

static std::string checkLayer(const Network &network, const Layer &layer) {
  if (layer.output < 0 || size_t(layer.output) >= network.maps.size())
    return "writes a map that does not exist";
  if (layer.steps < 1 || layer.steps > MaxSteps || layer.stepsPerRow < 1)
    return "must have at least one step";
  int64_t Rows = network.maps[layer.output].rows;
  if (layer.steps != 1 && (layer.steps % layer.stepsPerRow != 0 ||
                           layer.steps / layer.stepsPerRow != Rows))
    return "does not have as many steps as its output's " +
           std::to_string(Rows) + " rows need";
  if (!isSize(layer.scratch) || !isSize(layer.state) ||
      !isSize(layer.packedOutputScratch) || !isSize(layer.packedOutputState))
    return "has a scratch or state of an impossible size";
  if (!isAlign(layer.scratchAlign) || !isAlign(layer.stateAlign) ||
      !isAlign(layer.packedOutputScratchAlign))
    return "must have alignments that are powers of two";
  if (layer.inPlace < -1 || layer.inPlace >= int(layer.inputs.size()))
    return "overwrites an input that does not exist";
  for (const Input &In : layer.inputs) {
    if (std::string Problem = checkInput(network, In); !Problem.empty())
      return Problem;
    if (In.map == layer.output)
      return "reads its own output";
  }
  if (layer.whenPacked.empty())
    return "";
  const Layer &Packed = layer.whenPacked.front();
  auto SameMap = [](const Input &a, const Input &b) { return a.map == b.map; };
  if (layer.whenPacked.size() > 1 || !Packed.whenPacked.empty() ||
      Packed.output != layer.output ||
      !std::equal(layer.inputs.begin(), layer.inputs.end(),
                  Packed.inputs.begin(), Packed.inputs.end(), SameMap))
    return "is another layer when its output is packed";
  return checkLayer(network, Packed);
}

std::string rtwmc::planning::validate(const Network &network) {
  auto Exists = [&](int map) {
    return map >= 0 && size_t(map) < network.maps.size();
  };
  if (network.layers.empty())
    return "the network has no layers";
  if (network.inputMap != -1 && !Exists(network.inputMap))
    return "the network's input does not exist";
  if (network.outputMap != -1 && !Exists(network.outputMap))
    return "the network's output does not exist";
  for (const Map &M : network.maps)
    if (std::string Problem = checkMap(M); !Problem.empty())
      return "map '" + M.name + "' " + Problem;

  std::vector<bool> Available(network.maps.size(), false);
  if (network.inputMap >= 0)
    Available[network.inputMap] = true;
  for (const Layer &L : network.layers) {
    std::string Problem = checkLayer(network, L);
    if (Problem.empty() && Available[L.output])
      Problem = "writes map '" + network.maps[L.output].name +
                "', which is written already";
    for (const Input &In : L.inputs)
      if (Problem.empty() && !Available[In.map])
        Problem = "reads map '" + network.maps[In.map].name +
                  "', which no earlier layer writes";
    if (!Problem.empty())
      return "layer '" + L.name + "' " + Problem;
    Available[L.output] = true;
  }
  if (network.outputMap >= 0 && !Available[network.outputMap])
    return "no layer writes the network's output";
  return "";
}
