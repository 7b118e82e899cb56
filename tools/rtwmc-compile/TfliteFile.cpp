//===- TfliteFile.cpp - What a .tflite file says of its boundary ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A .tflite file is a flatbuffer. Of its schema this reads a dozen fields, by
// their numbers in tensorflow/compiler/mlir/lite/schema/schema.fbs; every
// offset is checked, as nobody else has before.
//
//===----------------------------------------------------------------------===//

#include "TfliteFile.h"
#include "rtwmc/Dialect/RTWMC/IR/Ports.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Endian.h"

#include <cmath>

using namespace mlir;
using namespace rtwmc;

namespace {

/// The bytes of a flatbuffer. What lies outside reads as 0.
class Bytes {
public:
  explicit Bytes(StringRef data) : data(data) {}

  template <typename T> T read(uint64_t at) const {
    if (at > data.size() || data.size() - at < sizeof(T))
      return 0;
    return llvm::support::endian::read<T, llvm::endianness::little>(
        data.data() + at);
  }
  StringRef string(uint64_t at, uint64_t size) const {
    return data.substr(at, size);
  }
  uint64_t size() const { return data.size(); }

private:
  StringRef data;
};

/// A vector: where its first element is, and how many there are.
struct Vector {
  uint64_t first = 0, size = 0;
};

/// A table at `at`; there is none at 0.
struct Table {
  const Bytes &bytes;
  uint64_t at;

  /// Where field `number` is, 0 if it is left out.
  uint64_t field(unsigned number) const {
    if (at == 0)
      return 0;
    uint64_t vtable = at - bytes.read<int32_t>(at);
    uint64_t place = 4 + 2 * uint64_t(number);
    if (place + 2 > bytes.read<uint16_t>(vtable))
      return 0;
    uint16_t offset = bytes.read<uint16_t>(vtable + place);
    return offset ? at + offset : 0;
  }
  template <typename T> T scalar(unsigned number) const {
    uint64_t place = field(number);
    return place ? bytes.read<T>(place) : T();
  }
  /// What the offset at `place` points to.
  uint64_t follow(uint64_t place) const {
    uint32_t offset = place ? bytes.read<uint32_t>(place) : 0;
    return offset ? place + offset : 0;
  }
  Table table(unsigned number) const { return {bytes, follow(field(number))}; }
  Vector vector(unsigned number, uint64_t elementBytes) const {
    uint64_t place = follow(field(number));
    uint64_t size = place ? bytes.read<uint32_t>(place) : 0;
    bool isInside = size <= bytes.size() / elementBytes;
    return isInside ? Vector{place + 4, size} : Vector();
  }
  /// Element `index` of a vector of tables.
  Table element(unsigned number, uint64_t index) const {
    Vector tables = vector(number, 4);
    bool isInside = index < tables.size;
    return {bytes, isInside ? follow(tables.first + 4 * index) : 0};
  }
  /// Element `index` of a vector of numbers, -1 where it has no such element.
  int32_t number(unsigned number, uint64_t index) const {
    Vector values = vector(number, 4);
    return index < values.size ? bytes.read<int32_t>(values.first + 4 * index)
                               : -1;
  }
};

namespace model {
constexpr unsigned operatorCodes = 1, subgraphs = 2;
} // namespace model
namespace code {
constexpr unsigned deprecated = 0, builtin = 3;
} // namespace code
namespace graph {
constexpr unsigned tensors = 0, inputs = 1, outputs = 2, operators = 3;
} // namespace graph
namespace tensor {
constexpr unsigned type = 1, name = 3, quantization = 4;
constexpr int8_t float32 = 0;
} // namespace tensor
namespace quantization {
constexpr unsigned scale = 2, zeroPoint = 3;
} // namespace quantization
namespace op {
constexpr unsigned code = 0, inputs = 1, outputs = 2;
constexpr int32_t dequantize = 6, quantize = 114;
constexpr int32_t moves[] = {/*RESHAPE=*/22, /*TRANSPOSE=*/39, /*SQUEEZE=*/43,
                             /*EXPAND_DIMS=*/70};
} // namespace op

/// The graph that a network is made from: the first.
class Graph {
public:
  explicit Graph(const Bytes &bytes)
      : root{bytes, bytes.read<uint32_t>(0)},
        self(root.element(model::subgraphs, 0)),
        count(self.vector(graph::operators, 4).size) {}

  /// A port for each of `types`, as the tensors in `field` are; none where
  /// their number differs.
  SmallVector<Attribute> ports(unsigned field, TypeRange types) const;

private:
  Table tensorAt(int64_t index) const {
    return self.element(graph::tensors, std::max<int64_t>(index, 0));
  }
  int32_t codeOf(Table op) const;
  /// The tensor of integers beside `index`, which is the first of `mine` of an
  /// operation `code`, through reshapes; -1 if there is none.
  int32_t beyond(int32_t index, int32_t code, unsigned mine,
                 unsigned theirs) const;

  Table root, self;
  uint64_t count;
};

} // namespace

int32_t Graph::codeOf(Table op) const {
  Table code =
      root.element(model::operatorCodes, op.scalar<uint32_t>(op::code));
  return std::max<int32_t>(code.scalar<int8_t>(code::deprecated),
                           code.scalar<int32_t>(code::builtin));
}

int32_t Graph::beyond(int32_t index, int32_t code, unsigned mine,
                      unsigned theirs) const {
  // Few moves in a row make sense, and a damaged file may have circles.
  for (int moves = 0; moves < 8 && index >= 0; ++moves) {
    int32_t moved = -1;
    for (uint64_t i = 0; i < count; ++i) {
      Table each = self.element(graph::operators, i);
      if (each.number(mine, 0) != index)
        continue;
      if (codeOf(each) == code)
        return each.number(theirs, 0);
      if (llvm::is_contained(op::moves, codeOf(each)))
        moved = each.number(theirs, 0);
    }
    index = moved;
  }
  return -1;
}

SmallVector<Attribute> Graph::ports(unsigned field, TypeRange types) const {
  SmallVector<Attribute> result;
  if (self.vector(field, 4).size != types.size())
    return result;
  for (auto [position, type] : llvm::enumerate(types)) {
    int32_t index = self.number(field, position);
    auto ranked = dyn_cast<RankedTensorType>(type);
    Table tensor = tensorAt(index);
    if (!ranked || tensor.at == 0)
      return {};
    Vector name = tensor.vector(tensor::name, 1);
    if (tensor.scalar<int8_t>(tensor::type) == tensor::float32) {
      bool isInput = field == graph::inputs;
      int32_t integers =
          isInput ? beyond(index, op::quantize, op::inputs, op::outputs)
                  : beyond(index, op::dequantize, op::outputs, op::inputs);
      tensor.at = integers < 0 ? 0 : tensorAt(integers).at;
    }
    Table parameters = tensor.table(tensor::quantization);
    Vector scales = parameters.vector(quantization::scale, 4);
    Vector zeroPoints = parameters.vector(quantization::zeroPoint, 8);
    const Bytes &bytes = tensor.bytes;
    float scale = llvm::bit_cast<float>(bytes.read<uint32_t>(scales.first));
    MLIRContext *context = type.getContext();
    FloatAttr scaleAttr;
    if (scales.size == 1 && std::isnormal(scale) && scale > 0)
      scaleAttr = FloatAttr::get(Float32Type::get(context), scale);
    int64_t zeroPoint =
        scaleAttr && zeroPoints.size == 1
            ? static_cast<int32_t>(bytes.read<int64_t>(zeroPoints.first))
            : 0;
    result.push_back(PortAttr::get(context, bytes.string(name.first, name.size),
                                   ranked, scaleAttr, zeroPoint));
  }
  return result;
}

void rtwmc::describeBoundary(StringRef file, ModuleOp module) {
  auto functions = module.getOps<func::FuncOp>();
  if (!llvm::hasSingleElement(functions))
    return;
  func::FuncOp network = *functions.begin();
  module.getContext()->getOrLoadDialect<RTWMCDialect>();
  Bytes bytes(file);
  Graph graph(bytes);
  OpBuilder builder(module.getContext());
  auto inputs = graph.ports(graph::inputs, network.getArgumentTypes());
  auto outputs = graph.ports(graph::outputs, network.getResultTypes());
  if (!inputs.empty())
    network->setAttr(inputsAttrName, builder.getArrayAttr(inputs));
  if (!outputs.empty())
    network->setAttr(outputsAttrName, builder.getArrayAttr(outputs));
}
