//===- ScalarProgram.cpp - Elementwise operations from TOSA ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarProgram.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// What a program takes an operand from: an input of the layer, unless it is a
/// constant, of one value or of one for each row, column or channel.
struct ProgramOperand {
  Value input;
  DenseElementsAttr constant;

  static FailureOr<ProgramOperand> get(Value value, RankedTensorType result);
  /// Its element; `argument` is that of the input.
  Value element(ScalarBuilder &b, Value argument) const;
};

FailureOr<ProgramOperand> ProgramOperand::get(Value value,
                                              RankedTensorType result) {
  auto type = cast<RankedTensorType>(value.getType());
  Type element = type.getElementType();
  if (!element.isSignlessInteger() || element.getIntOrFloatBitWidth() > 32 ||
      (element.getIntOrFloatBitWidth() < 8 && !element.isInteger(1)))
    return failure();
  ArrayRef<int64_t> shape = type.getShape();
  DenseElementsAttr constant = getConstant(value);
  if (constant && constant.isSplat())
    return ProgramOperand{{}, constant};
  if (shape.size() != 4)
    return failure();
  for (auto [mine, its] : llvm::zip(shape, result.getShape()))
    if (mine != its && mine != 1)
      return failure();
  if (constant && element.isInteger(1))
    return failure();
  return constant ? ProgramOperand{{}, constant} : ProgramOperand{value, {}};
}

Value ProgramOperand::element(ScalarBuilder &b, Value argument) const {
  if (!constant)
    return argument;
  if (constant.isSplat())
    return arith::ConstantOp::create(
        b.builder, b.loc,
        b.builder.getIntegerAttr(constant.getElementType(),
                                 constant.getSplatValue<APInt>()));
  ArrayRef<int64_t> shape = constant.getType().getShape();
  Value index;
  auto add = [&](Value place, int64_t stride) {
    if (stride != 1)
      place =
          arith::MulIOp::create(b.builder, b.loc, place, b.constant(stride));
    index =
        index ? arith::AddIOp::create(b.builder, b.loc, index, place) : place;
  };
  Type i32 = b.builder.getI32Type();
  if (shape[1] > 1)
    add(RowOp::create(b.builder, b.loc, i32), shape[2] * shape[3]);
  if (shape[2] > 1)
    add(ColumnOp::create(b.builder, b.loc, i32), shape[3]);
  if (shape[3] > 1)
    add(ChannelOp::create(b.builder, b.loc), 1);
  DenseElementsAttr table = constant;
  table = table.reshape(RankedTensorType::get(constant.getNumElements(),
                                              constant.getElementType()));
  return LookupOp::create(b.builder, b.loc, index, table);
}

} // namespace

Value rtwmc::computeMap(PatternRewriter &rewriter, Location loc,
                        RankedTensorType type, ValueRange inputs,
                        Program program) {
  auto map = ElementwiseOp::create(rewriter, loc, type, inputs);
  OpBuilder::InsertionGuard guard(rewriter);
  Block *body = rewriter.createBlock(&map.getBody());
  for (Value input : inputs)
    body->addArgument(getElementTypeOrSelf(input.getType()), loc);
  ScalarBuilder b{rewriter, loc};
  Value result = program(b, body->getArguments());
  YieldOp::create(rewriter, loc, b.narrow(result, type.getElementType()));
  return map.getOutput();
}

LogicalResult rtwmc::replaceByElementwise(PatternRewriter &rewriter,
                                          Operation *op, ValueRange operands,
                                          Program program) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (!isMap(type) || type.getElementType().getIntOrFloatBitWidth() > 32)
    return rewriter.notifyMatchFailure(op, "not a map of up to 32 bits");
  SmallVector<ProgramOperand> sources;
  SmallVector<Value> inputs;
  for (Value operand : operands) {
    FailureOr<ProgramOperand> source = ProgramOperand::get(operand, type);
    if (failed(source))
      return rewriter.notifyMatchFailure(op, "operand of another width or "
                                             "shape");
    sources.push_back(*source);
    if (source->input)
      inputs.push_back(source->input);
  }
  if (llvm::none_of(inputs, [&](Value input) {
        return cast<RankedTensorType>(input.getType()).getShape() ==
               type.getShape();
      }))
    return rewriter.notifyMatchFailure(op, "no map of the result's shape");

  Location loc = op->getLoc();
  auto elementwise = ElementwiseOp::create(rewriter, loc, type, inputs);
  OpBuilder::InsertionGuard guard(rewriter);
  Block *body = rewriter.createBlock(&elementwise.getBody());
  SmallVector<Value> scalars;
  ScalarBuilder scalar{rewriter, loc};
  for (const ProgramOperand &source : sources) {
    Value argument;
    if (source.input)
      argument =
          body->addArgument(getElementTypeOrSelf(source.input.getType()), loc);
    scalars.push_back(source.element(scalar, argument));
  }
  Value result = program(scalar, scalars);
  YieldOp::create(rewriter, loc, scalar.narrow(result, type.getElementType()));
  rewriter.replaceOp(op, elementwise.getOutput());
  return success();
}
