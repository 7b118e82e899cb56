//===- RemovePruning.cpp - Kernels without what they prune ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/MapSettings.h"
#include "rtwmc/Streaming/NetworkModel.h"

using namespace mlir;
using namespace rtwmc;

/// Takes `prune` and `unprune` out of `kernel`, whose maps become dense.
static void removePruning(func::FuncOp kernel) {
  SmallVector<Operation *> removed;
  kernel.walk([&](Operation *op) {
    if (auto prune = dyn_cast<PruneOp>(op)) {
      prune.getPruned().replaceAllUsesWith(prune.getInput());
      removed.push_back(op);
    } else if (auto unprune = dyn_cast<UnpruneOp>(op)) {
      Value map = unprune.getPruned();
      map.setType(unprune.getMap().getType());
      unprune.getMap().replaceAllUsesWith(map);
      removed.push_back(op);
    }
  });
  for (Operation *op : llvm::reverse(removed))
    op->erase();
  Block &body = kernel.front();
  kernel.setType(FunctionType::get(kernel.getContext(), body.getArgumentTypes(),
                                   body.getTerminator()->getOperandTypes()));
}

void rtwmc::removePruning(ModuleOp module) {
  module->removeAttr(mapsAttrName);
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (isKernel(function) && !function.isDeclaration())
      ::removePruning(function);
  findNetwork(module).walk([&](func::CallOp call) {
    auto kernel = module.lookupSymbol<func::FuncOp>(call.getCallee());
    for (auto [result, type] :
         llvm::zip(call.getResults(), kernel.getResultTypes()))
      result.setType(type);
  });
}
