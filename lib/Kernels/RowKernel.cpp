//===- RowKernel.cpp - A row kernel for every layer -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Kernels/RowKernel.h"
#include "Convolution/Frame.h"
#include "Layers.h"
#include "rtwmc/Streaming/Kernel.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace rtwmc;

/// The list of layers: each with the function that builds its kernel.
static void buildBody(KernelContext &context) {
  TypeSwitch<Operation *>(context.layer)
      .Case([&](Conv2DOp op) { buildConvolution(context, op); })
      .Case([&](DepthwiseConv2DOp op) { buildDepthwise(context, op); })
      .Case([&](MaxPool2DOp op) { buildMaxPool(context, op); })
      .Case([&](SumPool2DOp op) { buildSumPool(context, op); })
      .Case([&](ElementwiseOp op) { buildElementwise(context, op); })
      .Case([&](MatMulOp op) { buildMatMul(context, op); })
      .Case([&](ConcatOp op) { buildConcat(context, op); })
      .Case([&](GatherOp op) { buildGather(context, op); })
      .DefaultUnreachable("a layer without a kernel");
}

LogicalResult rtwmc::checkRowKernel(func::FuncOp kernel, const Core &core) {
  LayerOpInterface layer = getLayer(kernel);
  PoolAttr pool = layer.getFusedPool();
  planning::KernelShape shape = layer.getKernelShape();
  bool addsRows = shape.accumulatesRows() && shape.accumulatorBytes() == 0;
  bool hasSums = shape.isGlobalSum() || addsRows ||
                 (pool && pool.getReduction() == Reduction::Sum);
  if (getFinishedSums(kernel)
          ? !addsRows
          : getContinuedArgument(kernel) && !getPutColumns(kernel) && !hasSums)
    return layer->emitOpError("makes no sums that could go on");
  std::optional<ConvolutionFilters> convolution = getFilters(layer);
  if (!convolution)
    return success();
  if (runsByChannel(kernel)) {
    convolution->filters.areTogether = false;
    convolution->kernel = forOneChannel(convolution->kernel);
  }
  auto resolved =
      resolveVariant(convolution->kernel, convolution->filters, core);
  if (!resolved)
    return layer->emitOpError(llvm::toString(resolved.takeError()));
  return success();
}

bool rtwmc::canComputeColumns(func::FuncOp kernel) {
  LayerOpInterface layer = getLayer(kernel);
  if (!layer || runsByChannel(kernel) || computesStrip(kernel))
    return false;
  // Which columns a gather reads is its own business.
  planning::KernelShape shape = layer.getKernelShape();
  if (shape.takesRowsInTurn() || shape.kind == planning::KernelKind::Gather)
    return false;
  // Rows that are pruned each on its own are pruned, and read back, whole.
  PruneOp prune = getPrune(kernel);
  if (prune && prune.getPruned().getType().getUnit() == PruneUnit::Row)
    return false;
  return llvm::none_of(kernel.getArgumentTypes(), [](Type type) {
    auto pruned = dyn_cast<PrunedType>(type);
    return pruned &&
           (streamsByChannel(pruned) || pruned.getUnit() == PruneUnit::Row);
  });
}

func::FuncOp
rtwmc::buildRowKernel(KernelBuilder &builder, func::FuncOp kernel,
                      TypeRange memory,
                      function_ref<SmallVector<Value>(ValueRange)> view,
                      std::optional<int64_t> columns) {
  // Which step, which channel where the layer runs by channel, and which
  // columns of a row.
  bool byChannel = runsByChannel(kernel);
  SmallVector<Type> types(1 + byChannel + columns.has_value(),
                          builder.getI32Type());
  size_t numIndices = types.size();
  types.append(memory.begin(), memory.end());
  std::string name = kernel.getName().str();
  return builder.function(name + "_row", types, [&](ValueRange arguments) {
    Value channel = byChannel ? arguments[1] : Value();
    Value first = columns ? arguments[numIndices - 1] : Value();
    SmallVector<Value> views = view(arguments.drop_front(numIndices));
    KernelContext context{
        builder,      kernel,  getLayer(kernel),
        arguments[0], channel, {listStepBuffers(kernel), views},
        name,         first,   columns};
    buildBody(context);
  });
}
