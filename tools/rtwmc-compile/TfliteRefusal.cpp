//===- TfliteRefusal.cpp - Models that cannot be compiled, in words -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the converter cannot convert, or converts to operations on other
// numbers, in the words of the model: it speaks of attributes and of bytecode.
//
//===----------------------------------------------------------------------===//

#include "TfliteFile.h"
#include "TfliteOwn.h"

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

static constexpr StringLiteral howToQuantize =
    "optimizations = [tf.lite.Optimize.DEFAULT], a representative_dataset and "
    "target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]";

/// Whether `op` only moves elements, or is where integers become real numbers.
static bool isConversion(const Operator &op) {
  return isMove(op.code) || op.code == Code::Quantize ||
         op.code == Code::Dequantize;
}

/// Whether `op`, which gives real numbers, may be part of a function of one
/// quantized number, which is a table.
static bool mayBeTable(const Model &model, const Operator &op) {
  switch (op.code) {
  case Code::Add:
  case Code::Div:
  case Code::Maximum:
  case Code::Minimum:
  case Code::Mul:
  case Code::Pow:
  case Code::Sub:
    return llvm::count_if(op.inputs, [&](int32_t input) {
             return input >= 0 && !model.tensor(input).isConstant;
           }) == 1;
  case Code::Ceil:
  case Code::Cos:
  case Code::Elu:
  case Code::Exp:
  case Code::Floor:
  case Code::Gelu:
  case Code::HardSwish:
  case Code::LeakyRelu:
  case Code::Log:
  case Code::Logistic:
  case Code::Neg:
  case Code::Relu:
  case Code::Relu6:
  case Code::Rsqrt:
  case Code::Sin:
  case Code::Slice:
  case Code::Split:
  case Code::SplitV:
  case Code::Sqrt:
  case Code::Square:
  case Code::StridedSlice:
  case Code::Tanh:
  case Code::Abs:
    return true;
  default:
    return false;
  }
}

/// Says that `model` computes with real numbers, if it does.
static std::string explainFloat(const Model &model) {
  const Operator *first = nullptr, *firstTable = nullptr;
  bool isHybrid = false, isPartly = false;
  for (const Operator &op : model.operators()) {
    Tensor result = model.resultOf(op);
    if (isConversion(op) || !result.exists)
      continue;
    if (result.type != ElementType::Float32) {
      // Integers that are not quantized are shapes and places.
      isPartly |= result.scale.has_value();
      continue;
    }
    bool isKnown = mayBeTable(model, op);
    firstTable = firstTable || !isKnown ? firstTable : &op;
    if (isKnown)
      continue;
    first = first ? first : &op;
    for (int32_t input : op.inputs) {
      Tensor weights = model.tensor(input);
      isHybrid |= weights.isConstant && (weights.type == ElementType::Int8 ||
                                         weights.type == ElementType::UInt8);
    }
  }
  if (!first && !isPartly)
    first = firstTable;
  if (!first)
    return {};
  std::string where = model.describe(*first);
  if (isHybrid)
    return "its weights are int8, but it computes in floating point (dynamic "
           "range quantization), first in " +
           where + ": convert the model with " + howToQuantize.str();
  if (isPartly)
    return where +
           " computes in floating point, between others that are "
           "quantized: leave it out of the model, or convert that "
           "with " +
           howToQuantize.str();
  return "it is not quantized, it computes in floating point, first in " +
         where + ": convert the model with " + howToQuantize.str();
}

/// What to do about an operator that does not get through the converter.
static StringRef adviceFor(Code code) {
  switch (code) {
  case Code::Lstm:
  case Code::Rnn:
  case Code::UnidirectionalSequenceLstm:
  case Code::UnidirectionalSequenceRnn:
  case Code::BidirectionalSequenceLstm:
  case Code::BidirectionalSequenceRnn:
    return "build the Keras layer with unroll=True, so that it becomes matrix "
           "products and tables";
  case Code::Svdf:
    return "convert the model with int8 inputs and outputs";
  case Code::L2Normalization:
    return "quantize it to int8, or end the model before it and divide by the "
           "norm in the application; angles and the largest element are the "
           "same without";
  case Code::LogSoftmax:
    return "quantize it to int8, with results in sixteenths and zero point "
           "127, "
           "or end the model before it: the largest element is the same";
  case Code::Sqrt:
    return "use rsqrt, which is a table, or leave it to the application";
  case Code::Div:
    return "multiply by a constant instead, or leave it to the application";
  case Code::Cumsum:
    return "use a dense layer whose weights are ones and zeros, or leave it to "
           "the application";
  case Code::LocalResponseNormalization:
    return "use batch normalization, which becomes a part of convolutions";
  case Code::Custom:
    return "use operators of TensorFlow Lite";
  default:
    return {};
  }
}

/// Whether `op` goes backwards along an axis. The converter counts the elements
/// wrong.
static bool isBackwards(const Model &model, const Operator &op) {
  return op.code == Code::StridedSlice && !isOwn(model, op) &&
         hasNegativeStride(model, op);
}

/// Whether some pixels of a transposed convolution are of no window: the
/// converter puts the windows elsewhere then.
static bool hasGaps(const Model &model, const Operator &op) {
  if (op.code != Code::TransposeConv || op.inputs.size() < 2)
    return false;
  Tensor weights = model.tensor(op.inputs[1]);
  auto columns = op.options.scalar<int32_t>(1);
  auto rows = op.options.scalar<int32_t>(2);
  return weights.shape.size() == 4 &&
         (weights.shape[1] < rows || weights.shape[2] < columns);
}

std::string rtwmc::explainRefusal(const Model &model) {
  if (std::string reason = explainFloat(model); !reason.empty())
    return reason;
  for (const Operator &op : model.operators()) {
    Tensor result = model.resultOf(op);
    bool isReal = result.type == ElementType::Float32;
    StringRef advice = adviceFor(op.code);
    // Of integers that are not quantized it gets through.
    if (op.code == Code::Div && !result.scale)
      continue;
    if (!advice.empty() && !isOwn(model, op) &&
        !(isReal && mayBeTable(model, op)))
      return model.describe(op) + " is not supported: " + advice.str();
    // The converter subtracts the zero point, TensorFlow Lite does not.
    if (op.code == Code::Cast && !op.inputs.empty() &&
        model.tensor(op.inputs.front()).zeroPoint != 0)
      return model.describe(op) + " casts quantized numbers, of which it is "
                                  "not clear whether their zero point counts: "
                                  "quantize them to zero point 0";
    if (isBackwards(model, op))
      return model.describe(op) + " has a stride below 0 that is supported of "
                                  "integers and constant places only: use "
                                  "REVERSE_V2 and a slice";
    if (hasGaps(model, op))
      return model.describe(op) + " has a stride that is larger than its "
                                  "window, which the converter gets wrong: use "
                                  "a window as large as the stride";
    Activation activation = op.fusedActivation();
    bool isDropped = op.code == Code::Concatenation
                         ? activation != Activation::None
                         : activation > Activation::Relu6;
    if (isDropped)
      return model.describe(op) + " has a fused " + nameOf(activation).str() +
             ", which is not supported: let an operator of its own follow";
  }
  return {};
}
