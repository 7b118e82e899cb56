//===- Compile.cpp - From a module to an object within a budget -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Pipelines/Compile.h"
#include "Candidate.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace rtwmc;

/// 4098 as "4,098".
static std::string grouped(int64_t value) {
  return llvm::formatv("{0:n}", value).str();
}

/// TOSA to kernels.
static LogicalResult runFrontHalf(ModuleOp module,
                                  const CompileOptions &options) {
  bool isPaper = options.mode == Mode::Paper;
  if (!options.maps.empty() &&
      module.walk([](PruneOp) { return WalkResult::interrupt(); })
          .wasInterrupted())
    return module.emitError("plan: the module prunes its maps itself, so that "
                            "settings of maps have no meaning");
  PassManager pm(module.getContext());
  pm.addPass(createNormalizeTosa());
  if (isPaper && !options.pinsDrops()) {
    RTWMCPlanOptions plan;
    plan.mode = Mode::Paper;
    plan.ram = *options.ram;
    plan.batch = options.batch;
    plan.alpha = options.alpha;
    plan.input =
        options.inputInArena ? InputPlace::Arena : InputPlace::External;
    plan.policy = options.policy;
    plan.order = options.order;
    plan.tauQ.assign(options.tauQ.begin(), options.tauQ.end());
    pm.addPass(createRTWMCPlan(plan));
    pm.addPass(createRTWMCInsertPruning());
  }
  pm.addPass(createConvertTosaToRTWMC());
  FuseOptions fuse;
  fuse.pooling = !isPaper;
  pm.addPass(createFuse(fuse));
  pm.addPass(createCSEPass());
  pm.addPass(createOutlineKernels());
  pm.addPass(createLowerGenericKernels());
  if (failed(pm.run(module)))
    return failure();
  // The names of maps are those of the kernels, which are there by now.
  for (const MapSettings &settings : options.maps)
    if (auto kernel = module.lookupSymbol<func::FuncOp>(settings.name);
        kernel && isKernel(kernel) && !kernel.isDeclaration() && settings.tauQ)
      if (PruneOp prune = getPrune(kernel))
        prune.setTauQ(*settings.tauQ);
  return success();
}

namespace {

/// The search for the best candidate within a budget.
class BudgetSearch {
public:
  BudgetSearch(ModuleOp kernels, const CompileOptions &options)
      : kernels(kernels), options(options), compiler(kernels, options) {}

  LogicalResult run(Candidate &result, std::vector<std::string> &notes);

private:
  /// The candidate for a budget of `ram` bytes, nothing if there is none, or
  /// failure after a diagnostic.
  FailureOr<std::optional<Candidate>> tryBudget(int64_t ram);
  /// The candidate for an arena that must do: a diagnostic if it does not.
  FailureOr<Candidate> generate(int64_t arenaBudget, bool isLossless);
  /// The candidate of the smallest arena there is.
  LogicalResult findSmallest();
  LogicalResult reportTooSmall();
  LogicalResult checkFlash(const Candidate &candidate);
  LogicalResult runPaper(Candidate &result, std::vector<std::string> &notes);

  /// A budget is about the network as a whole.
  Location noLocation() { return UnknownLoc::get(kernels.getContext()); }

  ModuleOp kernels;
  const CompileOptions &options;
  NetworkCompiler compiler;
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
    FailureOr<planning::PlanResult> plan =
        compiler.plan(ram - stack, /*lossless=*/false);
    if (failed(plan))
      return failure();
    if (!*plan)
      break;
    FailureOr<Candidate> candidate = compiler.generate(**plan);
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

FailureOr<Candidate> BudgetSearch::generate(int64_t arenaBudget,
                                            bool isLossless) {
  FailureOr<planning::PlanResult> plan = compiler.plan(arenaBudget, isLossless);
  if (failed(plan))
    return failure();
  if (!*plan)
    return kernels.emitError((*plan).error().message);
  return compiler.generate(**plan);
}

LogicalResult BudgetSearch::findSmallest() {
  if (smallest)
    return success();
  // An arena of no bytes never fits, but its error says which one does.
  FailureOr<planning::PlanResult> plan = compiler.plan(0, /*lossless=*/false);
  if (failed(plan))
    return failure();
  int64_t arena = 0;
  if (!*plan) {
    tightest = plan->error().layer;
    arena = plan->error().smallestArena;
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
        << " bytes of " << grouped(*options.ram) << " ("
        << grouped(least - stack) << " of arena and " << grouped(stack)
        << " of stack); the smallest budget that fits is " << grouped(least)
        << " bytes";
  if (options.pinsDrops())
    return error << ", with the drops of the plan";
  return error << ", without dropping anything " << grouped(lossless->ram())
               << " bytes";
}

LogicalResult BudgetSearch::checkFlash(const Candidate &candidate) {
  if (!options.flash || candidate.flash() <= *options.flash)
    return success();
  return emitError(noLocation())
         << "flash: needs " << grouped(candidate.flash())
         << " bytes of flash of " << grouped(*options.flash) << " ("
         << grouped(candidate.object.code) << " of code and "
         << grouped(candidate.object.constants)
         << " of constants); the smallest budget that fits is "
         << grouped(candidate.flash()) << " bytes";
}

LogicalResult BudgetSearch::runPaper(Candidate &result,
                                     std::vector<std::string> &notes) {
  FailureOr<Candidate> candidate =
      generate(planning::unlimited, /*isLossless=*/false);
  if (failed(candidate))
    return failure();
  if (candidate->ram() > *options.ram) {
    std::string note =
        (options.pinsDrops() ? "the plan" : "the paper's planner") +
        std::string(" overshoots the budget: the real layout needs ") +
        grouped(candidate->ram()) + " bytes of " + grouped(*options.ram) +
        " (" + grouped(candidate->plan.arenaBytes) + " of arena, " +
        grouped(candidate->object.stack) + " of stack)";
    if (!options.pinsDrops())
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
  FailureOr<Candidate> best =
      generate(planning::unlimited, /*isLossless=*/true);
  if (failed(best))
    return failure();
  lossless = std::move(*best);
  if (!options.ram) {
    notes.push_back(options.pinsDrops()
                        ? "no budget was given: this is the smallest with the "
                          "drops of the plan"
                        : "no budget was given: this is the smallest that "
                          "drops nothing");
    result = *lossless;
    return checkFlash(result);
  }
  FailureOr<std::optional<Candidate>> found = tryBudget(*options.ram);
  if (failed(found))
    return failure();
  if (!*found)
    return reportTooSmall();
  result = std::move(**found);
  return checkFlash(result);
}

ModelShapes ModelShapes::get(ModuleOp module) {
  ModelShapes shapes;
  func::FuncOp network = findNetwork(module);
  if (!network || network.getNumArguments() != 1 ||
      network.getNumResults() != 1)
    return shapes;
  auto read = [](Type type, SmallVector<int64_t> &shape) {
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      for (int64_t size : tensor.getShape())
        shape.push_back(ShapedType::isDynamic(size) ? 1 : size);
  };
  read(network.getArgumentTypes()[0], shapes.input);
  read(network.getResultTypes()[0], shapes.output);
  return shapes;
}

LogicalResult rtwmc::compileNetwork(ModuleOp module,
                                    const CompileOptions &options,
                                    CompileResult &result) {
  if (options.mode == Mode::Paper && !options.ram)
    return module.emitError("the paper's planner needs a RAM budget (--ram)");
  ModelShapes shapes = ModelShapes::get(module);
  if (failed(runFrontHalf(module, options)) ||
      failed(NetworkCompiler(module, options).checkMaps()))
    return failure();
  func::FuncOp network = findNetwork(module);
  bool batchSpecialized = network->hasAttr("rtwmc.batch_specialized");
  Candidate candidate;
  std::vector<std::string> notes;
  if (failed(BudgetSearch(module, options).run(candidate, notes)))
    return failure();
  result.output = options.emit == Emit::Object
                      ? std::string(candidate.object.bytes.begin(),
                                    candidate.object.bytes.end())
                      : candidate.text;
  result.header = makeHeader(candidate, options);
  result.report =
      makeReport(candidate, options, shapes, batchSpecialized, notes);
  result.table = makeTable(candidate, options, batchSpecialized, notes);
  return success();
}
