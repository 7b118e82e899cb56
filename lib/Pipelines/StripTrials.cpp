//===- StripTrials.cpp - Strips for a budget ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StripTrials.h"
#include "Candidate.h"
#include "FastKernels.h"
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

int64_t StripTrial::leastRam(int64_t state) {
  if (!arena) {
    planning::Options lossless;
    lossless.lossless = true;
    planning::PlanResult plan = planNetwork(variant.network.network, lossless);
    // What cannot be planned is left to the compiler to refuse.
    arena = plan ? plan->arenaBytes : 0;
  }
  return std::max(*arena + state, knownRam);
}

StripTrials::StripTrials(const StripTrials &other,
                         const CompileOptions &options)
    : options(options), whole(other.whole), trials(other.trials) {
  for (StripTrial &trial : trials)
    trial.knownRam = 0;
}

LogicalResult StripTrials::find() {
  bool isGiven = !options.strips.empty() || options.pinsDrops();
  if (!options.ram || !options.maxRecompute || isGiven || options.keepMaps ||
      options.mode == Mode::Paper)
    return success();
  // Fast kernels give way before memory does.
  OwningOpRef<ModuleOp> slow = whole.clone();
  takeSlowest(*slow, options, /*keepsVectors=*/false);
  FailureOr<NetworkModel> model = getModel(*slow, options);
  if (failed(model))
    return failure();
  // What the module prunes is pruned, whatever the budget.
  if (model->pinned || !model->packings.empty())
    return success();
  int64_t macs = 0;
  for (func::FuncOp kernel : model->kernels)
    if (LayerOpInterface layer = getLayer(kernel))
      macs += layer.countMacs();
  planning::StripNetwork network{std::move(model->network),
                                 listSegmentLayers(listCalls(model->function))};
  for (planning::StripVariant &variant :
       findStripVariants(network, macs / 100 * options.maxRecompute))
    trials.push_back({std::move(variant)});
  return success();
}

FailureOr<OwningOpRef<ModuleOp>>
StripTrials::make(const StripTrial &trial) const {
  OwningOpRef<ModuleOp> copy = ModuleOp(whole).clone();
  (*copy)->removeAttr(mapsAttrName);
  SmallVector<StripSetting> settings;
  for (const planning::NamedStrips &each : trial.variant.segments)
    settings.push_back({each.first, each.last, each.count});
  if (failed(makeStrips(*copy, settings, options)))
    return failure();
  return copy;
}

FailureOr<int64_t>
StripTrials::estimateInstructions(const StripTrial &trial) const {
  FailureOr<OwningOpRef<ModuleOp>> kernels = make(trial);
  if (failed(kernels))
    return failure();
  StreamOptions stream = getStreamOptions(options);
  stream.lossless = true;
  FailureOr<NetworkModel> model =
      NetworkModel::get(**kernels, stream.input, stream.order);
  if (failed(model))
    return failure();
  FailureOr<planning::PlanResult> plan = planSchedule(*model, stream);
  if (failed(plan))
    return failure();
  if (!*plan)
    return (*kernels)->emitError((*plan).error().message);
  FailureOr<NetworkReport> report =
      estimateCandidate(**kernels, **plan, options);
  if (failed(report))
    return failure();
  return report->work().instructions;
}
