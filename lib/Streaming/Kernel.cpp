//===- Kernel.cpp - Kernels as the planner sees them ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"

using namespace mlir;
using namespace rtwmc;

func::FuncOp rtwmc::findNetwork(ModuleOp module) {
  func::FuncOp found;
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (function.isDeclaration() || function.isPrivate())
      continue;
    if (found)
      return {};
    found = function;
  }
  return found;
}

BlockArgument rtwmc::getArena(func::FuncOp network) {
  bool hasState = !getState(network).empty();
  return network.getArgument(network.getNumArguments() - (hasState ? 2 : 1));
}

int64_t rtwmc::getElementBytes(ShapedType type) {
  auto element = RankedTensorType::get({1}, type.getElementType());
  return describeShape(element).elementBytes;
}

bool rtwmc::hasMapShape(Type type) {
  auto map = dyn_cast<RankedTensorType>(type);
  return map && map.getRank() == 4 && map.getDimSize(0) == 1;
}

int64_t rtwmc::getRows(RankedTensorType type) {
  return describeShape(type).height;
}

int64_t rtwmc::getRowBytes(RankedTensorType type) {
  return describeShape(type).rowBytes();
}

planning::Map rtwmc::describeMap(RankedTensorType type, StringRef name) {
  return planning::makeMap(name.str(), describeShape(type));
}

bool rtwmc::streamsByChannel(RankedTensorType type, StreamOrder order) {
  return describeShape(type).streamsByChannel(order);
}

bool rtwmc::streamsByChannel(PrunedType type) {
  return streamsByChannel(getMapType(type), type.getOrder());
}

bool rtwmc::runsByChannel(func::FuncOp kernel) {
  PruneOp prune = getPrune(kernel);
  return prune &&
         streamsByChannel(cast<PrunedType>(prune.getPruned().getType()));
}

int64_t rtwmc::countCallsPerStep(func::FuncOp kernel) {
  if (!runsByChannel(kernel))
    return 1;
  LayerOpInterface layer = getLayer(kernel);
  auto output = cast<RankedTensorType>(layer->getResult(0).getType());
  return output.getDimSize(3) * layer.getPassSteps();
}

int64_t rtwmc::getRankBytes(RankedTensorType type) {
  return describeShape(type).rankBytes();
}

planning::Layer rtwmc::describeKernel(func::FuncOp kernel,
                                      ArrayRef<bool> isReshaped,
                                      StreamOrder order) {
  auto orderOf = [&](Type type) {
    auto pruned = dyn_cast<PrunedType>(type);
    return pruned ? pruned.getOrder() : order;
  };
  LayerOpInterface layer = getLayer(kernel);
  std::optional<unsigned> continued = getContinuedArgument(kernel);
  SmallVector<planning::KernelInput> inputs;
  for (auto [type, reshaped] : llvm::zip(kernel.getArgumentTypes(), isReshaped))
    if (inputs.size() != continued)
      inputs.push_back(
          {describeShape(getMapType(type)), reshaped, orderOf(type)});
  planning::Layer result;
  if (layer)
    result = planning::describeKernel(getKernelShape(kernel), inputs,
                                      orderOf(kernel.getResultTypes()[0]));
  else
    for (const planning::KernelInput &input : inputs)
      result.inputs.push_back({-1, {0, 0, input.shape.height}});
  if (computesStrip(kernel))
    result.whenPacked.clear();
  if (getPutColumns(kernel))
    result.inPlace = -1;
  if (continued) {
    // It is the last argument. Whoever reads it waits for all of it. Sums that
    // are finished become a map of their own.
    result.goesOn = !getFinishedSums(kernel);
    result.inPlace = result.goesOn ? static_cast<int>(*continued) : -1;
    RankedTensorType map = getMapType(kernel.getArgumentTypes()[*continued]);
    result.inputs.push_back({-1, {0, 0, getRows(map)}});
  }
  result.name = kernel.getName().str();
  return result;
}
