//===- InsertPruning.cpp - Prunes the maps that have a plan ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace rtwmc {
#define GEN_PASS_DEF_RTWMCINSERTPRUNING
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

struct InsertPruningPass
    : public rtwmc::impl::RTWMCInsertPruningBase<InsertPruningPass> {
  using RTWMCInsertPruningBase::RTWMCInsertPruningBase;

  void runOnOperation() override {
    SmallVector<std::pair<Operation *, PlanAttr>> planned;
    getOperation()->walk([&](Operation *op) {
      if (auto plan = op->getAttrOfType<PlanAttr>("rtwmc.plan"))
        planned.emplace_back(op, plan);
    });
    for (auto [op, plan] : planned) {
      op->removeAttr("rtwmc.plan");
      if (plan.getDrop() > 0 || plan.getTauQ() > 0)
        prune(op->getResult(0), plan);
    }
  }

private:
  void prune(Value map, PlanAttr plan) {
    // In use order, so that the reads come out in a stable order.
    SmallVector<Operation *> users;
    for (Operation *user : map.getUsers())
      if (!llvm::is_contained(users, user))
        users.push_back(user);
    std::reverse(users.begin(), users.end());

    Location loc = map.getLoc();
    OpBuilder builder(map.getContext());
    builder.setInsertionPointAfterValue(map);
    auto type = cast<RankedTensorType>(map.getType());
    Value input = map;
    // The plan was verified: nothing but the batch size can be dynamic.
    if (!type.hasStaticShape()) {
      SmallVector<int64_t> shape(type.getShape());
      shape[0] = 1;
      input = tensor::CastOp::create(builder, loc, type.clone(shape), map);
    }
    auto pruned = PruneOp::create(builder, loc, input, plan);
    ++numPruned;

    for (Operation *user : users) {
      builder.setInsertionPoint(user);
      Value back =
          UnpruneOp::create(builder, loc, input.getType(), pruned.getPruned());
      if (back.getType() != type)
        back = tensor::CastOp::create(builder, loc, type, back);
      user->replaceUsesOfWith(map, back);
      ++numReads;
    }
  }
};

} // namespace
