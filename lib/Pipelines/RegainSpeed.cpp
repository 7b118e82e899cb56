//===- RegainSpeed.cpp - Speed in what a plan leaves ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where memory is tight it is so at one step. The layers of others have room
// for the scratch of fast kernels, as long as the plan stays what it is.
//
//===----------------------------------------------------------------------===//

#include "RegainSpeed.h"
#include "FastKernels.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Streaming/NetworkModel.h"

#include <algorithm>

using namespace mlir;
using namespace rtwmc;

static constexpr StringLiteral kernelAttr = "kernel";

/// Whether `after` drops of each map what `before` does, in the same batches.
static bool dropsAlike(const planning::Plan &before,
                       const planning::Plan &after) {
  return std::equal(before.stores.begin(), before.stores.end(),
                    after.stores.begin(), after.stores.end(),
                    [](const planning::Store &a, const planning::Store &b) {
                      return a.isPacked() == b.isPacked() &&
                             a.unit() == b.unit() && a.drop == b.drop &&
                             a.bufferBytes == b.bufferBytes;
                    });
}

namespace {

/// A layer whose kernel was exchanged, and for what.
struct Exchanged {
  func::FuncOp kernel;
  Attribute before;

  void takeBack() const {
    getLayer(func::FuncOp(kernel))->setAttr(kernelAttr, before);
  }
};

class Exchange {
public:
  Exchange(ModuleOp kernels, const CompileOptions &options, int64_t ram,
           Candidate found)
      : kernels(kernels), options(options), ram(ram), found(std::move(found)),
        core(*lookupCore(options.mcpu)) {}

  FailureOr<Candidate> run(const Speeds &speeds);

private:
  /// Plans with the kernels as they are; nothing if that does not do.
  FailureOr<std::optional<planning::Plan>> plan();
  /// Gives `kernel` the cheapest up to `fastest`, if there is room.
  FailureOr<bool> take(func::FuncOp kernel, FastKernel fastest);
  FailureOr<Candidate> generate();

  ModuleOp kernels;
  const CompileOptions &options;
  int64_t ram;
  Candidate found;
  const Core &core;
  SmallVector<Exchanged> exchanged;
};

} // namespace

FailureOr<std::optional<planning::Plan>> Exchange::plan() {
  StreamOptions stream = getStreamOptions(options);
  stream.arenaBudget = found.fit.budget.value_or(-1);
  stream.lossless = found.fit.lossless;
  FailureOr<NetworkModel> model =
      NetworkModel::get(kernels, stream.input, stream.order);
  if (failed(model))
    return failure();
  FailureOr<planning::PlanResult> result = planSchedule(*model, stream);
  if (failed(result))
    return failure();
  int64_t room = ram - found.state - found.object.stack;
  if (!*result || (*result)->arenaBytes > room ||
      !dropsAlike(found.plan, **result))
    return std::optional<planning::Plan>();
  return std::optional(std::move(**result));
}

FailureOr<bool> Exchange::take(func::FuncOp kernel, FastKernel fastest) {
  LayerOpInterface layer = getLayer(kernel);
  Attribute before = layer->getAttr(kernelAttr);
  takeKernel(kernel, core, fastest);
  if (layer->getAttr(kernelAttr) == before ||
      getFastKernel(kernel) == FastKernel::None) {
    layer->setAttr(kernelAttr, before);
    return false;
  }
  do {
    FailureOr<std::optional<planning::Plan>> known = plan();
    if (failed(known))
      return failure();
    if (*known) {
      exchanged.push_back({kernel, before});
      return true;
    }
  } while (takeOneColumn(kernel, core));
  layer->setAttr(kernelAttr, before);
  return false;
}

FailureOr<Candidate> Exchange::generate() {
  while (!exchanged.empty()) {
    FailureOr<std::optional<planning::Plan>> known = plan();
    if (failed(known))
      return failure();
    std::optional<Candidate> made;
    if (*known) {
      FailureOr<Candidate> candidate =
          generateCandidate(kernels, **known, options);
      if (failed(candidate))
        return failure();
      candidate->fit.budget = found.fit.budget;
      candidate->fit.lossless = found.fit.lossless;
      if (candidate->ram() <= ram &&
          (!options.flash || candidate->flashForSpeed <= options.flash))
        return candidate;
      made = std::move(*candidate);
    }
    // Stack, code or constants are too much: of the layers with more stack
    // than is left, or else of the last.
    int64_t left = made ? stackLeft(*made, ram) : ram;
    auto isLeft = [&](const Exchanged &each) {
      StringRef name = func::FuncOp(each.kernel).getName();
      return made && llvm::any_of(made->network.layers, [&](const auto &layer) {
               return layer.name == name && layer.stack > left;
             });
    };
    SmallVector<Exchanged> stay;
    for (const Exchanged &each : exchanged) {
      if (isLeft(each))
        each.takeBack();
      else
        stay.push_back(each);
    }
    if (stay.size() == exchanged.size())
      stay.pop_back_val().takeBack();
    exchanged = std::move(stay);
  }
  return std::move(found);
}

FailureOr<Candidate> Exchange::run(const Speeds &speeds) {
  SmallVector<const LayerReport *> layers;
  for (const LayerReport &layer : found.network.layers)
    layers.push_back(&layer);
  // The largest first.
  llvm::sort(layers, [](const LayerReport *a, const LayerReport *b) {
    return std::pair(-a->macs, a) < std::pair(-b->macs, b);
  });
  for (const LayerReport *report : layers) {
    auto chosen = speeds.find(report->name);
    auto kernel = kernels.lookupSymbol<func::FuncOp>(report->name);
    if (chosen == speeds.end() || !kernel || !isKernel(kernel))
      continue;
    for (FastKernel fastest :
         {FastKernel::Fastest, FastKernel::Faster, FastKernel::Fast}) {
      if (fastest > chosen->second)
        continue;
      if (getFastKernel(kernel) >= fastest)
        break;
      FailureOr<bool> taken = take(kernel, fastest);
      if (failed(taken))
        return failure();
      if (*taken)
        break;
    }
  }
  return generate();
}

Speeds rtwmc::findSpeeds(ModuleOp kernels) {
  Speeds speeds;
  for (auto kernel : kernels.getOps<func::FuncOp>())
    if (isKernel(kernel) && getLayer(kernel) &&
        getFastKernel(kernel) != FastKernel::None)
      speeds[kernel.getName()] = getFastKernel(kernel);
  return speeds;
}

FailureOr<Candidate> rtwmc::regainSpeed(ModuleOp kernels,
                                        const CompileOptions &options,
                                        const Speeds &speeds, int64_t ram,
                                        Candidate found) {
  if (!options.kernel.empty())
    return std::move(found);
  return Exchange(kernels, options, ram, std::move(found)).run(speeds);
}
