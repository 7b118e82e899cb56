//===- Kernel.cpp - What the planner must know of a kernel ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/Kernel.h"

#include "llvm/ADT/TypeSwitch.h"

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

bool rtwmc::isLayer(Operation *op) {
  return isa<Conv2DOp, DepthwiseConv2DOp, MaxPool2DOp, SumPool2DOp,
             ElementwiseOp>(op);
}

Operation *rtwmc::getLayer(func::FuncOp kernel) {
  for (Operation &op : kernel.front())
    if (isLayer(&op))
      return &op;
  return nullptr;
}

PruneOp rtwmc::getPrune(func::FuncOp kernel) {
  auto prunes = kernel.front().getOps<PruneOp>();
  return prunes.empty() ? PruneOp() : *prunes.begin();
}

RankedTensorType rtwmc::getMapType(Type type) {
  if (auto pruned = dyn_cast<PrunedType>(type))
    return RankedTensorType::get(pruned.getShape(), pruned.getElementType());
  return cast<RankedTensorType>(type);
}

int64_t rtwmc::getRows(RankedTensorType type) {
  return type.getRank() == 4 && type.getDimSize(0) == 1 ? type.getDimSize(1)
                                                        : 1;
}

int64_t rtwmc::getRowBytes(RankedTensorType type) {
  // One bit still takes a byte of memory.
  int64_t elementBytes = (type.getElementTypeBitWidth() + 7) / 8;
  return type.getNumElements() / getRows(type) * elementBytes;
}

bool rtwmc::streamsByChannel(RankedTensorType type, StreamOrder order) {
  if (order != StreamOrder::NCHW || type.getRank() != 4)
    return false;
  int64_t channels = type.getDimSize(3);
  return channels > 1 && type.getNumElements() > channels;
}

bool rtwmc::streamsByChannel(PrunedType type) {
  return streamsByChannel(getMapType(type), type.getOrder());
}

bool rtwmc::runsByChannel(func::FuncOp kernel) {
  PruneOp prune = getPrune(kernel);
  return prune &&
         streamsByChannel(cast<PrunedType>(prune.getPruned().getType()));
}

bool rtwmc::mixesChannels(Operation *layer) { return isa<Conv2DOp>(layer); }

int64_t rtwmc::getRankBytes(RankedTensorType type) {
  return type.getNumElements() < (1 << 16) ? 2 : 4;
}

namespace {

/// How windows lie over an input.
struct WindowShape {
  int64_t kernelHeight = 1, kernelWidth = 1;
  int64_t strideHeight = 1;
  int64_t dilationHeight = 1, dilationWidth = 1;
  ArrayRef<int64_t> pad;
};

WindowShape getWindowShape(Operation *layer) {
  auto convolution = [](auto op, int64_t height, int64_t width) {
    return WindowShape{height,
                       width,
                       op.getStride()[0],
                       op.getDilation()[0],
                       op.getDilation()[1],
                       op.getPad()};
  };
  auto pooling = [](auto op) {
    return WindowShape{
        op.getKernel()[0], op.getKernel()[1], op.getStride()[0], 1, 1,
        op.getPad()};
  };
  static const int64_t none[4] = {0, 0, 0, 0};
  return TypeSwitch<Operation *, WindowShape>(layer)
      .Case([&](Conv2DOp op) {
        auto weight = cast<RankedTensorType>(op.getWeight().getType());
        return convolution(op, weight.getDimSize(1), weight.getDimSize(2));
      })
      .Case([&](DepthwiseConv2DOp op) {
        auto weight = cast<RankedTensorType>(op.getWeight().getType());
        return convolution(op, weight.getDimSize(0), weight.getDimSize(1));
      })
      .Case([&](MaxPool2DOp op) { return pooling(op); })
      .Case([&](SumPool2DOp op) { return pooling(op); })
      .Default([&](Operation *) { return WindowShape{1, 1, 1, 1, 1, none}; });
}

PoolAttr getFusedPool(Operation *layer) {
  if (auto conv = dyn_cast<Conv2DOp>(layer))
    return conv.getPoolAttr();
  if (auto conv = dyn_cast<DepthwiseConv2DOp>(layer))
    return conv.getPoolAttr();
  return {};
}

RankedTensorType inputType(Operation *layer) {
  return cast<RankedTensorType>(layer->getOperand(0).getType());
}

RankedTensorType outputType(Operation *layer) {
  return cast<RankedTensorType>(layer->getResult(0).getType());
}

} // namespace

bool rtwmc::needsPatch(Operation *layer) {
  WindowShape window = getWindowShape(layer);
  return llvm::any_of(window.pad, [](int64_t pad) { return pad > 0; }) ||
         (window.kernelHeight > 1 && window.dilationHeight > 1) ||
         (window.kernelWidth > 1 && window.dilationWidth > 1);
}

/// Channels of its input that a step of `layer` reads.
static int64_t getReadChannels(Operation *layer, bool byChannel) {
  return byChannel && !mixesChannels(layer)
             ? 1
             : inputType(layer).getShape().back();
}

int64_t rtwmc::getPatchBytes(Operation *layer, bool byChannel) {
  WindowShape window = getWindowShape(layer);
  return window.kernelHeight * window.kernelWidth *
         getReadChannels(layer, byChannel);
}

/// A sum over whole maps, which takes its input row by row.
static bool isGlobalSum(Operation *layer) {
  return isa<SumPool2DOp>(layer) && outputType(layer).getDimSize(1) == 1;
}

bool rtwmc::readsThroughCursors(Operation *layer) {
  return !isa<ElementwiseOp>(layer) && !isGlobalSum(layer);
}

bool rtwmc::isPooledInside(Operation *layer) {
  return getFusedPool(layer) != nullptr;
}

bool rtwmc::canReadPruned(Operation *layer) {
  // Cursors walk from column to column, so windows must have all of them.
  return layer && getWindowShape(layer).dilationWidth == 1;
}

int64_t rtwmc::getPassSteps(Operation *layer) {
  if (isGlobalSum(layer))
    // One row of accumulators takes the input row by row.
    return getWindowShape(layer).kernelHeight;
  PoolAttr pool = getFusedPool(layer);
  return getRows(outputType(layer)) * (pool ? pool.getHeight() : 1);
}

/// What reading `type` takes when it is pruned in `order`.
static void describePackedInput(Operation *layer, RankedTensorType type,
                                StreamOrder order, bool byChannel,
                                planning::Input &input) {
  WindowShape window = getWindowShape(layer);
  int64_t extent = (window.kernelHeight - 1) * window.dilationHeight + 1;
  int64_t channels = getReadChannels(layer, byChannel);
  if (streamsByChannel(type, order)) {
    int64_t rows = readsThroughCursors(layer) ? window.kernelHeight : 1;
    input.packedState = rows * channels * getRankBytes(type);
    if (!readsThroughCursors(layer))
      input.packedState += type.getDimSize(2) * channels;
  } else if (readsThroughCursors(layer)) {
    input.packedState = cursorBytes + 4 * (extent + window.kernelHeight);
  } else {
    input.packedState = cursorBytes + getRowBytes(type);
  }
  if (readsThroughCursors(layer) && !needsPatch(layer))
    input.packedScratch = getPatchBytes(layer, byChannel);
}

planning::Layer rtwmc::describeKernel(func::FuncOp kernel,
                                      ArrayRef<bool> isReshaped,
                                      StreamOrder order) {
  planning::Layer result;
  result.name = kernel.getName().str();
  Operation *layer = getLayer(kernel);
  auto wholeMap = [](RankedTensorType type) {
    return planning::Window{0, 0, getRows(type)};
  };
  if (!layer) {
    for (Type type : kernel.getArgumentTypes())
      result.inputs.push_back({-1, wholeMap(getMapType(type))});
    return result;
  }
  auto orderOf = [&](Type type) {
    auto pruned = dyn_cast<PrunedType>(type);
    return pruned ? pruned.getOrder() : order;
  };

  WindowShape window = getWindowShape(layer);
  planning::Window rows{window.strideHeight, -window.pad[0],
                        (window.kernelHeight - 1) * window.dilationHeight + 1};
  if (isGlobalSum(layer))
    rows = {1, -window.pad[0], 1};
  result.steps = getPassSteps(layer);
  result.stepsPerRow = result.steps / getRows(outputType(layer));
  result.scratch =
      needsPatch(layer) ? getPatchBytes(layer, /*byChannel=*/false) : 0;
  if (isa<ElementwiseOp>(layer) &&
      getRowBytes(inputType(layer)) == getRowBytes(outputType(layer)))
    result.inPlace = 0;

  for (auto [argument, reshaped] :
       llvm::zip(kernel.getArguments(), isReshaped)) {
    RankedTensorType type = getMapType(argument.getType());
    planning::Input input{-1, reshaped ? wholeMap(type) : rows};
    describePackedInput(layer, type, orderOf(argument.getType()),
                        /*byChannel=*/false, input);
    result.inputs.push_back(input);
  }
  RankedTensorType output = outputType(layer);
  // Pooled pixels are complete only after several steps, others at once.
  if (getFusedPool(layer))
    result.packedOutputState = getRowBytes(output);
  else
    result.packedOutputScratch = output.getShape().back();

  Type resultType = kernel.getResultTypes().front();
  if (!streamsByChannel(output, orderOf(resultType)))
    return result;
  // Channel by channel the layer walks over its whole input again and again, in
  // a single step for the planner.
  planning::Layer byChannel = result;
  byChannel.steps = byChannel.stepsPerRow = 1;
  byChannel.inPlace = -1;
  byChannel.scratch =
      needsPatch(layer) ? getPatchBytes(layer, /*byChannel=*/true) : 0;
  for (auto [input, argument] :
       llvm::zip(byChannel.inputs, kernel.getArguments())) {
    RankedTensorType type = getMapType(argument.getType());
    input.window = wholeMap(type);
    describePackedInput(layer, type, orderOf(argument.getType()),
                        /*byChannel=*/true, input);
  }
  if (getFusedPool(layer))
    byChannel.packedOutputState = output.getDimSize(2);
  else
    byChannel.packedOutputScratch = 1;
  result.whenPacked.push_back(byChannel);
  return result;
}

int64_t rtwmc::countMacs(Operation *layer) {
  if (auto conv = dyn_cast<Conv2DOp>(layer)) {
    auto [height, width] = conv.getConvolvedSize();
    return height * width * conv.getWeight().getNumElements();
  }
  if (auto conv = dyn_cast<DepthwiseConv2DOp>(layer)) {
    auto [height, width] = conv.getConvolvedSize();
    return height * width * conv.getWeight().getNumElements();
  }
  return 0;
}
