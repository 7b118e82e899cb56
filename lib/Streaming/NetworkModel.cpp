//===- NetworkModel.cpp - A module as the planner sees it -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/NetworkModel.h"
#include "WhyNotPackable.h"
#include "rtwmc/Dialect/RTWMC/IR/Ports.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/MapSettings.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace rtwmc;

/// The map behind `value`: reshapes are other names for the same bytes.
static Value rootOf(Value value) {
  while (auto reshape = value.getDefiningOp<tosa::ReshapeOp>())
    value = reshape.getInput1();
  return value;
}

/// Adds `value` as a map and returns its index.
static int addMap(NetworkModel &model, Value value, StringRef name) {
  model.network.maps.push_back(describeMap(getMapType(value.getType()), name));
  model.values.push_back(value);
  model.zeroPoints.emplace_back();
  return model.network.maps.size() - 1;
}

/// Adds the layer behind `call`, and the map it writes.
static LogicalResult addLayer(NetworkModel &model, func::CallOp call,
                              DenseMap<Value, int> &mapOf, StreamOrder order) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
  if (!kernel || !isKernel(kernel) || kernel.isDeclaration() ||
      call.getNumResults() != 1)
    return call.emitOpError("expects a kernel with a body and one result");
  SmallVector<bool> reshaped;
  for (Value operand : call.getOperands())
    reshaped.push_back(rootOf(operand) != operand);
  planning::Layer layer = describeKernel(kernel, reshaped, order);
  if (!getLayer(kernel)) {
    auto scratch = kernel->getAttrOfType<IntegerAttr>(scratchAttrName);
    if (!scratch)
      return kernel.emitError("expects a kernel that was lowered");
    layer.scratch = scratch.getInt();
    layer.scratchAlign = scratchAlign;
  }
  for (auto [input, operand] : llvm::zip(layer.inputs, call.getOperands())) {
    auto found = mapOf.find(rootOf(operand));
    if (found == mapOf.end())
      return call.emitOpError("reads a value that no kernel wrote");
    input.map = found->second;
    if (input.window.stride == 0)
      input.window.extent = model.network.maps[input.map].rows;
  }
  layer.output = addMap(model, call.getResult(0), layer.name);
  if (LayerOpInterface op = getLayer(kernel))
    model.zeroPoints.back() = op.getWrittenZeroPoint();
  mapOf[call.getResult(0)] = layer.output;
  for (planning::Layer &packed : layer.whenPacked) {
    packed.name = layer.name;
    packed.output = layer.output;
    for (auto [input, other] : llvm::zip(packed.inputs, layer.inputs)) {
      input.map = other.map;
      input.window.extent = model.network.maps[input.map].rows;
    }
  }
  model.network.layers.push_back(layer);
  model.kernels.push_back(kernel);
  return success();
}

/// Whether a kernel reads `value`, by whatever name.
static bool isRead(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    return isa<func::CallOp>(user) ||
           (isa<tosa::ReshapeOp>(user) && isRead(user->getResult(0)));
  });
}

/// The first reader of `value`, by whatever name: a call or the terminator.
static Operation *firstReader(Value value) {
  for (Operation *user : value.getUsers())
    if (!isa<tosa::ReshapeOp>(user))
      return user;
    else if (Operation *reader = firstReader(user->getResult(0)))
      return reader;
  return nullptr;
}

/// Why `op`, a `prune` or an `unprune`, is in no kernel: only layers make and
/// read pruned maps.
static std::string whyOutside(Operation *op) {
  constexpr StringLiteral noLayer = ", which is no layer but loops of "
                                    "upstream's";
  bool isMade = isa<PruneOp>(op);
  Value map = isMade ? op->getOperand(0) : op->getResult(0);
  auto call = isMade ? rootOf(map).getDefiningOp<func::CallOp>()
                     : dyn_cast_or_null<func::CallOp>(firstReader(map));
  if (!call)
    return isMade ? "it is the network's input" : "it is the network's output";
  std::string name = "'" + call.getCallee().str() + "'";
  if (!isMade && !llvm::is_contained(map.getUsers(), call))
    return name + " reads it reshaped, and so as a whole";
  return name + (isMade ? " makes it" : " reads it") + noLayer.str();
}

/// Adds the network's arguments as maps. Of those that are read by rows there
/// is nothing but what `read_rows` makes of them.
static void addInputs(NetworkModel &model, InputPlace place,
                      DenseMap<Value, int> &mapOf) {
  planning::Network &network = model.network;
  SmallVector<VariableAttr> state = getState(model.function);
  unsigned numInputs = model.function.getNumArguments() - state.size();
  for (BlockArgument argument : model.function.getArguments()) {
    unsigned index = argument.getArgNumber();
    bool isState = index >= numInputs;
    std::string name = "input";
    if (isState)
      name = state[index - numInputs].getName();
    else if (numInputs > 1)
      name += std::to_string(index);
    int map = mapOf[argument] = addMap(model, argument, name);
    model.inputs.push_back(map);
    // What no kernel reads need not be in the arena.
    if (place != InputPlace::Arena || isState || !isRead(argument))
      network.maps[map].residence = planning::Residence::External;
    if (network.inputMap < 0)
      network.inputMap = map;
    else
      network.moreInputs.push_back(map);
  }
}

/// Finds out which maps the network's results are. What becomes of the state
/// is in the arena until the old state is read no more.
static LogicalResult addOutputs(NetworkModel &model,
                                const DenseMap<Value, int> &mapOf) {
  planning::Network &network = model.network;
  Operation *terminator = model.function.front().getTerminator();
  size_t numOutputs =
      terminator->getNumOperands() - getState(model.function).size();
  for (auto [index, result] : llvm::enumerate(terminator->getOperands())) {
    // All that a network holds are calls, and reshapes.
    int map = mapOf.at(rootOf(result));
    model.outputs.push_back(map);
    if (network.isInput(map) || network.isOutput(map))
      continue;
    if (index < numOutputs)
      network.maps[map].residence = planning::Residence::External;
    if (network.outputMap < 0)
      network.outputMap = map;
    else
      network.moreOutputs.push_back(map);
  }
  if (network.outputMap < 0)
    return model.function.emitError("the network computes nothing");
  return success();
}

/// Checks that variables can be set one after the other: none becomes what
/// another was that becomes, in the end, what it was.
static LogicalResult checkState(NetworkModel &model) {
  SmallVector<VariableAttr> state = getState(model.function);
  ArrayRef<int> before = ArrayRef(model.inputs).take_back(state.size());
  ArrayRef<int> after = ArrayRef(model.outputs).take_back(state.size());
  for (size_t first = 0; first < state.size(); ++first) {
    size_t at = first;
    for (size_t i = 0; i < state.size(); ++i) {
      const int *source = llvm::find(before, after[at]);
      if (source == before.end() || size_t(source - before.begin()) == at)
        break;
      at = source - before.begin();
      if (at == first)
        return model.function.emitError("variables exchange their values, '")
               << state[first].getName() << "' among them: this cannot be done "
               << "in place";
    }
  }
  return success();
}

/// Finds out which maps may be pruned, and what their zero is.
static void findPackable(NetworkModel &model, StreamOrder order) {
  planning::Network &network = model.network;
  std::vector<planning::KernelTraits> traits;
  for (auto [layer, kernel] : llvm::zip(network.layers, model.kernels)) {
    LayerOpInterface op = getLayer(kernel);
    if (!op) {
      traits.emplace_back();
      continue;
    }
    planning::KernelShape shape = op.getKernelShape();
    // Nothing that lies among other columns is packed.
    bool isWhole = !computesStrip(kernel);
    traits.push_back({isWhole && shape.canPrune(order),
                      isWhole && shape.canReadPacked(order),
                      shape.repeatsRows()});
    auto &zero = model.zeroPoints[layer.output];
    auto zeroOf = [&](const planning::Input &input) {
      return model.zeroPoints[input.map];
    };
    if (op.keepsZeroPoint() && !zero &&
        llvm::all_equal(llvm::map_range(layer.inputs, zeroOf)))
      zero = zeroOf(layer.inputs[0]);
    for (auto [index, input] : llvm::enumerate(layer.inputs))
      if (!model.zeroPoints[input.map] && index != getContinuedArgument(kernel))
        model.zeroPoints[input.map] = op.getReadZeroPoint();
  }
  std::vector<bool> prunable;
  for (auto [zero, value] : llvm::zip(model.zeroPoints, model.values)) {
    if (auto pruned = dyn_cast<PrunedType>(value.getType()))
      zero = pruned.getZero();
    RankedTensorType type = getMapType(value.getType());
    bool hasOrder = order == StreamOrder::NHWC || hasMapShape(type);
    prunable.push_back(zero.has_value() && hasOrder);
  }
  planning::findPackable(network, traits, prunable, order);
}

/// Takes over the settings of maps that `module` has.
static LogicalResult readSettings(NetworkModel &model, ModuleOp module,
                                  StreamOrder order) {
  FailureOr<SmallVector<MapSettings>> settings = getMapSettings(module);
  if (failed(settings))
    return failure();
  model.tauQ.resize(model.values.size());
  model.lostEnergy.resize(model.values.size());
  if (llvm::any_of(*settings, [](const auto &map) { return map.drop; }))
    model.pinned.emplace();
  SmallVector<StringRef> names;
  for (const planning::Layer &layer : model.network.layers)
    names.push_back(layer.name);
  for (const MapSettings &each : *settings) {
    auto emit = [&] {
      return emitError(UnknownLoc::get(module.getContext()))
             << (each.lostEnergy.empty() ? "plan: map '" : "calibration: map '")
             << each.name << "': ";
    };
    const auto *found = llvm::find(names, each.name);
    if (found == names.end())
      return emit() << "the network has no such map; it has "
                    << llvm::join(names, ", ");
    int index = model.network.layers[found - names.begin()].output;
    model.tauQ[index] = each.tauQ;
    model.lostEnergy[index] = each.lostEnergy;
    if (each.drop.value_or(0) == 0)
      continue;
    const planning::Map &map = model.network.maps[index];
    if (!map.canPack(each.unit))
      return emit() << "it cannot be pruned: "
                    << whyNotPackable(model, index, each.unit, order);
    int64_t elements = map.elements(each.unit);
    if (*each.drop > elements)
      return emit() << "it cannot drop " << *each.drop << " of its " << elements
                    << " elements"
                    << (each.unit == PruneUnit::Row ? " in a row" : "");
    model.pinned->push_back({index, *each.drop, each.unit,
                             std::min(each.batch.value_or(0), elements)});
  }
  return success();
}

/// Elements of the tiny buffer of `map`, which the module prunes itself.
static int64_t givenBatch(const NetworkModel &model, int map) {
  for (auto [layer, kernel] : llvm::zip(model.network.layers, model.kernels))
    if (PruneOp prune = layer.output == map ? getPrune(kernel) : PruneOp())
      return prune.getPruned().getType().getBufferBytes(prune.getBatch());
  return 0;
}

FailureOr<NetworkModel> NetworkModel::get(ModuleOp module, InputPlace place,
                                          StreamOrder order) {
  NetworkModel model;
  model.function = findNetwork(module);
  if (!model.function || model.function.getNumArguments() == 0 ||
      model.function.getNumResults() == 0 ||
      getState(model.function).size() >=
          std::min(model.function.getNumArguments(),
                   model.function.getNumResults()) ||
      model.function.getBody().getBlocks().size() != 1)
    return module.emitError("expects one network with inputs, outputs and one "
                            "block");
  std::optional<SmallVector<int64_t>> rows = getInputRows(model.function);
  size_t numInputs =
      model.function.getNumArguments() - getState(model.function).size();
  if (rows.has_value() != (place == InputPlace::Rows) ||
      (rows && rows->size() != numInputs))
    return model.function.emitError("with input=")
           << spell(place) << " expects "
           << (place == InputPlace::Rows
                   ? "a network that asks for the rows of each of its inputs "
                     "(rtwmc-read-rows)"
                   : "a network whose inputs are memory");
  DenseMap<Value, int> mapOf;
  addInputs(model, place, mapOf);

  for (Operation &op : model.function.front().without_terminator()) {
    if (isa<tosa::ReshapeOp, tosa::ConstShapeOp>(op))
      continue;
    if (isa<PruneOp, UnpruneOp>(op))
      return op.emitError("this map cannot be pruned: ") << whyOutside(&op);
    auto call = dyn_cast<func::CallOp>(op);
    if (!call)
      return op.emitOpError("expects only calls of kernels in a network");
    if (failed(addLayer(model, call, mapOf, order)))
      return failure();
  }
  if (failed(addOutputs(model, mapOf)) || failed(checkState(model)))
    return failure();
  findPackable(model, order);
  for (auto [index, value] : llvm::enumerate(model.values))
    if (auto pruned = dyn_cast<PrunedType>(value.getType())) {
      if (!model.network.maps[index].canPack(pruned.getUnit()))
        return emitError(value.getLoc(), "this map cannot be pruned: ")
               << whyNotPackable(model, index, pruned.getUnit(), order);
      model.packings.push_back({static_cast<int>(index), pruned.getDrop(),
                                pruned.getUnit(), givenBatch(model, index)});
    }
  if (failed(readSettings(model, module, order)))
    return failure();
  return model;
}

LogicalResult rtwmc::insertPruning(NetworkModel &model,
                                   const planning::Plan &plan,
                                   const StreamOptions &options) {
  for (auto [layer, kernel] : llvm::zip(model.network.layers, model.kernels))
    if (PruneOp prune = getPrune(kernel))
      if (std::optional<int64_t> tauQ = model.tauQ[layer.output])
        prune.setTauQ(*tauQ);
  SmallVector<int> packed;
  for (auto [index, store] : llvm::enumerate(plan.stores))
    if (store.isPacked() && !isa<PrunedType>(model.values[index].getType()))
      packed.push_back(index);
  SmallVector<int64_t> thresholds = options.tauQ;
  if (thresholds.empty())
    thresholds.push_back(1);
  if (thresholds.size() != 1 && thresholds.size() != packed.size() &&
      !packed.empty())
    return model.function.emitError("expects one threshold or one for each of ")
           << packed.size() << " pruned maps, got " << thresholds.size();
  OpBuilder builder(model.function.getContext());
  for (auto [position, map] : llvm::enumerate(packed)) {
    const planning::Store &store = plan.stores[map];
    auto dense = cast<RankedTensorType>(model.values[map].getType());
    auto typeOf = [&](RankedTensorType type) {
      return PrunedType::get(type, store.drop, *model.zeroPoints[map],
                             options.order, store.unit());
    };
    PrunedType pruned = typeOf(dense);
    int64_t tauQ = model.tauQ[map].value_or(
        thresholds[thresholds.size() == 1 ? 0 : position]);
    model.values[map].setType(pruned);
    for (auto [layer, kernel] :
         llvm::zip(model.network.layers, model.kernels)) {
      Block &body = kernel.front();
      if (layer.output == map) {
        Operation *terminator = body.getTerminator();
        builder.setInsertionPoint(terminator);
        Value value = terminator->getOperand(0);
        auto prune = PruneOp::create(builder, value.getLoc(), pruned,
                                     builder.getIndexType(), value, store.drop,
                                     store.bufferBytes, tauQ, options.policy);
        terminator->setOperand(0, prune.getPruned());
      }
      for (auto [index, input] : llvm::enumerate(layer.inputs)) {
        if (input.map != map)
          continue;
        BlockArgument argument = body.getArgument(index);
        Type read = argument.getType();
        argument.setType(pruned);
        builder.setInsertionPointToStart(&body);
        // A reshaped argument keeps its own shape.
        argument.setType(typeOf(cast<RankedTensorType>(read)));
        auto unprune =
            UnpruneOp::create(builder, argument.getLoc(), read, argument);
        argument.replaceAllUsesExcept(unprune.getMap(), unprune);
      }
      kernel.setType(builder.getFunctionType(
          body.getArgumentTypes(), body.getTerminator()->getOperandTypes()));
    }
  }
  model.network = planning::networkAsRun(model.network, plan);
  return success();
}
