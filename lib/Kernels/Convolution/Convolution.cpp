//===- Convolution.cpp - Row kernels of convolutions ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Layers.h"
#include "Frame.h"

using namespace mlir;
using namespace rtwmc;

void rtwmc::buildConvolution(KernelContext &context, Conv2DOp op) {
  if (context.layer.getKernelShape().accumulatesRows())
    return buildFullyConnected(context, op);
  KernelBuilder &b = context.builder;
  ConvolutionFrame frame(context, describeConvolution(op));
  Filters filters = makeFilters(op);
  if (int64_t together = frame.columnsInPlace(filters)) {
    frame.setFilters(filters, together);
    return frame.walkInPlace();
  }
  if (frame.computesWindows(filters)) {
    frame.setFilters(filters);
    return frame.walkWindows();
  }
  if (frame.readsLines()) {
    frame.setFilters(filters);
    return frame.walkLines();
  }
  // A gathered window, or one of as many columns as the map, is one row.
  if (frame.hasContiguousWindows())
    filters.joinRows();
  frame.setFilters(filters);

  // All channels of some pixels, or `channel` alone.
  auto emitPixels = [&](ArrayRef<WindowRows> windows, ValueRange outputs,
                        Value channel) {
    SmallVector<Value> carried = frame.start(outputs);
    if (channel)
      return (void)frame.block(windows, frame.advance(carried, channel), 1);
    int64_t size = frame.tile().channels;
    int64_t blocks = filters.channels / size;
    SmallVector<Value> after(
        blocks == 1 ? frame.block(windows, carried, size)
                    : SmallVector<Value>(b.loop(
                          0, blocks, carried, [&](Value, ValueRange values) {
                            return frame.block(windows, values, size);
                          })));
    for (int64_t rest : frame.remainders())
      after = frame.block(windows, after, rest);
  };

  if (frame.columns() == 1)
    return frame.walk([&](ArrayRef<WindowRows> windows, ValueRange outputs) {
      emitPixels(windows, outputs, context.channel);
    });
  // A function of their own, because their registers are their own.
  frame.walk([&](ArrayRef<WindowRows> windows, ValueRange outputs) {
    SmallVector<Value> arguments;
    for (auto [window, output] : llvm::zip(windows, outputs)) {
      arguments.append({window.first, output});
      if (window.ringEnd)
        arguments.push_back(window.ringEnd);
    }
    if (context.channel)
      arguments.push_back(context.channel);
    func::FuncOp leaf = b.function(
        context.name + "_pixel", ValueRange(arguments).getTypes(),
        [&](ValueRange inner) {
          SmallVector<WindowRows> rows(windows);
          SmallVector<Value> out;
          for (WindowRows &window : rows) {
            window.first = inner[0];
            out.push_back(inner[1]);
            inner = inner.drop_front(2);
            if (!window.ringEnd)
              continue;
            window.ringEnd = inner[0];
            inner = inner.drop_front(1);
          }
          emitPixels(rows, out, context.channel ? inner.back() : Value());
        });
    func::CallOp::create(b, leaf, arguments);
  });
}

void rtwmc::buildDepthwise(KernelContext &context, DepthwiseConv2DOp op) {
  KernelBuilder &b = context.builder;
  ConvolutionFrame frame(context, describeConvolution(op));
  Filters filters = makeFilters(op, frame.columnStride());
  if (int64_t together = frame.columnsInPlace(filters)) {
    frame.setFilters(filters, together);
    return frame.walkInPlace();
  }
  frame.setFilters(filters);
  if (frame.computesWindows(filters))
    return frame.walkWindows();
  int64_t multiplier = frame.multiplier();
  frame.walk([&](ArrayRef<WindowRows> windows, ValueRange outputs) {
    SmallVector<Value> carried = frame.start(outputs);
    if (context.channel)
      return (void)frame.block(windows, frame.advance(carried, context.channel),
                               1);
    int64_t inputs = filters.channels / multiplier;
    b.loop(0, inputs, carried, [&](Value channel, ValueRange values) {
      SmallVector<WindowRows> shifted(windows);
      for (WindowRows &window : shifted) {
        window.first = b.offset(window.first, channel);
        if (window.ringEnd)
          window.ringEnd = b.offset(window.ringEnd, channel);
      }
      if (multiplier == 1)
        return frame.block(shifted, values, 1);
      return SmallVector<Value>(
          b.loop(0, multiplier, values, [&](Value, ValueRange inner) {
            return frame.block(shifted, inner, 1);
          }));
    });
  });
}
