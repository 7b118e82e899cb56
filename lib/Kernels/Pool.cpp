//===- Pool.cpp - Row kernels of poolings ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelReduction.h"
#include "Input/Windows.h"
#include "Layers.h"
#include "Output/Pooling.h"
#include "Output/Sink.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Windows of so many elements are reduced without a loop; in a ring, where
/// each row has an address of its own, those of so few rows.
static constexpr int64_t mostUnrolled = 16, mostRows = 3;

/// Each group of channels in turn: `body` gets where they begin, in `pointers`,
/// which move on by so many bytes a channel.
static void forEachGroup(KernelBuilder &b, const ChannelGroups &groups,
                         ValueRange pointers, ArrayRef<int64_t> channelBytes,
                         function_ref<void(ValueRange)> body) {
  int64_t lanes = groups.reduction->lanes();
  auto move = [&](ValueRange from, int64_t by) {
    SmallVector<Value> moved;
    for (auto [pointer, bytes] : llvm::zip(from, channelBytes))
      moved.push_back(b.offset(pointer, by * bytes));
    return moved;
  };
  SmallVector<Value> start = move(pointers, groups.first);
  if (groups.groups == 1)
    return body(start);
  b.loop(0, groups.groups, start, [&](Value, ValueRange carried) {
    body(carried);
    SmallVector<Value> next = move(carried, lanes);
    for (Value &pointer : next)
      pointer = b.opaque(pointer);
    return next;
  });
}

/// Reduces `columns` elements side by side as well.
static SmallVector<Value> reduceRow(KernelBuilder &b,
                                    const ChannelReduction &reduction,
                                    Value row, int64_t columns,
                                    int64_t columnBytes, ValueRange carried) {
  SmallVector<Value> start{row};
  start.append(carried.begin(), carried.end());
  ValueRange after = b.loop(0, columns, start, [&](Value, ValueRange inner) {
    SmallVector<Value> next{b.offset(inner[0], columnBytes)};
    next.append(reduction.next(b, inner.drop_front(), inner[0]));
    return next;
  });
  return SmallVector<Value>(after.drop_front());
}

/// Reduces a window, and stores the results at `out`.
static void reduceWindow(KernelBuilder &b, const WindowRows &window,
                         const WindowGeometry &geometry,
                         ArrayRef<ChannelGroups> reductions, Value out) {
  int64_t height = geometry.kernelHeight, width = geometry.kernelWidth;
  bool isSmall =
      height * width <= mostUnrolled && (!window.ringEnd || height <= mostRows);
  int64_t elementBytes = reductions.front().reduction->elementBytes();
  SmallVector<Value> pointers{window.first};
  if (isSmall && window.ringEnd)
    while (int64_t(pointers.size()) < height)
      pointers.push_back(nextRow(b, window, pointers.back()));
  SmallVector<int64_t> channelBytes(pointers.size(), elementBytes);
  pointers.push_back(out);
  channelBytes.push_back(reductions.front().reduction->resultBytes());
  for (const ChannelGroups &groups : reductions) {
    const ChannelReduction &reduction = *groups.reduction;
    auto unrolled = [&](ValueRange places) {
      SmallVector<Value> carried;
      for (int64_t ky = 0; ky < height; ++ky)
        for (int64_t kx = 0; kx < width; ++kx) {
          int64_t column = kx * window.columnBytes;
          Value element =
              window.ringEnd
                  ? b.offset(places[ky], column)
                  : b.offset(places[0], ky * window.rowBytes + column);
          carried = carried.empty() ? reduction.first(b, element)
                                    : reduction.next(b, carried, element);
        }
      reduction.store(b, carried, places.back());
    };
    auto inLoops = [&](ValueRange places) {
      Value channelOffset = b.distance(window.first, places[0]);
      SmallVector<Value> result =
          forEachRow(b, window, height, reduction.start(b),
                     [&](ValueRange input, ValueRange carried) {
                       Value row = b.offset(input[0], channelOffset);
                       return reduceRow(b, reduction, row, width,
                                        window.columnBytes, carried);
                     });
      reduction.store(b, result, places.back());
    };
    forEachGroup(b, groups, pointers, channelBytes, [&](ValueRange places) {
      isSmall ? unrolled(places) : inLoops(places);
    });
  }
}

/// Reduces every window of a step, and stores the results.
static void
reduceWindows(KernelContext &context, WindowGeometry geometry, int64_t columns,
              int8_t padding,
              function_ref<SmallVector<ChannelGroups>(int64_t channels,
                                                      int64_t elementBytes)>
                  makeReductions) {
  KernelBuilder &b = context.builder;
  Source source = makeSource(context, 0, 0, context.channel);
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  Value patch = context.address(BufferRole::Scratch);
  if (!patch)
    patch = source.patch;
  // Of a layer that runs by channel the window is of its only channel.
  SmallVector<ChannelGroups> reductions =
      makeReductions(source.readChannels(), source.elementBytes);
  forEachWindow(context, source, geometry,
                {context.countColumns(columns), context.firstColumn},
                /*group=*/1, patch, padding,
                [&](ValueRange xs, ArrayRef<WindowRows> windows) {
                  Value out = sink->pixel(b, xs[0]);
                  reduceWindow(b, windows[0], geometry, reductions, out);
                  sink->pixelDone(b, xs[0]);
                });
  sink->stepDone(b);
}

void rtwmc::buildMaxPool(KernelContext &context, MaxPool2DOp op) {
  KernelBuilder &b = context.builder;
  WindowGeometry geometry{op.getKernel()[0], op.getKernel()[1], op.getStride(),
                          op.getPad()};
  auto type = cast<RankedTensorType>(op.getType());
  reduceWindows(context, geometry, type.getDimSize(2),
                static_cast<int8_t>(op.getPadValue()),
                [&](int64_t channels, int64_t elementBytes) {
                  return maxReductions(b.core, channels, elementBytes);
                });
}

void rtwmc::buildSumPool(KernelContext &context, SumPool2DOp op) {
  KernelBuilder &b = context.builder;
  auto type = cast<RankedTensorType>(op.getType());
  int64_t start = static_cast<int32_t>(-int64_t(int32_t(op.getInputZp())) *
                                       op.getKernel()[0] * op.getKernel()[1]);
  if (!op.getKernelShape().isGlobalSum()) {
    WindowGeometry geometry{op.getKernel()[0], op.getKernel()[1],
                            op.getStride(), op.getPad()};
    return reduceWindows(context, geometry, type.getDimSize(2),
                         static_cast<int8_t>(op.getInputZp()),
                         [&](int64_t channels, int64_t elementBytes) {
                           return sumReductions(
                               b.core, channels, elementBytes,
                               op.getKernel()[0] * op.getKernel()[1], start);
                         });
  }
  // One row of accumulators, to which each step adds one row of the input.
  Source source = makeSource(context, 0, -op.getPad()[0]);
  std::unique_ptr<Sink> sink = makeSink(context, b.i32(0), {}, {});
  Value accumulators = sink->pixel(b, b.i32(0));
  int64_t outputs = type.getDimSize(2), channels = source.channels;
  b.ifEqual(context.step, b.i32(0), [&] {
    startSums(context, accumulators, outputs * channels, b.i32(start));
  });
  Value row = source.row(b, b.add(context.step, -op.getPad()[0]));
  int64_t pixelBytes = channels * source.elementBytes;
  int64_t width = op.getKernel()[1];
  SmallVector<ChannelGroups> reductions =
      sumReductions(b.core, channels, source.elementBytes, width, std::nullopt);
  b.loop(0, outputs, [&](Value x) {
    Value target = b.offset(accumulators, b.mul(x, 4 * channels));
    Value left = b.add(b.mul(x, op.getStride()[1]), -op.getPad()[2]);
    Value first = b.offset(row, b.mul(left, pixelBytes));
    for (const ChannelGroups &groups : reductions) {
      const ChannelReduction &reduction = *groups.reduction;
      forEachGroup(b, groups, {first, target}, {source.elementBytes, 4},
                   [&](ValueRange places) {
                     SmallVector<Value> sums =
                         reduceRow(b, reduction, places[0], width, pixelBytes,
                                   reduction.start(b));
                     reduction.store(b, sums, places[1]);
                   });
    }
  });
}
