//===- ReadRows.cpp - Inputs that the caller gives row by row -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reshape.h"
#include "rtwmc/Dialect/RTWMC/IR/Ports.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace rtwmc {
#define GEN_PASS_DEF_READROWS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

/// The map whose rows the caller is asked for: that of the argument, unless it
/// has only one row and is read as a map of more.
static RankedTensorType mapOfRows(BlockArgument argument) {
  auto best = cast<RankedTensorType>(argument.getType());
  if (getRows(best) > 1)
    return best;
  for (Operation *user : argument.getUsers())
    if (auto reshape = dyn_cast<tosa::ReshapeOp>(user))
      if (auto map = dyn_cast<RankedTensorType>(reshape.getType());
          map && map.hasStaticShape() && getRows(map) > getRows(best))
        best = map;
  return best;
}

/// Lets whoever reads `argument` read its rows, in a map of `type`.
static void readRows(ImplicitLocOpBuilder &b, BlockArgument argument,
                     RankedTensorType type) {
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : argument.getUses())
    uses.push_back(&use);
  b.setLoc(argument.getLoc());
  Value rows = ReadRowsOp::create(b, type, argument);
  Value asGiven = type == argument.getType() ? rows : Value();
  for (OpOperand *use : uses) {
    Operation *reader = use->getOwner();
    if (isa<tosa::ReshapeOp>(reader) &&
        reader->getResult(0).getType() == type) {
      reader->getResult(0).replaceAllUsesWith(rows);
      reader->erase();
      continue;
    }
    if (!asGiven)
      asGiven = reshape(b, b.getLoc(), rows,
                        cast<RankedTensorType>(argument.getType()));
    use->set(asGiven);
  }
}

namespace {

struct ReadRowsPass : rtwmc::impl::ReadRowsBase<ReadRowsPass> {
  void runOnOperation() override {
    func::FuncOp network = findNetwork(getOperation());
    if (!network || network.getBody().getBlocks().size() != 1) {
      getOperation().emitError("expects one function, the network, of one "
                               "block");
      return signalPassFailure();
    }
    if (getInputRows(network)) {
      network.emitError("asks for rows of its inputs already");
      return signalPassFailure();
    }
    size_t variables = getState(network).size();
    if (variables > network.getNumArguments()) {
      network.emitError("expects an argument for each of its variables");
      return signalPassFailure();
    }
    SmallVector<int64_t> rows;
    ImplicitLocOpBuilder b(network.getLoc(), &network.front().front());
    for (BlockArgument argument : network.getArguments().drop_back(variables)) {
      auto type = dyn_cast<RankedTensorType>(argument.getType());
      if (!type || !type.hasStaticShape()) {
        network.emitError("expects inputs of static shapes, got ")
            << argument.getType();
        return signalPassFailure();
      }
      RankedTensorType map = mapOfRows(argument);
      rows.push_back(getRows(map));
      if (!argument.use_empty())
        readRows(b, argument, map);
    }
    network->setAttr(rowsAttrName,
                     Builder(&getContext()).getDenseI64ArrayAttr(rows));
  }
};

} // namespace
