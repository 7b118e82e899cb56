//===- FoldConstants.cpp - Layers of constants ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a layer means is written down once, in the interpreter: an operation
// whose operands are constant is made a network of its own, turned into layers
// and interpreted.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "rtwmc/Interpreter/Interpreter.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace rtwmc;

/// More are computed in each run: folding is for weights that a front end left
/// in two parts, not for networks.
static constexpr int64_t maxMacs = int64_t(1) << 26;
static constexpr int64_t maxElements = int64_t(1) << 18;

/// Whether operand `index` of `op` is what it computes on, not a parameter of
/// which its layer demands that it is constant.
static bool isData(Operation *op, unsigned index) {
  if (isa<LayerOpInterface, tosa::ConcatOp, tosa::SelectOp>(op))
    return true;
  bool isBinary = isa<tosa::AddOp, tosa::SubOp, tosa::MulOp, tosa::MaximumOp,
                      tosa::MinimumOp, tosa::EqualOp, tosa::GreaterOp,
                      tosa::GreaterEqualOp>(op);
  return index < (isBinary ? 2 : 1);
}

/// Whether all that `op` reads is constant, and it may be worth a try.
static bool readsConstants(Operation *op) {
  return isa<LayerOpInterface, tosa::Conv2DOp, tosa::DepthwiseConv2DOp,
             tosa::MatMulOp, tosa::MaxPool2dOp, tosa::AvgPool2dOp,
             tosa::ReduceSumOp, tosa::ConcatOp, tosa::ClampOp, tosa::TableOp,
             tosa::SelectOp, tosa::AddOp, tosa::SubOp, tosa::MulOp,
             tosa::MaximumOp, tosa::MinimumOp, tosa::EqualOp, tosa::GreaterOp,
             tosa::GreaterEqualOp>(op) &&
         op->getNumResults() == 1 && op->getNumOperands() > 0 &&
         llvm::all_of(op->getOperands(), [](Value operand) {
           return isa_and_nonnull<tosa::ConstOp, tosa::ConstShapeOp>(
               operand.getDefiningOp());
         });
}

/// A function that computes `op` on the data that are its arguments.
static func::FuncOp isolate(Operation *op, ModuleOp module,
                            SmallVectorImpl<Datum> &arguments) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Location loc = op->getLoc();
  SmallVector<Value> data;
  for (auto [index, operand] : llvm::enumerate(op->getOperands()))
    if (isData(op, index))
      data.push_back(operand);
  auto type = builder.getFunctionType(TypeRange(ValueRange(data)),
                                      op->getResultTypes());
  auto function = func::FuncOp::create(builder, loc, "constant", type);
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  IRMapping mapping;
  unsigned next = 0;
  SmallVector<Value> operands;
  for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
    if (!isData(op, index)) {
      operands.push_back(builder.clone(*operand.getDefiningOp())->getResult(0));
      continue;
    }
    auto constant = operand.getDefiningOp<tosa::ConstOp>();
    auto datum = constant ? Datum::get(cast<TypedAttr>(constant.getValues()))
                          : FailureOr<Datum>();
    if (failed(datum))
      return {};
    arguments.push_back(std::move(*datum));
    operands.push_back(body->getArgument(next++));
  }
  Operation *copy = builder.clone(*op);
  copy->setOperands(operands);
  func::ReturnOp::create(builder, loc, copy->getResults());
  return function;
}

/// What `op` gives; null if that cannot be told.
static DenseElementsAttr evaluate(Operation *op) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !type.hasStaticShape() ||
      !type.getElementType().isSignlessInteger() ||
      type.getNumElements() > maxElements)
    return {};
  OwningOpRef<ModuleOp> module = ModuleOp::create(op->getLoc());
  SmallVector<Datum> arguments;
  func::FuncOp function = isolate(op, *module, arguments);
  // What is no layer, or fails, is reported where it is compiled.
  ScopedDiagnosticHandler silence(op->getContext(),
                                  [](Diagnostic &) { return success(); });
  if (!function || failed(convertToLayers(*module)))
    return {};
  int64_t macs = 0;
  function.walk([&](LayerOpInterface layer) { macs += layer.countMacs(); });
  if (macs > maxMacs)
    return {};
  FailureOr<Data> results = interpret(function, arguments);
  if (failed(results) ||
      static_cast<int64_t>(results->front().elements.size()) !=
          type.getNumElements())
    return {};
  SmallVector<APInt> elements;
  for (int64_t element : results->front().elements)
    elements.emplace_back(type.getElementTypeBitWidth(), element,
                          /*isSigned=*/true, /*implicitTrunc=*/true);
  return DenseElementsAttr::get(type, elements);
}

void rtwmc::foldConstantLayers(func::FuncOp network) {
  for (Operation &op : llvm::make_early_inc_range(network.front())) {
    DenseElementsAttr value;
    if (auto rescale = dyn_cast<tosa::RescaleOp>(op))
      value = rescaleConstant(rescale);
    else if (readsConstants(&op))
      value = evaluate(&op);
    if (!value)
      continue;
    OpBuilder builder(&op);
    op.getResult(0).replaceAllUsesWith(
        tosa::ConstOp::create(builder, op.getLoc(), value.getType(), value));
    op.erase();
  }
}
