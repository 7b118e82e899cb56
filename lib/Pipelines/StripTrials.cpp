//===- StripTrials.cpp - Strips for a budget ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StripTrials.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Kernels/RowKernel.h"
#include "rtwmc/Streaming/MapSettings.h"

using namespace mlir;
using namespace rtwmc;

LogicalResult rtwmc::makeStrips(ModuleOp kernels,
                                ArrayRef<StripSetting> settings,
                                const CompileOptions &options) {
  if (failed(splitStrips(kernels, settings)))
    return failure();
  for (auto kernel : kernels.getOps<func::FuncOp>())
    if (isKernel(kernel) && kernel->hasAttr(stripAttrName) && getLayer(kernel))
      refitKernel(kernel, *lookupCore(options.mcpu));
  return success();
}

StripTrials::StripTrials(ModuleOp kernels, const CompileOptions &options)
    : options(options) {
  bool isGiven = !options.strips.empty() || options.pinsDrops();
  if (options.ram && options.maxRecompute && !isGiven && !options.keepMaps &&
      options.mode != Mode::Paper)
    whole = kernels.clone();
}

LogicalResult StripTrials::findIn(ModuleOp module, const StripTrial &before) {
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> model =
      NetworkModel::get(module, stream.input, stream.order);
  if (failed(model))
    return failure();
  // What the module prunes is pruned, whatever the budget.
  if (model->pinned || !model->packings.empty())
    return success();
  if (before.settings.empty()) {
    int64_t macs = 0;
    for (func::FuncOp kernel : model->kernels)
      if (LayerOpInterface layer = getLayer(kernel))
        macs += layer.countMacs();
    mostMacs = macs / 100 * options.maxRecompute;
  }
  const planning::Network &network = model->network;
  auto layers = listSegmentLayers(listCalls(model->function));
  for (const planning::StripChoice &choice :
       planning::findStrips(network, layers, mostMacs - before.extraMacs)) {
    StripTrial trial = before;
    trial.settings.push_back({network.layers[choice.first].name,
                              network.layers[choice.last].name, choice.count});
    trial.extraMacs += choice.extraMacs;
    trial.leastArena = choice.peakBytes;
    trials.push_back(std::move(trial));
  }
  return success();
}

/// Leaves the trials than which no other takes less work and no more memory.
static void keepBest(SmallVectorImpl<StripTrial> &trials) {
  llvm::sort(trials, [](const StripTrial &a, const StripTrial &b) {
    return std::pair(a.extraMacs, a.leastArena) <
           std::pair(b.extraMacs, b.leastArena);
  });
  SmallVector<StripTrial> best;
  for (StripTrial &trial : trials)
    if (best.empty() || trial.leastArena < best.back().leastArena)
      best.push_back(std::move(trial));
  trials = std::move(best);
}

LogicalResult StripTrials::find() {
  if (!whole)
    return success();
  if (failed(findIn(*whole, {})))
    return failure();
  // Where what is behind the first segment takes most, there may be another.
  SmallVector<StripTrial> once = trials;
  for (const StripTrial &trial : once) {
    FailureOr<OwningOpRef<ModuleOp>> split = make(trial);
    if (failed(split) || failed(findIn(**split, trial)))
      return failure();
  }
  keepBest(trials);
  return success();
}

FailureOr<OwningOpRef<ModuleOp>>
StripTrials::make(const StripTrial &trial) const {
  OwningOpRef<ModuleOp> copy = whole.get().clone();
  (*copy)->removeAttr(mapsAttrName);
  if (failed(makeStrips(*copy, trial.settings, options)))
    return failure();
  return copy;
}
