//===- Registration.cpp - The pipelines by name ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Pipelines/Pipelines.h"
#include "rtwmc/Pipelines/PlanFile.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace rtwmc;

/// In the order of the enum, as all spellings.
template <>
inline constexpr std::array<planning::Spelling, 5>
    rtwmc::planning::spellings<Stage>{
        {{"layers", "rtwmc layers, fused"},
         {"kernels", "a function for each layer"},
         {"schedule", "steps over rows, on buffers in an arena"},
         {"loops", "row kernels and the entry"},
         {"llvm", "the LLVM dialect"}}};

namespace {

/// What a pipeline may be given: the options of `rtwmc-fit` (Passes.td), and a
/// plan file.
struct StageOptions : PassPipelineOptions<StageOptions> {
  Option<std::string> name{*this, "name", llvm::cl::init("network"),
                           llvm::cl::desc("Prefix of the C names")};
  Option<std::string> mcpu{*this, "mcpu", llvm::cl::init("cortex-m4"),
                           llvm::cl::desc("Core to compile for, or 'host'")};
  Option<int64_t> ram{
      *this, "ram", llvm::cl::init(0),
      llvm::cl::desc("RAM budget for arena and stack, bytes; 0: the smallest "
                     "that drops nothing")};
  Option<int64_t> flash{
      *this, "flash", llvm::cl::init(0),
      llvm::cl::desc("Flash budget for code and constants, bytes; 0: no "
                     "bound")};
  Option<bool> lossless{*this, "lossless", llvm::cl::init(false),
                        llvm::cl::desc("Fail rather than drop anything")};
  Option<bool> keepMaps{*this, "keep-maps", llvm::cl::init(false),
                        llvm::cl::desc("Store every map whole, in bytes of its "
                                       "own that stay to the end")};
  Option<Mode> mode{*this, "mode", llvm::cl::init(Mode::Exact),
                    llvm::cl::desc("Which planner decides")};
  Option<InputPlace> input{*this, "input", llvm::cl::init(InputPlace::External),
                           llvm::cl::desc("Where the network's input lives")};
  Option<StreamOrder> order{*this, "order", llvm::cl::init(StreamOrder::NHWC),
                            llvm::cl::desc("Stream order of pruned maps")};
  Option<int64_t> batch{
      *this, "batch", llvm::cl::init(0),
      llvm::cl::desc("Elements of the tiny buffer of a pruned map (S_b); 0: "
                     "32, or more where that costs no RAM")};
  Option<double> alpha{
      *this, "alpha", llvm::cl::init(0.8),
      llvm::cl::desc("Largest share of the RAM for one pruned map")};
  ListOption<int64_t> tauQ{
      *this, "tau-q",
      llvm::cl::desc("Pruning threshold in quantized steps, one for all pruned "
                     "maps or one for each (default 1)")};
  Option<QuotaPolicy> policy{
      *this, "policy", llvm::cl::init(QuotaPolicy::Proportional),
      llvm::cl::desc("How many elements a batch must drop")};
  ListOption<std::string> kernel{
      *this, "kernel",
      llvm::cl::desc("[LAYER=]NAME[:CHANNELSxCOLUMNS]: a kernel to force")};
  ListOption<std::string> strips{
      *this, "strips",
      llvm::cl::desc("FIRST:LAST:COUNT: a segment to compute in strips")};
  Option<int64_t> maxRecompute{
      *this, "max-recompute", llvm::cl::init(planning::defaultMaxRecompute),
      llvm::cl::desc("Most multiply-accumulates that strips may compute again "
                     "for a budget, percent")};
  Option<std::string> plan{
      *this, "plan",
      llvm::cl::desc("Plan file: settings of pruning, also of single maps; "
                     "options given as well win")};

  Option<std::string> calibration{
      *this, "calibration",
      llvm::cl::desc("What dropping a share of each map loses, as measured by "
                     "rtwmc.calibrate")};

  using ErrorHandler = function_ref<LogicalResult(const Twine &)>;

  /// Puts what was given into `options`.
  LogicalResult read(CompileOptions &options, ErrorHandler fail) const;
  bool isGiven(StringRef option) const;
};

struct PipelineOptions : StageOptions {
  Option<Stage> to{*this, "to", llvm::cl::init(Stage::LLVM),
                   llvm::cl::desc("The last stage")};
};

} // namespace

bool StageOptions::isGiven(StringRef option) const {
  return llvm::StringSwitch<bool>(option)
      .Case("order", order.hasValue())
      .Case("policy", policy.hasValue())
      .Case("alpha", alpha.hasValue())
      .Case("batch", batch.hasValue())
      .Case("tau-q", tauQ.hasValue())
      .Case("strips", strips.hasValue())
      .Default(false);
}

LogicalResult StageOptions::read(CompileOptions &options,
                                 ErrorHandler fail) const {
  options.name = name;
  options.mcpu = mcpu;
  options.ram = ram;
  options.flash = flash;
  options.lossless = lossless;
  options.keepMaps = keepMaps;
  options.mode = mode;
  options.input = input;
  options.order = order;
  options.batch = batch;
  options.alpha = alpha;
  options.tauQ.assign(tauQ.begin(), tauQ.end());
  options.policy = policy;
  options.kernel.assign(kernel.begin(), kernel.end());
  options.strips.assign(strips.begin(), strips.end());
  options.maxRecompute = maxRecompute;
  if (!plan.empty()) {
    llvm::Expected<PlanFile> file = readPlanFile(plan);
    if (!file)
      return fail("plan: " + llvm::toString(file.takeError()));
    applyPlanFile(*file, options,
                  [&](StringRef option) { return isGiven(option); });
  }
  if (!calibration.empty()) {
    auto maps = readCalibrationFile(calibration);
    if (!maps)
      return fail("calibration: " + llvm::toString(maps.takeError()));
    applyCalibration(*maps, options);
  }
  if (std::string problem = checkOptions(options); !problem.empty())
    return fail(problem);
  return success();
}

/// Registers a pipeline that `build` builds from its options.
template <typename OptionsT>
static void
registerPipeline(StringRef name, StringRef summary,
                 std::function<void(OpPassManager &, const CompileOptions &,
                                    const OptionsT &)>
                     build) {
  registerPassPipeline(
      name, summary,
      [build](OpPassManager &pm, StringRef text,
              StageOptions::ErrorHandler fail) -> LogicalResult {
        OptionsT parser;
        CompileOptions options;
        if (failed(parser.parseFromString(text)) ||
            failed(parser.read(options, fail)))
          return failure();
        build(pm, options, parser);
        return success();
      },
      [](function_ref<void(const mlir::detail::PassOptions &)> visit) {
        visit(OptionsT());
      });
}

void rtwmc::registerRTWMCPipelines() {
  registerPipeline<PipelineOptions>(
      "rtwmc-pipeline",
      "From TOSA to the LLVM dialect within a budget, as rtwmc-compile does",
      [](OpPassManager &pm, const CompileOptions &options,
         const PipelineOptions &parser) {
        addPipeline(pm, options, parser.to);
      });
  struct {
    StringRef name, summary;
    Stage stage;
  } stages[] = {
      {"rtwmc-tosa-to-layers", "Stage 1 of rtwmc-pipeline: rtwmc layers, fused",
       Stage::Layers},
      {"rtwmc-layers-to-kernels",
       "Stage 2 of rtwmc-pipeline: a function for each layer", Stage::Kernels},
      {"rtwmc-kernels-to-schedule",
       "Stage 3 of rtwmc-pipeline: steps over rows, within the budget",
       Stage::Schedule},
      {"rtwmc-schedule-to-loops",
       "Stage 4 of rtwmc-pipeline: row kernels and the entry", Stage::Loops},
      {"rtwmc-loops-to-llvm", "Stage 5 of rtwmc-pipeline: the LLVM dialect",
       Stage::LLVM},
  };
  for (const auto &each : stages)
    registerPipeline<StageOptions>(
        each.name, each.summary,
        [stage = each.stage](OpPassManager &pm, const CompileOptions &options,
                             const StageOptions &) {
          addStage(pm, stage, options);
        });
}
