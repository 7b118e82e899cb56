//===- Planner.cpp - The planner as a cost function, from C ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc-c/Planner.h"
#include "rtwmc/Planning/Cost.h"

#include <algorithm>
#include <cstring>
#include <string>

using namespace rtwmc::planning;

static_assert(int(LayerKind::Convolution) == RTWMC_CONVOLUTION &&
              int(LayerKind::Depthwise) == RTWMC_DEPTHWISE &&
              int(LayerKind::MaxPool) == RTWMC_MAX_POOL &&
              int(LayerKind::AveragePool) == RTWMC_AVERAGE_POOL &&
              int(LayerKind::GlobalAverage) == RTWMC_GLOBAL_AVERAGE &&
              int(LayerKind::Dense) == RTWMC_DENSE &&
              int(LayerKind::Add) == RTWMC_ADD);

static_assert(int(Mode::Exact) == RTWMC_EXACT &&
              int(Mode::Paper) == RTWMC_PAPER &&
              int(StreamOrder::NHWC) == RTWMC_NHWC &&
              int(StreamOrder::NCHW) == RTWMC_NCHW &&
              int(InputPlace::External) == RTWMC_INPUT_EXTERNAL &&
              int(InputPlace::Arena) == RTWMC_INPUT_ARENA &&
              int(InputPlace::Rows) == RTWMC_INPUT_ROWS);

static_assert(int(StoreKind::None) == RTWMC_NOT_STORED &&
              int(StoreKind::Ring) == RTWMC_RING &&
              int(StoreKind::Dense) == RTWMC_DENSE_MAP &&
              int(StoreKind::Packed) == RTWMC_PACKED &&
              int(StoreKind::External) == RTWMC_EXTERNAL &&
              int(StoreKind::Alias) == RTWMC_IN_PLACE &&
              int(StoreKind::PackedRing) == RTWMC_PACKED_RING);

/// The spelling of a value that may be none of `Enum`; the table's are
/// literals.
template <Spelled Enum> static const char *nameOf(int32_t value) {
  if (value < 0 || size_t(value) >= spellings<Enum>.size())
    return nullptr;
  return spell(Enum(value)).data();
}

static LayerShape shapeOf(const RtwmcLayer &layer) {
  LayerShape result;
  result.kind = LayerKind(layer.kind);
  result.inputs = {layer.inputs[0]};
  if (layer.kind == RTWMC_ADD)
    result.inputs.push_back(layer.inputs[1]);
  result.channels = layer.channels;
  result.kernelHeight = layer.kernel[0];
  result.kernelWidth = layer.kernel[1];
  result.strideHeight = layer.stride[0];
  result.strideWidth = layer.stride[1];
  result.dilationHeight = layer.dilation[0];
  result.dilationWidth = layer.dilation[1];
  std::copy(std::begin(layer.pad), std::end(layer.pad), result.pad.begin());
  return result;
}

/// Answers as rtwmcPlan does; the message may have any length.
static int plan(const RtwmcMapShape &input, const RtwmcLayer *layers,
                int32_t layerCount, const RtwmcOptions &options,
                RtwmcCost &cost, RtwmcMapCost *maps, std::string &message) {
  NetworkShape shape{{input.height, input.width, input.channels, 1}, {}};
  for (int32_t i = 0; i < layerCount; ++i) {
    if (layers[i].kind < RTWMC_CONVOLUTION || layers[i].kind > RTWMC_ADD) {
      message = "layer " + std::to_string(i + 1) + ": there is no kind " +
                std::to_string(layers[i].kind);
      return 1;
    }
    shape.layers.push_back(shapeOf(layers[i]));
  }
  if (!nameOf<Mode>(options.mode)) {
    message = "there is no mode " + std::to_string(options.mode);
    return 1;
  }
  if (!nameOf<StreamOrder>(options.order)) {
    message = "there is no order " + std::to_string(options.order);
    return 1;
  }
  if (!nameOf<InputPlace>(options.input)) {
    message = "there is no input " + std::to_string(options.input);
    return 1;
  }
  CostOptions query;
  query.mode = Mode(options.mode);
  if (options.ram != 0)
    query.ram = options.ram;
  query.stack = options.stack;
  query.batch = options.batch;
  query.alpha = options.alpha;
  query.maxRecompute = options.max_recompute;
  query.input = InputPlace(options.input);
  query.order = StreamOrder(options.order);
  query.findSmallest = options.find_smallest != 0;

  Expected<Cost, std::string> found = costOf(shape, query);
  if (!found) {
    message = found.error();
    return 1;
  }
  message = found->message;
  cost.arena = found->arena;
  cost.ram = found->ram;
  cost.smallest = found->smallest;
  cost.smallest_lossless = found->smallestLossless;
  cost.smallest_recomputing = found->smallestRecomputing;
  cost.macs = found->macs;
  cost.recomputed_macs = found->recomputedMacs;
  cost.parameters = found->parameters;
  cost.constants = found->constantBytes;
  cost.loss = found->lossFraction;
  cost.fits = found->fits;
  cost.planned = found->planned;
  for (int32_t i = 0; maps && i < layerCount; ++i) {
    const MapShape &map = found->shapes[i];
    const Store &stored = found->stores[i];
    bool ownsBytes =
        stored.kind != StoreKind::Alias && stored.kind != StoreKind::External;
    maps[i] = {{map.height, map.width, map.channels},
               stored.drop,
               ownsBytes ? stored.bytes : 0,
               int32_t(stored.kind)};
  }
  return 0;
}

int32_t rtwmcPlannerVersion(void) { return RTWMC_PLANNER_VERSION; }

const char *rtwmcModeName(int32_t mode) { return nameOf<Mode>(mode); }
const char *rtwmcOrderName(int32_t order) { return nameOf<StreamOrder>(order); }
const char *rtwmcInputName(int32_t input) { return nameOf<InputPlace>(input); }
const char *rtwmcStoreName(int32_t store) { return nameOf<StoreKind>(store); }

int64_t rtwmcDefaultStack(void) { return defaultStackAllowance; }

int64_t rtwmcDefaultRecompute(void) { return defaultMaxRecompute; }

int rtwmcPlan(const RtwmcMapShape *input, const RtwmcLayer *layers,
              int32_t layerCount, const RtwmcOptions *options, RtwmcCost *cost,
              RtwmcMapCost *maps, char *message, size_t messageBytes) {
  std::string text;
  int status = plan(*input, layers, layerCount, *options, *cost, maps, text);
  if (messageBytes > 0) {
    size_t length = std::min(text.size(), messageBytes - 1);
    std::memcpy(message, text.data(), length);
    message[length] = '\0';
  }
  return status;
}
