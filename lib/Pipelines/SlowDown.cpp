//===- SlowDown.cpp - Slower kernels where a budget asks for them ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"
#include "FastKernels.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"
#include "rtwmc/Kernels/RowKernel.h"
#include "rtwmc/Streaming/Kernel.h"

using namespace mlir;
using namespace rtwmc;

int64_t BudgetSearch::missingFlash(const Candidate &candidate) const {
  return options.flash
             ? std::max<int64_t>(candidate.flashForSpeed - options.flash, 0)
             : 0;
}

bool BudgetSearch::leavesTooLittle(const Candidate &candidate) const {
  return missingFlash(candidate) > 0 ||
         (options.ram && candidate.ram() > options.ram);
}

bool BudgetSearch::isSlowed() {
  return llvm::any_of(kernels.getOps<func::FuncOp>(), [&](auto kernel) {
    auto speed = chosen.find(kernel.getName());
    return speed != chosen.end() && getFastKernel(kernel) < speed->second;
  });
}

void BudgetSearch::takeSlower(func::FuncOp kernel) {
  takeKernel(kernel, *lookupCore(options.mcpu),
             getSlower(getFastKernel(kernel)));
}

void BudgetSearch::refreshModel() {
  FailureOr<NetworkModel> fresh = getModel(kernels, options);
  // It succeeded before, and nothing but kernels has changed since.
  if (succeeded(fresh))
    model = std::move(*fresh);
}

bool BudgetSearch::slowDownForScratch(planning::Plan plan, bool isLossless,
                                      int64_t room) {
  bool hasChanged = false;
  while (plan.arenaBytes > room) {
    func::FuncOp kernel = model.kernels[plan.steps[plan.peakStep].layer];
    if (!getLayer(kernel) || getFastKernel(kernel) == FastKernel::None ||
        getLayer(kernel).getKernelShape().scratch == 0)
      break;
    takeSlower(kernel);
    refreshModel();
    hasChanged = true;
    FailureOr<planning::PlanResult> found =
        this->plan(std::nullopt, isLossless);
    if (failed(found) || !*found)
      break;
    plan = **found;
  }
  return hasChanged;
}

/// The arena with kernels that take the least, bytes; 0 where there is no plan.
static FailureOr<int64_t> findLeastArena(ModuleOp kernels, bool isLossless,
                                         const CompileOptions &options) {
  OwningOpRef<ModuleOp> slow = kernels.clone();
  takeSlowest(*slow, options, /*keepsVectors=*/false);
  StreamOptions stream = getStreamOptions(options);
  stream.lossless = isLossless;
  FailureOr<NetworkModel> model =
      NetworkModel::get(*slow, stream.input, stream.order);
  if (failed(model))
    return failure();
  FailureOr<planning::PlanResult> plan = planSchedule(*model, stream);
  if (failed(plan))
    return failure();
  return *plan ? (*plan)->arenaBytes : 0;
}

LogicalResult BudgetSearch::slowDownForArena(bool isLossless) {
  if (!options.ram || !options.kernel.empty())
    return success();
  int64_t room = options.ram - StateLayout(getState(model.function)).bytes;
  FailureOr<planning::PlanResult> found = plan(std::nullopt, isLossless);
  if (failed(found))
    return failure();
  // What has no plan is refused where it is generated.
  if (!*found || (*found)->arenaBytes <= room - expectedStack)
    return success();
  isShortOfRam = true;
  FailureOr<int64_t> least = findLeastArena(kernels, isLossless, options);
  if (failed(least))
    return failure();
  if (*least <= room) {
    slowDownForScratch(std::move(**found), isLossless, room - expectedStack);
    return success();
  }
  takeSlowest(kernels, options, /*keepsVectors=*/false);
  refreshModel();
  return success();
}

bool BudgetSearch::isTooDeep(const Candidate &candidate, int64_t left) const {
  int64_t deepest = 0;
  for (const LayerReport &layer : candidate.network.layers)
    if (auto kernel = ModuleOp(kernels).lookupSymbol<func::FuncOp>(layer.name);
        kernel && !isFast(kernel))
      deepest = std::max(deepest, layer.stack);
  if (deepest <= left)
    return false;
  FailureOr<int64_t> arena =
      findLeastArena(kernels, candidate.fit.lossless, options);
  return succeeded(arena) && *arena > 0 &&
         deepest > left + candidate.plan.arenaBytes - *arena;
}

bool BudgetSearch::slowDown(const Candidate &candidate) {
  if (!options.kernel.empty() || !leavesTooLittle(candidate))
    return false;
  SmallVector<FastLayer> fast = findFastLayers(kernels, candidate);
  if (fast.empty())
    return false;
  SmallVector<FastLayer> slow;
  int64_t excess = missingFlash(candidate);
  isShortOfRam |= excess == 0;
  if (excess > 0) {
    slow = pickForFlash(fast, excess);
  } else if (slowDownForScratch(candidate.plan, candidate.fit.lossless,
                                options.ram - candidate.state -
                                    candidate.object.stack)) {
    return true;
  } else {
    int64_t left = stackLeft(candidate, options.ram);
    if (isTooDeep(candidate, left)) {
      takeSlowest(kernels, options, /*keepsVectors=*/false);
      refreshModel();
      return true;
    }
    llvm::copy_if(fast, std::back_inserter(slow),
                  [&](FastLayer layer) { return layer.report->stack > left; });
    if (slow.empty())
      slow = fast;
  }
  for (FastLayer layer : slow)
    takeSlower(layer.kernel);
  refreshModel();
  return true;
}

FailureOr<Candidate> BudgetSearch::generateToFit(bool isLossless) {
  const Core &core = *lookupCore(options.mcpu);
  auto generate = [&](bool onlyForSpeed = false) {
    return this->generate(std::nullopt, isLossless, onlyForSpeed);
  };
  SmallVector<func::FuncOp> fast;
  for (auto kernel : kernels.getOps<func::FuncOp>())
    if (isFast(kernel))
      fast.push_back(kernel);
  if (failed(slowDownForArena(isLossless)))
    return failure();
  // Code for size is the last resort.
  bool canSlowDown = !fast.empty() && options.kernel.empty();
  FailureOr<Candidate> candidate = generate(/*onlyForSpeed=*/canSlowDown);
  while (succeeded(candidate)) {
    noteFlash(*candidate);
    if (!slowDown(*candidate))
      break;
    candidate = generate(/*onlyForSpeed=*/true);
  }
  if (succeeded(candidate) && !leavesTooLittle(*candidate))
    return speedUp(std::move(*candidate), isLossless);
  if (succeeded(candidate) && canSlowDown && missingFlash(*candidate) > 0)
    candidate = generate();
  // Blocks take scratch, and are never the smallest.
  if (failed(candidate) || !canSlowDown || !leavesTooLittle(*candidate) ||
      !core.mve)
    return candidate;
  // Nothing fits, and nothing is fast any more. Vectors may all the same be
  // what takes the least: layer by layer, the smaller of both.
  for (func::FuncOp kernel : fast)
    takeKernel(kernel, core, FastKernel::Fast);
  FailureOr<Candidate> vectors = generate();
  if (failed(vectors))
    return failure();
  bool isFlash = missingFlash(*candidate) > 0;
  auto sizeOf = [&](const LayerReport &layer) {
    return isFlash ? layer.code : layer.stack;
  };
  for (auto [slow, quick] :
       llvm::zip(candidate->network.layers, vectors->network.layers))
    if (auto kernel = kernels.lookupSymbol<func::FuncOp>(slow.name);
        llvm::is_contained(fast, kernel) && sizeOf(slow) < sizeOf(quick))
      takeKernel(kernel, core, FastKernel::None);
  return generate();
}
