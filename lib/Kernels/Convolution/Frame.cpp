//===- Frame.cpp - What every convolution's kernel does -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

using namespace mlir;
using namespace rtwmc;

template <typename Op>
static Convolution describe(Op op, int64_t height, int64_t width) {
  return {{height, width, op.getStride(), op.getPad(), op.getDilation()[0],
           op.getDilation()[1]},
          op.getBias(),
          static_cast<int32_t>(op.getInputZp()),
          op.getRequantAttr(),
          op.getPoolAttr(),
          op.getKernelAttr(),
          op.getConvolvedSize(),
          cast<RankedTensorType>(op.getOutput().getType()).getDimSize(3)};
}

Convolution rtwmc::describeConvolution(Conv2DOp op) {
  auto weight = cast<RankedTensorType>(op.getWeight().getType());
  return describe(op, weight.getDimSize(1), weight.getDimSize(2));
}

Convolution rtwmc::describeConvolution(DepthwiseConv2DOp op) {
  auto weight = cast<RankedTensorType>(op.getWeight().getType());
  Convolution result = describe(op, weight.getDimSize(0), weight.getDimSize(1));
  result.multiplier = weight.getDimSize(3);
  return result;
}

std::optional<ConvolutionFilters> rtwmc::getFilters(Operation *layer) {
  if (auto op = dyn_cast<Conv2DOp>(layer))
    return ConvolutionFilters{makeFilters(op), op.getKernelAttr()};
  if (auto op = dyn_cast<DepthwiseConv2DOp>(layer)) {
    auto input = cast<RankedTensorType>(op.getInput().getType());
    return ConvolutionFilters{makeFilters(op, input.getDimSize(3)),
                              op.getKernelAttr()};
  }
  return std::nullopt;
}

ConvolutionFrame::ConvolutionFrame(KernelContext &context,
                                   const Convolution &convolution)
    : context(context), b(context.builder), self(convolution),
      store{self.pool, self.requant != nullptr} {
  auto [rows, columns] = self.size;
  PoolAttr pool = self.pool;
  int64_t poolWidth = pool ? pool.getWidth() : 1;
  count = context.countColumns(columns / poolWidth) * poolWidth;
  auto [row, subRow] =
      b.divRem(context.step, pool ? pool.getHeight() : 1, rows - 1);
  Value inputChannel;
  if (context.channel && self.multiplier)
    inputChannel =
        b.divRem(context.channel, self.multiplier, self.outputs - 1).first;
  source = makeSource(context, 0, 0, inputChannel);
  sink = makeSink(context, row, pool, subRow);
  patch = context.address(BufferRole::Scratch);
  if (self.kernel && self.kernel.getScratch() && !context.channel)
    std::swap(room, patch);
  if (!patch)
    patch = source.patch;
  if (context.firstColumn)
    first = b.mul(context.firstColumn, poolWidth);
  startPooling(context, pool, sink->pixel(b, first ? first : b.i32(0)), subRow);
}

bool ConvolutionFrame::hasContiguousWindows() const {
  return patch || self.geometry.kernelHeight == 1 ||
         (source.isContiguous() && !source.firstColumn &&
          self.geometry.kernelWidth == source.width);
}

int64_t ConvolutionFrame::columnStride() const {
  return patch ? source.readChannels() : source.channels;
}

llvm::Expected<std::pair<const Variant *, Tile>>
ConvolutionFrame::resolve(KernelAttr kernel, const Filters &given) const {
  auto resolved = resolveVariant(kernel, given, b.core);
  if (!resolved)
    return resolved;
  const Variant &chosen = *resolved->first;
  const Variant &single = chosen.forSingleWindows();
  if (&single == &chosen || canWalkGroups(chosen, given))
    return resolved;
  return std::pair(&single, single.tiles(given, b.core).front());
}

void ConvolutionFrame::setFilters(const Filters &given,
                                  int64_t columnsTogether) {
  filters = given;
  together = columnsTogether;
  KernelAttr kernel = self.kernel;
  if (context.channel)
    filters.areTogether = false;
  bool isWhole = computesWindows(given);
  if (context.channel || (self.multiplier && !together && !isWhole))
    kernel = forOneChannel(kernel);
  // `checkRowKernel` has refused what cannot be.
  std::tie(variant, blocks) = llvm::cantFail(resolve(kernel, filters));
  // Neighbours go where there is room for one pixel only, or are read through
  // cursors, one after the other.
  Tile whole = blocks;
  if (source.isPacked() || !sink->holdsRow() || variant->hasVectors())
    blocks.columns = 1;
  if (std::optional<BlockWeights> kept = variant->blockWeights()) {
    blocks.columns = 1;
    blockKernel.emplace(b, context.name, filters, *kept, self.requant, store);
    if (context.layer.needsPatch())
      patch = b.offset(room, WidenedWindow(filters).pairs() * pairBytes);
    return;
  }
  if (variant->computesPoints() && computesPoints(whole)) {
    using Pooling = PointKernel::Pooling;
    Pooling pooling = Pooling::None;
    if (self.pool)
      pooling = poolsPairs() ? Pooling::Pairs : Pooling::Sum;
    pointKernel.emplace(b, context.name, filters, self.requant, store, pooling);
    if (context.layer.needsPatch())
      patch = b.offset(room, pointKernel->roomBytes());
    return;
  }
  if (variant->computesPairs() || variant->computesPoints()) {
    blocks.columns = 1;
    pairKernel.emplace(b, context.name, filters, self.requant, store);
    if (context.layer.needsPatch())
      patch = b.offset(room, pairKernel->roomBytes());
    return;
  }
  if (variant->computesQuads()) {
    blocks.columns = 1;
    SmallVector<DepthwiseKernel::Part> parts;
    if (together)
      parts = findParts();
    if (variant->computesTaps())
      quadKernel = std::make_unique<TapDepthwise>(
          b, context.name, filters, self.requant, store, parts, self.inputZp);
    else
      quadKernel = std::make_unique<QuadDepthwise>(
          b, context.name, filters, self.requant, store, parts, self.inputZp);
    return;
  }
  if (variant->groupColumns(filters)) {
    blocks.columns = 1;
    groupKernel = variant->makeGroups(b, {context.name, filters, self.requant,
                                          store, self.geometry.stride[1],
                                          self.inputZp, poolsPairs()});
    if (room && context.layer.needsPatch())
      patch = b.offset(room, groupKernel->bytesOfOne());
    return;
  }
  // A depthwise layer in place has constants of its own.
  if (self.multiplier && together) {
    // Of neighbours side by side those at the sides are gathered.
    if (together == 1)
      if (SmallVector<DepthwiseKernel::Part> parts = findParts();
          !parts.empty())
        quadKernel = makeVectorKernel(/*columns=*/1, parts);
    return;
  }
  parameters.emplace(b, context.name,
                     foldZeroPoint(self.bias, self.inputZp, filters),
                     self.requant, variant->hasVectors());
  std::vector<int8_t> packed = variant->pack(filters, blocks);
  channelBytes = packed.size() / filters.channels;
  packed.resize(packed.size() + variant->readBehind(filters));
  weights =
      b.constantBytes(context.name + "_weights", packed, variant->alignment());
  if (together && !self.pool && variant->readsParts(filters))
    setParts();
}

void ConvolutionFrame::walk(
    function_ref<void(ArrayRef<WindowRows>, ValueRange)> body) {
  forEachWindow(context, source, self.geometry, {count, first}, blocks.columns,
                patch, static_cast<int8_t>(self.inputZp),
                [&](ValueRange columns, ArrayRef<WindowRows> windows) {
                  SmallVector<Value> outputs;
                  for (Value x : columns)
                    outputs.push_back(sink->pixel(b, x));
                  body(windows, outputs);
                  for (Value x : columns)
                    sink->pixelDone(b, x);
                });
  sink->stepDone(b);
}

SmallVector<Value> ConvolutionFrame::start(ValueRange outputs) {
  SmallVector<Value> carried(outputs);
  carried.push_back(b.addressOf(weights));
  carried.append(parameters->pointers(b));
  return carried;
}

SmallVector<Value> ConvolutionFrame::advance(ValueRange carried,
                                             Value channel) {
  SmallVector<Value> result{carried[0]};
  Value bytes = b.mul(channel, channelBytes);
  result.push_back(b.offset(carried[1], bytes));
  result.append(parameters->advance(b, carried.drop_front(2), channel));
  return result;
}

SmallVector<Value> ConvolutionFrame::block(ArrayRef<WindowRows> windows,
                                           ValueRange carried,
                                           int64_t channels) {
  ValueRange outputs = carried.take_front(windows.size());
  ValueRange pointers = carried.drop_front(windows.size() + 1);
  SmallVector<Value> values{carried[windows.size()]};
  for (int64_t i = 0; i < channels; ++i)
    values.push_back(variant->hasVectors() ? b.i32(0)
                                           : parameters->bias(b, pointers, i));
  for (size_t column = 1; column < windows.size(); ++column)
    for (int64_t i = 0; i < channels; ++i)
      values.push_back(values[1 + i]);
  values = forEachRow(b, windows, filters.height, values,
                      [&](ValueRange inputs, ValueRange inner) {
                        return variant->row(b, filters, inputs, inner);
                      });
  if (variant->hasVectors()) {
    finishPixels(*parameters, ArrayRef(values).drop_front(), 1, outputs[0],
                 pointers);
    Value behindWeights = b.offset(carried[1], channels * channelBytes);
    return behind(carried, behindWeights, channels);
  }
  for (auto [column, output] : llvm::enumerate(outputs))
    for (int64_t i = 0; i < channels; ++i) {
      Value accumulator = values[1 + column * channels + i];
      Value element = parameters->finish(b, accumulator, pointers, i);
      store(b, element, output, i);
    }
  SmallVector<Value> next;
  for (Value output : outputs)
    next.push_back(b.offset(output, channels * store.elementBytes()));
  next.push_back(values[0]);
  next.append(parameters->advance(b, pointers, channels));
  return next;
}
