//===- PoolAndElementwise.cpp - Row kernels without weights ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Requantize.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace rtwmc;

/// The element `channel` of a pixel at `pointer`, as i32.
static Value loadElement(KernelBuilder &b, Value pointer, Value channel,
                         int64_t elementBytes) {
  Value at = b.offset(pointer, b.mul(channel, elementBytes));
  return elementBytes == 4 ? b.loadWord(at) : b.loadByte(at);
}

/// Reduces every window of a step, channel by channel, and stores the result.
static void reduceWindows(KernelContext &context, WindowGeometry geometry,
                          int64_t columns, int64_t start, int8_t padding,
                          function_ref<Value(Value, Value)> reduce,
                          bool storesWords) {
  KernelBuilder &b = context.builder;
  Source source = makeSource(context, 0, 0, context.channel);
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  Value patch = context.address(BufferRole::Scratch);
  if (!patch)
    patch = source.patch;
  forEachWindow(
      context, source, geometry, columns, patch, padding,
      [&](Value x, WindowRows window) {
        Value out = sink->pixel(b, x);
        // Of a layer that runs by channel the window is of its only channel.
        b.loop(0, source.readChannels(), [&](Value channel) {
          SmallVector<Value> result = forEachRow(
              b, window, geometry.kernelHeight, b.i32(start),
              [&](Value input, ValueRange carried) {
                ValueRange reduced =
                    b.loop(0, geometry.kernelWidth, carried,
                           [&](Value kx, ValueRange inner) {
                             Value pixel =
                                 b.offset(input, b.mul(kx, window.columnBytes));
                             return SmallVector<Value>{reduce(
                                 inner[0], loadElement(b, pixel, channel,
                                                       source.elementBytes))};
                           });
                return SmallVector<Value>{reduced[0]};
              });
          if (storesWords)
            b.storeWord(result[0], b.offset(out, b.mul(channel, 4)));
          else
            b.storeByte(result[0], b.offset(out, channel));
        });
        sink->pixelDone(b, x);
      });
  sink->stepDone(b);
}

void rtwmc::buildMaxPool(KernelContext &context, MaxPool2DOp op) {
  KernelBuilder &b = context.builder;
  WindowGeometry geometry{op.getKernel()[0], op.getKernel()[1], op.getStride(),
                          op.getPad()};
  int64_t columns = cast<RankedTensorType>(op.getType()).getDimSize(2);
  reduceWindows(
      context, geometry, columns, -128, -128,
      [&](Value a, Value x) -> Value {
        return arith::MaxSIOp::create(b, a, x);
      },
      /*storesWords=*/false);
}

void rtwmc::buildSumPool(KernelContext &context, SumPool2DOp op) {
  KernelBuilder &b = context.builder;
  auto type = cast<RankedTensorType>(op.getType());
  int64_t start = static_cast<int32_t>(-int64_t(int32_t(op.getInputZp())) *
                                       op.getKernel()[0] * op.getKernel()[1]);
  if (type.getDimSize(1) != 1) {
    WindowGeometry geometry{op.getKernel()[0], op.getKernel()[1],
                            op.getStride(), op.getPad()};
    return reduceWindows(
        context, geometry, type.getDimSize(2), start, 0,
        [&](Value a, Value x) { return b.add(a, x); }, /*storesWords=*/true);
  }
  // One row of accumulators, to which each step adds one row of the input.
  Source source = makeSource(context, 0, -op.getPad()[0]);
  std::unique_ptr<Sink> sink = makeSink(context, b.i32(0), {}, {});
  Value accumulators = sink->pixel(b, b.i32(0));
  int64_t outputs = type.getDimSize(2), channels = source.channels;
  b.ifEqual(context.step, b.i32(0), [&] {
    b.loop(0, outputs * channels, [&](Value i) {
      Value first = b.i32(start);
      b.storeWord(first, b.offset(accumulators, b.mul(i, 4)));
    });
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

/// Copies the scalar program of `op` to the builder; `elements` are its
/// arguments.
static Value emitProgram(KernelBuilder &b, ElementwiseOp op,
                         ArrayRef<Value> elements) {
  Block &body = op.getBody().front();
  IRMapping mapping;
  mapping.map(body.getArguments(), elements);
  for (Operation &scalar : body.without_terminator()) {
    auto scale = dyn_cast<ApplyScaleOp>(scalar);
    if (!scale) {
      b.clone(scalar, mapping);
      continue;
    }
    int64_t shift = scale.getShift();
    Value multiplier = b.i32(static_cast<int32_t>(scale.getMultiplier()));
    Value result = applyScale(b, mapping.lookup(scale.getValue()), multiplier,
                              {b.i32(shift), shift}, scale.getRounding(),
                              /*negativeIsClamped=*/false);
    mapping.map(scale.getResult(), result);
  }
  return mapping.lookupOrDefault(
      cast<YieldOp>(body.getTerminator()).getValue());
}

void rtwmc::buildElementwise(KernelContext &context, ElementwiseOp op) {
  KernelBuilder &b = context.builder;
  // Buffers come in the order of the kernel's arguments, each once; a pruned
  // input is read through its `unprune`.
  SmallVector<Source> sources, byArgument;
  for (unsigned i = 0; i < context.kernel.getNumArguments(); ++i)
    byArgument.push_back(makeSource(context, i, 0, context.channel));
  for (Value input : op.getInputs()) {
    if (auto unprune = input.getDefiningOp<UnpruneOp>())
      input = unprune.getPruned();
    sources.push_back(byArgument[cast<BlockArgument>(input).getArgNumber()]);
  }
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  auto type = cast<RankedTensorType>(op.getType());
  // Rows that are stored as they are need no pixels.
  bool isPruned = getPrune(context.kernel) != nullptr;
  int64_t channels = context.channel ? 1 : type.getDimSize(3);
  if (!isPruned)
    channels *= type.getDimSize(2);
  int64_t columns = isPruned ? type.getDimSize(2) : 1;
  int64_t outBytes = (type.getElementTypeBitWidth() + 7) / 8;
  SmallVector<Value> rows;
  for (const Source &source : sources)
    rows.push_back(source.row(b, context.step));
  b.loop(0, columns, [&](Value x) {
    Value out = sink->pixel(b, x);
    Value first = b.mul(x, channels);
    b.loop(0, channels, [&](Value channel) {
      SmallVector<Value> elements;
      for (auto [row, source, argument] :
           llvm::zip(rows, sources, op.getBody().front().getArguments())) {
        Value at = source.onlyChannel
                       ? source.element(b, row, x)
                       : b.offset(row, b.mul(b.add(first, channel),
                                             source.elementBytes));
        elements.push_back(LLVM::LoadOp::create(b, argument.getType(), at,
                                                source.elementBytes));
      }
      Value result = emitProgram(b, op, elements);
      Value to = b.offset(out, b.mul(channel, outBytes));
      LLVM::StoreOp::create(b, result, to, outBytes);
    });
    sink->pixelDone(b, x);
  });
  sink->stepDone(b);
}
