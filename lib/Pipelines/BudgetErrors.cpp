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

FailureOr<Candidate> BudgetSearch::findLeast() {
  if (least)
    return *least;
  if (failed(findSmallest()))
    return failure();
  // By the same search: descend from the smallest arena and its stack, in steps
  // that grow until one is refused. What was made for a budget that it exceeds
  // may all the same take less than what is known.
  Candidate found = smallest->ram() < lossless->ram() ? *smallest : *lossless;
  leastPruned = *smallest;
  bool isRefused = false;
  for (int64_t step = 1; step > 0;) {
    if (failed(tryBudget(found.ram() - step)))
      return failure();
    if (leastPruned->ram() < found.ram()) {
      found = *leastPruned;
      step *= isRefused ? 1 : 2;
    } else {
      step /= 2;
      isRefused = true;
    }
  }
  least = std::move(found);
  return *least;
}

FailureOr<std::optional<Candidate>> BudgetSearch::findLeastInStrips() {
  FailureOr<Candidate> whole = findLeast();
  if (failed(whole) || failed(findNarrowest()))
    return failure();
  if (!narrowest)
    return std::optional<Candidate>();
  // Pruned strips are planned slowly: only if they take less at all.
  FailureOr<std::optional<Candidate>> less =
      narrowest->search->tryBudget(whole->ram() - 1);
  if (failed(less) || !*less)
    return less;
  FailureOr<Candidate> strips = narrowest->search->findLeast();
  if (failed(strips))
    return failure();
  return strips->ram() < whole->ram() ? std::optional(std::move(*strips))
                                      : std::nullopt;
}

LogicalResult BudgetSearch::reportTooSmall() {
  FailureOr<Candidate> whole = findLeast();
  FailureOr<std::optional<Candidate>> strips = findLeastInStrips();
  if (failed(whole) || failed(strips))
    return failure();
  const Candidate &found = *strips ? **strips : *whole;
  StringRef layer = *strips ? narrowest->search->tightest : tightest;
  InFlightDiagnostic error = emitError(noLocation());
  error << "layer '" << layer << "': needs " << grouped(found.ram())
        << " bytes of " << grouped(options.ram) << " (" << partsOf(found)
        << "); the smallest budget that fits is " << grouped(found.ram())
        << " bytes";
  if (std::string given = givenDrops(); !given.empty())
    return error << ", with " << given;
  if (*strips)
    error << ", without recomputing anything " << grouped(whole->ram())
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
