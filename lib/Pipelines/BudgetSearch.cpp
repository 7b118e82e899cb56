//===- BudgetSearch.cpp - Plans within a budget ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"
#include "FastKernels.h"
#include "Losses.h"
#include "RegainSpeed.h"
#include "StripTrials.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"
#include "rtwmc/Kernels/RowKernel.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/NetworkModel.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace rtwmc;

/// More than any kernels take, and little enough to be added to.
static constexpr int64_t unboundedRam = std::numeric_limits<int32_t>::max();

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

/// Whether `kernel` is fast at the price of RAM or code.
static bool isFast(func::FuncOp kernel) {
  return isKernel(kernel) && getFastKernel(kernel) != FastKernel::None;
}

namespace {

/// The search for the best candidate within a budget.
class BudgetSearch {
public:
  BudgetSearch(ModuleOp kernels, NetworkModel model,
               const CompileOptions &options)
      : kernels(kernels), model(std::move(model)), options(options),
        chosen(findSpeeds(kernels)) {}

  LogicalResult run(Candidate &result, std::vector<std::string> &notes);

private:
  /// A network in strips that drops nothing, and the search for plans of it.
  struct InStrips {
    OwningOpRef<ModuleOp> kernels;
    std::unique_ptr<BudgetSearch> search;

    const Candidate &candidate() const { return *search->lossless; }
    int64_t instructions() const {
      return candidate().network.work().instructions;
    }
  };

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
  /// The smallest budget that fits, what it consists of, and the layer that
  /// needs it.
  struct Least {
    int64_t ram;
    std::string parts, layer;
  };
  FailureOr<Least> findLeast();
  LogicalResult reportTooSmall();
  LogicalResult checkFlash(const Candidate &candidate);
  /// Speed takes what is left: where `candidate` leaves too little, layers
  /// whose kernels are fast at the price of stack and code get others, those
  /// first that keep the stack from fitting. False if there are none.
  bool slowDown(const Candidate &candidate);
  /// The same where scratch is what does not fit: plans anew, from `plan`,
  /// until the layer at the peak is not fast, or the arena keeps within `room`
  /// bytes.
  bool slowDownForScratch(planning::Plan plan, bool isLossless, int64_t room);
  /// The same before any code is made, of which no stack is known.
  LogicalResult slowDownForArena(bool isLossless);
  /// Whether layers have other kernels than the fastest that they came with.
  bool isSlowed();
  /// Gives a layer the kernel of the next lower speed.
  void takeSlower(func::FuncOp kernel);
  void refreshModel();
  int64_t missingFlash(const Candidate &candidate) const;
  bool leavesTooLittle(const Candidate &candidate) const;
  /// What needs no bound of the arena, slowed down to fit; if nothing does,
  /// with the kernels that take the least.
  FailureOr<Candidate> generateToFit(bool isLossless);
  LogicalResult runPaper(Candidate &result, std::vector<std::string> &notes);
  LogicalResult runExact(Candidate &result, std::vector<std::string> &notes);
  /// Makes `found`, which fits, the result, and faster if it prunes.
  LogicalResult hurry(Candidate found, Candidate &result);
  LogicalResult reportLossy();
  /// What takes the least RAM and drops nothing, in strips or not.
  const Candidate &leastLossless() const {
    bool isNarrower =
        narrowest && narrowest->candidate().ram() < lossless->ram();
    return isNarrower ? narrowest->candidate() : *lossless;
  }
  /// What drops nothing within `ram` bytes, with the fastest kernels that fit.
  FailureOr<std::optional<Candidate>> fitLossless();
  /// The same as `trial`, with kernels that take the least if `isSlow`.
  FailureOr<InStrips> makeStrips(const StripTrial &trial, bool isSlow);
  /// What `trial` drops nothing with within `ram` bytes, if it can.
  FailureOr<std::optional<InStrips>> fitTrial(StripTrial &trial, int64_t ram);
  /// Of the strips that drop nothing within the budget, those that take the
  /// fewest instructions.
  FailureOr<std::optional<InStrips>> fitStrips();
  /// The strips of least multiply-accumulates that drop nothing within `ram`
  /// bytes, with kernels that take the least.
  FailureOr<std::optional<InStrips>> fitSlowStrips(int64_t ram);
  /// The strips of least RAM that drop nothing.
  LogicalResult findNarrowest();
  /// Makes the network that of `strips`.
  void adopt(InStrips &strips);
  /// What drops the least within the budget: as it is, or else in strips.
  FailureOr<std::optional<Candidate>> fitPruned();

  /// A budget is about the network as a whole.
  Location noLocation() { return UnknownLoc::get(kernels.getContext()); }

  ModuleOp kernels;
  /// What kernels need in RAM is in it.
  NetworkModel model;
  const CompileOptions &options;
  /// Of the kernels that the layers came with.
  const Speeds chosen;
  /// What the stack will take about, as long as there is no code: bytes.
  int64_t expectedStack = 0;
  /// What needs no planner to drop anything (more than the module or the
  /// options ask for), and what takes the least RAM.
  std::optional<Candidate> lossless, smallest;
  /// What strips there are, and those of the least RAM.
  std::optional<StripTrials> trials;
  std::optional<InStrips> narrowest;
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
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> fresh =
      NetworkModel::get(kernels, stream.input, stream.order);
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

bool BudgetSearch::slowDown(const Candidate &candidate) {
  if (!options.kernel.empty() || !leavesTooLittle(candidate))
    return false;
  SmallVector<FastLayer> fast = findFastLayers(kernels, candidate);
  if (fast.empty())
    return false;
  SmallVector<FastLayer> slow;
  if (int64_t excess = missingFlash(candidate)) {
    slow = pickForFlash(fast, excess);
  } else if (slowDownForScratch(candidate.plan, candidate.fit.lossless,
                                options.ram - candidate.state -
                                    candidate.object.stack)) {
    return true;
  } else {
    int64_t left = stackLeft(candidate, options.ram);
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
  auto generate = [&] { return this->generate(std::nullopt, isLossless); };
  SmallVector<func::FuncOp> fast;
  for (auto kernel : kernels.getOps<func::FuncOp>())
    if (isFast(kernel))
      fast.push_back(kernel);
  if (failed(slowDownForArena(isLossless)))
    return failure();
  FailureOr<Candidate> candidate = generate();
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
  FailureOr<Candidate> candidate = generateToFit(/*isLossless=*/false);
  if (failed(candidate))
    return failure();
  // What overshoots its budget fits no such memory, however slow it is.
  int64_t least = candidate->ram();
  int64_t ram = least > options.ram ? unboundedRam : options.ram;
  candidate = regainSpeed(kernels, options, chosen, ram, std::move(*candidate));
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

FailureOr<BudgetSearch::InStrips>
BudgetSearch::makeStrips(const StripTrial &trial, bool isSlow) {
  FailureOr<OwningOpRef<ModuleOp>> split = trials->make(trial);
  if (failed(split))
    return failure();
  if (isSlow)
    takeSlowest(**split, options, /*keepsVectors=*/true);
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> narrow =
      NetworkModel::get(**split, stream.input, stream.order);
  if (failed(narrow))
    return failure();
  auto search =
      std::make_unique<BudgetSearch>(**split, std::move(*narrow), options);
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

FailureOr<std::optional<BudgetSearch::InStrips>> BudgetSearch::fitStrips() {
  std::optional<InStrips> best;
  for (StripTrial &trial : trials->list()) {
    if (trial.leastRam(lossless->state) > options.ram)
      continue;
    if (best) {
      // Of two with the fastest kernels it is the one of less work.
      if (!best->search->isSlowed())
        break;
      FailureOr<int64_t> least = trials->estimateInstructions(trial);
      if (failed(least))
        return failure();
      if (*least >= best->instructions())
        continue;
    }
    FailureOr<std::optional<InStrips>> found = fitTrial(trial, options.ram);
    if (failed(found))
      return failure();
    if (*found && (!best || (*found)->instructions() < best->instructions()))
      best = std::move(**found);
  }
  return best;
}

FailureOr<std::optional<BudgetSearch::InStrips>>
BudgetSearch::fitSlowStrips(int64_t ram) {
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
        fitSlowStrips(narrowest->candidate().ram() - 1);
    if (failed(less))
      return failure();
    if (!*less)
      return success();
    least = std::move(**less);
  }
  return failure();
}

void BudgetSearch::adopt(InStrips &strips) {
  kernels->removeAttr(mapsAttrName);
  kernels.getBodyRegion().takeBody(strips.kernels->getBodyRegion());
  refreshModel();
}

FailureOr<std::optional<Candidate>> BudgetSearch::fitPruned() {
  FailureOr<std::optional<Candidate>> found = tryBudget(options.ram);
  if (failed(found) || failed(findNarrowest()))
    return failure();
  if (*found || !narrowest)
    return found;
  found = narrowest->search->tryBudget(options.ram);
  if (succeeded(found) && *found)
    adopt(*narrowest);
  return found;
}

/// What `candidate` in strips does again, and what it takes not to.
static std::string describeStrips(const Candidate &candidate,
                                  const Candidate &whole) {
  int64_t again = candidate.network.recomputedMacs();
  // Of poolings alone there are none.
  int64_t once = std::max<int64_t>(candidate.network.macs() - again, 1);
  return llvm::formatv("{0:F1} % of the multiply-accumulates are computed "
                       "again, in strips; without that the smallest budget "
                       "that drops nothing is {1:n} bytes",
                       100.0 * again / once, whole.ram());
}

LogicalResult BudgetSearch::runExact(Candidate &result,
                                     std::vector<std::string> &notes) {
  trials.emplace(kernels, options);
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
  if (*best)
    return hurry(std::move(**best), result);
  if (failed(trials->find()))
    return failure();
  FailureOr<std::optional<InStrips>> strips = fitStrips();
  if (failed(strips))
    return failure();
  if (*strips) {
    adopt(**strips);
    result = (*strips)->candidate();
    notes.push_back(describeStrips(result, *lossless));
    return success();
  }
  if (options.lossless)
    return failed(findNarrowest()) ? failure() : reportLossy();
  FailureOr<std::optional<Candidate>> found = fitPruned();
  if (failed(found))
    return failure();
  if (!*found)
    return reportTooSmall();
  FailureOr<Candidate> fastest =
      regainSpeed(kernels, options, chosen, options.ram, std::move(**found));
  if (failed(fastest))
    return failure();
  refreshModel();
  result = std::move(*fastest);
  if (narrowest && result.network.recomputedMacs() > 0)
    notes.push_back(describeStrips(result, *lossless));
  return success();
}

LogicalResult BudgetSearch::hurry(Candidate found, Candidate &result) {
  // A module, or a plan, may prune where nothing has to be dropped.
  bool isPacked = llvm::any_of(
      found.plan.stores, [](const auto &store) { return store.isPacked(); });
  if (isPacked) {
    int64_t ram = options.ram ? options.ram : unboundedRam;
    FailureOr<Candidate> fastest =
        regainSpeed(kernels, options, chosen, ram, std::move(found));
    if (failed(fastest))
      return failure();
    refreshModel();
    found = std::move(*fastest);
  }
  result = std::move(found);
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
                      lossless ? &leastLossless() : nullptr, notes);
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
