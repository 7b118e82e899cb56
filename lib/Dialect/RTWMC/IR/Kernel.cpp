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

PruneOp rtwmc::getPrune(FunctionOpInterface kernel) {
  if (kernel.isExternal())
    return {};
  auto prunes = kernel.getFunctionBody().front().getOps<PruneOp>();
  return prunes.empty() ? PruneOp() : *prunes.begin();
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
    if (layer && layer.readsThroughCursors() && !needsPatch)
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
  if (layer && layer.getKernelShape().accumulatesRows())
    buffers.push_back({BufferRole::Accumulators});
  auto lowered = kernel->getAttrOfType<IntegerAttr>(scratchAttrName);
  bool hasScratch = layer && layer.getKernelShape().scratch > 0;
  if (needsPatch || hasScratch || (lowered && lowered.getInt() > 0))
    buffers.push_back({BufferRole::Scratch});
  return buffers;
}
