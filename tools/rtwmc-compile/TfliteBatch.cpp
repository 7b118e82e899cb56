//===- TfliteBatch.cpp - A model with a batch of 1 ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The converter does not get through shapes that are computed. New tables of
// the model, its graph and the tensors that changed are put before the file,
// all else they take from it.
//
//===----------------------------------------------------------------------===//

#include "FlatbufferPrefix.h"
#include "TfliteShapes.h"

#include "llvm/ADT/STLExtras.h"

using namespace rtwmc;
using namespace rtwmc::tflite;
using flatbuffer::Prefix;
using flatbuffer::Table;
using llvm::SmallVector;
using llvm::StringRef;
using Field = Prefix::Field;

namespace {

/// Writes the new tables.
class Writer {
public:
  Writer(const Model &model, const Shapes &shapes, StringRef contents)
      : model(model), shapes(shapes), contents(contents),
        prefix(contents.substr(4, 4)) {}

  std::string write();

private:
  /// Whether the tensor becomes a constant. Outputs of the network stay
  /// results.
  bool isFolded(int32_t tensor) const {
    return tensor >= 0 && shapes.computed(tensor) &&
           !llvm::is_contained(model.outputs(), tensor);
  }
  /// Whether it is to have another table than that of the file.
  bool isChanged(int32_t tensor) const {
    return !model.tensor(tensor).signature.empty() || isFolded(tensor);
  }
  /// Whether the result of `op` is a constant.
  bool isLeftOut(const Operator &op) const {
    return op.outputs.size() == 1 && isFolded(op.outputs[0]);
  }
  void writeGraph(uint64_t place);
  void writeTensors(uint64_t place);
  void writeTensor(uint64_t place, int32_t index);
  void writeOperators(uint64_t place);
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

std::string Writer::write() {
  const Table &root = model.rootTable();
  // Version, operator codes, graphs, description, buffers, buffers of metadata,
  // metadata, signatures.
  uint64_t table =
      prefix.addTable({Field::of(root.scalar<uint32_t>(0)), keep(root, 1),
                       Field::later(), keep(root, 3), Field::later(),
                       keep(root, 5), keep(root, 6), keep(root, 7)});
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
  uint64_t table = prefix.addTable(
      {Field::later(), Field::of(old.scalar<uint8_t>(1)), Field::of(buffer),
       keep(old, 3), keep(old, 4), Field::of(old.scalar<uint8_t>(5)),
       keep(old, 6), signature, Field::of(old.scalar<uint8_t>(8))});
  prefix.point(place, table);
  uint64_t sizes = prefix.addNumbers(shape);
  prefix.point(Prefix::placeOf(table, 0), sizes);
  if (shapes.isStatic(index))
    return;
  uint64_t dynamic = prefix.addNumbers(shapes.shapeOf(index));
  prefix.point(Prefix::placeOf(table, 7), dynamic);
}

void Writer::writeOperators(uint64_t place) {
  SmallVector<uint64_t> kept;
  for (const Operator &op : model.operators())
    if (!isLeftOut(op))
      kept.push_back(model.graphTable().element(3, op.index).position());
  uint64_t operators = prefix.addReferences(kept.size());
  prefix.point(place, operators);
  for (auto [index, position] : llvm::enumerate(kept))
    prefix.pointToOld(Prefix::placeOf(operators, index), position);
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

std::optional<std::string> tflite::fixBatch(const Model &model,
                                            StringRef contents) {
  bool isDynamic = llvm::any_of(model.inputs(), [&](int32_t input) {
    Tensor tensor = model.tensor(input);
    return !tensor.signature.empty() && tensor.signature.front() == -1;
  });
  if (!isDynamic)
    return std::nullopt;
  Shapes shapes(model);
  return Writer(model, shapes, contents).write();
}
