//===- BudgetSearch.cpp - Plans within a budget ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BudgetSearch.h"
#include "rtwmc/Streaming/NetworkModel.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace rtwmc;

/// 4098 as "4,098".
static std::string grouped(int64_t value) {
  return llvm::formatv("{0:n}", value).str();
}

namespace {

/// The search for the best candidate within a budget.
class BudgetSearch {
public:
  BudgetSearch(ModuleOp kernels, const NetworkModel &model,
               const CompileOptions &options)
      : kernels(kernels), model(model), options(options) {}

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
  LogicalResult reportTooSmall();
  LogicalResult checkFlash(const Candidate &candidate);
  LogicalResult runPaper(Candidate &result, std::vector<std::string> &notes);

  /// A budget is about the network as a whole.
  Location noLocation() { return UnknownLoc::get(kernels.getContext()); }

  ModuleOp kernels;
  const NetworkModel &model;
  const CompileOptions &options;
  /// What needs no planner to drop anything (more than the module or the
  /// options ask for), and what takes the least RAM.
  std::optional<Candidate> lossless, smallest;
  /// The layer where memory is tightest.
  std::string tightest;
};

} // namespace

FailureOr<std::optional<Candidate>> BudgetSearch::tryBudget(int64_t ram) {
  if (lossless->ram() <= ram)
    return std::optional(*lossless);
  // A plan's stack is known only after its code: plan with the stack seen so
  // far, and again with the real one where that was deeper.
  for (int64_t stack = 0; stack <= ram;) {
    FailureOr<planning::PlanResult> found =
        plan(ram - stack, /*isLossless=*/false);
    if (failed(found))
      return failure();
    if (!*found)
      break;
    FailureOr<Candidate> candidate =
        generate(**found, ram - stack, /*isLossless=*/false);
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

LogicalResult BudgetSearch::reportTooSmall() {
  // The smallest budget is one that works while one byte less does not, by the
  // same search: descend from the smallest arena and its stack.
  int64_t least = smallest->ram(), stack = smallest->object.stack;
  for (;;) {
    FailureOr<std::optional<Candidate>> less = tryBudget(least - 1);
    if (failed(less))
      return failure();
    if (!*less)
      break;
    least = (*less)->ram();
    stack = (*less)->object.stack;
  }
  InFlightDiagnostic error = emitError(noLocation());
  error << "layer '" << tightest << "': needs " << grouped(least)
        << " bytes of " << grouped(options.ram) << " ("
        << grouped(least - stack) << " of arena and " << grouped(stack)
        << " of stack); the smallest budget that fits is " << grouped(least)
        << " bytes";
  if (model.pinned)
    return error << ", with the drops of the plan";
  return error << ", without dropping anything " << grouped(lossless->ram())
               << " bytes";
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

LogicalResult BudgetSearch::runPaper(Candidate &result,
                                     std::vector<std::string> &notes) {
  FailureOr<Candidate> candidate = generate(std::nullopt, /*isLossless=*/false);
  if (failed(candidate))
    return failure();
  if (candidate->ram() > options.ram) {
    std::string note =
        (model.pinned ? "the plan" : "the paper's planner") +
        std::string(" overshoots the budget: the real layout needs ") +
        grouped(candidate->ram()) + " bytes of " + grouped(options.ram) + " (" +
        grouped(candidate->plan.arenaBytes) + " of arena, " +
        grouped(candidate->object.stack) + " of stack)";
    if (!model.pinned)
      note += "; it ignores the ceilings of its own formula, the pooled map "
              "beside the packed one, rows read back, and the stack";
    emitWarning(noLocation()) << note;
    notes.push_back(note);
  }
  result = std::move(*candidate);
  return checkFlash(result);
}

LogicalResult BudgetSearch::run(Candidate &result,
                                std::vector<std::string> &notes) {
  if (options.mode == Mode::Paper)
    return runPaper(result, notes);
  FailureOr<Candidate> best = generate(std::nullopt, /*isLossless=*/true);
  if (failed(best))
    return failure();
  lossless = std::move(*best);
  if (!options.ram) {
    notes.push_back(model.pinned
                        ? "no budget was given: this is the smallest with the "
                          "drops of the plan"
                        : "no budget was given: this is the smallest that "
                          "drops nothing");
    result = *lossless;
    return checkFlash(result);
  }
  FailureOr<std::optional<Candidate>> found = tryBudget(options.ram);
  if (failed(found))
    return failure();
  if (!*found)
    return reportTooSmall();
  result = std::move(**found);
  return checkFlash(result);
}

LogicalResult rtwmc::fitNetwork(ModuleOp kernels, const CompileOptions &options,
                                Candidate &result,
                                std::vector<std::string> &notes) {
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> model =
      NetworkModel::get(kernels, stream.input, stream.order);
  if (failed(model) ||
      failed(BudgetSearch(kernels, *model, options).run(result, notes)))
    return failure();
  result.fit.set(model->function);
  return success();
}
