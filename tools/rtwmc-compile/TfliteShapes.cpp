//===- TfliteShapes.cpp - Shapes of the tensors of a model ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keras exports models whose batch is dynamic, and computes the shapes behind
// it when they run: SHAPE, STRIDED_SLICE, PACK, RESHAPE. A batch of 1 makes
// constants of all that. Rules are those of TensorFlow Lite's kernels
// (tensorflow/lite/kernels); what has none stays dynamic.
//
//===----------------------------------------------------------------------===//

#include "TfliteShapes.h"

#include "llvm/ADT/STLExtras.h"

using namespace rtwmc;
using namespace rtwmc::tflite;
using llvm::ArrayRef;
using llvm::SmallVector;

Shapes::Shapes(const Model &model) : model(model) {
  for (int32_t index = 0; index < model.tensorCount(); ++index) {
    Tensor tensor = model.tensor(index);
    bool isDynamic = tensor.signature.size() == tensor.shape.size();
    shapes.push_back(isDynamic ? tensor.signature : tensor.shape);
  }
  values.resize(shapes.size());
  for (int32_t input : model.inputs())
    if (input >= 0 && !shapes[input].empty() && shapes[input].front() == -1)
      shapes[input].front() = 1;
  for (const Operator &op : model.operators())
    visit(op);
}

static std::optional<Shape> broadcast(ArrayRef<Shape> shapes) {
  size_t rank = 0;
  for (const Shape &shape : shapes)
    rank = std::max(rank, shape.size());
  Shape result(rank, 1);
  for (const Shape &shape : shapes)
    for (auto [mine, size] :
         llvm::zip(llvm::reverse(result), llvm::reverse(shape))) {
      if (mine == 1)
        mine = size;
      else if (size != 1 && size != mine)
        mine = -1;
    }
  return result;
}

/// In how many places a window of `kernel` pixels, `dilation` apart, is put on
/// `size` of them.
static int32_t windows(int64_t size, int64_t kernel, int64_t stride,
                       int64_t dilation, bool isPadded) {
  if (size < 0 || kernel < 1 || stride < 1 || dilation < 1)
    return -1;
  int64_t extent = isPadded ? 1 : (kernel - 1) * dilation + 1;
  return size < extent ? -1 : narrow((size - extent) / stride + 1);
}

/// Convolutions, poolings and products of matrices.
std::optional<Shape> Shapes::inferLayer(const Operator &op) const {
  const Shape &input = shapes[op.inputs[0]];
  auto option = [&](unsigned field) {
    return op.options.scalar<int32_t>(field);
  };
  auto windowed = [&](int32_t rows, int32_t columns, int32_t channels,
                      int32_t dilationX, int32_t dilationY) {
    bool isPadded = op.options.scalar<int8_t>(0) == 0;
    return Shape{
        input[0], windows(input[1], rows, option(2), dilationY, isPadded),
        windows(input[2], columns, option(1), dilationX, isPadded), channels};
  };
  bool hasWeights = op.inputs.size() > 1 && op.inputs[1] >= 0;
  const Shape &weights = shapes[hasWeights ? op.inputs[1] : op.inputs[0]];
  bool areMaps = input.size() == 4 && weights.size() == 4;
  auto atLeast1 = [](int32_t value) { return std::max(value, 1); };
  switch (op.code) {
  case Code::Conv2D:
    if (!hasWeights || !areMaps)
      return std::nullopt;
    return windowed(weights[1], weights[2], weights[0], atLeast1(option(4)),
                    atLeast1(option(5)));
  case Code::DepthwiseConv2D:
    if (!hasWeights || !areMaps)
      return std::nullopt;
    return windowed(weights[1], weights[2], weights[3], atLeast1(option(5)),
                    atLeast1(option(6)));
  case Code::AveragePool2D:
  case Code::MaxPool2D:
    if (!areMaps)
      return std::nullopt;
    return windowed(option(4), option(3), input[3], 1, 1);
  case Code::FullyConnected: {
    if (!hasWeights || weights.size() != 2 || input.empty())
      return std::nullopt;
    if (op.options.scalar<int8_t>(2) != 0) {
      Shape result = input;
      result.back() = weights[0];
      return result;
    }
    std::optional<int64_t> elements = elementsOf(input);
    if (!elements || weights[1] < 1)
      return std::nullopt;
    return Shape{static_cast<int32_t>(*elements / weights[1]), weights[0]};
  }
  case Code::BatchMatmul: {
    if (!hasWeights || input.size() < 2 || weights.size() < 2)
      return std::nullopt;
    bool isLeftTurned = op.options.scalar<int8_t>(0) != 0;
    bool isRightTurned = op.options.scalar<int8_t>(1) != 0;
    Shape left(input.begin(), input.end() - 2);
    Shape right(weights.begin(), weights.end() - 2);
    std::optional<Shape> result = broadcast({left, right});
    result->push_back(input[input.size() - (isLeftTurned ? 1 : 2)]);
    result->push_back(weights[weights.size() - (isRightTurned ? 2 : 1)]);
    return result;
  }
  default:
    return std::nullopt;
  }
}

std::optional<Shape> Shapes::infer(const Operator &op, size_t index) const {
  if (op.inputs.empty() || op.inputs[0] < 0)
    return std::nullopt;
  const Shape &input = shapes[op.inputs[0]];
  switch (op.code) {
  case Code::Abs:
  case Code::Cast:
  case Code::Ceil:
  case Code::Cos:
  case Code::Dequantize:
  case Code::Elu:
  case Code::Exp:
  case Code::Floor:
  case Code::Gelu:
  case Code::HardSwish:
  case Code::L2Normalization:
  case Code::LeakyRelu:
  case Code::Log:
  case Code::LogSoftmax:
  case Code::Logistic:
  case Code::Neg:
  case Code::Prelu:
  case Code::Quantize:
  case Code::Relu:
  case Code::Relu6:
  case Code::ReluN1To1:
  case Code::ReverseV2:
  case Code::Rsqrt:
  case Code::Sin:
  case Code::Softmax:
  case Code::Sqrt:
  case Code::Square:
  case Code::Tanh:
    return input;
  case Code::Add:
  case Code::Div:
  case Code::Equal:
  case Code::Greater:
  case Code::GreaterEqual:
  case Code::Less:
  case Code::LessEqual:
  case Code::Maximum:
  case Code::Minimum:
  case Code::Mul:
  case Code::NotEqual:
  case Code::Pow:
  case Code::Select:
  case Code::SelectV2:
  case Code::SquaredDifference:
  case Code::Sub: {
    SmallVector<Shape> operands;
    for (int32_t tensor : op.inputs)
      operands.push_back(tensor < 0 ? Shape() : shapes[tensor]);
    return broadcast(operands);
  }
  case Code::ArgMax:
  case Code::ArgMin:
  case Code::Mean:
  case Code::ReduceMax:
  case Code::ReduceMin:
  case Code::ReduceProd:
  case Code::Sum: {
    auto axes = op.inputs.size() > 1 ? integers(op.inputs[1]) : std::nullopt;
    if (!axes)
      return std::nullopt;
    bool isIndex = op.code == Code::ArgMax || op.code == Code::ArgMin;
    bool keeps = !isIndex && op.options.scalar<int8_t>(0) != 0;
    SmallVector<bool> isReduced(input.size());
    for (int64_t axis : *axes)
      if (auto place = placeOf(axis, input.size()))
        isReduced[*place] = true;
    Shape result;
    for (auto [size, reduced] : llvm::zip(input, isReduced))
      if (!reduced || keeps)
        result.push_back(reduced ? 1 : size);
    return result;
  }
  default:
    if (auto layer = inferLayer(op))
      return layer;
    return inferMove(op, index);
  }
}

void Shapes::visit(const Operator &op) {
  for (auto [index, output] : llvm::enumerate(op.outputs)) {
    if (output < 0 || isStatic(output))
      continue;
    std::optional<Shape> found = infer(op, index);
    Shape &shape = shapes[output];
    // What the file says is not doubted: a rule may not fit.
    bool fits = found && found->size() == shape.size() &&
                llvm::all_of(llvm::zip(*found, shape), [](auto pair) {
                  auto [mine, theirs] = pair;
                  return mine == -1 || theirs == -1 || mine == theirs;
                });
    for (size_t i = 0; fits && i < shape.size(); ++i)
      shape[i] = shape[i] == -1 ? (*found)[i] : shape[i];
  }
  if (op.outputs.size() != 1 || op.outputs[0] < 0 || !isStatic(op.outputs[0]) ||
      model.tensor(op.outputs[0]).isConstant)
    return;
  values[op.outputs[0]] = op.code == Code::Fill ? fill(op) : compute(op);
}
