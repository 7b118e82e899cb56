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
  Conv2D = 3,
  DepthwiseConv2D = 4,
  DepthToSpace = 5,
  Dequantize = 6,
  Floor = 8,
  FullyConnected = 9,
  L2Normalization = 11,
  LocalResponseNormalization = 13,
  Logistic = 14,
  Lstm = 16,
  MaxPool2D = 17,
  Mul = 18,
  Relu = 19,
  ReluN1To1 = 20,
  Relu6 = 21,
  Reshape = 22,
  ResizeBilinear = 23,
  Rnn = 24,
  Softmax = 25,
  SpaceToDepth = 26,
  Svdf = 27,
  Tanh = 28,
  Custom = 32,
  Pad = 34,
  UnidirectionalSequenceRnn = 35,
  Gather = 36,
  BatchToSpaceNd = 37,
  SpaceToBatchNd = 38,
  Transpose = 39,
  Mean = 40,
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
  Prelu = 54,
  Maximum = 55,
  ArgMax = 56,
  Minimum = 57,
  Less = 58,
  Neg = 59,
  PadV2 = 60,
  Greater = 61,
  GreaterEqual = 62,
  LessEqual = 63,
  Select = 64,
  Slice = 65,
  Sin = 66,
  TransposeConv = 67,
  Tile = 69,
  ExpandDims = 70,
  Equal = 71,
  NotEqual = 72,
  Log = 73,
  Sum = 74,
  Sqrt = 75,
  Rsqrt = 76,
  Shape = 77,
  Pow = 78,
  ArgMin = 79,
  ReduceProd = 81,
  ReduceMax = 82,
  Pack = 83,
  Unpack = 88,
  ReduceMin = 89,
  Square = 92,
  Fill = 94,
  ResizeNearestNeighbor = 97,
  LeakyRelu = 98,
  SquaredDifference = 99,
  MirrorPad = 100,
  Abs = 101,
  SplitV = 102,
  Ceil = 104,
  ReverseV2 = 105,
  Cos = 108,
  Elu = 111,
  Quantize = 114,
  HardSwish = 117,
  SelectV2 = 123,
  BatchMatmul = 126,
  Cumsum = 128,
  BroadcastTo = 130,
  VarHandle = 142,
  AssignVariable = 144,
  BroadcastArgs = 145,
  Gelu = 150,
};

/// Of the types of elements, likewise.
enum class ElementType : int8_t {
  Float32 = 0,
  Int32 = 2,
  UInt8 = 3,
  Int64 = 4,
  Bool = 6,
  Int16 = 7,
  Int8 = 9,
};

enum class Activation : int8_t {
  None,
  Relu,
  ReluN1To1,
  Relu6,
  Tanh,
  SignBit,
};

/// A vector of numbers that is a field of `table`.
llvm::SmallVector<int32_t> numbersOf(flatbuffer::Table table, unsigned field);

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
  /// The shape with -1 for dimensions that are dynamic, of which `shape` has 1;
  /// empty if none is.
  llvm::SmallVector<int32_t> signature;
  /// Of a constant.
  llvm::StringRef data;
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
  int32_t tensorCount() const;
  /// The tables of the file, and of the graph.
  const flatbuffer::Table &rootTable() const { return root; }
  const flatbuffer::Table &graphTable() const { return graph; }
  /// The tensor that `op` writes first.
  Tensor resultOf(const Operator &op) const {
    return tensor(op.outputs.empty() ? -1 : op.outputs.front());
  }
  /// `operator 3 (SVDF, 'conv2d_3')`.
  std::string describe(const Operator &op) const;

private:
  /// The tensors in `field`, -1 for those that there are not.
  llvm::SmallVector<int32_t> tensorsOf(const flatbuffer::Table &table,
                                       unsigned field) const;

  flatbuffer::Bytes bytes;
  flatbuffer::Table root, graph;
  llvm::SmallVector<Operator> all;
  llvm::SmallVector<int32_t> inputIndices, outputIndices;
};

} // namespace rtwmc::tflite

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITEMODEL_H
