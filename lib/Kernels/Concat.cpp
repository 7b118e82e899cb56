//===- Concat.cpp - Row kernels of maps side by side ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input/Source.h"
#include "Layers.h"
#include "Output/Sink.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// All channels: the pixels of the inputs go side by side into the result's.
static void concatPixels(KernelContext &context, ConcatOp op, Sink &sink) {
  KernelBuilder &b = context.builder;
  SmallVector<Source> byArgument, sources;
  for (unsigned i = 0; i < context.kernel.getNumArguments(); ++i)
    if (i != getContinuedArgument(context.kernel))
      byArgument.push_back(makeSource(context, i, 0));
  for (Value input : op.getInputs())
    sources.push_back(byArgument[argumentOf(input)]);
  SmallVector<Value> rows;
  for (const Source &source : sources)
    rows.push_back(source.row(b, context.step));
  int64_t width = cast<RankedTensorType>(op.getType()).getDimSize(2);
  b.loop(0, context.countColumns(width), [&](Value index) {
    Value x = context.column(index);
    Value out = sink.pixel(b, x);
    int64_t done = 0;
    for (auto [source, row] : llvm::zip(sources, rows)) {
      int64_t bytes = source.channels * source.elementBytes;
      Value place = source.place(b, x);
      Value from = b.offset(row, b.mul(place, bytes));
      Value to = b.offset(out, done);
      b.copy(to, from, bytes);
      done += bytes;
    }
    sink.pixelDone(b, x);
  });
}

/// One channel: that of the only input which has it. Its elements are bytes,
/// for nothing else is pruned.
static void concatChannel(KernelContext &context, ConcatOp op, Sink &sink) {
  KernelBuilder &b = context.builder;
  auto type = cast<RankedTensorType>(op.getType());
  int64_t before = 0;
  for (Value input : op.getInputs()) {
    int64_t channels = cast<RankedTensorType>(input.getType()).getDimSize(3);
    Value channel = b.add(context.channel, -before);
    // Channels before this input's are large numbers without a sign.
    Value isHere = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, channel,
                                         b.i32(channels));
    b.ifTrue(isHere, type.getDimSize(3) / channels, [&] {
      Source source = makeSource(context, argumentOf(input), 0, channel);
      Value row = source.row(b, context.step);
      b.loop(0, type.getDimSize(2), [&](Value x) {
        Value element = b.loadByte(source.element(b, row, x));
        b.storeByte(element, sink.pixel(b, x));
        sink.pixelDone(b, x);
      });
    });
    before += channels;
  }
}

void rtwmc::buildConcat(KernelContext &context, ConcatOp op) {
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  if (context.channel)
    concatChannel(context, op, *sink);
  else
    concatPixels(context, op, *sink);
  sink->stepDone(context.builder);
}
