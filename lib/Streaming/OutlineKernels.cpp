//===- OutlineKernels.cpp - A function for every layer --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/IRMapping.h"

namespace rtwmc {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

/// The name a front end gave to the layer, if it gave one.
static StringRef layerName(Location loc) {
  StringRef name;
  loc->walk([&](Location each) {
    if (auto named = dyn_cast<NameLoc>(each); named && name.empty())
      name = named.getName();
    return WalkResult::advance();
  });
  return name;
}

namespace {

struct OutlineKernelsPass
    : rtwmc::impl::OutlineKernelsBase<OutlineKernelsPass> {
  void runOnOperation() override {
    counts.clear();
    erased.clear();
    func::FuncOp network = findNetwork(getOperation());
    if (!network || network.getBody().getBlocks().size() != 1) {
      getOperation().emitError("expects one function, the network, of one "
                               "block");
      return signalPassFailure();
    }
    SmallVector<Operation *> run, all;
    for (Operation &op : network.front())
      all.push_back(&op);
    for (Operation *each : all) {
      if (erased.contains(each) || isConstant(each))
        continue;
      Operation &op = *each;
      bool isAlias = isa<tosa::ReshapeOp>(op);
      // A reshape inside a run is computed with it; elsewhere it is a name.
      if (op.hasTrait<OpTrait::IsTerminator>() || isa<LayerOpInterface>(op) ||
          isa<PruneOp, UnpruneOp>(op) || (isAlias && run.empty())) {
        outlineRun(network, run);
        run.clear();
        if (auto layer = dyn_cast<LayerOpInterface>(op))
          outlineLayer(network, layer);
        continue;
      }
      run.push_back(&op);
    }
    // What only the outlined operations read is left over.
    SmallVector<Operation *> left;
    for (Operation &op : network.front().without_terminator())
      left.push_back(&op);
    for (Operation *op : llvm::reverse(left))
      if (isOpTriviallyDead(op))
        op->erase();
  }

  static bool isConstant(Operation *op) {
    return op->hasTrait<OpTrait::ConstantLike>() || isa<tosa::ConstShapeOp>(op);
  }

  /// A kernel has one result: a run with several becomes a kernel for each of
  /// its operations.
  void outlineRun(func::FuncOp network, ArrayRef<Operation *> run) {
    llvm::SmallPtrSet<Operation *, 8> inside(run.begin(), run.end());
    int64_t results = 0;
    for (Operation *op : run)
      for (Value result : op->getResults())
        results += llvm::any_of(result.getUsers(), [&](Operation *user) {
          return !inside.contains(user);
        });
    if (results <= 1) {
      if (!run.empty())
        outline(network, run, "generic");
      return;
    }
    for (Operation *op : run)
      outline(network, op, "generic");
  }

  void outlineLayer(func::FuncOp network, LayerOpInterface layer) {
    SmallVector<Operation *> ops;
    for (Value operand : layer->getOperands())
      if (auto unprune = operand.getDefiningOp<UnpruneOp>();
          unprune && !llvm::is_contained(ops, unprune))
        ops.push_back(unprune);
    ops.push_back(layer);
    // A pruned map has no other reader than its `prune`.
    Value result = layer->getResult(0);
    if (result.hasOneUse())
      if (auto prune = dyn_cast<PruneOp>(*result.user_begin()))
        ops.push_back(prune);
    outline(network, ops, layer.getNameStem());
  }

  /// Moves `ops` into a new kernel, called where the last of them was.
  void outline(func::FuncOp network, ArrayRef<Operation *> ops,
               StringRef stem) {
    llvm::SetVector<Value> inputs;
    SmallVector<Operation *> constants;
    llvm::SmallPtrSet<Operation *, 8> inside(ops.begin(), ops.end());
    SmallVector<Value> results;
    for (Operation *op : ops) {
      for (Value operand : op->getOperands()) {
        Operation *producer = operand.getDefiningOp();
        if (producer && inside.contains(producer))
          continue;
        if (producer && isConstant(producer)) {
          if (inside.insert(producer).second)
            constants.push_back(producer);
        } else {
          inputs.insert(operand);
        }
      }
      // Each of its readers reads a pruned map by itself.
      if (isa<UnpruneOp>(op))
        continue;
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) {
              return !inside.contains(user);
            }))
          results.push_back(result);
    }
    OpBuilder builder(network->getContext());
    builder.setInsertionPointToEnd(getOperation().getBody());
    Location loc = ops.back()->getLoc();
    auto type =
        builder.getFunctionType(TypeRange(ValueRange(inputs.getArrayRef())),
                                TypeRange(ValueRange(results)));
    std::string name = (stem + Twine(++counts[stem])).str();
    auto kernel = func::FuncOp::create(builder, loc, name, type);
    SymbolTable(getOperation()).insert(kernel);
    kernel.setPrivate();
    kernel->setAttr(kernelAttrName, builder.getUnitAttr());
    if (StringRef layer = layerName(loc); !layer.empty())
      kernel->setAttr(layerAttrName, builder.getStringAttr(layer));

    Block *body = kernel.addEntryBlock();
    builder.setInsertionPointToStart(body);
    IRMapping mapping;
    mapping.map(inputs.getArrayRef(), body->getArguments());
    for (Operation *op : constants)
      builder.clone(*op, mapping);
    for (Operation *op : ops)
      builder.clone(*op, mapping);
    SmallVector<Value> returned;
    for (Value result : results)
      returned.push_back(mapping.lookup(result));
    func::ReturnOp::create(builder, loc, returned);

    builder.setInsertionPointAfter(ops.back());
    auto call =
        func::CallOp::create(builder, loc, kernel, inputs.getArrayRef());
    for (auto [result, replacement] : llvm::zip(results, call.getResults()))
      result.replaceUsesWithIf(replacement, [&](OpOperand &use) {
        return !inside.contains(use.getOwner());
      });
    for (Operation *op : llvm::reverse(ops))
      if (!isa<UnpruneOp>(op)) {
        erased.insert(op);
        op->erase();
      }
  }

  llvm::StringMap<int> counts;
  /// Operations that went into a kernel together with an earlier one.
  llvm::SmallPtrSet<Operation *, 16> erased;
};

} // namespace
