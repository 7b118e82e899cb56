//===- Pool.cpp - Row kernels of poolings ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input/Windows.h"
#include "Layers.h"
#include "Output/Pooling.h"
#include "Output/Sink.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Where the element `channel` of a pixel at `pointer` is.
static Value elementAt(KernelBuilder &b, Value pointer, Value channel,
                       int64_t elementBytes) {
  return b.offset(pointer, b.mul(channel, elementBytes));
}

static Type elementType(KernelBuilder &b, int64_t bytes) {
  return b.getIntegerType(static_cast<unsigned>(8 * bytes));
}

/// The element `channel` of a pixel at `pointer`, as i32.
static Value loadElement(KernelBuilder &b, Value pointer, Value channel,
                         int64_t bytes) {
  Value at = elementAt(b, pointer, channel, bytes);
  Value element =
      LLVM::LoadOp::create(b, elementType(b, bytes), at, unsigned(bytes));
  return bytes == 4 ? element
                    : arith::ExtSIOp::create(b, b.getI32Type(), element);
}

/// Makes `value`, of 32 bits, the element `channel` of a pixel.
static void storeElement(KernelBuilder &b, Value value, Value pointer,
                         Value channel, int64_t bytes) {
  Value at = elementAt(b, pointer, channel, bytes);
  if (bytes != 4)
    value = arith::TruncIOp::create(b, elementType(b, bytes), value);
  LLVM::StoreOp::create(b, value, at, unsigned(bytes));
}

/// Reduces every window of a step, channel by channel, and stores the result.
static void reduceWindows(KernelContext &context, WindowGeometry geometry,
                          int64_t columns, int64_t start, int8_t padding,
                          function_ref<Value(Value, Value)> reduce,
                          int64_t outBytes) {
  KernelBuilder &b = context.builder;
  Source source = makeSource(context, 0, 0, context.channel);
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  Value patch = context.address(BufferRole::Scratch);
  if (!patch)
    patch = source.patch;
  forEachWindow(
      context, source, geometry,
      {context.countColumns(columns), context.firstColumn}, /*group=*/1, patch,
      padding, [&](ValueRange xs, ArrayRef<WindowRows> windows) {
        Value x = xs[0];
        const WindowRows &window = windows[0];
        Value out = sink->pixel(b, x);
        // Of a layer that runs by channel the window is of its only channel.
        b.loop(0, source.readChannels(), [&](Value channel) {
          SmallVector<Value> result = forEachRow(
              b, window, geometry.kernelHeight, b.i32(start),
              [&](ValueRange input, ValueRange carried) {
                ValueRange reduced = b.loop(
                    0, geometry.kernelWidth, carried,
                    [&](Value kx, ValueRange inner) {
                      Value pixel =
                          b.offset(input[0], b.mul(kx, window.columnBytes));
                      return SmallVector<Value>{
                          reduce(inner[0], loadElement(b, pixel, channel,
                                                       source.elementBytes))};
                    });
                return SmallVector<Value>{reduced[0]};
              });
          storeElement(b, result[0], out, channel, outBytes);
        });
        sink->pixelDone(b, x);
      });
  sink->stepDone(b);
}

void rtwmc::buildMaxPool(KernelContext &context, MaxPool2DOp op) {
  KernelBuilder &b = context.builder;
  WindowGeometry geometry{op.getKernel()[0], op.getKernel()[1], op.getStride(),
                          op.getPad()};
  auto type = cast<RankedTensorType>(op.getType());
  unsigned bits = type.getElementTypeBitWidth();
  reduceWindows(
      context, geometry, type.getDimSize(2), llvm::minIntN(bits),
      static_cast<int8_t>(op.getPadValue()),
      [&](Value a, Value x) -> Value {
        return arith::MaxSIOp::create(b, a, x);
      },
      bits / 8);
}

void rtwmc::buildSumPool(KernelContext &context, SumPool2DOp op) {
  KernelBuilder &b = context.builder;
  auto type = cast<RankedTensorType>(op.getType());
  int64_t start = static_cast<int32_t>(-int64_t(int32_t(op.getInputZp())) *
                                       op.getKernel()[0] * op.getKernel()[1]);
  if (!op.getKernelShape().isGlobalSum()) {
    WindowGeometry geometry{op.getKernel()[0], op.getKernel()[1],
                            op.getStride(), op.getPad()};
    return reduceWindows(
        context, geometry, type.getDimSize(2), start,
        static_cast<int8_t>(op.getInputZp()),
        [&](Value a, Value x) { return b.add(a, x); }, /*outBytes=*/4);
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
  b.loop(0, outputs, [&](Value x) {
    Value target = b.offset(accumulators, b.mul(x, 4 * channels));
    Value left = b.add(b.mul(x, op.getStride()[1]), -op.getPad()[2]);
    b.loop(0, op.getKernel()[1], [&](Value kx) {
      Value pixel =
          b.offset(row, b.mul(b.add(left, kx), channels * source.elementBytes));
      b.loop(0, channels, [&](Value channel) {
        Value at = b.offset(target, b.mul(channel, 4));
        Value x = loadElement(b, pixel, channel, source.elementBytes);
        b.storeWord(b.add(b.loadWord(at), x), at);
      });
    });
  });
}
