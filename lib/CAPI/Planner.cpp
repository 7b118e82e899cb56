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

static int32_t storeOf(StoreKind kind) {
  switch (kind) {
  case StoreKind::None:
    return RTWMC_NOT_STORED;
  case StoreKind::Ring:
    return RTWMC_RING;
  case StoreKind::Dense:
    return RTWMC_DENSE_MAP;
  case StoreKind::Packed:
    return RTWMC_PACKED;
  case StoreKind::External:
    return RTWMC_EXTERNAL;
  case StoreKind::Alias:
    return RTWMC_IN_PLACE;
  }
  return RTWMC_NOT_STORED;
}

static LayerShape shapeOf(const RtwmcLayer &layer) {
  LayerShape Result;
  Result.kind = LayerKind(layer.kind);
  Result.inputs = {layer.inputs[0]};
  if (layer.kind == RTWMC_ADD)
    Result.inputs.push_back(layer.inputs[1]);
  Result.channels = layer.channels;
  Result.kernelHeight = layer.kernel[0];
  Result.kernelWidth = layer.kernel[1];
  Result.strideHeight = layer.stride[0];
  Result.strideWidth = layer.stride[1];
  Result.dilationHeight = layer.dilation[0];
  Result.dilationWidth = layer.dilation[1];
  std::copy(std::begin(layer.pad), std::end(layer.pad), Result.pad.begin());
  return Result;
}

/// Answers as rtwmcPlan does; the message may have any length.
static int plan(const RtwmcMapShape &input, const RtwmcLayer *layers,
                int32_t layerCount, const RtwmcOptions &options,
                RtwmcCost &cost, RtwmcMapCost *maps, std::string &message) {
  NetworkShape Shape{{input.height, input.width, input.channels, 1}, {}};
  for (int32_t I = 0; I < layerCount; ++I) {
    if (layers[I].kind < RTWMC_CONVOLUTION || layers[I].kind > RTWMC_ADD) {
      message = "layer " + std::to_string(I + 1) + ": there is no kind " +
                std::to_string(layers[I].kind);
      return 1;
    }
    Shape.layers.push_back(shapeOf(layers[I]));
  }
  if (options.mode != RTWMC_EXACT && options.mode != RTWMC_PAPER) {
    message = "there is no mode " + std::to_string(options.mode);
    return 1;
  }
  if (options.order != RTWMC_NHWC && options.order != RTWMC_NCHW) {
    message = "there is no order " + std::to_string(options.order);
    return 1;
  }
  CostOptions Options;
  Options.mode =
      options.mode == RTWMC_PAPER ? CostMode::Paper : CostMode::Exact;
  if (options.ram != 0)
    Options.ram = options.ram;
  Options.stack = options.stack;
  Options.batch = options.batch;
  Options.alpha = options.alpha;
  Options.inputInArena = options.input_in_arena != 0;
  Options.byChannel = options.order == RTWMC_NCHW;
  Options.findSmallest = options.find_smallest != 0;

  Expected<Cost, std::string> Found = costOf(Shape, Options);
  if (!Found) {
    message = Found.error();
    return 1;
  }
  message = Found->message;
  cost.arena = Found->arena;
  cost.ram = Found->ram;
  cost.smallest = Found->smallest;
  cost.smallest_lossless = Found->smallestLossless;
  cost.macs = Found->macs;
  cost.parameters = Found->parameters;
  cost.constants = Found->constantBytes;
  cost.loss = Found->lossFraction;
  cost.fits = Found->fits;
  for (int32_t I = 0; maps && I < layerCount; ++I) {
    const MapShape &Map = Found->shapes[I];
    const Store &Stored = Found->stores[I];
    bool OwnsBytes =
        Stored.kind != StoreKind::Alias && Stored.kind != StoreKind::External;
    maps[I] = {{Map.height, Map.width, Map.channels},
               Stored.drop,
               OwnsBytes ? Stored.bytes : 0,
               storeOf(Stored.kind)};
  }
  return 0;
}

int32_t rtwmcPlannerVersion(void) { return RTWMC_PLANNER_VERSION; }

int64_t rtwmcDefaultStack(void) { return defaultStackAllowance; }

int rtwmcPlan(const RtwmcMapShape *input, const RtwmcLayer *layers,
              int32_t layer_count, const RtwmcOptions *options, RtwmcCost *cost,
              RtwmcMapCost *maps, char *message, size_t message_bytes) {
  std::string Text;
  int Status = plan(*input, layers, layer_count, *options, *cost, maps, Text);
  if (message_bytes > 0) {
    size_t Length = std::min(Text.size(), message_bytes - 1);
    std::memcpy(message, Text.data(), Length);
    message[Length] = '\0';
  }
  return Status;
}
