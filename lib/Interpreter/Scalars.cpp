//===- Scalars.cpp - Constants, and operations on scalars -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace rtwmc;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static FailureOr<Data> evaluateConstant(Operation *op, TypedAttr constant) {
  FailureOr<Datum> value = Datum::get(constant);
  if (failed(value))
    return op->emitOpError("cannot be interpreted: its elements are not in the "
                           "module");
  return Data{std::move(*value)};
}

FailureOr<Data> rtwmc::evaluate(arith::ConstantOp op, Operands) {
  return evaluateConstant(op, op.getValue());
}

FailureOr<Data> rtwmc::evaluate(tosa::ConstOp op, Operands) {
  return evaluateConstant(op, op.getValues());
}

FailureOr<Data> rtwmc::evaluate(tosa::ConstShapeOp op, Operands) {
  // What a reshape needs of it is in the type of its result.
  return Data{Datum{op.getType()}};
}

FailureOr<Data> rtwmc::evaluate(tosa::IdentityOp, Operands operands) {
  return Data{operands[0]};
}

FailureOr<Data> rtwmc::evaluate(ReadRowsOp op, Operands operands) {
  return Data{Datum{op.getType(), operands[0].elements}};
}

FailureOr<Data> rtwmc::evaluate(tosa::ReshapeOp op, Operands operands) {
  return Data{Datum{op.getType(), operands[0].elements, {}}};
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

/// What the folder of `op` gives for constant operands.
static FailureOr<SmallVector<IntegerAttr>>
foldConstants(Operation *op, ArrayRef<Attribute> operands) {
  // A folder may look at, and change, the operations behind its operands: it
  // gets a copy that has none.
  Block arguments;
  IRMapping mapping;
  for (Value operand : op->getOperands())
    if (!mapping.contains(operand))
      mapping.map(operand,
                  arguments.addArgument(operand.getType(), op->getLoc()));
  Operation *copy = op->clone(mapping);
  llvm::scope_exit destroy([&] { copy->destroy(); });
  SmallVector<OpFoldResult> folded;
  if (failed(copy->fold(operands, folded)) ||
      folded.size() != op->getNumResults())
    return op->emitOpError("cannot be interpreted on these operands: it does "
                           "not fold");
  SmallVector<IntegerAttr> results;
  for (OpFoldResult result : folded) {
    auto attribute = dyn_cast<Attribute>(result);
    // The result may be one of the operands.
    for (auto [value, constant] : llvm::zip(copy->getOperands(), operands))
      if (!attribute && value == dyn_cast<Value>(result))
        attribute = constant;
    results.push_back(dyn_cast_or_null<IntegerAttr>(attribute));
    if (!results.back())
      return op->emitOpError("cannot be interpreted on these operands: its "
                             "result is no integer");
  }
  return results;
}

FailureOr<Data> rtwmc::evaluateScalar(Operation *op, Operands operands) {
  auto isScalar = [](Type type) { return type.isSignlessIntOrIndex(); };
  if (op->getNumRegions() != 0 || op->getNumResults() == 0 ||
      !llvm::all_of(op->getOperandTypes(), isScalar) ||
      !llvm::all_of(op->getResultTypes(), isScalar))
    return op->emitOpError("cannot be interpreted: it is neither a layer nor "
                           "an operation on scalars that folds");
  SmallVector<Attribute> constants;
  for (const Datum &operand : operands)
    constants.push_back(IntegerAttr::get(operand.type, operand.elements[0]));
  FailureOr<SmallVector<IntegerAttr>> folded = foldConstants(op, constants);
  if (failed(folded))
    return failure();
  Data results;
  for (IntegerAttr value : *folded)
    results.push_back(
        Datum{value.getType(), {Datum::toElement(value.getValue())}});
  return results;
}

/// The element of `operand` at `position` of a map of the shape `of`, along
/// whose dimensions an operand of size 1 repeats itself.
static int64_t elementAt(const Datum &operand, ArrayRef<int64_t> of,
                         int64_t position) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(operand.type).getShape();
  int64_t index = 0, stride = 1;
  for (auto [mine, size] : llvm::zip(llvm::reverse(shape), llvm::reverse(of))) {
    index += mine == 1 ? 0 : position % size * stride;
    position /= size;
    stride *= mine;
  }
  return operand.elements[index];
}

FailureOr<Data> rtwmc::evaluate(ElementwiseOp op, Operands operands) {
  Datum out{op.getOutput().getType()};
  Block &body = op.getBody().front();
  // With a reduction there are more channels than the result has.
  SmallVector<int64_t> shape(
      cast<RankedTensorType>(out.type).getShape().begin(),
      cast<RankedTensorType>(out.type).getShape().end());
  if (op.getReduction())
    for (const Datum &operand : operands)
      shape.back() = std::max(
          shape.back(), cast<RankedTensorType>(operand.type).getShape().back());
  auto type = cast<RankedTensorType>(out.type).clone(shape);
  for (int64_t position = 0; position < type.getNumElements(); ++position) {
    DenseMap<Value, Attribute> scalars;
    for (auto [argument, operand] : llvm::zip(body.getArguments(), operands))
      scalars[argument] = IntegerAttr::get(
          argument.getType(), elementAt(operand, type.getShape(), position));
    for (Operation &scalar : body.without_terminator()) {
      if (isa<RowOp, ColumnOp, ChannelOp>(scalar)) {
        int64_t pixel = position / shape.back();
        int64_t place = isa<ChannelOp>(scalar)  ? position % shape.back()
                        : isa<ColumnOp>(scalar) ? pixel % shape[2]
                                                : pixel / shape[2];
        Value index = scalar.getResult(0);
        scalars[index] = IntegerAttr::get(index.getType(), place);
        continue;
      }
      SmallVector<Attribute> constants;
      for (Value operand : scalar.getOperands())
        constants.push_back(scalars.lookup(operand));
      FailureOr<SmallVector<IntegerAttr>> folded =
          foldConstants(&scalar, constants);
      if (failed(folded))
        return failure();
      for (auto [result, value] : llvm::zip(scalar.getResults(), *folded))
        scalars[result] = value;
    }
    Value yielded = cast<YieldOp>(body.getTerminator()).getValue();
    int64_t element =
        Datum::toElement(cast<IntegerAttr>(scalars[yielded]).getValue());
    if (!op.getReduction() || position % shape.back() == 0)
      out.elements.push_back(element);
    else if (*op.getReduction() == Reduction::Max)
      out.elements.back() = std::max(out.elements.back(), element);
    else
      out.elements.back() = llvm::SignExtend64(
          static_cast<uint64_t>(out.elements.back() + element),
          type.getElementTypeBitWidth());
  }
  return Data{std::move(out)};
}
