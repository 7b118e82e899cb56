//===- Stream.cpp - The planner as a pass ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/Fit.h"
#include "rtwmc/Streaming/NetworkModel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace rtwmc {
#define GEN_PASS_DEF_STREAM
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

/// No microcontroller has as many; a plan is verified byte by byte.
static constexpr int64_t mostArenaBytes = int64_t(1) << 28;

FailureOr<planning::PlanResult>
rtwmc::planSchedule(const NetworkModel &model, const StreamOptions &options) {
  func::FuncOp network = model.function;
  if (options.batch < 0)
    return network.emitError("expects a batch of at least 1, or 0; got ")
           << options.batch;
  if (!(options.alpha > 0.0 && options.alpha <= 1.0))
    return network.emitError("expects 0 < alpha <= 1");
  planning::Options planning;
  if (options.arenaBudget >= 0)
    planning.arenaBudget = options.arenaBudget;
  if (options.batch > 0)
    planning.cost.batch = options.batch;
  planning.growBatches = options.batch == 0 && !options.layerByLayer;
  planning.alpha = options.alpha;
  planning.lossless = options.lossless;
  planning.keepMaps = options.keepMaps;
  planning.layerByLayer = options.layerByLayer;
  if (llvm::any_of(model.lostEnergy,
                   [](const auto &map) { return !map.empty(); }))
    for (const std::vector<double> &lost : model.lostEnergy)
      planning.losses.push_back(lost.empty() ? planning::LossCurve()
                                             : planning::LossCurve(lost));
  if (model.pinned)
    planning.forcedPacking = model.pinned;
  else if (options.layerByLayer || !model.packings.empty())
    planning.forcedPacking = model.packings;
  planning::PlanResult plan = planning::planNetwork(model.network, planning);
  if (plan && plan->arenaBytes > mostArenaBytes)
    return network.emitError("needs an arena of ")
           << plan->arenaBytes << " bytes, of which no more than "
           << mostArenaBytes << " can be planned";
  if (plan)
    if (std::string problem = planning::verifyPlan(model.network, *plan);
        !problem.empty())
      return network.emitError("internal error: the plan is unsound: ")
             << problem;
  return plan;
}

namespace {

struct StreamPass : rtwmc::impl::StreamBase<StreamPass> {
  using StreamBase::StreamBase;

  void runOnOperation() override {
    FailureOr<NetworkModel> model =
        NetworkModel::get(getOperation(), input, order);
    if (failed(model) || failed(run(*model)))
      signalPassFailure();
  }

  LogicalResult run(NetworkModel &model) {
    StreamOptions options = getOptions();
    FailureOr<std::optional<Fit>> fit = Fit::get(model.function);
    if (failed(fit) || (*fit && failed(use(**fit, model, options))))
      return failure();
    FailureOr<planning::PlanResult> plan = planSchedule(model, options);
    if (failed(plan))
      return failure();
    if (!*plan)
      return model.function.emitError(plan->error().message);
    if (*fit && (*plan)->arenaBytes != (*fit)->arena)
      return model.function.emitError("rtwmc-fit found a plan of ")
             << (*fit)->arena << " bytes, rtwmc-stream one of "
             << (*plan)->arenaBytes << ": their options differ";
    if (failed(insertPruning(model, **plan, options)))
      return failure();
    emitSchedule(model, **plan);
    return success();
  }

  /// Plans by what was found to fit.
  LogicalResult use(const Fit &fit, NetworkModel &model,
                    StreamOptions &options) {
    if (options.arenaBudget >= 0 || options.lossless)
      return model.function.emitError("has a plan that fits, '")
             << fitAttrName << "': expects neither 'arena-budget' nor "
             << "'lossless'";
    options.arenaBudget = fit.budget.value_or(-1);
    options.lossless = fit.lossless;
    return success();
  }

  StreamOptions getOptions() const {
    StreamOptions options;
    options.arenaBudget = arenaBudget;
    options.layerByLayer = layerByLayer;
    options.input = input;
    options.batch = batch;
    options.alpha = alpha;
    options.tauQ.assign(tauQ.begin(), tauQ.end());
    options.policy = policy;
    options.order = order;
    options.lossless = lossless;
    options.keepMaps = keepMaps;
    return options;
  }
};

} // namespace
