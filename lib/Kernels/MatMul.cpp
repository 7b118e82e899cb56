//===- MatMul.cpp - Row kernels of products of maps ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder/Requantize.h"
#include "Input/Source.h"
#include "Layers.h"
#include "Output/Sink.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Columns of the second input that are computed at once: each has an
/// accumulator, and they share what is read of the first.
static constexpr int64_t columnsAtOnce = 4;

namespace {

class MatMulKernel {
public:
  MatMulKernel(KernelContext &context, MatMulOp op)
      : context(context), b(context.builder), op(op), output(sizesOf(op)),
        columns(sizesOf(op.getB())[2]), depth(sizesOf(op.getB())[3]),
        outBytes(op.getRequantAttr() ? 1 : 4) {}
  void build();

private:
  static ArrayRef<int64_t> sizesOf(Value map) {
    return cast<RankedTensorType>(map.getType()).getShape();
  }
  Value rowOf(Value operand, Value &first);
  void emitPixel(Value pixel, Value matrix, Value out);
  void emitColumns(Value pixel, Value columns, Value out, int64_t count);
  Value finish(Value sum);

  KernelContext &context;
  KernelBuilder &b;
  MatMulOp op;
  ArrayRef<int64_t> output;
  int64_t columns, depth, outBytes;
};

} // namespace

/// The row of `operand` that the step reads; `first` is the step's place among
/// those that read it.
Value MatMulKernel::rowOf(Value operand, Value &first) {
  int64_t steps = output[1] / sizesOf(operand)[1];
  auto [row, place] = b.divRem(context.step, steps, output[1] - 1);
  first = place;
  return makeSource(context, argumentOf(operand), 0, {}, row).row(b, row);
}

void MatMulKernel::build() {
  std::unique_ptr<Sink> sink = makeSink(context, context.step, {}, {});
  Value place, none;
  Value pixels = rowOf(op.getA(), place), matrix = rowOf(op.getB(), none);
  Value first = b.offset(pixels, b.mul(place, output[2] * depth));
  b.loop(0, output[2], [&](Value x) {
    Value out = sink->pixel(b, x);
    Value pixel = b.offset(first, b.mul(x, depth));
    emitPixel(pixel, matrix, out);
    sink->pixelDone(b, x);
  });
  sink->stepDone(b);
}

/// A pixel of the first input times all columns of the second.
void MatMulKernel::emitPixel(Value pixel, Value matrix, Value out) {
  int64_t blocks = columns / columnsAtOnce;
  b.loop(0, blocks, [&](Value block) {
    Value from = b.offset(matrix, b.mul(block, columnsAtOnce * depth));
    Value to = b.offset(out, b.mul(block, columnsAtOnce * outBytes));
    emitColumns(pixel, from, to, columnsAtOnce);
  });
  int64_t done = blocks * columnsAtOnce;
  if (done < columns) {
    Value from = b.offset(matrix, done * depth);
    Value to = b.offset(out, done * outBytes);
    emitColumns(pixel, from, to, columns - done);
  }
}

void MatMulKernel::emitColumns(Value pixel, Value from, Value out,
                               int64_t count) {
  // The sum of `a * (b - zero)` is that of `a * b` less `zero` times that of
  // `a`, in 32 bits with wrap-around too.
  auto zero = static_cast<int32_t>(op.getBZp());
  SmallVector<Value> sums(count + (zero != 0), b.i32(0));
  ValueRange all = b.loop(0, depth, sums, [&](Value k, ValueRange carried) {
    SmallVector<Value> next(carried);
    Value element = b.loadByte(b.offset(pixel, k));
    element = b.add(element, -int64_t(static_cast<int32_t>(op.getAZp())));
    Value at = b.offset(from, k);
    for (int64_t column = 0; column < count; ++column) {
      Value other = b.loadByte(at, column * depth);
      Value product = arith::MulIOp::create(b, element, other);
      next[column] = b.add(next[column], product);
    }
    if (zero != 0)
      next[count] = b.add(next[count], element);
    return next;
  });
  Value excess = zero == 0 ? Value() : b.mul(all[count], -int64_t(zero));
  for (int64_t column = 0; column < count; ++column) {
    Value sum = excess ? b.add(all[column], excess) : all[column];
    Value result = finish(sum);
    if (outBytes == 1)
      b.storeByte(result, out, column);
    else
      b.storeWord(result, out, 4 * column);
  }
}

Value MatMulKernel::finish(Value sum) {
  RequantizationAttr requant = op.getRequantAttr();
  if (!requant)
    return sum;
  int64_t shift = requant.getShiftOf(0);
  Value multiplier = b.i32(requant.getMultiplierOf(0)), by = b.i32(shift);
  return requantize(b, requant, sum, multiplier, {by, shift});
}

void rtwmc::buildMatMul(KernelContext &context, MatMulOp op) {
  MatMulKernel(context, op).build();
}
