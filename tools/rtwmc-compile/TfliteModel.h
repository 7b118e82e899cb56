//===- TfliteModel.h - Tensors and operators of a .tflite file --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_TFLITEMODEL_H
#define RTWMC_TOOLS_RTWMC_COMPILE_TFLITEMODEL_H

#include "Flatbuffer.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace rtwmc::tflite {

/// Of the codes in tensorflow/compiler/mlir/lite/schema/schema.fbs, those that
/// are treated in a way of their own.
enum class Code : int32_t {
  Add = 0,
  AveragePool2D = 1,
  Concatenation = 2,
  Dequantize = 6,
  Floor = 8,
  L2Normalization = 11,
  Logistic = 14,
  Lstm = 16,
  MaxPool2D = 17,
  Mul = 18,
  Relu = 19,
  Relu6 = 21,
  Reshape = 22,
  ResizeBilinear = 23,
  Rnn = 24,
  Svdf = 27,
  Tanh = 28,
  Custom = 32,
  UnidirectionalSequenceRnn = 35,
  Transpose = 39,
  Sub = 41,
  Div = 42,
  Squeeze = 43,
  UnidirectionalSequenceLstm = 44,
  StridedSlice = 45,
  BidirectionalSequenceRnn = 46,
  Exp = 47,
  Split = 49,
  LogSoftmax = 50,
  BidirectionalSequenceLstm = 52,
  Cast = 53,
  Maximum = 55,
  Minimum = 57,
  Neg = 59,
  Slice = 65,
  Sin = 66,
  TransposeConv = 67,
  ExpandDims = 70,
  Log = 73,
  Sqrt = 75,
  Rsqrt = 76,
  Shape = 77,
  Pow = 78,
  Square = 92,
  ResizeNearestNeighbor = 97,
  LeakyRelu = 98,
  Abs = 101,
  SplitV = 102,
  Ceil = 104,
  Cos = 108,
  Elu = 111,
  Quantize = 114,
  HardSwish = 117,
  VarHandle = 142,
  AssignVariable = 144,
  Gelu = 150,
};

/// Of the types of elements, likewise.
enum class ElementType : int8_t { Float32 = 0, UInt8 = 3, Int16 = 7, Int8 = 9 };

enum class Activation : int8_t {
  None,
  Relu,
  ReluN1To1,
  Relu6,
  Tanh,
  SignBit,
};

/// The name that `code` has in the schema.
std::string nameOf(Code code);
llvm::StringRef nameOf(Activation activation);

/// Whether operators of `code` give the elements of their input in another
/// shape or order.
bool isMove(Code code);

struct Tensor {
  bool exists = false;
  llvm::StringRef name;
  ElementType type = ElementType::Float32;
  llvm::SmallVector<int32_t> shape;
  /// One for the whole tensor; none if it has none, or one for each channel.
  std::optional<float> scale;
  int32_t zeroPoint = 0;
  /// Whether it is the result of no operator.
  bool isConstant = false;
};

/// An operator at place `index` of the graph.
struct Operator {
  uint64_t index;
  Code code;
  /// Tensors, -1 where one is left out.
  llvm::SmallVector<int32_t> inputs, outputs;
  flatbuffer::Table options;

  /// What it does to its result before it writes it.
  Activation fusedActivation() const;
};

/// The first graph in a file. A damaged file gives fewer tensors and operators.
class Model {
public:
  /// `file` outlives the model.
  explicit Model(llvm::StringRef file);
  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  /// Whether the file says that it is one.
  bool isTflite() const { return bytes.string(4, 4) == "TFL3"; }
  llvm::ArrayRef<Operator> operators() const { return all; }
  llvm::ArrayRef<int32_t> inputs() const { return inputIndices; }
  llvm::ArrayRef<int32_t> outputs() const { return outputIndices; }
  Tensor tensor(int32_t index) const;
  /// The tensor that `op` writes first.
  Tensor resultOf(const Operator &op) const {
    return tensor(op.outputs.empty() ? -1 : op.outputs.front());
  }
  /// `operator 3 (SVDF, 'conv2d_3')`.
  std::string describe(const Operator &op) const;

private:
  flatbuffer::Bytes bytes;
  flatbuffer::Table root, graph;
  llvm::SmallVector<Operator> all;
  llvm::SmallVector<int32_t> inputIndices, outputIndices;
};

} // namespace rtwmc::tflite

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITEMODEL_H
