//===- Network.cpp - Is a network well formed? ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Network.h"

#include <algorithm>

using namespace rtwmc::planning;

/// Far beyond any microcontroller, and sums of products stay inside 64 bits.
static constexpr int64_t maxBytes = int64_t(1) << 40;
static constexpr int64_t maxSteps = int64_t(1) << 24;

static bool isPowerOfTwo(int64_t value) {
  return value > 0 && (value & (value - 1)) == 0;
}

static bool isSize(int64_t bytes) { return bytes >= 0 && bytes <= maxBytes; }

static bool isAlign(int64_t align) {
  return isPowerOfTwo(align) && align <= 4096;
}

static std::string checkMap(const Map &map) {
  if (map.rows < 1 || map.rows > maxSteps)
    return "must have at least one row";
  if (map.rowBytes < 1 || map.rowBytes > maxBytes / map.rows)
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
  const Window &w = input.window;
  if (w.stride < 0 || w.extent < 0 || w.stride > maxSteps ||
      w.extent > maxSteps || w.offset > maxSteps || w.offset < -maxSteps ||
      w.divisor < 1 || w.divisor > maxSteps)
    return "has an impossible window";
  if (!isSize(input.packedScratch) || !isSize(input.packedState) ||
      !isAlign(input.packedAlign))
    return "has an impossible size for reading a packed map";
  return "";
}

/// Can the output of `layer` be in the bytes of the map that it goes on with?
static bool canGoOn(const Network &network, const Layer &layer) {
  if (layer.inPlace < 0)
    return false;
  int from = layer.inputs[layer.inPlace].map, to = layer.output;
  const Map &before = network.maps[from], &after = network.maps[to];
  auto readers = [&](const Layer &other) {
    return std::ranges::count(other.inputs, from, &Input::map);
  };
  int64_t count = 0;
  for (const Layer &other : network.layers)
    count += readers(other);
  return before.rows == after.rows && before.rowBytes == after.rowBytes &&
         before.residence == Residence::Arena &&
         after.residence == Residence::Arena && !before.packable &&
         !after.packable && !network.isInput(from) && !network.isOutput(from) &&
         count == 1;
}

static std::string checkLayer(const Network &network, const Layer &layer) {
  if (layer.output < 0 || size_t(layer.output) >= network.maps.size())
    return "writes a map that does not exist";
  if (layer.steps < 1 || layer.steps > maxSteps || layer.stepsPerRow < 1)
    return "must have at least one step";
  int64_t rows = network.maps[layer.output].rows;
  if (layer.steps != 1 && (layer.steps % layer.stepsPerRow != 0 ||
                           layer.steps / layer.stepsPerRow != rows))
    return "does not have as many steps as its output's " +
           std::to_string(rows) + " rows need";
  if (!isSize(layer.scratch) || !isSize(layer.state) ||
      !isSize(layer.packedOutputScratch) || !isSize(layer.packedOutputState))
    return "has a scratch or state of an impossible size";
  if (!isAlign(layer.scratchAlign) || !isAlign(layer.stateAlign) ||
      !isAlign(layer.packedOutputScratchAlign))
    return "must have alignments that are powers of two";
  if (layer.inPlace < -1 || layer.inPlace >= int(layer.inputs.size()))
    return "overwrites an input that does not exist";
  for (const Input &in : layer.inputs) {
    if (std::string problem = checkInput(network, in); !problem.empty())
      return problem;
    if (in.map == layer.output)
      return "reads its own output";
  }
  if (layer.goesOn && !canGoOn(network, layer))
    return "goes on with a map in which it cannot";
  if (layer.whenPacked.empty())
    return "";
  const Layer &packed = layer.whenPacked.front();
  auto sameMap = [](const Input &a, const Input &b) { return a.map == b.map; };
  if (layer.whenPacked.size() > 1 || !packed.whenPacked.empty() ||
      packed.output != layer.output ||
      !std::equal(layer.inputs.begin(), layer.inputs.end(),
                  packed.inputs.begin(), packed.inputs.end(), sameMap))
    return "is another layer when its output is packed";
  return checkLayer(network, packed);
}

bool Network::isInput(int map) const {
  return map == inputMap ||
         std::ranges::find(moreInputs, map) != moreInputs.end();
}

bool Network::isOutput(int map) const {
  return map == outputMap ||
         std::ranges::find(moreOutputs, map) != moreOutputs.end();
}

std::string rtwmc::planning::validate(const Network &network) {
  auto exists = [&](int map) {
    return map >= 0 && size_t(map) < network.maps.size();
  };
  if (network.layers.empty())
    return "the network has no layers";
  if (network.inputMap != -1 && !exists(network.inputMap))
    return "the network's input does not exist";
  if (network.outputMap != -1 && !exists(network.outputMap))
    return "the network's output does not exist";
  if (!std::ranges::all_of(network.moreInputs, exists) ||
      !std::ranges::all_of(network.moreOutputs, exists))
    return "an input or output of the network does not exist";
  for (const Map &m : network.maps)
    if (std::string problem = checkMap(m); !problem.empty())
      return "map '" + m.name + "' " + problem;

  std::vector<bool> available(network.maps.size(), false);
  for (size_t map = 0; map < network.maps.size(); ++map)
    available[map] = network.isInput(int(map));
  for (const Layer &self : network.layers) {
    std::string problem = checkLayer(network, self);
    if (problem.empty() && available[self.output])
      problem = "writes map '" + network.maps[self.output].name +
                "', which is written already";
    for (const Input &in : self.inputs)
      if (problem.empty() && !available[in.map])
        problem = "reads map '" + network.maps[in.map].name +
                  "', which no earlier layer writes";
    if (!problem.empty())
      return "layer '" + self.name + "' " + problem;
    available[self.output] = true;
  }
  for (size_t map = 0; map < network.maps.size(); ++map)
    if (network.isOutput(int(map)) && !available[map])
      return "no layer writes the network's output";
  return "";
}
