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

FailureOr<std::optional<BudgetSearch::Unpruned>>
BudgetSearch::tryLossless(int64_t ram, bool inStrips) const {
  CompileOptions smaller = options;
  smaller.ram = ram;
  OwningOpRef<ModuleOp> copy = original.get().clone();
  FailureOr<NetworkModel> fresh = getModel(*copy, smaller);
  if (failed(fresh))
    return failure();
  BudgetSearch search(*copy, std::move(*fresh), smaller, objects);
  if (!inStrips) {
    FailureOr<std::optional<Candidate>> whole = search.fitLossless();
    if (failed(whole))
      return failure();
    if (!*whole)
      return std::optional<Unpruned>();
    return std::optional<Unpruned>({std::move(**whole), std::move(copy)});
  }
  search.lossless = lossless;
  search.trials.emplace(*trials, smaller);
  FailureOr<std::optional<InStrips>> strips = search.fitFirstStrips(ram);
  if (failed(strips))
    return failure();
  if (!*strips)
    return std::optional<Unpruned>();
  return std::optional<Unpruned>(
      {(*strips)->candidate(), std::move((*strips)->kernels)});
}

LogicalResult BudgetSearch::descendLossless(Unpruned &least,
                                            bool inStrips) const {
  // The budget itself was tried.
  while (least.candidate.ram() > options.ram + 1) {
    FailureOr<std::optional<Unpruned>> less =
        tryLossless(least.candidate.ram() - 1, inStrips);
    if (failed(less))
      return failure();
    if (!*less)
      break;
    least = std::move(**less);
  }
  return success();
}

LogicalResult BudgetSearch::findLeastLossless() {
  if (leastWhole)
    return success();
  // The slowest kernels take the least by far, but some fast ones a few bytes
  // less.
  leastWhole = {*lossless, nullptr};
  if (failed(descendLossless(*leastWhole, /*inStrips=*/false)))
    return failure();
  if (leastWhole->candidate.ram() <= options.ram)
    return success();
  if (failed(findNarrowest()))
    return failure();
  if (!narrowest || narrowest->candidate().ram() >= leastWhole->candidate.ram())
    return success();
  leastInStrips = {narrowest->candidate(), nullptr};
  return descendLossless(*leastInStrips, /*inStrips=*/true);
}

LogicalResult BudgetSearch::reportTooSmall() {
  FailureOr<Candidate> whole = findLeast();
  FailureOr<std::optional<Candidate>> strips = findLeastInStrips();
  if (failed(whole) || failed(strips) || failed(findLeastLossless()))
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
  error << ", without dropping anything "
        << grouped(leastLossless().candidate.ram()) << " bytes";
  if (leastInStrips)
    error << ", without recomputing anything either "
          << grouped(leastWhole->candidate.ram()) << " bytes";
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
  if (failed(findLeastLossless()))
    return failure();
  const Candidate &least = leastLossless().candidate;
  int layer = least.plan.steps[least.plan.peakStep].layer;
  InFlightDiagnostic error = emitError(noLocation());
  error << "layer '" << least.network.layers[layer].name << "': needs "
        << grouped(least.ram()) << " bytes of " << grouped(options.ram) << " ("
        << partsOf(least)
        << ") without dropping anything; the smallest budget that fits is "
        << grouped(least.ram()) << " bytes";
  if (leastInStrips)
    error << ", without recomputing anything "
          << grouped(leastWhole->candidate.ram()) << " bytes";
  return error;
}
