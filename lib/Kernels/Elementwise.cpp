//===- Elementwise.cpp - Row kernels of scalar programs -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder/Requantize.h"
#include "Input/Source.h"
#include "Layers.h"
#include "Output/Sink.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace rtwmc;

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
  // Buffers come in the order of the kernel's arguments, each once.
  SmallVector<Source> sources, byArgument;
  for (unsigned i = 0; i < context.kernel.getNumArguments(); ++i)
    byArgument.push_back(makeSource(context, i, 0, context.channel));
  for (Value input : op.getInputs())
    sources.push_back(byArgument[argumentOf(input)]);
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  auto type = cast<RankedTensorType>(op.getType());
  // Whole rows that are stored as they are need no pixels.
  bool byPixel = getPrune(context.kernel) || context.columnCount;
  int64_t channels = context.channel ? 1 : type.getDimSize(3);
  if (!byPixel)
    channels *= type.getDimSize(2);
  int64_t columns = byPixel ? context.countColumns(type.getDimSize(2)) : 1;
  int64_t outBytes = (type.getElementTypeBitWidth() + 7) / 8;
  SmallVector<Value> rows;
  for (const Source &source : sources)
    rows.push_back(source.row(b, context.step));
  b.loop(0, columns, [&](Value index) {
    Value x = context.column(index);
    Value out = sink->pixel(b, x);
    Value first = b.mul(x, channels);
    b.loop(0, channels, [&](Value channel) {
      SmallVector<Value> elements;
      for (auto [row, source, argument] :
           llvm::zip(rows, sources, op.getBody().front().getArguments())) {
        Value begin =
            source.firstColumn ? b.mul(source.place(b, x), channels) : first;
        Value at = source.onlyChannel
                       ? source.element(b, row, x)
                       : b.offset(row, b.mul(b.add(begin, channel),
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
