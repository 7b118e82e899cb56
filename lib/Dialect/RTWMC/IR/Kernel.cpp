//===- Kernel.cpp - Functions around layers -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"

using namespace mlir;
using namespace rtwmc;

LayerOpInterface rtwmc::getLayer(FunctionOpInterface kernel) {
  if (kernel.isExternal())
    return {};
  for (Operation &op : kernel.getFunctionBody().front())
    if (auto layer = dyn_cast<LayerOpInterface>(op))
      return layer;
  return {};
}

/// The first `Op` of `kernel`; null if it has none.
template <typename Op> static Op findOp(FunctionOpInterface kernel) {
  if (kernel.isExternal())
    return {};
  auto ops = kernel.getFunctionBody().front().getOps<Op>();
  return ops.empty() ? Op() : *ops.begin();
}

PruneOp rtwmc::getPrune(FunctionOpInterface kernel) {
  return findOp<PruneOp>(kernel);
}

TakeColumnsOp rtwmc::getTakenColumns(FunctionOpInterface kernel,
                                     unsigned index) {
  for (Operation *user : kernel.getArgument(index).getUsers())
    if (auto take = dyn_cast<TakeColumnsOp>(user))
      return take;
  return {};
}

PutColumnsOp rtwmc::getPutColumns(FunctionOpInterface kernel) {
  return findOp<PutColumnsOp>(kernel);
}

FinishSumsOp rtwmc::getFinishedSums(FunctionOpInterface kernel) {
  return findOp<FinishSumsOp>(kernel);
}

std::optional<unsigned>
rtwmc::getContinuedArgument(FunctionOpInterface kernel) {
  Value into;
  if (PutColumnsOp put = getPutColumns(kernel))
    into = put.getInto();
  else if (auto add = findOp<AddSumsOp>(kernel))
    into = add.getInto();
  else if (FinishSumsOp finish = getFinishedSums(kernel))
    into = finish.getInto();
  auto argument = dyn_cast_if_present<BlockArgument>(into);
  if (!argument)
    return std::nullopt;
  return argument.getArgNumber();
}

bool rtwmc::computesStrip(FunctionOpInterface kernel) {
  return findOp<TakeColumnsOp>(kernel) || findOp<PutColumnsOp>(kernel) ||
         findOp<AddSumsOp>(kernel) || getFinishedSums(kernel);
}

unsigned rtwmc::argumentOf(Value input) {
  if (auto unprune = input.getDefiningOp<UnpruneOp>())
    input = unprune.getPruned();
  else if (auto take = input.getDefiningOp<TakeColumnsOp>())
    input = take.getMap();
  return cast<BlockArgument>(input).getArgNumber();
}

planning::KernelShape rtwmc::getKernelShape(FunctionOpInterface kernel) {
  planning::KernelShape shape = getLayer(kernel).getKernelShape();
  shape.holdsInputRows = kernel->hasAttr(holdsInputRowsAttrName);
  shape.holdsInputWindow = kernel->hasAttr(holdsInputWindowAttrName);
  shape.holdsOutputRow = kernel->hasAttr(holdsOutputRowAttrName);
  return shape;
}

bool rtwmc::readsThroughCursors(FunctionOpInterface kernel, unsigned index) {
  auto pruned = cast<PrunedType>(kernel.getArgumentTypes()[index]);
  return getKernelShape(kernel).readsThroughCursors(
      describeShape(getMapType(pruned)), pruned.getOrder());
}

bool rtwmc::holdsOutputRow(FunctionOpInterface kernel) {
  return getKernelShape(kernel).prunesRows();
}

RankedTensorType rtwmc::getMapType(Type type) {
  if (auto pruned = dyn_cast<PrunedType>(type))
    return RankedTensorType::get(pruned.getShape(), pruned.getElementType());
  return cast<RankedTensorType>(type);
}

SmallVector<StepBuffer> rtwmc::listStepBuffers(FunctionOpInterface kernel) {
  LayerOpInterface layer = getLayer(kernel);
  bool needsPatch = layer && layer.needsPatch();
  SmallVector<StepBuffer> buffers;
  for (auto [index, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    auto add = [&](BufferRole role) {
      buffers.push_back({role, static_cast<int>(index)});
    };
    if (!isa<PrunedType>(type)) {
      add(BufferRole::Rows);
      continue;
    }
    add(BufferRole::Values);
    add(BufferRole::Bitmap);
    add(BufferRole::Cursors);
    // Windows that are gathered have their place anyway.
    if (layer && !needsPatch && readsThroughCursors(kernel, index))
      add(BufferRole::Window);
  }
  if (getPrune(kernel)) {
    for (BufferRole role : {BufferRole::Values, BufferRole::Bitmap,
                            BufferRole::TinyBuffer, BufferRole::PrunerState})
      buffers.push_back({role});
    // A row that is pooled is pruned as a whole, where it was pooled.
    if (!layer.getFusedPool())
      buffers.push_back({BufferRole::Pixel});
  } else {
    buffers.push_back({BufferRole::Rows});
  }
  if (layer && layer.getKernelShape().accumulatorBytes() > 0)
    buffers.push_back({BufferRole::Accumulators});
  auto lowered = kernel->getAttrOfType<IntegerAttr>(scratchAttrName);
  bool hasScratch = layer && layer.getKernelShape().scratch > 0;
  if (needsPatch || hasScratch || (lowered && lowered.getInt() > 0))
    buffers.push_back({BufferRole::Scratch});
  return buffers;
}
