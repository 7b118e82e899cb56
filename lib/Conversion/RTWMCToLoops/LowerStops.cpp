//===- LowerStops.cpp - Ends of a run as branches -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace rtwmc {
#define GEN_PASS_DEF_LOWERSTOPS
#include "rtwmc/Conversion/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

/// Branches behind `stop` to `end`, which returns what it is given.
static void lower(StopIfOp stop, Block *end) {
  Block *here = stop->getBlock();
  Block *rest = here->splitBlock(std::next(Block::iterator(stop)));
  ImplicitLocOpBuilder b(stop.getLoc(), stop);
  b.setInsertionPointToEnd(here);
  Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  Value isFine = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                       stop.getStatus(), zero);
  cf::CondBranchOp::create(b, isFine, rest, ValueRange(), end,
                           ValueRange(stop.getStatus()));
  stop.erase();
}

namespace {

struct LowerStopsPass : rtwmc::impl::LowerStopsBase<LowerStopsPass> {
  void runOnOperation() override {
    SmallVector<StopIfOp> stops;
    getOperation().walk([&](StopIfOp stop) { stops.push_back(stop); });
    DenseMap<Operation *, Block *> ends;
    for (StopIfOp stop : stops) {
      auto function = dyn_cast<func::FuncOp>(stop->getParentOp());
      if (!function || function.getNumResults() != 1 ||
          !function.getResultTypes()[0].isInteger(32)) {
        stop.emitOpError("expects a function around it that returns an i32, "
                         "and no loops");
        return signalPassFailure();
      }
      Block *&end = ends[function];
      if (!end) {
        end = &function.getBody().emplaceBlock();
        Value status =
            end->addArgument(stop.getStatus().getType(), function.getLoc());
        auto b = OpBuilder::atBlockEnd(end);
        func::ReturnOp::create(b, function.getLoc(), status);
      }
      lower(stop, end);
    }
  }
};

} // namespace
