//===- TfliteOwn.cpp - Operators that are converted here ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TfliteOwn.h"
#include "TosaWriter.h"

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

static bool isInteger8Or16(ElementType type) {
  return type == ElementType::Int8 || type == ElementType::Int16;
}

bool tflite::isOwn(const Model &model, const Operator &op) {
  if (op.inputs.empty() || op.outputs.size() != 1)
    return false;
  Tensor input = model.tensor(op.inputs.front()), result = model.resultOf(op);
  switch (op.code) {
  case Code::Equal:
  case Code::Greater:
  case Code::GreaterEqual:
  case Code::Less:
  case Code::LessEqual:
  case Code::NotEqual:
    return op.inputs.size() == 2 && isInteger8Or16(input.type) && input.scale &&
           model.tensor(op.inputs[1]).scale;
  case Code::Abs:
    // Of one scale it gets through, but without the zero point.
    return isInteger8Or16(input.type) && input.scale && result.scale;
  case Code::LogSoftmax:
    return isOwnLogSoftmax(model, op);
  case Code::L2Normalization:
    return input.type == ElementType::Int8 &&
           result.type == ElementType::Int8 && input.scale && result.scale;
  case Code::Elu:
    return input.type == ElementType::Int8 &&
           result.type == ElementType::Int8 && input.scale && result.scale;
  case Code::Logistic:
  case Code::Tanh:
    return isOwnActivation(model, op);
  case Code::StridedSlice:
    return isOwnStridedSlice(model, op);
  case Code::Svdf:
    return op.inputs.size() == 5 && input.type == ElementType::Int8 &&
           result.type == ElementType::Int8;
  case Code::UnidirectionalSequenceLstm:
    return isOwnLstm(model, op);
  default:
    return false;
  }
}

SmallVector<int32_t> tflite::operandsOfOwn(const Operator &op) {
  switch (op.code) {
  case Code::Svdf:
    // The variable is declared where it is expanded.
    return SmallVector<int32_t>(llvm::drop_end(op.inputs));
  case Code::UnidirectionalSequenceLstm:
    return lstmOperands(op);
  default:
    return op.inputs;
  }
}

StringRef tflite::declareVariable(tosa::CustomOp custom, StringRef stem,
                                  RankedTensorType type, int64_t value) {
  auto module = custom->getParentOfType<ModuleOp>();
  std::string name = (stem + custom.getImplementationAttrs()).str();
  while (SymbolTable::lookupSymbolIn(module, name))
    name += "_";
  auto builder = OpBuilder::atBlockBegin(module.getBody());
  auto first = IntegerAttr::get(type.getElementType(), value);
  auto variable = tosa::VariableOp::create(builder, custom.getLoc(), name, type,
                                           DenseElementsAttr::get(type, first));
  return variable.getSymName();
}

/// The numbers that an operand of a comparison stands for, in 256ths: as
/// ComparisonsPrepare and ComparisonWithScaling have them.
static FailureOr<Value> realNumbers(TosaWriter &writer, Value value,
                                    const Tensor &tensor, int64_t rank) {
  // The kernels stop where a scale is not below 1.
  FixedPoint factor(*tensor.scale);
  if (*tensor.scale >= 1.0F || !factor.isValid())
    return failure();
  constexpr double leftShift = 256;
  Value shifted =
      writer.rescale(value, FixedPoint(leftShift), 32, tensor.zeroPoint);
  Value result = writer.rescale(shifted, factor, 32);
  SmallVector<int64_t> sizes(rank - sizesOf(result).size(), 1);
  llvm::append_range(sizes, sizesOf(result));
  return writer.reshape(result, sizes);
}

static FailureOr<Value> expandComparison(const Model &model, const Operator &op,
                                         tosa::CustomOp custom) {
  OpBuilder builder(custom);
  TosaWriter writer(builder, custom.getLoc());
  auto type = cast<RankedTensorType>(custom->getResult(0).getType());
  auto left = realNumbers(writer, custom->getOperand(0),
                          model.tensor(op.inputs[0]), type.getRank());
  auto right = realNumbers(writer, custom->getOperand(1),
                           model.tensor(op.inputs[1]), type.getRank());
  if (failed(left) || failed(right))
    return failure();
  Location loc = custom.getLoc();
  auto negate = [&](Value value) -> Value {
    return tosa::LogicalNotOp::create(builder, loc, type, value);
  };
  switch (op.code) {
  case Code::Greater:
    return Value(tosa::GreaterOp::create(builder, loc, type, *left, *right));
  case Code::GreaterEqual:
    return Value(
        tosa::GreaterEqualOp::create(builder, loc, type, *left, *right));
  case Code::Less:
    return Value(tosa::GreaterOp::create(builder, loc, type, *right, *left));
  case Code::LessEqual:
    return Value(
        tosa::GreaterEqualOp::create(builder, loc, type, *right, *left));
  default: {
    Value equal = tosa::EqualOp::create(builder, loc, type, *left, *right);
    return op.code == Code::Equal ? equal : negate(equal);
  }
  }
}

/// AbsEvalQuantized.
static FailureOr<Value> expandAbs(const Model &model, const Operator &op,
                                  tosa::CustomOp custom) {
  OpBuilder builder(custom);
  TosaWriter writer(builder, custom.getLoc());
  Tensor input = model.tensor(op.inputs[0]), result = model.resultOf(op);
  FixedPoint factor(double(*input.scale) / double(*result.scale));
  if (!factor.isValid())
    return failure();
  Value number = writer.rescale(custom->getOperand(0), FixedPoint(1.0), 32,
                                input.zeroPoint);
  return writer.rescale(writer.absolute(number), factor,
                        result.type == ElementType::Int8 ? 8 : 16, 0,
                        result.zeroPoint);
}

static FailureOr<Value> expand(const Model &model, const Operator &op,
                               tosa::CustomOp custom) {
  switch (op.code) {
  case Code::Abs:
    return expandAbs(model, op, custom);
  case Code::L2Normalization:
    return expandL2Normalization(model, op, custom);
  case Code::LogSoftmax:
    return expandLogSoftmax(model, op, custom);
  case Code::Logistic:
  case Code::Tanh:
    return expandActivation(model, op, custom);
  case Code::Elu:
    return expandElu(model, op, custom);
  case Code::StridedSlice:
    return expandStridedSlice(model, op, custom);
  case Code::Svdf:
    return expandSvdf(model, op, custom);
  case Code::UnidirectionalSequenceLstm:
    return expandLstm(model, op, custom);
  default:
    return expandComparison(model, op, custom);
  }
}

LogicalResult tflite::expandOwn(const Model &model, ModuleOp module) {
  SmallVector<tosa::CustomOp> all;
  module.walk([&](tosa::CustomOp op) {
    if (op.getOperatorName() == ownName)
      all.push_back(op);
  });
  auto isStatic = [](Type type) {
    auto ranked = dyn_cast<RankedTensorType>(type);
    return ranked && ranked.hasStaticShape();
  };
  for (tosa::CustomOp custom : all) {
    uint64_t index = 0;
    if (custom.getImplementationAttrs().getAsInteger(10, index) ||
        index >= model.operators().size() || custom->getNumResults() != 1)
      return custom.emitError("the converter lost the operator's place");
    const Operator &op = model.operators()[index];
    if (!llvm::all_of(custom->getOperandTypes(), isStatic) ||
        !llvm::all_of(custom->getResultTypes(), isStatic))
      return custom.emitError(nameOf(op.code))
             << " is supported of a fixed size only";
    FailureOr<Value> result = expand(model, op, custom);
    if (failed(result) || result->getType() != custom->getResult(0).getType())
      return custom.emitError(nameOf(op.code))
             << " is not supported with these types, scales or options";
    custom->getResult(0).replaceAllUsesWith(*result);
    custom.erase();
  }
  return success();
}
