//===- TfliteModel.cpp - Tensors and operators of a .tflite file ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A .tflite file is a flatbuffer. Of its schema this reads a dozen fields, by
// their numbers in tensorflow/compiler/mlir/lite/schema/schema.fbs.
//
//===----------------------------------------------------------------------===//

#include "TfliteModel.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cmath>

using namespace rtwmc;
using namespace rtwmc::tflite;
using flatbuffer::Table;
using flatbuffer::Vector;
using llvm::StringRef;

namespace {
namespace model {
constexpr unsigned operatorCodes = 1, subgraphs = 2, buffers = 4;
} // namespace model
namespace code {
constexpr unsigned deprecated = 0, builtin = 3;
} // namespace code
namespace graph {
constexpr unsigned tensors = 0, inputs = 1, outputs = 2, operators = 3;
} // namespace graph
namespace tensor_table {
constexpr unsigned shape = 0, type = 1, buffer = 2, name = 3, quantization = 4,
                   signature = 7;
} // namespace tensor_table
namespace buffer {
constexpr unsigned data = 0;
} // namespace buffer
namespace quantization {
constexpr unsigned scale = 2, zeroPoint = 3;
} // namespace quantization
namespace op {
constexpr unsigned code = 0, inputs = 1, outputs = 2, options = 4;
} // namespace op
} // namespace

/// In the order of their codes.
static constexpr llvm::StringLiteral codeNames =
    "ADD,AVERAGE_POOL_2D,CONCATENATION,CONV_2D,DEPTHWISE_CONV_2D,DEPTH_TO_"
    "SPACE,DEQUANTIZE,EMBEDDING_LOOKUP,FLOOR,FULLY_CONNECTED,HASHTABLE_LOOKUP,"
    "L2_NORMALIZATION,L2_POOL_2D,LOCAL_RESPONSE_NORMALIZATION,LOGISTIC,LSH_"
    "PROJECTION,LSTM,MAX_POOL_2D,MUL,RELU,RELU_N1_TO_1,RELU6,RESHAPE,RESIZE_"
    "BILINEAR,RNN,SOFTMAX,SPACE_TO_DEPTH,SVDF,TANH,CONCAT_EMBEDDINGS,SKIP_GRAM,"
    "CALL,CUSTOM,EMBEDDING_LOOKUP_SPARSE,PAD,UNIDIRECTIONAL_SEQUENCE_RNN,"
    "GATHER,BATCH_TO_SPACE_ND,SPACE_TO_BATCH_ND,TRANSPOSE,MEAN,SUB,DIV,SQUEEZE,"
    "UNIDIRECTIONAL_SEQUENCE_LSTM,STRIDED_SLICE,BIDIRECTIONAL_SEQUENCE_RNN,EXP,"
    "TOPK_V2,SPLIT,LOG_SOFTMAX,DELEGATE,BIDIRECTIONAL_SEQUENCE_LSTM,CAST,PRELU,"
    "MAXIMUM,ARG_MAX,MINIMUM,LESS,NEG,PADV2,GREATER,GREATER_EQUAL,LESS_EQUAL,"
    "SELECT,SLICE,SIN,TRANSPOSE_CONV,SPARSE_TO_DENSE,TILE,EXPAND_DIMS,EQUAL,"
    "NOT_EQUAL,LOG,SUM,SQRT,RSQRT,SHAPE,POW,ARG_MIN,FAKE_QUANT,REDUCE_PROD,"
    "REDUCE_MAX,PACK,LOGICAL_OR,ONE_HOT,LOGICAL_AND,LOGICAL_NOT,UNPACK,REDUCE_"
    "MIN,FLOOR_DIV,REDUCE_ANY,SQUARE,ZEROS_LIKE,FILL,FLOOR_MOD,RANGE,RESIZE_"
    "NEAREST_NEIGHBOR,LEAKY_RELU,SQUARED_DIFFERENCE,MIRROR_PAD,ABS,SPLIT_V,"
    "UNIQUE,CEIL,REVERSE_V2,ADD_N,GATHER_ND,COS,WHERE,RANK,ELU,REVERSE_"
    "SEQUENCE,MATRIX_DIAG,QUANTIZE,MATRIX_SET_DIAG,ROUND,HARD_SWISH,IF,WHILE,"
    "NON_MAX_SUPPRESSION_V4,NON_MAX_SUPPRESSION_V5,SCATTER_ND,SELECT_V2,"
    "DENSIFY,SEGMENT_SUM,BATCH_MATMUL,PLACEHOLDER,CUMSUM,CALL_ONCE,BROADCAST_"
    "TO,RFFT2D,CONV_3D,IMAG,REAL,COMPLEX_ABS,HASHTABLE,HASHTABLE_FIND,"
    "HASHTABLE_IMPORT,HASHTABLE_SIZE,REDUCE_ALL,CONV_3D_TRANSPOSE,VAR_HANDLE,"
    "READ_VARIABLE,ASSIGN_VARIABLE,BROADCAST_ARGS,RANDOM_STANDARD_NORMAL,"
    "BUCKETIZE,RANDOM_UNIFORM,MULTINOMIAL,GELU,DYNAMIC_UPDATE_SLICE,RELU_0_TO_"
    "1,UNSORTED_SEGMENT_PROD,UNSORTED_SEGMENT_MAX,UNSORTED_SEGMENT_SUM,ATAN2,"
    "UNSORTED_SEGMENT_MIN,SIGN,BITCAST,BITWISE_XOR,RIGHT_SHIFT";

std::string tflite::nameOf(Code code) {
  llvm::SmallVector<StringRef> names;
  StringRef(codeNames).split(names, ',');
  auto index = static_cast<size_t>(code);
  return index < names.size() ? names[index].str()
                              : "code " + llvm::itostr(int32_t(code));
}

bool tflite::isMove(Code code) {
  return llvm::is_contained(
      {Code::Reshape, Code::Transpose, Code::Squeeze, Code::ExpandDims}, code);
}

StringRef tflite::nameOf(Activation activation) {
  switch (activation) {
  case Activation::None:
    return "NONE";
  case Activation::Relu:
    return "RELU";
  case Activation::ReluN1To1:
    return "RELU_N1_TO_1";
  case Activation::Relu6:
    return "RELU6";
  case Activation::Tanh:
    return "TANH";
  case Activation::SignBit:
    return "SIGN_BIT";
  }
  return "unknown activation";
}

/// The field of an operator's options that says what is fused into it.
static std::optional<unsigned> activationField(Code code) {
  switch (static_cast<int32_t>(code)) {
  case /*ADD=*/0:
  case /*FULLY_CONNECTED=*/9:
  case /*L2_NORMALIZATION=*/11:
  case /*MUL=*/18:
  case /*SUB=*/41:
  case /*DIV=*/42:
    return 0;
  case /*CONCATENATION=*/2:
  case /*SVDF=*/27:
    return 1;
  case /*CONV_2D=*/3:
  case /*TRANSPOSE_CONV=*/67:
    return 3;
  case /*DEPTHWISE_CONV_2D=*/4:
    return 4;
  case /*AVERAGE_POOL_2D=*/1:
  case /*L2_POOL_2D=*/12:
  case /*MAX_POOL_2D=*/17:
    return 5;
  default:
    return std::nullopt;
  }
}

Activation Operator::fusedActivation() const {
  std::optional<unsigned> field = activationField(code);
  return field ? static_cast<Activation>(options.scalar<int8_t>(*field))
               : Activation::None;
}

/// Of a graph, of a tensor's shape or an operator's operands. Damaged files may
/// say the same operator a million times.
static constexpr uint64_t maxOperators = 1 << 14, maxTensors = 1 << 16,
                          maxNumbers = 256;

llvm::SmallVector<int32_t> tflite::numbersOf(Table table, unsigned field) {
  llvm::SmallVector<int32_t> numbers;
  uint64_t size = std::min(table.vector(field, 4).size, maxNumbers);
  for (uint64_t i = 0; i < size; ++i)
    numbers.push_back(table.number(field, i));
  return numbers;
}

llvm::SmallVector<int32_t> Model::tensorsOf(const Table &table,
                                            unsigned field) const {
  llvm::SmallVector<int32_t> tensors = numbersOf(table, field);
  for (int32_t &tensor : tensors)
    if (tensor < 0 || tensor >= tensorCount())
      tensor = -1;
  return tensors;
}

Model::Model(StringRef file)
    : bytes(file), root(Table::root(bytes)),
      graph(root.element(model::subgraphs, 0)),
      inputIndices(tensorsOf(graph, graph::inputs)),
      outputIndices(tensorsOf(graph, graph::outputs)) {
  uint64_t count =
      std::min(graph.vector(graph::operators, 4).size, maxOperators);
  for (uint64_t index = 0; index < count; ++index) {
    Table each = graph.element(graph::operators, index);
    Table code =
        root.element(model::operatorCodes, each.scalar<uint32_t>(op::code));
    all.push_back({index,
                   Code(std::max<int32_t>(code.scalar<int8_t>(code::deprecated),
                                          code.scalar<int32_t>(code::builtin))),
                   tensorsOf(each, op::inputs), tensorsOf(each, op::outputs),
                   each.table(op::options)});
  }
}

int32_t Model::tensorCount() const {
  return static_cast<int32_t>(
      std::min(graph.vector(graph::tensors, 4).size, maxTensors));
}

Tensor Model::tensor(int32_t index) const {
  Tensor result;
  Table table = graph.element(graph::tensors, std::max<int32_t>(index, 0));
  if (!table || index < 0)
    return result;
  result.exists = true;
  result.name = table.string(tensor_table::name);
  result.type = ElementType(table.scalar<int8_t>(tensor_table::type));
  result.shape = numbersOf(table, tensor_table::shape);
  Table contents = root.element(model::buffers,
                                table.scalar<uint32_t>(tensor_table::buffer));
  result.signature = numbersOf(table, tensor_table::signature);
  result.data = contents.string(buffer::data);
  result.isConstant = !result.data.empty();
  Table parameters = table.table(tensor_table::quantization);
  Vector scales = parameters.vector(quantization::scale, 4);
  Vector zeroPoints = parameters.vector(quantization::zeroPoint, 8);
  float scale = llvm::bit_cast<float>(bytes.read<uint32_t>(scales.first));
  if (scales.size != 1 || !std::isnormal(scale) || scale <= 0)
    return result;
  result.scale = scale;
  if (zeroPoints.size == 1)
    result.zeroPoint =
        static_cast<int32_t>(bytes.read<int64_t>(zeroPoints.first));
  return result;
}

std::string Model::describe(const Operator &op) const {
  std::string result =
      "operator " + llvm::utostr(op.index) + " (" + nameOf(op.code);
  if (StringRef name = resultOf(op).name; !name.empty())
    result += (", '" + name + "'").str();
  return result + ")";
}
