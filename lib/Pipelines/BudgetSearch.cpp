//===- BudgetSearch.cpp - Plans within a budget ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"
#include "FastKernels.h"
#include "Losses.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Streaming/Kernel.h"

#include "llvm/Support/FormatVariadic.h"

#include <limits>

using namespace mlir;
using namespace rtwmc;

/// More than any kernels take, and little enough to be added to.
static constexpr int64_t unboundedRam = std::numeric_limits<int32_t>::max();

FailureOr<std::optional<Candidate>> BudgetSearch::tryBudget(int64_t ram) {
  if (lossless->ram() <= ram)
    return std::optional(*lossless);
  // A plan's stack is known only after its code: plan with the stack seen so
  // far, and again with the real one where that was deeper.
  int64_t state = lossless->state;
  for (int64_t stack = 0; state + stack <= ram;) {
    int64_t arena = ram - state - stack;
    FailureOr<planning::PlanResult> found = plan(arena, /*isLossless=*/false);
    if (failed(found))
      return failure();
    if (!*found)
      break;
    FailureOr<Candidate> candidate =
        generate(**found, arena, /*isLossless=*/false);
    if (failed(candidate))
      return failure();
    if (leastPruned && candidate->ram() < leastPruned->ram())
      leastPruned = *candidate;
    if (candidate->ram() <= ram)
      return std::optional(std::move(*candidate));
    stack = std::max(stack + 1, candidate->object.stack);
  }
  // The deeper stack of a larger plan may have left too little for the
  // smallest one, which fits all the same.
  if (failed(findSmallest()))
    return failure();
  if (smallest->ram() <= ram)
    return std::optional(*smallest);
  return std::optional<Candidate>();
}

FailureOr<planning::PlanResult>
BudgetSearch::plan(std::optional<int64_t> budget, bool isLossless) {
  StreamOptions stream = getStreamOptions(options);
  stream.arenaBudget = budget.value_or(-1);
  stream.lossless = isLossless;
  return planSchedule(model, stream);
}

FailureOr<Candidate> BudgetSearch::generate(const planning::Plan &plan,
                                            std::optional<int64_t> budget,
                                            bool isLossless,
                                            bool onlyForSpeed) {
  FailureOr<Candidate> candidate =
      generateCandidate(kernels, plan, options, objects, onlyForSpeed);
  if (succeeded(candidate)) {
    candidate->fit.budget = budget;
    candidate->fit.lossless = isLossless;
  }
  return candidate;
}

FailureOr<Candidate> BudgetSearch::generate(std::optional<int64_t> budget,
                                            bool isLossless,
                                            bool onlyForSpeed) {
  FailureOr<planning::PlanResult> found = plan(budget, isLossless);
  if (failed(found))
    return failure();
  if (!*found)
    return kernels.emitError((*found).error().message);
  return generate(**found, budget, isLossless, onlyForSpeed);
}

LogicalResult BudgetSearch::findSmallest() {
  if (smallest)
    return success();
  // An arena of no bytes never fits, but its error says which one does.
  FailureOr<planning::PlanResult> found = plan(0, /*isLossless=*/false);
  if (failed(found))
    return failure();
  int64_t arena = 0;
  if (!*found) {
    tightest = found->error().layer;
    arena = found->error().smallestArena;
  }
  FailureOr<Candidate> candidate = generate(arena, /*isLossless=*/false);
  if (failed(candidate))
    return failure();
  smallest = std::move(*candidate);
  return success();
}

LogicalResult BudgetSearch::runPaper(Candidate &result,
                                     std::vector<std::string> &notes) {
  FailureOr<Candidate> candidate = generateToFit(/*isLossless=*/false);
  if (failed(candidate))
    return failure();
  // What overshoots its budget fits no such memory, however slow it is.
  int64_t least = candidate->ram();
  int64_t ram = least > options.ram ? unboundedRam : options.ram;
  candidate = regainSpeed(kernels, options, chosen, ram, objects,
                          std::move(*candidate));
  if (failed(candidate))
    return failure();
  refreshModel();
  if (candidate->ram() > options.ram) {
    std::string note =
        (model.pinned ? "the plan" : "the paper's planner") +
        std::string(" overshoots the budget: the real layout needs ") +
        grouped(candidate->ram()) + " bytes of " + grouped(options.ram) + " (" +
        partsOf(*candidate) + ")";
    if (candidate->ram() > least)
      note += ", with the slowest kernels " + grouped(least);
    if (!model.pinned)
      note += "; it ignores the ceilings of its own formula, the pooled map "
              "beside the packed one, rows read back, and the stack";
    emitWarning(noLocation()) << note;
    notes.push_back(note);
  }
  result = std::move(*candidate);
  return success();
}

FailureOr<std::optional<Candidate>> BudgetSearch::fitLossless() {
  FailureOr<Candidate> best = generateToFit(/*isLossless=*/true);
  if (failed(best))
    return failure();
  lossless = std::move(*best);
  if (options.ram && lossless->ram() > options.ram)
    return std::optional<Candidate>();
  return lossless;
}

FailureOr<std::optional<Candidate>> BudgetSearch::fitPruned() {
  FailureOr<std::optional<Candidate>> found = tryBudget(options.ram);
  if (failed(found) || failed(findNarrowest()))
    return failure();
  bool isWhole = true;
  if (!*found && narrowest) {
    found = narrowest->search->tryBudget(options.ram);
    isWhole = false;
  }
  // A plan for less may take less stack, and fit where one for more does not.
  if (succeeded(found) && !*found) {
    FailureOr<Candidate> whole = findLeast();
    FailureOr<std::optional<Candidate>> strips = findLeastInStrips();
    if (failed(whole) || failed(strips))
      return failure();
    isWhole = whole->ram() <= options.ram;
    if (isWhole)
      found = std::optional(std::move(*whole));
    else if (*strips && (*strips)->ram() <= options.ram)
      found = std::move(*strips);
  }
  if (succeeded(found) && *found && !isWhole)
    adopt(*narrowest->kernels);
  return found;
}

LogicalResult BudgetSearch::saveFlash(Candidate &found) {
  if (!options.flash || found.flash() <= options.flash)
    return success();
  OwningOpRef<ModuleOp> wide = kernels.clone();
  bool readsLines = false;
  for (auto kernel : wide->getOps<func::FuncOp>()) {
    if (!isKernel(kernel) || !getLayer(kernel))
      continue;
    planning::KernelShape shape = getKernelShape(kernel);
    if (!shape.readsLines(shape.input, options.order))
      continue;
    kernel->setAttr(holdsInputWindowAttrName,
                    UnitAttr::get(kernel.getContext()));
    readsLines = true;
  }
  if (!readsLines)
    return success();
  FailureOr<NetworkModel> windows = getModel(*wide, options);
  if (failed(windows))
    return failure();
  BudgetSearch search(*wide, std::move(*windows), options, objects);
  search.lossless = lossless;
  FailureOr<std::optional<Candidate>> other = search.tryBudget(options.ram);
  if (failed(other))
    return failure();
  if (*other && (*other)->flash() < found.flash()) {
    adopt(*wide);
    found = std::move(**other);
  }
  return success();
}

/// What `candidate` in strips does again, and what it takes not to within a
/// budget of `ram` bytes.
static std::string describeStrips(const Candidate &candidate,
                                  const Candidate &whole, int64_t ram) {
  int64_t again = candidate.network.recomputedMacs();
  // Of poolings alone there are none.
  int64_t once = std::max<int64_t>(candidate.network.macs() - again, 1);
  std::string otherwise;
  if (whole.ram() <= ram)
    otherwise = llvm::formatv("network takes {0:n} instructions, not {1:n}",
                              whole.network.work().instructions,
                              candidate.network.work().instructions);
  else
    otherwise =
        llvm::formatv("network takes {0:n} bytes to drop nothing", whole.ram());
  return llvm::formatv("{0:F1} % of the multiply-accumulates are computed "
                       "again, in strips; without that the {1}",
                       100.0 * again / once, otherwise);
}

LogicalResult BudgetSearch::runExact(Candidate &result,
                                     std::vector<std::string> &notes) {
  original = kernels.clone();
  trials.emplace(*original, options);
  FailureOr<std::optional<Candidate>> best = fitLossless();
  if (failed(best))
    return failure();
  if (!options.ram) {
    std::string given = givenDrops();
    bool hasFast = llvm::any_of(kernels.getOps<func::FuncOp>(), isFast);
    notes.push_back(
        "no budget was given: this is the smallest " +
        (given.empty() ? std::string("that drops nothing") : "with " + given) +
        (hasFast ? ", but for what fast kernels take" : ""));
    return hurry(*lossless, result);
  }
  // Rows of strips are narrower, and may leave the room that fast kernels need.
  if (*best && !(isShortOfRam && isSlowed()))
    return hurry(std::move(**best), result);
  if (failed(trials->find()))
    return failure();
  FailureOr<std::optional<InStrips>> strips =
      fitStrips(*best ? &**best : nullptr);
  if (failed(strips))
    return failure();
  if (*best && !*strips)
    return hurry(std::move(**best), result);
  if (*strips) {
    adopt(*(*strips)->kernels);
    result = (*strips)->candidate();
    notes.push_back(describeStrips(result, *lossless, options.ram));
    return success();
  }
  if (failed(findLeastLossless()))
    return failure();
  if (leastLossless().candidate.ram() <= options.ram) {
    const Candidate &found = leastLossless().candidate;
    if (!leastInStrips) {
      adopt(*leastWhole->kernels);
      return hurry(found, result);
    }
    adopt(leastInStrips->kernels ? *leastInStrips->kernels
                                 : *narrowest->kernels);
    result = found;
    notes.push_back(describeStrips(result, *lossless, options.ram));
    return success();
  }
  if (options.lossless)
    return reportLossy();
  FailureOr<std::optional<Candidate>> found = fitPruned();
  if (failed(found))
    return failure();
  if (!*found)
    return reportTooSmall();
  if (failed(saveFlash(**found)))
    return failure();
  FailureOr<Candidate> fastest = regainSpeed(
      kernels, options, chosen, options.ram, objects, std::move(**found));
  if (failed(fastest))
    return failure();
  refreshModel();
  result = std::move(*fastest);
  if (narrowest && result.network.recomputedMacs() > 0)
    notes.push_back(describeStrips(result, *lossless, options.ram));
  return success();
}

LogicalResult BudgetSearch::hurry(Candidate found, Candidate &result) {
  // A module, or a plan, may prune where nothing has to be dropped.
  bool isPacked = llvm::any_of(
      found.plan.stores, [](const auto &store) { return store.isPacked(); });
  if (isPacked) {
    int64_t ram = options.ram ? options.ram : unboundedRam;
    FailureOr<Candidate> fastest =
        regainSpeed(kernels, options, chosen, ram, objects, std::move(found));
    if (failed(fastest))
      return failure();
    refreshModel();
    found = std::move(*fastest);
  }
  result = std::move(found);
  return success();
}

LogicalResult BudgetSearch::run(Candidate &result,
                                std::vector<std::string> &notes) {
  if (failed(checkLossless(model, options)))
    return failure();
  LogicalResult found = options.mode == Mode::Paper ? runPaper(result, notes)
                                                    : runExact(result, notes);
  if (failed(found) || failed(checkFlash(result)))
    return failure();
  auto findLeast = [&]() -> FailureOr<LeastLossless> {
    if (failed(findLeastLossless()))
      return failure();
    return LeastLossless{leastLossless().candidate.ram(),
                         leastWhole->candidate.ram()};
  };
  // What is pinned has no plan that drops nothing in such a search.
  bool isFree = original && givenDrops().empty();
  return warnOfLosses(kernels, model, options, result,
                      isFree ? LeastFinder(findLeast) : nullptr, objects,
                      notes);
}

LogicalResult rtwmc::fitNetwork(ModuleOp kernels, const CompileOptions &options,
                                Candidate &result,
                                std::vector<std::string> &notes) {
  SmallVector<StripSetting> strips;
  for (StringRef each : options.strips)
    strips.push_back(*StripSetting::parse(each));
  if (failed(makeStrips(kernels, strips, options)))
    return failure();
  FailureOr<NetworkModel> model = getModel(kernels, options);
  ObjectCache objects;
  if (failed(model) ||
      failed(
          BudgetSearch(kernels, *model, options, objects).run(result, notes)))
    return failure();
  result.fit.set(findNetwork(kernels));
  return success();
}
