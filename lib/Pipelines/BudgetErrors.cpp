//===- BudgetErrors.cpp - What to say where nothing fits ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace rtwmc;

std::string rtwmc::grouped(int64_t value) {
  return llvm::formatv("{0:n}", value).str();
}

std::string rtwmc::partsOf(const Candidate &candidate) {
  std::string state =
      candidate.state ? ", " + grouped(candidate.state) + " of state" : "";
  return grouped(candidate.plan.arenaBytes) + " of arena" + state + " and " +
         grouped(candidate.object.stack) + " of stack";
}

std::string BudgetSearch::givenDrops() const {
  if (model.pinned)
    return "the drops of the plan";
  return model.packings.empty() ? "" : "the drops of the module's rtwmc.prune";
}

FailureOr<BudgetSearch::Least> BudgetSearch::findLeast() {
  // It is one that works while one byte less does not, by the same search:
  // descend from the smallest arena and its stack.
  Least least{smallest->ram(), partsOf(*smallest), tightest};
  for (;;) {
    FailureOr<std::optional<Candidate>> less = tryBudget(least.ram - 1);
    if (failed(less))
      return failure();
    if (!*less)
      return least;
    // What is found in a budget need not be found in the bytes that it takes.
    int64_t ram = (*less)->ram();
    FailureOr<std::optional<Candidate>> exact =
        ram < least.ram - 1 ? tryBudget(ram) : less;
    if (failed(exact))
      return failure();
    const Candidate &found = *exact ? **exact : **less;
    least.ram = *exact ? found.ram() : least.ram - 1;
    least.parts = partsOf(found);
  }
}

LogicalResult BudgetSearch::reportTooSmall() {
  FailureOr<Least> whole = findLeast();
  if (failed(whole))
    return failure();
  // Pruned strips are planned slowly: only if they take less at all.
  FailureOr<Least> least = whole;
  FailureOr<std::optional<Candidate>> less = std::optional<Candidate>();
  if (narrowest)
    less = narrowest->search->tryBudget(whole->ram - 1);
  if (succeeded(less) && *less)
    least = narrowest->search->findLeast();
  if (failed(less) || failed(least))
    return failure();
  bool isWhole = whole->ram <= least->ram;
  if (isWhole)
    least = whole;
  InFlightDiagnostic error = emitError(noLocation());
  error << "layer '" << least->layer << "': needs " << grouped(least->ram)
        << " bytes of " << grouped(options.ram) << " (" << least->parts
        << "); the smallest budget that fits is " << grouped(least->ram)
        << " bytes";
  if (std::string given = givenDrops(); !given.empty())
    return error << ", with " << given;
  if (!isWhole)
    error << ", without recomputing anything " << grouped(whole->ram)
          << " bytes";
  error << ", without dropping anything " << grouped(leastLossless().ram())
        << " bytes";
  if (&leastLossless() != &*lossless)
    error << ", without recomputing anything either "
          << grouped(lossless->ram()) << " bytes";
  return error;
}

LogicalResult BudgetSearch::checkFlash(const Candidate &candidate) {
  if (!options.flash || candidate.flash() <= options.flash)
    return success();
  return emitError(noLocation())
         << "flash: needs " << grouped(candidate.flash())
         << " bytes of flash of " << grouped(options.flash) << " ("
         << grouped(candidate.object.code) << " of code and "
         << grouped(candidate.object.constants)
         << " of constants); the smallest budget that fits is "
         << grouped(candidate.flash()) << " bytes";
}

LogicalResult BudgetSearch::reportLossy() {
  const Candidate &least = leastLossless();
  int layer = least.plan.steps[least.plan.peakStep].layer;
  InFlightDiagnostic error = emitError(noLocation());
  error << "layer '" << least.network.layers[layer].name << "': needs "
        << grouped(least.ram()) << " bytes of " << grouped(options.ram) << " ("
        << partsOf(least)
        << ") without dropping anything; the smallest budget that fits is "
        << grouped(least.ram()) << " bytes";
  if (&least != &*lossless)
    error << ", without recomputing anything " << grouped(lossless->ram())
          << " bytes";
  return error;
}
