//===- LiftState.cpp - Variables as arguments and results -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Conversion/StoredData.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace rtwmc {
#define GEN_PASS_DEF_LIFTSTATE
#include "rtwmc/Conversion/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

/// The type of a variable; null if it has no static shape.
static RankedTensorType typeOf(tosa::VariableOp variable) {
  SmallVector<int64_t> shape;
  for (APInt size : variable.getVarShape().getValues<APInt>())
    shape.push_back(size.getSExtValue());
  if (llvm::any_of(shape, [](int64_t size) { return size < 1; }))
    return {};
  return RankedTensorType::get(shape, variable.getType());
}

/// The value of a variable before the first run: zeros unless it says
/// something else. Null if it is not readable.
static DenseElementsAttr initialOf(tosa::VariableOp variable) {
  RankedTensorType type = typeOf(variable);
  if (!type || !type.getElementType().isInteger())
    return {};
  std::optional<Attribute> given = variable.getInitialValue();
  if (!given || !*given) {
    auto zero = IntegerAttr::get(type.getElementType(), 0);
    return DenseElementsAttr::get(type, zero);
  }
  return readDense(*given, type);
}

namespace {

/// A variable while the network's operations are gone through.
struct Variable {
  tosa::VariableOp op;
  DenseElementsAttr initial;
  /// Its value before the run, and where we are.
  BlockArgument before;
  Value now;
};

struct LiftStatePass : rtwmc::impl::LiftStateBase<LiftStatePass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<Variable> variables;
    module.walk(
        [&](tosa::VariableOp op) { variables.push_back({op, {}, {}, {}}); });
    if (variables.empty())
      return;
    // What is wrong with these is for the normalization to say.
    auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
    if (functions.size() != 1 ||
        functions.front().getBody().getBlocks().size() != 1)
      return;
    if (failed(checkStoredData(module)) ||
        failed(lift(functions.front(), variables)))
      signalPassFailure();
  }

  static LogicalResult lift(func::FuncOp network,
                            MutableArrayRef<Variable> variables) {
    Block &body = network.front();
    for (Variable &each : variables) {
      each.initial = initialOf(each.op);
      if (!each.initial)
        return each.op.emitError("'")
               << each.op.getSymName() << "' cannot be kept from run to run: "
               << "expects integers of a static shape and a readable value";
      each.before = body.addArgument(each.initial.getType(), each.op.getLoc());
      each.now = each.before;
    }
    if (failed(follow(body, variables)))
      return failure();
    Operation *terminator = body.getTerminator();
    SmallVector<Attribute> state;
    for (Variable &each : variables) {
      if (each.now == each.before)
        makeConstant(each);
      if (each.before.use_empty()) {
        body.eraseArgument(each.before.getArgNumber());
      } else {
        terminator->insertOperands(terminator->getNumOperands(), each.now);
        state.push_back(VariableAttr::get(network.getContext(),
                                          each.op.getSymName(), each.initial));
      }
      each.op.erase();
    }
    network.setType(FunctionType::get(network.getContext(),
                                      body.getArgumentTypes(),
                                      terminator->getOperandTypes()));
    if (!state.empty())
      network->setAttr(stateAttrName,
                       ArrayAttr::get(network.getContext(), state));
    return success();
  }

  /// Replaces what is read by what was written last.
  static LogicalResult follow(Block &body,
                              MutableArrayRef<Variable> variables) {
    for (Operation &op : llvm::make_early_inc_range(body)) {
      auto read = dyn_cast<tosa::VariableReadOp>(op);
      auto write = dyn_cast<tosa::VariableWriteOp>(op);
      if (!read && !write)
        continue;
      StringRef name = read ? read.getName() : write.getName();
      auto *found = llvm::find_if(variables, [&](Variable &each) {
        return each.op.getSymName() == name;
      });
      Type type =
          read ? read.getOutput1().getType() : write.getInput1().getType();
      if (found == variables.end() || found->before.getType() != type)
        return op.emitError("there is no variable '")
               << name << "' of type " << type;
      if (write)
        found->now = write.getInput1();
      else
        read.getOutput1().replaceAllUsesWith(found->now);
      op.erase();
    }
    return success();
  }

  static void makeConstant(Variable &variable) {
    if (variable.before.use_empty())
      return;
    auto builder = OpBuilder::atBlockBegin(variable.before.getOwner());
    Value constant =
        tosa::ConstOp::create(builder, variable.op.getLoc(),
                              variable.initial.getType(), variable.initial);
    variable.before.replaceAllUsesWith(constant);
  }
};

} // namespace
