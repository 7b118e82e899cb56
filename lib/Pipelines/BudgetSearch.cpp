//===- BudgetSearch.cpp - Plans within a budget ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"
#include "Losses.h"
#include "StripTrials.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Kernels/RowKernel.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/NetworkModel.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace rtwmc;

/// 4098 as "4,098".
static std::string grouped(int64_t value) {
  return llvm::formatv("{0:n}", value).str();
}

/// What the RAM of `candidate` consists of.
static std::string partsOf(const Candidate &candidate) {
  std::string state =
      candidate.state ? ", " + grouped(candidate.state) + " of state" : "";
  return grouped(candidate.plan.arenaBytes) + " of arena" + state + " and " +
         grouped(candidate.object.stack) + " of stack";
}

namespace {

/// The search for the best candidate within a budget.
class BudgetSearch {
public:
  BudgetSearch(ModuleOp kernels, NetworkModel model,
               const CompileOptions &options)
      : kernels(kernels), model(std::move(model)), options(options) {}

  LogicalResult run(Candidate &result, std::vector<std::string> &notes);

private:
  /// The candidate for a budget of `ram` bytes, nothing if there is none, or
  /// failure after a diagnostic.
  FailureOr<std::optional<Candidate>> tryBudget(int64_t ram);
  /// Plans for an arena of `budget` bytes, or for any if there is none.
  FailureOr<planning::PlanResult> plan(std::optional<int64_t> budget,
                                       bool isLossless);
  /// The candidate of a plan for that.
  FailureOr<Candidate> generate(const planning::Plan &plan,
                                std::optional<int64_t> budget, bool isLossless);
  /// The same for an arena that must do: a diagnostic if it does not.
  FailureOr<Candidate> generate(std::optional<int64_t> budget, bool isLossless);
  /// The candidate of the smallest arena there is.
  LogicalResult findSmallest();
  /// Whose drops a plan has whatever the budget is, if there are any.
  std::string givenDrops() const;
  LogicalResult reportTooSmall();
  LogicalResult checkFlash(const Candidate &candidate);
  /// Speed takes what is left: where `candidate` leaves too little, layers
  /// whose kernels are fast at the price of stack and code get others, those
  /// first that keep the stack from fitting. False if there are none.
  bool slowDown(const Candidate &candidate);
  /// The same where scratch is what does not fit: plans until the layer at the
  /// peak is not fast, or the arena does.
  bool slowDownForScratch(const Candidate &candidate);
  /// Gives a layer the kernel of the next lower speed.
  void takeSlower(func::FuncOp kernel);
  void refreshModel();
  int64_t missingFlash(const Candidate &candidate) const;
  bool leavesTooLittle(const Candidate &candidate) const;
  /// What `generate` makes, slowed down to fit; if nothing does, with the
  /// kernels that take the least.
  FailureOr<Candidate>
  generateToFit(function_ref<FailureOr<Candidate>()> generate);
  LogicalResult runPaper(Candidate &result, std::vector<std::string> &notes);
  LogicalResult runExact(Candidate &result, std::vector<std::string> &notes);
  LogicalResult reportLossy();
  /// What takes the least RAM and drops nothing, in strips or not.
  const Candidate &leastLossless() const {
    bool isNarrower = narrowest && narrowest->ram() < lossless->ram();
    return isNarrower ? *narrowest : *lossless;
  }
  /// What drops nothing within the budget, with the fastest kernels that fit.
  FailureOr<std::optional<Candidate>> fitLossless();
  /// The first strips that do that, and the network has become; nothing if none
  /// do, and then `narrowest` takes the least.
  FailureOr<std::optional<Candidate>> fitStrips();
  FailureOr<std::optional<Candidate>> tryStrips(const StripTrial &trial);

  /// A budget is about the network as a whole.
  Location noLocation() { return UnknownLoc::get(kernels.getContext()); }

  ModuleOp kernels;
  /// What kernels need in RAM is in it.
  NetworkModel model;
  const CompileOptions &options;
  /// What needs no planner to drop anything (more than the module or the
  /// options ask for), and what takes the least RAM.
  std::optional<Candidate> lossless, smallest;
  /// What strips there are, and what takes the least RAM of them.
  std::optional<StripTrials> trials;
  std::optional<Candidate> narrowest;
  /// The layer where memory is tightest.
  std::string tightest;
};

} // namespace

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
                                            bool isLossless) {
  FailureOr<Candidate> candidate = generateCandidate(kernels, plan, options);
  if (succeeded(candidate)) {
    candidate->fit.budget = budget;
    candidate->fit.lossless = isLossless;
  }
  return candidate;
}

FailureOr<Candidate> BudgetSearch::generate(std::optional<int64_t> budget,
                                            bool isLossless) {
  FailureOr<planning::PlanResult> found = plan(budget, isLossless);
  if (failed(found))
    return failure();
  if (!*found)
    return kernels.emitError((*found).error().message);
  return generate(**found, budget, isLossless);
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

std::string BudgetSearch::givenDrops() const {
  if (model.pinned)
    return "the drops of the plan";
  return model.packings.empty() ? "" : "the drops of the module's rtwmc.prune";
}

LogicalResult BudgetSearch::reportTooSmall() {
  // The smallest budget is one that works while one byte less does not, by the
  // same search: descend from the smallest arena and its stack.
  int64_t least = smallest->ram();
  std::string parts = partsOf(*smallest);
  for (;;) {
    FailureOr<std::optional<Candidate>> less = tryBudget(least - 1);
    if (failed(less))
      return failure();
    if (!*less)
      break;
    least = (*less)->ram();
    parts = partsOf(**less);
  }
  InFlightDiagnostic error = emitError(noLocation());
  error << "layer '" << tightest << "': needs " << grouped(least)
        << " bytes of " << grouped(options.ram) << " (" << parts
        << "); the smallest budget that fits is " << grouped(least) << " bytes";
  if (std::string given = givenDrops(); !given.empty())
    return error << ", with " << given;
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

namespace {

/// A layer with a fast kernel.
struct FastLayer {
  const LayerReport *report;
  func::FuncOp kernel;

  /// What its code does for its size.
  double speed() const {
    return double(report->macs) / double(std::max<int64_t>(report->code, 1));
  }
};

} // namespace

/// The layers of `candidate` that have fast kernels in `kernels`.
static SmallVector<FastLayer> findFastLayers(ModuleOp kernels,
                                             const Candidate &candidate) {
  SmallVector<FastLayer> fast;
  for (const LayerReport &layer : candidate.network.layers)
    if (auto kernel = kernels.lookupSymbol<func::FuncOp>(layer.name);
        kernel && isKernel(kernel) && getFastKernel(kernel) != FastKernel::None)
      fast.push_back({&layer, kernel});
  return fast;
}

/// Those of `layers` that have to give way for `excess` bytes of flash: first
/// where vectors stay, then where code does the least for its size.
static SmallVector<FastLayer> pickForFlash(SmallVector<FastLayer> layers,
                                           int64_t excess) {
  auto rank = [](FastLayer layer) {
    int kind = -int(getFastKernel(layer.kernel));
    return std::tuple(kind, layer.speed(), layer.report);
  };
  llvm::sort(layers,
             [&](FastLayer a, FastLayer b) { return rank(a) < rank(b); });
  // Slower kernels take about half as much code or, of weights, half as many
  // bytes.
  auto savingOf = [](const FastLayer &layer) {
    bool keepsCode = getFastKernel(layer.kernel) >= FastKernel::Faster &&
                     getLayer(layer.kernel).getKernelShape().scratch > 0;
    return (keepsCode ? countWeightBytes(layer.kernel) : layer.report->code) /
           2;
  };
  size_t count = 0;
  int64_t macs = 0;
  // What kernels of the next rank have to save is known when these are others.
  auto isNext = [&](const FastLayer &layer) {
    return getFastKernel(layer.kernel) == getFastKernel(layers[0].kernel);
  };
  for (int64_t saved = 0;
       count < layers.size() && saved < excess && isNext(layers[count]);
       ++count) {
    saved += savingOf(layers[count]);
    macs += layers[count].report->macs;
  }
  // One that is enough by itself may lose less than several.
  if (count > 1) {
    const FastLayer *least = nullptr;
    for (const FastLayer &layer : layers)
      if (savingOf(layer) >= excess && layer.report->macs < macs &&
          rank(layer) <= rank(layers[count - 1]) &&
          (!least || layer.report->macs < least->report->macs))
        least = &layer;
    if (least)
      return {*least};
  }
  layers.truncate(std::max<size_t>(count, 1));
  return layers;
}

int64_t BudgetSearch::missingFlash(const Candidate &candidate) const {
  return options.flash
             ? std::max<int64_t>(candidate.flashForSpeed - options.flash, 0)
             : 0;
}

bool BudgetSearch::leavesTooLittle(const Candidate &candidate) const {
  return missingFlash(candidate) > 0 ||
         (options.ram && candidate.ram() > options.ram);
}

void BudgetSearch::takeSlower(func::FuncOp kernel) {
  takeKernel(kernel, *lookupCore(options.mcpu),
             getSlower(getFastKernel(kernel)));
}

void BudgetSearch::refreshModel() {
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> fresh =
      NetworkModel::get(kernels, stream.input, stream.order);
  // It succeeded before, and nothing but kernels has changed since.
  if (succeeded(fresh))
    model = std::move(*fresh);
}

bool BudgetSearch::slowDownForScratch(const Candidate &candidate) {
  planning::Plan plan = candidate.plan;
  bool hasChanged = false;
  int64_t room = options.ram - candidate.state - candidate.object.stack;
  while (plan.arenaBytes > room) {
    func::FuncOp kernel = model.kernels[plan.steps[plan.peakStep].layer];
    if (!getLayer(kernel) || getFastKernel(kernel) == FastKernel::None ||
        getLayer(kernel).getKernelShape().scratch == 0)
      break;
    takeSlower(kernel);
    refreshModel();
    hasChanged = true;
    FailureOr<planning::PlanResult> found =
        this->plan(std::nullopt, candidate.fit.lossless);
    if (failed(found) || !*found)
      break;
    plan = **found;
  }
  return hasChanged;
}

bool BudgetSearch::slowDown(const Candidate &candidate) {
  if (!options.kernel.empty() || !leavesTooLittle(candidate))
    return false;
  SmallVector<FastLayer> fast = findFastLayers(kernels, candidate);
  if (fast.empty())
    return false;
  SmallVector<FastLayer> slow;
  if (int64_t excess = missingFlash(candidate)) {
    slow = pickForFlash(fast, excess);
  } else if (slowDownForScratch(candidate)) {
    return true;
  } else {
    // What calls the layers needs some of the stack, too.
    int64_t deepest = 0;
    for (const LayerReport &layer : candidate.network.layers)
      deepest = std::max(deepest, layer.stack);
    int64_t left = options.ram - candidate.plan.arenaBytes - candidate.state -
                   (candidate.object.stack - deepest);
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

FailureOr<Candidate>
BudgetSearch::generateToFit(function_ref<FailureOr<Candidate>()> generate) {
  const Core &core = *lookupCore(options.mcpu);
  FailureOr<Candidate> candidate = generate();
  if (failed(candidate))
    return failure();
  SmallVector<func::FuncOp> fast;
  for (FastLayer layer : findFastLayers(kernels, *candidate))
    fast.push_back(layer.kernel);
  while (succeeded(candidate) && slowDown(*candidate))
    candidate = generate();
  // Blocks take scratch, and are never the smallest.
  if (failed(candidate) || fast.empty() || !options.kernel.empty() ||
      !leavesTooLittle(*candidate) || !core.mve)
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

LogicalResult BudgetSearch::runPaper(Candidate &result,
                                     std::vector<std::string> &notes) {
  FailureOr<Candidate> candidate = generateToFit(
      [&] { return generate(std::nullopt, /*isLossless=*/false); });
  if (failed(candidate))
    return failure();
  if (candidate->ram() > options.ram) {
    std::string note =
        (model.pinned ? "the plan" : "the paper's planner") +
        std::string(" overshoots the budget: the real layout needs ") +
        grouped(candidate->ram()) + " bytes of " + grouped(options.ram) + " (" +
        partsOf(*candidate) + ")";
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
  FailureOr<Candidate> best = generateToFit(
      [&] { return generate(std::nullopt, /*isLossless=*/true); });
  if (failed(best))
    return failure();
  lossless = std::move(*best);
  if (options.ram && lossless->ram() > options.ram)
    return std::optional<Candidate>();
  return lossless;
}

FailureOr<std::optional<Candidate>>
BudgetSearch::tryStrips(const StripTrial &trial) {
  FailureOr<OwningOpRef<ModuleOp>> split = trials->make(trial);
  if (failed(split))
    return failure();
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> narrow =
      NetworkModel::get(**split, stream.input, stream.order);
  if (failed(narrow))
    return failure();
  BudgetSearch search(**split, std::move(*narrow), options);
  FailureOr<std::optional<Candidate>> found = search.fitLossless();
  if (failed(found))
    return failure();
  if (!narrowest || search.lossless->ram() < narrowest->ram())
    narrowest = search.lossless;
  if (*found) {
    kernels->removeAttr(mapsAttrName);
    kernels.getBodyRegion().takeBody((*split)->getBodyRegion());
    refreshModel();
  }
  return found;
}

FailureOr<std::optional<Candidate>> BudgetSearch::fitStrips() {
  if (failed(trials->find()))
    return failure();
  for (const StripTrial &trial : trials->list()) {
    // The last says what takes the least.
    bool isLast = &trial == &trials->list().back();
    if (trial.leastArena + lossless->state > options.ram && !isLast)
      continue;
    FailureOr<std::optional<Candidate>> found = tryStrips(trial);
    if (failed(found) || *found)
      return found;
  }
  return std::optional<Candidate>();
}

LogicalResult BudgetSearch::runExact(Candidate &result,
                                     std::vector<std::string> &notes) {
  trials.emplace(kernels, options);
  FailureOr<std::optional<Candidate>> best = fitLossless();
  if (failed(best))
    return failure();
  if (!options.ram) {
    std::string given = givenDrops();
    bool isFast = llvm::any_of(kernels.getOps<func::FuncOp>(), [](auto each) {
      return isKernel(each) && getFastKernel(each) != FastKernel::None;
    });
    notes.push_back(
        "no budget was given: this is the smallest " +
        (given.empty() ? std::string("that drops nothing") : "with " + given) +
        (isFast ? ", but for what fast kernels take" : ""));
    result = *lossless;
    return success();
  }
  if (!*best) {
    FailureOr<std::optional<Candidate>> strips = fitStrips();
    if (failed(strips))
      return failure();
    if (*strips) {
      result = std::move(**strips);
      lossless = result;
      return success();
    }
  }
  if (options.lossless && !*best)
    return reportLossy();
  FailureOr<std::optional<Candidate>> found = tryBudget(options.ram);
  if (failed(found))
    return failure();
  if (!*found)
    return reportTooSmall();
  result = std::move(**found);
  return success();
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

LogicalResult BudgetSearch::run(Candidate &result,
                                std::vector<std::string> &notes) {
  if (failed(checkLossless(model, options)))
    return failure();
  LogicalResult found = options.mode == Mode::Paper ? runPaper(result, notes)
                                                    : runExact(result, notes);
  if (failed(found) || failed(checkFlash(result)))
    return failure();
  return warnOfLosses(kernels, model, options, result,
                      lossless ? &*lossless : nullptr, notes);
}

LogicalResult rtwmc::fitNetwork(ModuleOp kernels, const CompileOptions &options,
                                Candidate &result,
                                std::vector<std::string> &notes) {
  SmallVector<StripSetting> strips;
  for (StringRef each : options.strips)
    strips.push_back(*StripSetting::parse(each));
  if (failed(makeStrips(kernels, strips, options)))
    return failure();
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> model =
      NetworkModel::get(kernels, stream.input, stream.order);
  if (failed(model) ||
      failed(BudgetSearch(kernels, *model, options).run(result, notes)))
    return failure();
  result.fit.set(findNetwork(kernels));
  return success();
}
