//===- RegainSpeed.cpp - Speed in what a plan leaves ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where memory is tight it is so at one step. The layers of others have room
// for rows of maps that are pruned, and for the scratch of fast kernels, as
// long as the plan stays what it is.
//
//===----------------------------------------------------------------------===//

#include "RegainSpeed.h"
#include "FastKernels.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Pipelines/LeastMemory.h"
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

/// An attribute of a layer or its kernel that was exchanged, and for what.
struct Exchanged {
  func::FuncOp kernel;
  StringRef name;
  Attribute before;

  bool isOfLayer() const { return name == kernelAttr; }
  void takeBack() const {
    func::FuncOp function = kernel;
    Operation *op = function;
    if (isOfLayer())
      op = getLayer(function);
    if (before)
      op->setAttr(name, before);
    else
      op->removeAttr(name);
  }
};

class Exchange {
public:
  Exchange(ModuleOp kernels, const CompileOptions &options, int64_t ram,
           ObjectCache &objects, Candidate found)
      : kernels(kernels), options(options), ram(ram), objects(objects),
        found(std::move(found)), core(*lookupCore(options.mcpu)) {}

  FailureOr<Candidate> run(const Speeds &speeds);

private:
  /// Plans with the kernels as they are; nothing if that does not do. What is
  /// dropped is that of `found`, or searched for anew.
  enum class Drops { Known, Searched };
  FailureOr<std::optional<planning::Plan>> plan(Drops drops);
  /// Whether there is room with the kernels as they are.
  FailureOr<bool> fits();
  /// Gives `kernel` the cheapest up to `fastest`, if there is room.
  FailureOr<bool> take(func::FuncOp kernel, FastKernel fastest);
  /// Gives it the fastest up to `fastest` that there is room for.
  LogicalResult takeFastest(func::FuncOp kernel, FastKernel fastest);
  /// Lets layer `index` of `model` hold rows of the maps that are pruned, if
  /// there is room.
  LogicalResult holdRows(const NetworkModel &model, int index);
  LogicalResult hold(func::FuncOp kernel, StringRef rows);
  FailureOr<Candidate> generate();

  ModuleOp kernels;
  const CompileOptions &options;
  int64_t ram;
  ObjectCache &objects;
  Candidate found;
  const Core &core;
  SmallVector<Exchanged> exchanged;
};

} // namespace

/// What `plan` packs.
static std::vector<planning::Packing> listPackings(const planning::Plan &plan) {
  std::vector<planning::Packing> packings;
  for (auto [map, store] : llvm::enumerate(plan.stores))
    if (store.isPacked())
      packings.push_back(
          {static_cast<int>(map), store.drop, store.unit(), store.bufferBytes});
  return packings;
}

FailureOr<std::optional<planning::Plan>> Exchange::plan(Drops drops) {
  StreamOptions stream = getStreamOptions(options);
  stream.arenaBudget = found.fit.budget.value_or(-1);
  stream.lossless = found.fit.lossless;
  FailureOr<NetworkModel> model =
      NetworkModel::get(kernels, stream.input, stream.order);
  if (failed(model))
    return failure();
  if (drops == Drops::Known && !model->pinned)
    model->pinned = listPackings(found.plan);
  FailureOr<planning::PlanResult> result = planSchedule(*model, stream);
  if (failed(result))
    return failure();
  int64_t room = ram - found.state - found.object.stack;
  if (!*result || (*result)->arenaBytes > room ||
      !dropsAlike(found.plan, **result))
    return std::optional<planning::Plan>();
  return std::optional(std::move(**result));
}

FailureOr<bool> Exchange::fits() {
  // The schedule will be that of a search for the drops, which takes much
  // longer than to place those that are known, and mostly in vain.
  for (Drops drops : {Drops::Known, Drops::Searched}) {
    FailureOr<std::optional<planning::Plan>> known = plan(drops);
    if (failed(known))
      return failure();
    if (!*known)
      return false;
  }
  return true;
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
    FailureOr<bool> isRoom = fits();
    if (failed(isRoom))
      return failure();
    if (*isRoom) {
      exchanged.push_back({kernel, kernelAttr, before});
      return true;
    }
  } while (takeOneColumn(kernel, core));
  layer->setAttr(kernelAttr, before);
  return false;
}

LogicalResult Exchange::takeFastest(func::FuncOp kernel, FastKernel fastest) {
  for (FastKernel each :
       {FastKernel::Fastest, FastKernel::Faster, FastKernel::Fast}) {
    if (each > fastest)
      continue;
    if (getFastKernel(kernel) >= each)
      break;
    FailureOr<bool> taken = take(kernel, each);
    if (failed(taken))
      return failure();
    if (*taken)
      break;
  }
  return success();
}

LogicalResult Exchange::hold(func::FuncOp kernel, StringRef rows) {
  if (kernel->hasAttr(rows))
    return success();
  Exchanged change{kernel, rows, {}};
  kernel->setAttr(rows, UnitAttr::get(kernel.getContext()));
  FailureOr<bool> isRoom = fits();
  if (failed(isRoom))
    return failure();
  if (*isRoom)
    exchanged.push_back(change);
  else
    change.takeBack();
  return success();
}

LogicalResult Exchange::holdRows(const NetworkModel &model, int index) {
  const planning::Layer &layer = model.network.layers[index];
  func::FuncOp kernel = model.kernels[index];
  planning::KernelShape shape = getLayer(kernel).getKernelShape();
  auto isPacked = [&](int map) { return found.plan.stores[map].isPacked(); };
  bool readsPacked = llvm::any_of(
      layer.inputs, [&](const auto &input) { return isPacked(input.map); });
  if (readsPacked && shape.readsWindows() &&
      failed(hold(kernel, holdsInputRowsAttrName)))
    return failure();
  // Or else a window, and not only a row of one.
  if (readsPacked &&
      getKernelShape(kernel).readsLines(shape.input, options.order) &&
      failed(hold(kernel, holdsInputWindowAttrName)))
    return failure();
  bool hasRow = shape.pooledRows > 0 || shape.output.width > 1;
  if (isPacked(layer.output) && hasRow)
    return hold(kernel, holdsOutputRowAttrName);
  return success();
}

FailureOr<Candidate> Exchange::generate() {
  while (!exchanged.empty()) {
    FailureOr<std::optional<planning::Plan>> known = plan(Drops::Searched);
    if (failed(known))
      return failure();
    std::optional<Candidate> made;
    if (*known) {
      FailureOr<Candidate> candidate = generateCandidate(
          kernels, **known, options, objects, /*onlyForSpeed=*/true);
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
    auto isTooDeep = [&](const Exchanged &each) {
      StringRef name = func::FuncOp(each.kernel).getName();
      return made && llvm::any_of(made->network.layers, [&](const auto &layer) {
               return layer.name == name && layer.stack > left;
             });
    };
    // Kernels before the rows that they read and write.
    bool isKernels = llvm::any_of(exchanged, [&](const Exchanged &each) {
      return each.isOfLayer() && isTooDeep(each);
    });
    SmallVector<Exchanged> stay;
    for (const Exchanged &each : exchanged) {
      if (isTooDeep(each) && each.isOfLayer() == isKernels)
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
  FailureOr<NetworkModel> model = getModel(kernels, options);
  if (failed(model))
    return failure();
  for (const LayerReport *report : layers) {
    int index = static_cast<int>(report - found.network.layers.data());
    func::FuncOp kernel = model->kernels[index];
    if (!getLayer(kernel))
      continue;
    if (failed(holdRows(*model, index)))
      return failure();
    FastKernel fastest = speeds.lookup(report->name);
    if (options.kernel.empty() && failed(takeFastest(kernel, fastest)))
      return failure();
  }
  return generate();
}

Speeds rtwmc::findSpeeds(ModuleOp kernels) {
  Speeds speeds;
  for (auto kernel : kernels.getOps<func::FuncOp>())
    if (isFast(kernel) && getLayer(kernel))
      speeds[kernel.getName()] = getFastKernel(kernel);
  return speeds;
}

FailureOr<Candidate> rtwmc::regainSpeed(ModuleOp kernels,
                                        const CompileOptions &options,
                                        const Speeds &speeds, int64_t ram,
                                        ObjectCache &objects, Candidate found) {
  if (kernels->hasAttr(leastMemoryAttrName))
    return std::move(found);
  return Exchange(kernels, options, ram, objects, std::move(found)).run(speeds);
}
