//===- Cost.cpp - What a network of given shapes costs --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Cost.h"
#include "rtwmc/Planning/StripNetwork.h"

#include <algorithm>

using namespace rtwmc::planning;

namespace {

Options planOptions(const CostOptions &options) {
  Options result;
  result.cost.batch = options.batch;
  result.alpha = options.alpha;
  result.layerByLayer = options.mode == Mode::Paper;
  return result;
}

/// What is the same for every plan.
Cost costOfShapes(const ShapedNetwork &shaped) {
  Cost result;
  result.shapes = shaped.shapes;
  result.stores.resize(shaped.mapOf.size());
  result.macs = shaped.macs;
  result.parameters = shaped.parameters;
  result.constantBytes = shaped.constantBytes;
  return result;
}

void take(const ShapedNetwork &shaped, const Plan &plan, Cost &result) {
  result.planned = true;
  result.arena = plan.arenaBytes;
  result.lossFraction = plan.lossFraction;
  for (size_t i = 0; i < shaped.mapOf.size(); ++i)
    if (shaped.mapOf[i] >= 0)
      result.stores[i] = plan.stores[shaped.mapOf[i]];
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

/// Takes the plan of the variant of least work that keeps within `options.ram`;
/// false if there is none.
bool takeStrips(const ShapedNetwork &shaped, const CostOptions &options,
                const std::vector<StripVariant> &variants, Cost &result) {
  Options planning = planOptions(options);
  planning.lossless = true;
  planning.arenaBudget = std::max<int64_t>(*options.ram - options.stack, 0);
  for (const StripVariant &variant : variants) {
    PlanResult plan = planNetwork(variant.network.network, planning);
    if (!plan)
      continue;
    take(shaped, *plan, result);
    result.recomputedMacs = variant.extraMacs;
    return true;
  }
  return false;
}

/// The smallest arena of `variants`, or `least`.
int64_t smallestArena(const std::vector<StripVariant> &variants,
                      const CostOptions &options, int64_t least) {
  Options planning = planOptions(options);
  planning.lossless = true;
  for (const StripVariant &variant : variants)
    if (PlanResult plan = planNetwork(variant.network.network, planning))
      least = std::min(least, plan->arenaBytes);
  return least;
}

Expected<Cost, std::string> exactCost(const ShapedNetwork &shaped,
                                      const CostOptions &options) {
  Cost result = costOfShapes(shaped);
  Options planning = planOptions(options);
  planning.lossless = true;
  PlanResult lossless = planNetwork(shaped.network, planning);
  if (!lossless)
    return lossless.error().message;
  result.smallestLossless = lossless->arenaBytes + options.stack;
  planning.lossless = false;
  bool fits = !options.ram || result.smallestLossless <= *options.ram;
  std::vector<StripVariant> variants;
  if (options.maxRecompute > 0 && (!fits || options.findSmallest))
    variants = findStripVariants({shaped.network, shaped.segments},
                                 shaped.macs / 100 * options.maxRecompute);
  if (options.maxRecompute > 0 && options.findSmallest)
    result.smallestRecomputing =
        smallestArena(variants, options, lossless->arenaBytes) + options.stack;
  if (fits) {
    take(shaped, *lossless, result);
  } else if (!takeStrips(shaped, options, variants, result)) {
    planning.arenaBudget = std::max<int64_t>(*options.ram - options.stack, 0);
    PlanResult found = planNetwork(shaped.network, planning);
    if (found) {
      take(shaped, *found, result);
    } else {
      result.arena =
          smallestArena(variants, options, found.error().smallestArena);
      result.smallest = result.arena + options.stack;
    }
  }
  judge(options, result);
  if (options.findSmallest && result.smallest == 0) {
    planning.arenaBudget = 0;
    PlanResult none = planNetwork(shaped.network, planning);
    result.smallest =
        (none ? none->arenaBytes : none.error().smallestArena) + options.stack;
    if (result.smallestRecomputing)
      result.smallest = std::min(result.smallest, result.smallestRecomputing);
  }
  return result;
}

Expected<Cost, std::string> paperCost(const ShapedNetwork &shaped,
                                      const CostOptions &options) {
  Cost result = costOfShapes(shaped);
  Options planning = planOptions(options);
  planning.lossless = true;
  PlanResult lossless = planNetwork(shaped.network, planning);
  if (!lossless)
    return lossless.error().message;
  result.smallestLossless = lossless->arenaBytes + options.stack;

  PaperOptions paper;
  paper.ram = *options.ram;
  paper.batch = options.batch;
  paper.alpha = options.alpha;
  paper.input = options.input;
  PaperResult drops = planPaper(shaped.paperLayers, paper);
  if (!drops) {
    if (drops.error().layer < 0)
      return drops.error().message;
    // Without an answer there is only the network as it is.
    result.arena = lossless->arenaBytes;
    judge(options, result);
    result.message = drops.error().message;
    result.fits = false;
    return result;
  }
  planning.lossless = false;
  planning.forcedPacking.emplace();
  for (size_t i = 0; i < drops->size(); ++i)
    if ((*drops)[i].option != PaperOption::None)
      planning.forcedPacking->push_back(
          {shaped.paperMaps[i], (*drops)[i].drop});
  PlanResult found = planNetwork(shaped.network, planning);
  if (!found) {
    // A map that must shrink but cannot be pruned, such as the result.
    result.arena = lossless->arenaBytes;
    judge(options, result);
    result.message = found.error().message;
    result.fits = false;
    return result;
  }
  take(shaped, *found, result);
  judge(options, result);
  return result;
}

} // namespace

Expected<Cost, std::string>
rtwmc::planning::costOf(const NetworkShape &shape, const CostOptions &options) {
  bool isPaper = options.mode == Mode::Paper;
  if (options.stack < 0)
    return std::string("the allowance for the stack must not be negative");
  if (options.maxRecompute < 0 || options.maxRecompute > 1000)
    return std::string("what is computed again must be 0 to 1000 percent");
  if (options.ram && *options.ram < 1)
    return std::string("the budget must be at least one byte");
  if (isPaper && !options.ram)
    return std::string("the paper's planner needs a budget");
  Expected<ShapedNetwork, std::string> shaped =
      makeNetwork(shape, {options.input, /*wholeMaps=*/isPaper, options.order});
  if (!shaped)
    return shaped.error();
  return isPaper ? paperCost(*shaped, options) : exactCost(*shaped, options);
}
