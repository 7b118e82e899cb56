//===- Interpreter.cpp - Blocks, calls, and the list of operations --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace rtwmc;

/// Far beyond a microcontroller; so are calls of this depth, of a kernel.
static constexpr int64_t maxElements = int64_t(1) << 24;
static constexpr int maxDepth = 64;

/// Checks that the results of `op` are something that a Datum can hold.
static LogicalResult checkResults(Operation *op) {
  for (Type type : op->getResultTypes()) {
    auto shaped = dyn_cast<ShapedType>(type);
    Type element = shaped ? shaped.getElementType() : type;
    if (element.isFloat() ||
        (element.isInteger() && element.getIntOrFloatBitWidth() > 64))
      return op->emitOpError("cannot be interpreted: expects integers of at "
                             "most 64 bits, got ")
             << type;
    if (!shaped)
      continue;
    if (!shaped.hasStaticShape())
      return op->emitOpError("cannot be interpreted: the shape of ")
             << type << " is not static";
    int64_t elements = 1;
    for (int64_t size : shaped.getShape())
      if (llvm::MulOverflow(elements, size, elements) || elements > maxElements)
        return op->emitOpError("cannot be interpreted: ")
               << type << " has more than " << maxElements << " elements";
  }
  return success();
}

/// `depth` counts the calls around this one.
static FailureOr<Data> run(func::FuncOp function, Operands arguments,
                           int depth);

static FailureOr<Data> runCallee(func::CallOp op, Operands operands,
                                 int depth) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, op.getCalleeAttr());
  if (!callee || callee.isDeclaration())
    return op.emitOpError("cannot be interpreted: @")
           << op.getCallee() << " has no body";
  if (depth == maxDepth)
    return op.emitOpError(
               "cannot be interpreted: calls are nested deeper than ")
           << maxDepth;
  return run(callee, operands, depth + 1);
}

/// The results of `op`. This is the list of what can be interpreted; what is
/// not in it are operations on scalars.
static FailureOr<Data> evaluateAny(Operation *op, Operands operands,
                                   int depth) {
  if (failed(checkResults(op)))
    return failure();
  if (auto call = dyn_cast<func::CallOp>(op))
    return runCallee(call, operands, depth);
  return TypeSwitch<Operation *, FailureOr<Data>>(op)
      .Case<Conv2DOp, DepthwiseConv2DOp, MaxPool2DOp, SumPool2DOp,
            ElementwiseOp, MatMulOp, ConcatOp, GatherOp, ReadRowsOp, PruneOp,
            UnpruneOp, TakeColumnsOp, PutColumnsOp, AddSumsOp, FinishSumsOp,
            arith::ConstantOp, tosa::ConstOp, tosa::ConstShapeOp,
            tosa::IdentityOp, tosa::ReshapeOp>(
          [&](auto op) { return evaluate(op, operands); })
      .Default([&](Operation *op) { return evaluateScalar(op, operands); });
}

static FailureOr<Data> run(func::FuncOp function, Operands arguments,
                           int depth) {
  if (!function.getBody().hasOneBlock() ||
      !isa<func::ReturnOp>(function.front().getTerminator()))
    return function.emitError("cannot be interpreted: expects a function of "
                              "one block");
  DenseMap<Value, Datum> values;
  for (auto [value, argument] : llvm::zip(function.getArguments(), arguments))
    values[value] = argument;
  auto lookup = [&](Operation *op) {
    SmallVector<Datum> operands;
    for (Value operand : op->getOperands())
      operands.push_back(values.lookup(operand));
    return operands;
  };
  Block &body = function.front();
  for (Operation &op : body.without_terminator()) {
    FailureOr<Data> results = evaluateAny(&op, lookup(&op), depth);
    if (failed(results))
      return failure();
    for (auto [value, result] : llvm::zip(op.getResults(), *results))
      values[value] = std::move(result);
  }
  return Data(lookup(body.getTerminator()));
}

FailureOr<Data> rtwmc::interpret(func::FuncOp function, Operands arguments) {
  return run(function, arguments, /*depth=*/0);
}
