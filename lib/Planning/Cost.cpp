//===- Cost.cpp - What a network of given shapes costs --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Cost.h"

#include <algorithm>

using namespace rtwmc::planning;

namespace {

Options planOptions(const CostOptions &options) {
  Options Result;
  Result.batch = Result.cost.batch = options.batch;
  Result.alpha = options.alpha;
  if (options.mode == CostMode::Paper)
    Result.layerByLayer = Result.noInPlace = true;
  return Result;
}

/// What is the same for every plan.
Cost costOfShapes(const ShapedNetwork &shaped) {
  Cost Result;
  Result.shapes = shaped.shapes;
  Result.stores.resize(shaped.mapOf.size());
  Result.macs = shaped.macs;
  Result.parameters = shaped.parameters;
  Result.constantBytes = shaped.constantBytes;
  return Result;
}

void take(const ShapedNetwork &shaped, const Plan &plan, Cost &result) {
  result.arena = plan.arenaBytes;
  result.lossFraction = plan.lossFraction;
  for (size_t I = 0; I < shaped.mapOf.size(); ++I)
    if (shaped.mapOf[I] >= 0)
      result.stores[I] = plan.stores[shaped.mapOf[I]];
}

void judge(const CostOptions &options, Cost &result) {
  result.ram = result.arena + options.stack;
  result.fits = !options.ram || result.ram <= *options.ram;
  if (!result.fits && result.message.empty())
    result.message = "needs " + std::to_string(result.ram) + " bytes of " +
                     std::to_string(*options.ram) + " (" +
                     std::to_string(result.arena) + " of arena, " +
                     std::to_string(options.stack) + " for the stack)";
}

Expected<Cost, std::string> exactCost(const ShapedNetwork &shaped,
                                      const CostOptions &options) {
  Cost Result = costOfShapes(shaped);
  Options Planning = planOptions(options);
  Planning.lossless = true;
  PlanResult Lossless = planNetwork(shaped.network, Planning);
  if (!Lossless)
    return Lossless.error().message;
  Result.smallestLossless = Lossless->arenaBytes + options.stack;
  Planning.lossless = false;
  if (!options.ram || Result.smallestLossless <= *options.ram) {
    take(shaped, *Lossless, Result);
  } else {
    Planning.arenaBudget = std::max<int64_t>(*options.ram - options.stack, 0);
    PlanResult Found = planNetwork(shaped.network, Planning);
    if (Found) {
      take(shaped, *Found, Result);
    } else {
      Result.arena = Found.error().smallestArena;
      Result.smallest = Result.arena + options.stack;
    }
  }
  judge(options, Result);
  if (options.findSmallest && Result.smallest == 0) {
    Planning.arenaBudget = 0;
    PlanResult None = planNetwork(shaped.network, Planning);
    Result.smallest =
        (None ? None->arenaBytes : None.error().smallestArena) + options.stack;
  }
  return Result;
}

Expected<Cost, std::string> paperCost(const ShapedNetwork &shaped,
                                      const CostOptions &options) {
  Cost Result = costOfShapes(shaped);
  Options Planning = planOptions(options);
  Planning.lossless = true;
  PlanResult Lossless = planNetwork(shaped.network, Planning);
  if (!Lossless)
    return Lossless.error().message;
  Result.smallestLossless = Lossless->arenaBytes + options.stack;

  PaperOptions Paper;
  Paper.ram = *options.ram;
  Paper.batch = options.batch;
  Paper.alpha = options.alpha;
  Paper.inputExternal = !options.inputInArena;
  PaperResult Drops = planPaper(shaped.paperLayers, Paper);
  if (!Drops) {
    if (Drops.error().layer < 0)
      return Drops.error().message;
    // Without an answer there is only the network as it is.
    Result.arena = Lossless->arenaBytes;
    judge(options, Result);
    Result.message = Drops.error().message;
    Result.fits = false;
    return Result;
  }
  Planning.lossless = false;
  Planning.forcedPacking.emplace();
  for (size_t I = 0; I < Drops->size(); ++I)
    if ((*Drops)[I].option != PaperOption::None)
      Planning.forcedPacking->push_back(
          {shaped.paperMaps[I], (*Drops)[I].drop});
  PlanResult Found = planNetwork(shaped.network, Planning);
  if (!Found) {
    // A map that must shrink but cannot be pruned, such as the result.
    Result.arena = Lossless->arenaBytes;
    judge(options, Result);
    Result.message = Found.error().message;
    Result.fits = false;
    return Result;
  }
  take(shaped, *Found, Result);
  judge(options, Result);
  return Result;
}

} // namespace

Expected<Cost, std::string>
rtwmc::planning::costOf(const NetworkShape &shape, const CostOptions &options) {
  bool IsPaper = options.mode == CostMode::Paper;
  if (options.stack < 0)
    return std::string("the allowance for the stack must not be negative");
  if (options.ram && *options.ram < 1)
    return std::string("the budget must be at least one byte");
  if (IsPaper && !options.ram)
    return std::string("the paper's planner needs a budget");
  Expected<ShapedNetwork, std::string> Shaped =
      makeNetwork(shape, {options.inputInArena, /*fusePooling=*/!IsPaper,
                          options.byChannel});
  if (!Shaped)
    return Shaped.error();
  return IsPaper ? paperCost(*Shaped, options) : exactCost(*Shaped, options);
}
