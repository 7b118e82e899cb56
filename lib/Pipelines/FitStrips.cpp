//===- FitStrips.cpp - Strips that keep within a budget -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"
#include "FastKernels.h"
#include "rtwmc/Cores/Core.h"

using namespace mlir;
using namespace rtwmc;

FailureOr<BudgetSearch::InStrips>
BudgetSearch::makeStrips(const StripTrial &trial, bool isSlow) {
  FailureOr<OwningOpRef<ModuleOp>> split = trials->make(trial);
  if (failed(split))
    return failure();
  if (isSlow)
    takeSlowest(**split, options, /*keepsVectors=*/true);
  FailureOr<NetworkModel> narrow = getModel(**split, options);
  if (failed(narrow))
    return failure();
  auto search = std::make_unique<BudgetSearch>(**split, std::move(*narrow),
                                               options, objects);
  search->expectedStack = lossless->object.stack;
  if (failed(search->fitLossless()))
    return failure();
  return InStrips{std::move(*split), std::move(search)};
}

FailureOr<std::optional<BudgetSearch::InStrips>>
BudgetSearch::fitTrial(StripTrial &trial, int64_t ram) {
  if (trial.leastRam(lossless->state) > ram)
    return std::optional<InStrips>();
  bool isSlow = ram != options.ram;
  // Where the stack decides, fast kernels need not be tried if not even those
  // that take the least do. Vectors may be those.
  bool isTight = trial.leastRam(lossless->state) + lossless->object.stack > ram;
  if (!isSlow && isTight && !lookupCore(options.mcpu)->mve) {
    FailureOr<InStrips> slow = makeStrips(trial, /*isSlow=*/true);
    if (failed(slow))
      return failure();
    trial.knownRam = slow->candidate().ram();
    if (trial.knownRam > ram)
      return std::optional<InStrips>();
  }
  FailureOr<InStrips> found = makeStrips(trial, isSlow);
  if (failed(found))
    return failure();
  if (found->candidate().ram() <= ram)
    return std::optional(std::move(*found));
  trial.knownRam = found->candidate().ram();
  return std::optional<InStrips>();
}

/// What makes a candidate the better one within a budget, the less the better:
/// bytes beyond the flash, whether code is for size, which takes more
/// instructions than are estimated, and these.
using Rank = std::tuple<int64_t, bool, int64_t>;

static Rank rankOf(const Candidate &candidate, const CompileOptions &options) {
  int64_t excess = options.flash ? candidate.flash() - options.flash : 0;
  return {std::max<int64_t>(excess, 0), candidate.fit.optimizeForSize,
          candidate.network.work().instructions};
}

FailureOr<std::optional<BudgetSearch::InStrips>>
BudgetSearch::fitStrips(const Candidate *whole) {
  std::optional<InStrips> best;
  std::optional<Rank> toBeat;
  if (whole) {
    toBeat = rankOf(*whole, options);
    // Less than that may be an error of the estimates.
    std::get<2>(*toBeat) -= std::get<2>(*toBeat) / 32;
  }
  for (StripTrial &trial : trials->list()) {
    if (trial.leastRam(lossless->state) > options.ram)
      continue;
    // Of two with the fastest kernels it is the one of less work.
    if (best && !best->search->isSlowed())
      break;
    if (toBeat) {
      FailureOr<int64_t> least = trials->estimateInstructions(trial);
      if (failed(least))
        return failure();
      if (Rank(0, false, *least) >= *toBeat)
        continue;
    }
    FailureOr<std::optional<InStrips>> found = fitTrial(trial, options.ram);
    if (failed(found))
      return failure();
    if (!*found)
      continue;
    Rank rank = rankOf((*found)->candidate(), options);
    if (toBeat && rank >= *toBeat)
      continue;
    toBeat = rank;
    best = std::move(**found);
  }
  return best;
}

FailureOr<std::optional<BudgetSearch::InStrips>>
BudgetSearch::fitFirstStrips(int64_t ram) {
  for (StripTrial &trial : trials->list()) {
    FailureOr<std::optional<InStrips>> found = fitTrial(trial, ram);
    if (failed(found) || *found)
      return found;
  }
  return std::optional<InStrips>();
}

LogicalResult BudgetSearch::findNarrowest() {
  if (narrowest || trials->list().empty())
    return success();
  FailureOr<InStrips> least =
      makeStrips(trials->list().back(), /*isSlow=*/true);
  while (succeeded(least)) {
    narrowest = std::move(*least);
    FailureOr<std::optional<InStrips>> less =
        fitFirstStrips(narrowest->candidate().ram() - 1);
    if (failed(less))
      return failure();
    if (!*less)
      return success();
    least = std::move(**less);
  }
  return failure();
}

void BudgetSearch::adopt(ModuleOp others) {
  kernels->removeAttr(mapsAttrName);
  kernels.getBodyRegion().takeBody(others.getBodyRegion());
  refreshModel();
}
