//===- SpeedUp.cpp - The fastest kernels that fit the flash ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers are slowed down, kind by kind, until the code fits. That leaves flash,
// and kernels that take much of it for little. Here it is given out anew, so
// that the instructions are the fewest. What code takes is known once it was
// generated, so this is tried some times.
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"
#include "FastKernels.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"

#include <limits>

using namespace mlir;
using namespace rtwmc;

/// Each generates code.
static constexpr int mostTries = 6;

namespace {

/// A kernel that a layer can have.
struct Choice {
  Attribute kernel;
  /// Of an inference, estimated.
  int64_t instructions;
  /// Of flash, as far as they are known.
  int64_t bytes;
  /// For RAM, beside the kernels of others.
  bool isTooLarge = false;
};

/// A layer that came with a fast kernel.
struct HastyLayer {
  func::FuncOp function;
  /// Which layer of the report it is.
  size_t number;
  /// The first takes the least RAM.
  SmallVector<Choice> choices;
  size_t current = 0;

  void take(size_t index) {
    current = index;
    getLayer(function)->setAttr("kernel", choices[index].kernel);
  }
};

} // namespace

/// Flash is shared out in so many bytes.
static constexpr int64_t unitBytes = 16;

/// The choices of `layers` that take the fewest instructions in `room` bytes;
/// nothing if there is not even room for the smallest.
static std::optional<SmallVector<size_t>>
findFewest(ArrayRef<HastyLayer> layers, int64_t room) {
  auto unitsOf = [](const Choice &choice) {
    return llvm::divideCeil(choice.bytes, unitBytes);
  };
  if (room < 0)
    return std::nullopt;
  int64_t most = 0;
  for (const HastyLayer &layer : layers)
    most += unitsOf(*llvm::max_element(
        layer.choices, [](auto &a, auto &b) { return a.bytes < b.bytes; }));
  size_t units = std::min(room / unitBytes, most);
  // Of the layers so far, for each number of units.
  constexpr int64_t none = std::numeric_limits<int64_t>::max();
  SmallVector<int64_t> fewest(units + 1, 0);
  SmallVector<SmallVector<uint8_t>> picks;
  for (const HastyLayer &layer : layers) {
    SmallVector<int64_t> next(units + 1, none);
    SmallVector<uint8_t> &pick = picks.emplace_back(units + 1, 0);
    for (auto [index, choice] : llvm::enumerate(layer.choices)) {
      if (choice.isTooLarge)
        continue;
      size_t size = unitsOf(choice);
      for (size_t unit = size; unit <= units; ++unit) {
        int64_t before = fewest[unit - size];
        if (before != none && before + choice.instructions < next[unit]) {
          next[unit] = before + choice.instructions;
          pick[unit] = index;
        }
      }
    }
    fewest = std::move(next);
  }
  if (fewest[units] == none)
    return std::nullopt;
  SmallVector<size_t> chosen(layers.size());
  for (size_t layer = layers.size(); layer-- > 0;) {
    chosen[layer] = picks[layer][units];
    units -= unitsOf(layers[layer].choices[chosen[layer]]);
  }
  return chosen;
}

/// The layers of `found`, made of `kernels`, that came with kernels as fast as
/// `chosen` says.
static SmallVector<HastyLayer> listHastyLayers(ModuleOp kernels,
                                               const Core &core,
                                               const Speeds &chosen,
                                               const Candidate &found) {
  SmallVector<HastyLayer> layers;
  for (size_t number = 0; number < found.network.layers.size(); ++number) {
    const LayerReport &report = found.network.layers[number];
    auto function = kernels.lookupSymbol<func::FuncOp>(report.name);
    auto speed = chosen.find(report.name);
    if (!function || speed == chosen.end())
      continue;
    LayerOpInterface op = getLayer(function);
    Attribute current = op->getAttr("kernel");
    HastyLayer layer{function, number, {}};
    // Of other kernels the code is taken to be as large. Layers share weights
    // that are the same, then they have none of their own.
    int64_t code = std::max<int64_t>(
        report.code + report.constants - countWeightBytes(function), 0);
    auto add = [&](Attribute kernel) {
      for (auto [index, choice] : llvm::enumerate(layer.choices))
        if (choice.kernel == kernel)
          return index;
      op->setAttr("kernel", kernel);
      layer.choices.push_back(
          {kernel, estimateStep(function, core).instructions * report.steps,
           code + countWeightBytes(function)});
      return layer.choices.size() - 1;
    };
    for (FastKernel kind : {FastKernel::None, FastKernel::Fast,
                            FastKernel::Faster, FastKernel::Fastest}) {
      if (kind > speed->second)
        break;
      takeKernel(function, core, kind);
      add(op->getAttr("kernel"));
    }
    layer.take(add(current));
    layers.push_back(std::move(layer));
  }
  return layers;
}

int64_t BudgetSearch::noteFlash(const Candidate &candidate) {
  int64_t rest = candidate.flashForSpeed;
  for (const LayerReport &layer : candidate.network.layers) {
    auto kernel = kernels.lookupSymbol<func::FuncOp>(layer.name);
    if (!kernel || !chosen.contains(layer.name))
      continue;
    int64_t bytes = layer.code + layer.constants;
    flashOf[{kernel, getLayer(kernel)->getAttr("kernel")}] = bytes;
    rest -= bytes;
  }
  return rest;
}

FailureOr<std::optional<int>>
BudgetSearch::findTooLarge(const Candidate &candidate, bool isLossless) {
  refreshModel();
  FailureOr<planning::PlanResult> known = plan(std::nullopt, isLossless);
  if (failed(known))
    return failure();
  int64_t rest = candidate.state + candidate.object.stack;
  std::optional<int> layer;
  if (options.ram && *known && (*known)->arenaBytes + rest > options.ram)
    layer = (*known)->steps[(*known)->peakStep].layer;
  return layer;
}

/// Gives `layers` the kernels of fewest instructions in `room` bytes of flash
/// with which `findTooLarge` finds no layer; false if there are none.
static FailureOr<bool>
takeFewest(MutableArrayRef<HastyLayer> layers, int64_t room,
           function_ref<FailureOr<std::optional<int>>()> findTooLarge) {
  for (;;) {
    std::optional<SmallVector<size_t>> choices = findFewest(layers, room);
    if (!choices)
      return false;
    for (auto [layer, index] : llvm::zip_equal(layers, *choices))
      layer.take(index);
    FailureOr<std::optional<int>> number = findTooLarge();
    if (failed(number))
      return failure();
    if (!*number)
      return true;
    auto *found = llvm::find_if(layers, [&](const HastyLayer &layer) {
      return layer.number == static_cast<size_t>(**number);
    });
    if (found == layers.end())
      return false;
    found->choices[found->current].isTooLarge = true;
  }
}

FailureOr<Candidate> BudgetSearch::speedUp(Candidate found, bool isLossless) {
  if (!options.flash || !options.kernel.empty() || !isSlowed())
    return found;
  SmallVector<HastyLayer> layers =
      listHastyLayers(kernels, *lookupCore(options.mcpu), chosen, found);
  auto listTaken = [&] {
    return llvm::map_to_vector(
        layers, [](const HastyLayer &layer) { return layer.current; });
  };
  SmallVector<size_t> best = listTaken(), last = best;
  int64_t rest = noteFlash(found);
  for (int tries = 0; tries < mostTries; ++tries) {
    for (HastyLayer &layer : layers)
      for (Choice &choice : layer.choices)
        choice.bytes =
            flashOf.lookup_or({layer.function, choice.kernel}, choice.bytes);
    FailureOr<bool> taken = takeFewest(layers, options.flash - rest, [&] {
      return findTooLarge(found, isLossless);
    });
    if (failed(taken))
      return failure();
    if (!*taken || listTaken() == last)
      break;
    last = listTaken();
    FailureOr<Candidate> candidate =
        generate(std::nullopt, isLossless, /*onlyForSpeed=*/true);
    if (failed(candidate))
      return failure();
    rest = noteFlash(*candidate);
    if (leavesTooLittle(*candidate)) {
      for (HastyLayer &layer : layers)
        if (options.ram && candidate->network.layers[layer.number].stack >
                               stackLeft(*candidate, options.ram))
          layer.choices[layer.current].isTooLarge = true;
    } else if (candidate->network.work().instructions <
               found.network.work().instructions) {
      found = std::move(*candidate);
      best = last;
    }
  }
  for (auto [layer, index] : llvm::zip_equal(layers, best))
    layer.take(index);
  refreshModel();
  return found;
}
