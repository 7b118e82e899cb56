//===- TfliteVariables.cpp - Variables that nothing initializes -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The converter turns variables into those of TOSA if a graph of the file
// initializes them (CALL_ONCE), and leaves the operators as they are if none
// does. TensorFlow Lite Micro fills these with the zero point of the first
// tensor that is assigned.
//
//===----------------------------------------------------------------------===//

#include "TfliteRepairs.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

namespace {

struct Variable {
  std::string name;
  SmallVector<Operation *> handles, reads, assigns;
  int32_t zeroPoint = 0;
};

/// The string that `op`, of a dialect nobody knows here, has as `name`.
StringRef textOf(Operation *op, StringRef name) {
  auto text = op->getAttrOfType<StringAttr>(name);
  if (auto properties =
          dyn_cast_or_null<DictionaryAttr>(op->getPropertiesAsAttribute());
      properties && !text)
    text = properties.getAs<StringAttr>(name);
  return text ? text.getValue() : StringRef();
}

using Variables = llvm::MapVector<std::pair<StringRef, StringRef>, Variable>;

} // namespace

/// Puts what `op` does with a variable into `variables`.
static void addUse(Operation *op, Variables &variables) {
  StringRef name = op->getName().getStringRef();
  Operation *handle = op;
  if (name == "tfl.read_variable" || name == "tfl.assign_variable")
    handle = op->getNumOperands() ? op->getOperand(0).getDefiningOp() : nullptr;
  if (!handle || handle->getName().getStringRef() != "tfl.var_handle")
    return;
  Variable &variable =
      variables[{textOf(handle, "container"), textOf(handle, "shared_name")}];
  if (op == handle)
    variable.handles.push_back(op);
  else if (name == "tfl.read_variable" && op->getNumResults() == 1)
    variable.reads.push_back(op);
  else if (op->getNumOperands() == 2)
    variable.assigns.push_back(op);
}

/// The zero points of what the file's operators assign, in their order.
static SmallVector<int32_t> assignedZeroPoints(const Model &model) {
  SmallVector<int32_t> zeroPoints;
  for (const Operator &op : model.operators())
    if (op.code == Code::AssignVariable)
      zeroPoints.push_back(
          op.inputs.size() == 2 ? model.tensor(op.inputs[1]).zeroPoint : 0);
  return zeroPoints;
}

/// Replaces the operators by those of TOSA.
static LogicalResult declare(const Variable &variable, ModuleOp module) {
  Operation *first = variable.handles.front();
  auto type = variable.assigns.empty()
                  ? RankedTensorType()
                  : dyn_cast<RankedTensorType>(
                        variable.assigns.front()->getOperand(1).getType());
  if (!type || !type.hasStaticShape() || !type.getElementType().isInteger())
    return emitError(first->getLoc(), "the variable '")
           << variable.name << "' is never assigned integers of a static shape";
  auto builder = OpBuilder::atBlockBegin(module.getBody());
  Location loc = first->getLoc();
  auto zero = IntegerAttr::get(type.getElementType(), variable.zeroPoint);
  tosa::VariableOp::create(builder, loc, variable.name, type,
                           DenseElementsAttr::get(type, zero));
  for (Operation *read : variable.reads) {
    builder.setInsertionPoint(read);
    read->replaceAllUsesWith(tosa::VariableReadOp::create(
        builder, read->getLoc(), read->getResult(0).getType(), variable.name));
    read->erase();
  }
  for (Operation *assign : variable.assigns) {
    builder.setInsertionPoint(assign);
    tosa::VariableWriteOp::create(builder, assign->getLoc(), variable.name,
                                  assign->getOperand(1));
    assign->erase();
  }
  for (Operation *handle : variable.handles)
    if (handle->use_empty())
      handle->erase();
  return success();
}

LogicalResult rtwmc::declareVariables(const Model &model, ModuleOp module) {
  Variables variables;
  SmallVector<Operation *> assigns;
  module.walk([&](Operation *op) {
    addUse(op, variables);
    if (op->getName().getStringRef() == "tfl.assign_variable")
      assigns.push_back(op);
  });
  SmallVector<int32_t> zeroPoints = assignedZeroPoints(model);
  for (auto [index, entry] : llvm::enumerate(variables)) {
    Variable &variable = entry.second;
    variable.name = entry.first.second.str();
    if (variable.name.empty() ||
        SymbolTable::lookupSymbolIn(module, variable.name))
      variable.name += "_variable" + std::to_string(index);
    if (variable.handles.empty() || assigns.size() != zeroPoints.size())
      return emitError(module.getLoc(), "the variable '")
             << variable.name << "': its operators cannot be told apart";
    if (!variable.assigns.empty())
      variable.zeroPoint =
          zeroPoints[llvm::find(assigns, variable.assigns.front()) -
                     assigns.begin()];
    if (failed(declare(variable, module)))
      return failure();
  }
  return success();
}
