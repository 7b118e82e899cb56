//===- Stream.cpp - The planner as a pass ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/NetworkModel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace rtwmc {
#define GEN_PASS_DEF_STREAM
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

struct StreamPass : rtwmc::impl::StreamBase<StreamPass> {
  using StreamBase::StreamBase;

  void runOnOperation() override {
    FailureOr<NetworkModel> model =
        NetworkModel::get(getOperation(), inputInArena, order);
    if (failed(model) || failed(run(*model)))
      signalPassFailure();
  }

  LogicalResult run(NetworkModel &model) {
    if (batch < 1)
      return getOperation().emitError("expects a batch of at least 1, got ")
             << batch.getValue();
    if (!(alpha > 0.0 && alpha <= 1.0))
      return getOperation().emitError("expects 0 < alpha <= 1");
    planning::Options options;
    if (arenaBudget >= 0)
      options.arenaBudget = arenaBudget;
    options.batch = batch;
    options.alpha = alpha;
    options.layerByLayer = layerByLayer;
    options.lossless = lossless;
    if (!model.packings.empty() || layerByLayer)
      options.forcedPacking = model.packings;
    planning::PlanResult plan = planning::planNetwork(model.network, options);
    if (!plan)
      return model.function.emitError(plan.error().message);
    if (std::string problem = planning::verifyPlan(model.network, *plan);
        !problem.empty())
      return model.function.emitError("internal error: unsound plan: ")
             << problem;
    PruningPolicy policy;
    policy.batch = batch;
    if (!tauQ.empty())
      policy.tauQ.assign(tauQ.begin(), tauQ.end());
    if (paperPolicy)
      policy.policy = QuotaPolicy::Paper;
    policy.order = order;
    if (failed(insertPruning(model, *plan, policy)))
      return failure();
    emitSchedule(model, *plan);
    return success();
  }
};

} // namespace
