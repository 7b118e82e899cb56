//===- TfliteRewrite.cpp - A file that the converter understands ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// New tables of the model, its graph, and of the tensors and operators that are
// changed are put before the file; all else they take from it.
//
//===----------------------------------------------------------------------===//

#include "TfliteRewrite.h"
#include "FlatbufferPrefix.h"
#include "TfliteOwn.h"
#include "TfliteShapes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace rtwmc;
using namespace rtwmc::tflite;
using flatbuffer::Prefix;
using flatbuffer::Table;
using llvm::SmallVector;
using llvm::StringRef;
using Field = Prefix::Field;

/// Of a tensor: a damaged file may say any number.
static constexpr uint64_t maxScales = 1 << 16;

namespace {

/// Writes the new tables.
class Writer {
public:
  Writer(const Model &model, const Shapes &shapes, StringRef contents)
      : model(model), shapes(shapes), contents(contents),
        prefix(contents.substr(4, 4)) {}

  /// Whether the file cannot stay as it is.
  bool isNeeded() const;
  std::string write();

private:
  /// Whether the tensor becomes a constant. Outputs of the network stay
  /// results.
  bool isFolded(int32_t tensor) const {
    return shapes.isComputed(tensor) &&
           !llvm::is_contained(model.outputs(), tensor);
  }
  /// Whether the file leaves a dimension open that is known.
  bool hasDynamicShape(int32_t tensor) const {
    return Shape(model.tensor(tensor).signature) != shapes.shapeOf(tensor) &&
           !model.tensor(tensor).signature.empty();
  }
  /// Whether it is quantized with scales alone: zero points are 0 then, but the
  /// converter takes it as not quantized.
  bool lacksZeroPoints(int32_t tensor) const;
  /// Whether it is to have another table than that of the file.
  bool isChanged(int32_t tensor) const {
    return hasDynamicShape(tensor) || isFolded(tensor) ||
           lacksZeroPoints(tensor);
  }
  /// Whether the result of `op` is a constant.
  bool isLeftOut(const Operator &op) const {
    return op.outputs.size() == 1 && isFolded(op.outputs[0]);
  }
  void writeGraph(uint64_t place);
  void writeTensors(uint64_t place);
  void writeTensor(uint64_t place, int32_t index);
  void writeZeroPoints(uint64_t place, const Table &old);
  void writeOperators(uint64_t place);
  void writeOwn(uint64_t place, const Operator &op);
  void writeOptions(uint64_t place, const Operator &op);
  void writeCodes(uint64_t place);
  void writeBuffers(uint64_t place);
  /// A field of `table` as it is.
  static Field keep(const Table &table, unsigned field) {
    return Field::old(table.target(field));
  }

  const Model &model;
  const Shapes &shapes;
  StringRef contents;
  Prefix prefix;
  /// Contents of buffers behind those of the file.
  SmallVector<const std::string *> added;
};

} // namespace

bool Writer::lacksZeroPoints(int32_t tensor) const {
  Table quantization = model.graphTable().element(0, tensor).table(4);
  uint64_t scales = quantization.vector(2, 4).size;
  return scales > 0 && scales <= maxScales &&
         quantization.vector(3, 8).size == 0;
}

/// Of a fully connected layer without options all are 0; the converter crashes.
static bool lacksOptions(const Operator &op) {
  return op.code == Code::FullyConnected && !op.options;
}

bool Writer::isNeeded() const {
  for (int32_t index = 0; index < model.tensorCount(); ++index)
    if (isChanged(index))
      return true;
  return llvm::any_of(model.operators(), [&](const Operator &op) {
    return isOwn(model, op) || lacksOptions(op);
  });
}

std::string Writer::write() {
  const Table &root = model.rootTable();
  // Version, operator codes, graphs, description, buffers, buffers of metadata,
  // metadata, signatures.
  uint64_t table =
      prefix.addTable({Field::of(root.scalar<uint32_t>(0)), Field::later(),
                       Field::later(), keep(root, 3), Field::later(),
                       keep(root, 5), keep(root, 6), keep(root, 7)});
  writeCodes(Prefix::placeOf(table, 1));
  uint64_t count = root.vector(2, 4).size;
  uint64_t graphs = prefix.addReferences(count);
  prefix.point(Prefix::placeOf(table, 2), graphs);
  for (uint64_t index = 1; index < count; ++index)
    prefix.pointToOld(Prefix::placeOf(graphs, index),
                      root.element(2, index).position());
  writeGraph(Prefix::placeOf(graphs, 0));
  writeBuffers(Prefix::placeOf(table, 4));
  return prefix.finish(contents);
}

void Writer::writeGraph(uint64_t place) {
  const Table &graph = model.graphTable();
  // Tensors, inputs, outputs, operators, name.
  uint64_t table =
      prefix.addTable({Field::later(), keep(graph, 1), keep(graph, 2),
                       Field::later(), keep(graph, 4)});
  prefix.point(place, table);
  writeTensors(Prefix::placeOf(table, 0));
  writeOperators(Prefix::placeOf(table, 3));
}

void Writer::writeTensors(uint64_t place) {
  uint64_t tensors = prefix.addReferences(model.tensorCount());
  prefix.point(place, tensors);
  for (int32_t index = 0; index < model.tensorCount(); ++index) {
    uint64_t mine = Prefix::placeOf(tensors, index);
    if (isChanged(index))
      writeTensor(mine, index);
    else
      prefix.pointToOld(mine, model.graphTable().element(0, index).position());
  }
}

void Writer::writeTensor(uint64_t place, int32_t index) {
  Table old = model.graphTable().element(0, index);
  Shape shape = shapes.shapeOf(index);
  Field signature;
  if (!shapes.isStatic(index)) {
    signature = Field::later();
    for (int32_t &size : shape)
      size = size == -1 ? 1 : size;
  }
  uint32_t buffer = old.scalar<uint32_t>(2);
  if (isFolded(index)) {
    buffer = static_cast<uint32_t>(model.rootTable().vector(4, 4).size +
                                   added.size());
    added.push_back(&*shapes.computed(index));
  }
  // Shape, type, buffer, name, quantization, whether it is a variable,
  // sparsity, signature, whether it has a rank.
  bool hasOwnZeroPoints = lacksZeroPoints(index);
  uint64_t table = prefix.addTable(
      {Field::later(), Field::of(old.scalar<uint8_t>(1)), Field::of(buffer),
       keep(old, 3), hasOwnZeroPoints ? Field::later() : keep(old, 4),
       Field::of(old.scalar<uint8_t>(5)), keep(old, 6), signature,
       Field::of(old.scalar<uint8_t>(8))});
  prefix.point(place, table);
  uint64_t sizes = prefix.addNumbers(shape);
  prefix.point(Prefix::placeOf(table, 0), sizes);
  if (hasOwnZeroPoints)
    writeZeroPoints(Prefix::placeOf(table, 4), old.table(4));
  if (shapes.isStatic(index))
    return;
  uint64_t dynamic = prefix.addNumbers(shapes.shapeOf(index));
  prefix.point(Prefix::placeOf(table, 7), dynamic);
}

void Writer::writeZeroPoints(uint64_t place, const Table &old) {
  // Least, greatest, scales, zero points, two of other quantizations, axis.
  uint64_t table =
      prefix.addTable({keep(old, 0), keep(old, 1), keep(old, 2), Field::later(),
                       Field(), Field(), Field::of(old.scalar<uint32_t>(6))});
  prefix.point(place, table);
  uint64_t zeros = prefix.addZeros64(old.vector(2, 4).size);
  prefix.point(Prefix::placeOf(table, 3), zeros);
}

void Writer::writeOperators(uint64_t place) {
  SmallVector<const Operator *> kept;
  for (const Operator &op : model.operators())
    if (!isLeftOut(op))
      kept.push_back(&op);
  uint64_t operators = prefix.addReferences(kept.size());
  prefix.point(place, operators);
  for (auto [index, op] : llvm::enumerate(kept)) {
    uint64_t mine = Prefix::placeOf(operators, index);
    if (isOwn(model, *op))
      writeOwn(mine, *op);
    else if (lacksOptions(*op))
      writeOptions(mine, *op);
    else
      prefix.pointToOld(mine,
                        model.graphTable().element(3, op->index).position());
  }
}

void Writer::writeOwn(uint64_t place, const Operator &op) {
  Table old = model.graphTable().element(3, op.index);
  auto code = static_cast<uint32_t>(model.rootTable().vector(1, 4).size);
  // Code, inputs, outputs, type of options, options, custom options.
  uint64_t table =
      prefix.addTable({Field::of(code), Field::later(), keep(old, 2), Field(),
                       Field(), Field::later()});
  prefix.point(place, table);
  uint64_t inputs = prefix.addNumbers(operandsOfOwn(op));
  prefix.point(Prefix::placeOf(table, 1), inputs);
  uint64_t index = prefix.addBytes(llvm::utostr(op.index));
  prefix.point(Prefix::placeOf(table, 5), index);
}

void Writer::writeOptions(uint64_t place, const Operator &op) {
  Table old = model.graphTable().element(3, op.index);
  constexpr uint32_t fullyConnectedOptions = 8;
  uint64_t table = prefix.addTable(
      {Field::of(old.scalar<uint32_t>(0)), keep(old, 1), keep(old, 2),
       Field::of(fullyConnectedOptions), Field::later()});
  prefix.point(place, table);
  uint64_t options = prefix.addTable({});
  prefix.point(Prefix::placeOf(table, 4), options);
}

/// Behind the codes of the file comes that of what is converted here.
void Writer::writeCodes(uint64_t place) {
  const Table &root = model.rootTable();
  uint64_t count = root.vector(1, 4).size;
  uint64_t codes = prefix.addReferences(count + 1);
  prefix.point(place, codes);
  for (uint64_t index = 0; index < count; ++index)
    prefix.pointToOld(Prefix::placeOf(codes, index),
                      root.element(1, index).position());
  auto custom = static_cast<uint32_t>(Code::Custom);
  // The code of old, the name, the version, the code.
  uint64_t table = prefix.addTable(
      {Field::of(custom), Field::later(), Field::of(1), Field::of(custom)});
  prefix.point(Prefix::placeOf(codes, count), table);
  uint64_t name = prefix.addString(ownName);
  prefix.point(Prefix::placeOf(table, 1), name);
}

void Writer::writeBuffers(uint64_t place) {
  const Table &root = model.rootTable();
  uint64_t count = root.vector(4, 4).size;
  uint64_t buffers = prefix.addReferences(count + added.size());
  prefix.point(place, buffers);
  for (uint64_t index = 0; index < count; ++index)
    prefix.pointToOld(Prefix::placeOf(buffers, index),
                      root.element(4, index).position());
  for (auto [index, data] : llvm::enumerate(added)) {
    uint64_t table = prefix.addTable({Field::later()});
    prefix.point(Prefix::placeOf(buffers, count + index), table);
    uint64_t bytes = prefix.addBytes(*data);
    prefix.point(Prefix::placeOf(table, 0), bytes);
  }
}

std::optional<std::string> tflite::rewrite(const Model &model,
                                           StringRef contents) {
  Shapes shapes(model);
  Writer writer(model, shapes, contents);
  return writer.isNeeded() ? std::optional(writer.write()) : std::nullopt;
}
