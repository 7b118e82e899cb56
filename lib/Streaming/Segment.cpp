//===- Segment.cpp - Which kernels can be computed in strips --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/SplitStrips.h"

#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace rtwmc;

SmallVector<func::CallOp> rtwmc::listCalls(func::FuncOp network) {
  return llvm::to_vector(network.front().getOps<func::CallOp>());
}

/// Why the layer of `kernel` cannot be read, whatever its shape; null if it
/// can.
static const char *whyUnknown(func::FuncOp kernel) {
  LayerOpInterface layer = kernel ? getLayer(kernel) : LayerOpInterface();
  if (!layer)
    return "is no layer but loops of upstream's";
  if (computesStrip(kernel))
    return "is in strips already";
  if (!hasMapShape(layer->getResult(0).getType()))
    return "makes no map of 1xHxWxC";
  for (Value operand : layer->getOperands())
    if (!isa<BlockArgument>(operand) || !hasMapShape(operand.getType()))
      return "reads a map that is pruned, or not of 1xHxWxC";
  for (BlockArgument argument : kernel.getArguments())
    if (!llvm::is_contained(layer->getOperands(), argument))
      return "has an argument that its layer does not read";
  if (getPrune(kernel))
    return "makes a map that is pruned";
  // Programs that know their column would know that of the strip.
  auto program = dyn_cast<ElementwiseOp>(layer.getOperation());
  if (program && !program.getBody().getOps<ColumnOp>().empty())
    return "treats columns differently";
  return nullptr;
}

/// Whether `value` is an output of the network, by whatever name.
static bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    if (user->hasTrait<OpTrait::IsTerminator>())
      return true;
    return !isa<func::CallOp>(user) && user->getNumResults() == 1 &&
           isReturned(user->getResult(0));
  });
}

/// Reads the layer that `call` makes; `calls` are those whose maps are not from
/// outside. Returns why it cannot be in strips, without its name.
static std::string readLayer(func::CallOp call, ArrayRef<func::CallOp> calls,
                             planning::SegmentLayer &layer) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
  if (const char *problem = whyUnknown(kernel))
    return problem;
  LayerOpInterface op = getLayer(kernel);
  layer = {op.getKernelShape(), {}, op.countMacs()};
  for (Value operand : op->getOperands()) {
    Value map = call.getOperand(argumentOf(operand));
    Operation *producer = map.getDefiningOp();
    if (producer && !isa<func::CallOp>(producer))
      return "reads a map reshaped";
    const auto *inside = llvm::find(calls, producer);
    layer.inputs.push_back(
        {inside == calls.end() ? -1 : int(inside - calls.begin()),
         cast<RankedTensorType>(map.getType()).getDimSize(2)});
  }
  return "";
}

std::string Segment::read(ArrayRef<func::CallOp> all, size_t begin,
                          size_t end) {
  calls.assign(all.begin() + begin, all.begin() + end);
  layers.assign(calls.size(), {});
  for (auto [call, layer] : llvm::zip(calls, layers)) {
    bool isLast = call == calls.back();
    std::string problem = readLayer(call, calls, layer);
    if (problem.empty())
      problem = planning::whyNotInStrips(layer, isLast);
    if (!isLast && llvm::any_of(call->getUsers(), [&](Operation *user) {
          return !llvm::is_contained(calls, user);
        }))
      problem = "makes a map that is read outside of the segment";
    if (isLast && problem.empty() && !layer.finishesSums() &&
        isReturned(call.getResult(0)))
      problem = "makes an output of the network";
    if (!problem.empty())
      return "'" + call.getCallee().str() + "' " + problem;
  }
  return "";
}

std::vector<std::optional<planning::SegmentLayer>>
rtwmc::listSegmentLayers(ArrayRef<func::CallOp> calls) {
  std::vector<std::optional<planning::SegmentLayer>> layers;
  for (func::CallOp call : calls) {
    planning::SegmentLayer layer;
    bool isKnown = readLayer(call, calls, layer).empty();
    layers.push_back(isKnown ? std::optional(layer) : std::nullopt);
  }
  return layers;
}
