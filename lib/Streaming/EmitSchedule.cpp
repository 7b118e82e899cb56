//===- EmitSchedule.cpp - Steps in loops, on buffers of the arena ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Ports.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"
#include "rtwmc/Planning/PackedState.h"
#include "rtwmc/Planning/Schedule.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/MapSettings.h"
#include "rtwmc/Streaming/NetworkModel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

namespace {

class ScheduleEmitter {
public:
  ScheduleEmitter(NetworkModel &model, const planning::Plan &plan)
      : model(model), plan(plan), builder(model.function.getContext()) {}

  void emit();

private:
  /// Where the bytes of a map's rows are.
  Value mapBuffer(int map);
  /// A buffer for `bytes` plain bytes.
  Value bytesBuffer(const Twine &name, int64_t offset, int64_t bytes,
                    std::pair<int, int> live, bool isTransient = false,
                    bool isIntermittent = false);
  Value buffer(const Twine &name, int64_t offset, MemRefType type,
               std::pair<int, int> live, bool isTransient = false,
               bool isIntermittent = false);
  /// First and last step of a layer.
  std::pair<int, int> lifeOf(int layer) const;
  /// Values or bitmap of a packed map, which its producer and readers share.
  Value packedPart(BufferRole role, int map);
  Value stepBuffer(int layer, StepBuffer which);
  /// Bytes of the cursors, or of the row, of a reader of single rows.
  int64_t rowReaderBytes(int layer, int input);
  SmallVector<Value> operandsOf(int layer);
  void emitLoop(const planning::Loop &loop);
  void emitRun(const planning::Run &run, Value iteration, int64_t perIteration);
  void emitStep(int layer, Value index);
  /// Whether the caller gives what `layer` makes.
  bool readsRows(int layer);
  /// Finds the caller's memory for inputs, outputs and variables.
  void findPlaces(Block &body);
  /// Makes it the buffers of the maps that live there.
  void bindPlaces();
  /// Copies what is an output besides, and what becomes of variables.
  void copyOutputs();
  void copyTo(Value target, Value source);
  /// Where a map is after the last step.
  Value sourceOf(int map);
  scf::ForOp makeLoop(int64_t count) {
    Value from = constant(0), to = constant(count), by = constant(1);
    return scf::ForOp::create(builder, loc, from, to, by);
  }
  Value constant(int64_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI32IntegerAttr(value));
  }

  NetworkModel &model;
  const planning::Plan &plan;
  OpBuilder builder;
  Location loc = UnknownLoc::get(model.function.getContext());
  DenseMap<int, Value> buffers;
  /// The caller's memory; that of the variables last, in both the same. None of
  /// inputs that are read by rows.
  SmallVector<Value> inputs, outputs;
  /// The functions that give their rows, and the contexts of these, by map.
  DenseMap<int, std::pair<Value, Value>> readers;
  size_t numVariables = 0;
  DenseMap<std::pair<int, int>, Value> packedParts;
  SmallVector<SmallVector<Value>> operands;
};

/// A map in the caller's memory: all its rows.
MemRefType denseType(Value map) {
  RankedTensorType type = getMapType(map.getType());
  return MemRefType::get(type.getShape(), type.getElementType());
}

/// The last `rows` rows of a map.
MemRefType ringType(Value map, int64_t rows) {
  RankedTensorType type = getMapType(map.getType());
  if (rows == getRows(type))
    return denseType(map);
  SmallVector<int64_t> shape(type.getShape());
  shape[1] = rows;
  return MemRefType::get(shape, type.getElementType());
}

} // namespace

Value ScheduleEmitter::buffer(const Twine &name, int64_t offset,
                              MemRefType type, std::pair<int, int> live,
                              bool isTransient, bool isIntermittent) {
  SmallString<32> storage;
  return BufferOp::create(builder, loc, type, name.toStringRef(storage), offset,
                          live.first, live.second, isTransient, isIntermittent);
}

Value ScheduleEmitter::bytesBuffer(const Twine &name, int64_t offset,
                                   int64_t bytes, std::pair<int, int> live,
                                   bool isTransient, bool isIntermittent) {
  return buffer(name, std::max<int64_t>(offset, 0),
                MemRefType::get(bytes, builder.getI8Type()), live, isTransient,
                isIntermittent);
}

std::pair<int, int> ScheduleEmitter::lifeOf(int layer) const {
  int first = -1, last = -1;
  for (auto [position, step] : llvm::enumerate(plan.steps))
    if (step.layer == layer) {
      first = first < 0 ? position : first;
      last = position;
    }
  return {std::max(first, 0), std::max(last, 0)};
}

Value ScheduleEmitter::mapBuffer(int map) {
  Value &result = buffers[map];
  if (result)
    return result;
  const planning::Store &store = plan.stores[map];
  // An alias is another map's bytes under this map's type.
  const planning::Store &root =
      store.aliasOf >= 0 ? plan.stores[store.aliasOf] : store;
  return result = buffer(model.network.maps[map].name, store.offset,
                         ringType(model.values[map], store.rows),
                         {std::max(root.firstStep, 0), root.lastStep},
                         /*isTransient=*/false,
                         store.isOneOfMany(model.network.maps[map]));
}

Value ScheduleEmitter::packedPart(BufferRole role, int map) {
  Value &known = packedParts[{static_cast<int>(role), map}];
  if (known)
    return known;
  const planning::Store &store = plan.stores[map];
  bool isValues = role == BufferRole::Values;
  return known = bytesBuffer(
             model.network.maps[map].name + (isValues ? "_values" : "_bitmap"),
             isValues ? store.valuesOffset : store.bitmapOffset,
             isValues ? store.valuesBytes : store.bitmapBytes,
             {store.firstStep, store.lastStep},
             /*isTransient=*/false, store.isOneOfMany(model.network.maps[map]));
}

int64_t ScheduleEmitter::rowReaderBytes(int layer, int input) {
  func::FuncOp kernel = model.kernels[layer];
  if (!readsThroughCursors(kernel, input))
    return model.network.layers[layer].inputs[input].packedRowScratch;
  return planning::RowUnitReader{getKernelShape(kernel).kernelHeight}.room();
}

Value ScheduleEmitter::stepBuffer(int layer, StepBuffer which) {
  const planning::Layer &self = model.network.layers[layer];
  std::pair<int, int> live = lifeOf(layer);
  int map = which.input < 0 ? self.output : self.inputs[which.input].map;
  const planning::Store &store = plan.stores[map];
  bool byRow = store.unit() == PruneUnit::Row;
  auto own = [&](StringRef what, int64_t offset, int64_t bytes,
                 bool isTransient) {
    return bytesBuffer(self.name + "_" + what, offset, bytes, live,
                       isTransient);
  };
  switch (which.role) {
  case BufferRole::Rows:
    return mapBuffer(map);
  case BufferRole::Values:
  case BufferRole::Bitmap:
    return packedPart(which.role, map);
  case BufferRole::Cursors:
    if (byRow)
      return own("cursors", plan.packedScratchOffset[layer][which.input],
                 rowReaderBytes(layer, which.input), true);
    return own("cursors", plan.packedStateOffset[layer][which.input],
               self.inputs[which.input].packedState, false);
  case BufferRole::Window: {
    int64_t at = plan.packedScratchOffset[layer][which.input];
    if (!byRow)
      return own("window", at, self.inputs[which.input].packedScratch, true);
    int64_t before = rowReaderBytes(layer, which.input);
    return own("window", at + before,
               self.inputs[which.input].packedRowScratch - before, true);
  }
  case BufferRole::TinyBuffer:
    return own("buffer", store.bufferOffset, store.bufferBytes, byRow);
  case BufferRole::PrunerState:
    // A row that several steps fill is in it from the first to the last.
    return bytesBuffer(self.name + "_state", store.stateOffset,
                       store.stateBytes, live,
                       /*isTransient=*/byRow && self.packedOutputState == 0,
                       /*isIntermittent=*/byRow && self.packedOutputState > 0);
  case BufferRole::Pixel:
    return own("pixel", plan.packedOutputScratchOffset[layer],
               self.packedOutputScratch, true);
  case BufferRole::Accumulators:
    return own("accumulators", plan.stateOffset[layer], self.state, false);
  case BufferRole::Scratch:
    return own("scratch", plan.scratchOffset[layer], self.scratch, true);
  }
  llvm_unreachable("a role of no buffer");
}

bool ScheduleEmitter::readsRows(int layer) {
  LayerOpInterface op = getLayer(model.kernels[layer]);
  return op && isa<ReadRowsOp>(op.getOperation());
}

SmallVector<Value> ScheduleEmitter::operandsOf(int layer) {
  if (readsRows(layer))
    return {mapBuffer(model.network.layers[layer].output)};
  SmallVector<Value> result;
  for (StepBuffer buffer : listStepBuffers(model.kernels[layer]))
    result.push_back(stepBuffer(layer, buffer));
  return result;
}

void ScheduleEmitter::emitStep(int layer, Value index) {
  if (readsRows(layer)) {
    const planning::Layer &self = model.network.layers[layer];
    auto [callback, context] = readers.at(self.inputs[0].map);
    ReadRowOp::create(builder, model.kernels[layer].getLoc(), callback, context,
                      index, self.steps, operands[layer].front());
    return;
  }
  StepOp::create(builder, model.kernels[layer].getLoc(),
                 FlatSymbolRefAttr::get(model.kernels[layer]), index,
                 operands[layer]);
}

void ScheduleEmitter::emitRun(const planning::Run &run, Value iteration,
                              int64_t perIteration) {
  Value first = constant(run.firstStep);
  if (iteration) {
    Value advance = iteration;
    if (perIteration != 1)
      advance = arith::MulIOp::create(builder, loc, iteration,
                                      constant(perIteration));
    first = run.firstStep == 0
                ? advance
                : arith::AddIOp::create(builder, loc, advance, first);
  }
  if (run.count == 1)
    return emitStep(run.layer, first);
  scf::ForOp loop = makeLoop(run.count);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Value index =
      arith::AddIOp::create(builder, loc, first, loop.getInductionVar());
  emitStep(run.layer, index);
}

void ScheduleEmitter::emitLoop(const planning::Loop &loop) {
  DenseMap<int, int64_t> perIteration;
  for (const planning::Run &run : loop.body)
    perIteration[run.layer] += run.count;
  OpBuilder::InsertionGuard guard(builder);
  Value iteration;
  if (loop.tripCount > 1) {
    scf::ForOp op = makeLoop(loop.tripCount);
    builder.setInsertionPointToStart(op.getBody());
    iteration = op.getInductionVar();
  }
  for (const planning::Run &run : loop.body)
    emitRun(run, iteration, perIteration[run.layer]);
}

void ScheduleEmitter::findPlaces(Block &body) {
  SmallVector<VariableAttr> state = getState(model.function);
  StateLayout layout(state);
  numVariables = state.size();
  auto arguments = body.getArguments();
  ArrayRef<int> given = ArrayRef(model.inputs).drop_back(numVariables);
  if (getInputRows(model.function)) {
    for (int map : given) {
      readers[map] = {arguments[0], arguments[1]};
      arguments = arguments.drop_front(2);
    }
    inputs.resize(given.size());
  } else {
    llvm::append_range(inputs, arguments.take_front(given.size()));
    arguments = arguments.drop_front(given.size());
  }
  llvm::append_range(outputs,
                     arguments.take_front(model.outputs.size() - numVariables));
  for (auto [variable, offset] : llvm::zip(state, layout.offsets)) {
    ShapedType type = variable.getInitial().getType();
    Value at = arith::ConstantIndexOp::create(builder, loc, offset);
    Value view = memref::ViewOp::create(
        builder, loc, MemRefType::get(type.getShape(), type.getElementType()),
        arguments.back(), at, ValueRange());
    inputs.push_back(view);
    outputs.push_back(view);
  }
}

void ScheduleEmitter::bindPlaces() {
  for (auto [map, place] : llvm::zip(model.inputs, inputs))
    if (model.network.maps[map].residence == planning::Residence::External)
      buffers.try_emplace(map, place);
    else
      memref::CopyOp::create(builder, loc, place, mapBuffer(map));
  for (auto [map, place] : llvm::zip(model.outputs, outputs))
    if (model.network.maps[map].residence == planning::Residence::External &&
        model.network.isOutput(map))
      buffers.try_emplace(map, place);
}

Value ScheduleEmitter::sourceOf(int map) {
  // An input in the arena is gone by now.
  const int *input = llvm::find(model.inputs, map);
  return input != model.inputs.end() ? inputs[input - model.inputs.begin()]
                                     : mapBuffer(map);
}

void ScheduleEmitter::copyTo(Value target, Value source) {
  if (source == target)
    return;
  auto type = cast<MemRefType>(target.getType());
  if (source.getType() != type) {
    auto [strides, offset] = type.getStridesAndOffset();
    source = memref::ReinterpretCastOp::create(
        builder, loc, type, source, offset, type.getShape(), strides);
  }
  memref::CopyOp::create(builder, loc, source, target);
}

void ScheduleEmitter::copyOutputs() {
  size_t numOutputs = outputs.size() - numVariables;
  for (size_t i = 0; i < numOutputs; ++i)
    copyTo(outputs[i], sourceOf(model.outputs[i]));
  // Variables go last, for outputs may be what they were, and each after those
  // that become what it was.
  ArrayRef<int> before = ArrayRef(model.inputs).take_back(numVariables);
  ArrayRef<int> after = ArrayRef(model.outputs).take_back(numVariables);
  SmallVector<bool> done(numVariables, false);
  std::function<void(size_t)> copy = [&](size_t variable) {
    if (std::exchange(done[variable], true))
      return;
    for (size_t other = 0; other < numVariables; ++other)
      if (after[other] == before[variable])
        copy(other);
    copyTo(outputs[numOutputs + variable], sourceOf(after[variable]));
  };
  for (size_t variable = 0; variable < numVariables; ++variable)
    copy(variable);
}

void ScheduleEmitter::emit() {
  func::FuncOp old = model.function;
  auto arena = MemRefType::get(plan.arenaBytes, builder.getI8Type());
  SmallVector<VariableAttr> state = getState(old);
  SmallVector<Type> types;
  bool byRows = getInputRows(old).has_value();
  for (Value input : old.getArguments().drop_back(state.size()))
    if (byRows)
      types.append(2, LLVM::LLVMPointerType::get(old.getContext()));
    else
      types.push_back(denseType(input));
  OperandRange results = old.front().getTerminator()->getOperands();
  for (Value output : results.drop_back(state.size()))
    types.push_back(denseType(output));
  types.push_back(arena);
  if (!state.empty())
    types.push_back(
        MemRefType::get(StateLayout(state).bytes, builder.getI8Type()));
  auto type = builder.getFunctionType(types, {});
  builder.setInsertionPoint(old);
  loc = old.getLoc();
  auto network = func::FuncOp::create(builder, loc, old.getName(), type);
  network->setDiscardableAttrs(old->getDiscardableAttrDictionary());
  network->setAttr(arenaAlignAttrName,
                   builder.getI64IntegerAttr(plan.arenaAlign));
  Block *body = network.addEntryBlock();
  builder.setInsertionPointToStart(body);
  findPlaces(*body);
  bindPlaces();
  for (size_t layer = 0; layer < model.kernels.size(); ++layer)
    operands.push_back(operandsOf(layer));
  for (const planning::Loop &loop : planning::foldSteps(plan.steps))
    emitLoop(loop);
  copyOutputs();
  func::ReturnOp::create(builder, loc);
  old.erase();
  model.function = network;
}

void rtwmc::emitSchedule(NetworkModel &model, const planning::Plan &plan) {
  ScheduleEmitter(model, plan).emit();
  model.function->getParentOp()->removeAttr(mapsAttrName);
}
