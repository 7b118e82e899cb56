//===- TfliteLstm.cpp - The operator UNIDIRECTIONAL_SEQUENCE_LSTM ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Keras layers become that are not unrolled: it is unrolled here, step by
// step of what LstmStep in tensorflow/lite/micro/kernels/lstm_eval.h computes
// of int8 with a cell of int16. Hidden and cell state are kept from run to run.
//
//===----------------------------------------------------------------------===//

#include "TfliteOwn.h"
#include "TosaWriter.h"

#include "mlir/IR/Matchers.h"

#include <array>
#include <cmath>

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

namespace {

/// Gates, in the order of the operator's inputs.
enum Gate : uint8_t { InputGate, ForgetGate, CellGate, OutputGate };
constexpr unsigned gateCount = 4;

/// Places of the operator's inputs.
constexpr unsigned inputWeights = 1, recurrentWeights = 5, peepholes = 9,
                   biases = 12, projection = 16, hiddenState = 18,
                   cellState = 19, normalization = 20, inputCount = 24;

/// Scales of what goes into the activations, and of what comes out.
constexpr float gateScale = 1.0F / (1 << 12);
constexpr float activationScale = 1.0F / (1 << 15);

} // namespace

/// Those inputs that an operation has; states are variables of their own.
SmallVector<int32_t> tflite::lstmOperands(const Operator &op) {
  SmallVector<int32_t> operands{op.inputs[0]};
  for (unsigned first : {inputWeights, recurrentWeights, biases})
    llvm::append_range(operands, ArrayRef(op.inputs).slice(first, gateCount));
  return operands;
}

bool tflite::isOwnLstm(const Model &model, const Operator &op) {
  if (op.inputs.size() != inputCount || !op.options)
    return false;
  // TensorFlow Lite Micro has no other either.
  for (auto [begin, end] :
       {std::pair(peepholes, biases), std::pair(projection, hiddenState),
        std::pair(normalization, inputCount)})
    for (unsigned place = begin; place < end; ++place)
      if (op.inputs[place] >= 0)
        return false;
  auto isOf = [&](unsigned place, ElementType type) {
    Tensor tensor = model.tensor(op.inputs[place]);
    return tensor.exists && tensor.type == type && tensor.scale;
  };
  for (unsigned gate = 0; gate < gateCount; ++gate)
    if (!isOf(inputWeights + gate, ElementType::Int8) ||
        !isOf(recurrentWeights + gate, ElementType::Int8) ||
        model.tensor(op.inputs[biases + gate]).type != ElementType::Int32)
      return false;
  Tensor result = model.resultOf(op);
  return isOf(0, ElementType::Int8) && isOf(hiddenState, ElementType::Int8) &&
         isOf(cellState, ElementType::Int16) &&
         result.type == ElementType::Int8 && result.scale;
}

namespace {

/// Writes the steps.
class LstmWriter {
public:
  LstmWriter(const Model &model, const Operator &op, tosa::CustomOp custom,
             OpBuilder &builder)
      : model(model), op(op), custom(custom), writer(builder, custom.getLoc()) {
  }

  FailureOr<Value> write();

private:
  /// One product of a vector with the weights of all gates.
  struct Product {
    Value weights, bias;
    SmallVector<FixedPoint> factors;
    int64_t zeroPoint;
  };

  bool readSizes();
  std::optional<Product> readProduct(unsigned firstOperand, unsigned firstInput,
                                     float scale, int64_t zeroPoint,
                                     bool hasBias);
  DenseElementsAttr constant(unsigned operand) const;
  /// `[1, 1, 1, 4 * cells]` of 16 bits.
  Value multiply(const Product &product, Value vector);
  Value gate(Value sums, Gate which);
  /// The new hidden and cell states of those before.
  std::pair<Value, Value> step(Value input, Value hidden, Value cell);
  /// The product of two vectors of 16 bits.
  Value scaled(Value first, Value second, FixedPoint factor, unsigned bits,
               int64_t zeroPoint = 0);
  Tensor input(unsigned place) const { return model.tensor(op.inputs[place]); }

  const Model &model;
  const Operator &op;
  tosa::CustomOp custom;
  TosaWriter writer;
  int64_t steps = 0, features = 0, cells = 0;
  bool isTimeMajor = false;
  int64_t cellClip = 0;
  int cellPower = 0;
  std::optional<Product> ofInput, ofHidden;
  std::optional<FixedPoint> forget, update, output;
  int64_t hiddenZero = 0;
};

} // namespace

bool LstmWriter::readSizes() {
  ArrayRef<int64_t> sizes = sizesOf(custom->getOperand(0));
  ArrayRef<int64_t> result = sizesOf(custom->getResult(0));
  isTimeMajor = op.options.scalar<uint8_t>(3) != 0;
  if (sizes.size() != 3 || result.size() != 3 ||
      sizes[isTimeMajor ? 1 : 0] != 1)
    return false;
  steps = sizes[isTimeMajor ? 0 : 1];
  features = sizes[2];
  cells = result[2];
  return steps > 0 && features > 0 && cells > 0;
}

DenseElementsAttr LstmWriter::constant(unsigned operand) const {
  DenseElementsAttr value;
  return matchPattern(custom->getOperand(operand), m_Constant(&value))
             ? value
             : DenseElementsAttr();
}

std::optional<LstmWriter::Product>
LstmWriter::readProduct(unsigned firstOperand, unsigned firstInput, float scale,
                        int64_t zeroPoint, bool hasBias) {
  int64_t depth = firstInput == inputWeights ? features : cells;
  SmallVector<int8_t> weights;
  SmallVector<int32_t> bias;
  Product product{{}, {}, {}, zeroPoint};
  for (unsigned gate = 0; gate < gateCount; ++gate) {
    DenseElementsAttr each = constant(firstOperand + gate);
    DenseElementsAttr added = constant(1 + 2 * gateCount + gate);
    if (!each || !added || !each.getElementType().isSignlessInteger(8) ||
        !added.getElementType().isSignlessInteger(32) ||
        each.getType().getShape() != ArrayRef<int64_t>{cells, depth} ||
        added.getType().getShape() != ArrayRef<int64_t>{cells})
      return std::nullopt;
    llvm::append_range(weights, each.getValues<int8_t>());
    if (hasBias)
      llvm::append_range(bias, added.getValues<int32_t>());
    // Scales are multiplied in single precision, divided in double.
    float products = scale * *input(firstInput + gate).scale;
    FixedPoint factor(double(products) / double(gateScale));
    if (!factor.isValid())
      return std::nullopt;
    product.factors.append(cells, factor);
  }
  bias.resize(gateCount * cells, 0);
  product.weights =
      writer.constant<int8_t>({gateCount * cells, 1, 1, depth}, weights);
  product.bias = writer.constant<int32_t>({gateCount * cells}, bias);
  return product;
}

Value LstmWriter::multiply(const Product &product, Value vector) {
  Value sums = writer.multiplyRows(vector, product.weights, product.bias,
                                   product.zeroPoint);
  return writer.rescale(sums, product.factors, 16);
}

Value LstmWriter::gate(Value sums, Gate which) {
  Value part = writer.slice(sums, {0, 0, 0, which * cells}, {1, 1, 1, cells});
  if (which != CellGate)
    return logistic16(writer, part, TableScale::ofPower(-12));
  return tanh16(writer, part, TableScale::ofPower(-12));
}

Value LstmWriter::scaled(Value first, Value second, FixedPoint factor,
                         unsigned bits, int64_t zeroPoint) {
  Value a = writer.cast(first, 32), b = writer.cast(second, 32);
  Value product = writer.multiply(a, b);
  return writer.rescale(product, factor, bits, 0, zeroPoint);
}

std::pair<Value, Value> LstmWriter::step(Value input, Value hidden,
                                         Value cell) {
  Value fromInput = multiply(*ofInput, input);
  Value fromHidden = multiply(*ofHidden, hidden);
  Value sums = writer.saturatingAdd16(fromInput, fromHidden);
  Value keeps = gate(sums, ForgetGate), opens = gate(sums, InputGate);
  Value proposed = gate(sums, CellGate), shows = gate(sums, OutputGate);
  Value kept = scaled(keeps, cell, *forget, 16);
  Value added = scaled(opens, proposed, *update, 16);
  Value newCell = writer.saturatingAdd16(kept, added);
  if (cellClip > 0)
    newCell = writer.clamp(newCell, -cellClip, cellClip);
  Value shown = tanh16(writer, newCell, TableScale::ofPower(cellPower));
  Value result = scaled(shown, shows, *output, 8, hiddenZero);
  return {result, newCell};
}

FailureOr<Value> LstmWriter::write() {
  if (!readSizes())
    return failure();
  Tensor x = input(0), hidden = input(hiddenState), cell = input(cellState);
  hiddenZero = hidden.zeroPoint;
  if (static_cast<Activation>(op.options.scalar<int8_t>(0)) != Activation::Tanh)
    return failure();
  float clip = op.options.scalar<float>(1);
  if (clip > 0)
    cellClip = static_cast<int64_t>(
        std::min(double(clip) / double(*cell.scale), 32767.0));
  int exponent = 0;
  float fraction = std::frexp(*cell.scale, &exponent);
  cellPower = exponent - 1;
  // The kernels take powers of two, not less than those of the activations.
  if (fraction != 0.5F || cellPower < -15 || cellPower > 0)
    return failure();
  ofInput = readProduct(1, inputWeights, *x.scale, x.zeroPoint, true);
  ofHidden = readProduct(1 + gateCount, recurrentWeights, *hidden.scale,
                         hidden.zeroPoint, false);
  double one = activationScale, state = *cell.scale;
  forget = FixedPoint(one * state / state);
  update = FixedPoint(one * one / state);
  output = FixedPoint(one * one / double(*hidden.scale));
  if (!ofInput || !ofHidden || !forget->isValid() || !update->isValid() ||
      !output->isValid())
    return failure();

  OpBuilder &builder = writer.builder;
  RankedTensorType bytes = writer.typeOf({1, 1, 1, cells}, 8);
  RankedTensorType words = writer.typeOf({1, 1, 1, cells}, 16);
  StringRef hiddenName =
      declareVariable(custom, "lstm_hidden_", bytes, hiddenZero);
  StringRef cellName = declareVariable(custom, "lstm_cell_", words, 0);
  Value h =
      tosa::VariableReadOp::create(builder, writer.loc, bytes, hiddenName);
  Value c = tosa::VariableReadOp::create(builder, writer.loc, words, cellName);
  Value sequence =
      writer.reshape(custom->getOperand(0), {1, steps, 1, features});
  SmallVector<Value> results;
  for (int64_t time = 0; time < steps; ++time) {
    Value now = writer.slice(sequence, {0, time, 0, 0}, {1, 1, 1, features});
    std::tie(h, c) = step(now, h, c);
    results.push_back(h);
  }
  tosa::VariableWriteOp::create(builder, writer.loc, hiddenName, h);
  tosa::VariableWriteOp::create(builder, writer.loc, cellName, c);
  Value all = h;
  if (steps > 1)
    all = tosa::ConcatOp::create(builder, writer.loc,
                                 writer.typeOf({1, steps, 1, cells}, 8),
                                 results, /*axis=*/1);
  return writer.reshape(all, sizesOf(custom->getResult(0)));
}

FailureOr<Value> tflite::expandLstm(const Model &model, const Operator &op,
                                    tosa::CustomOp custom) {
  OpBuilder builder(custom);
  return LstmWriter(model, op, custom, builder).write();
}
