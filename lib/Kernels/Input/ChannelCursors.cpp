//===- ChannelCursors.cpp - Reading a map that streams by channel ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelCursors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

Value rtwmc::countKept(KernelBuilder &b, Value bitmap, Value first,
                       Value count) {
  Value bits = b.pointerTo(bitmap);
  Value zero = b.i32(0), none = b.i32(0);
  ValueRange dropped =
      b.loop(zero, count, none, [&](Value i, ValueRange carried) {
        Value position = b.add(first, i);
        Value byte = b.loadByte(b.offset(
            bits, arith::ShRUIOp::create(b, position, b.i32(3)).getResult()));
        Value bit = arith::ShRUIOp::create(
            b, byte, arith::AndIOp::create(b, position, b.i32(7)));
        bit = arith::AndIOp::create(b, bit, b.i32(1));
        return SmallVector<Value>{b.add(carried[0], bit)};
      });
  return arith::SubIOp::create(b, count, dropped[0]);
}

Value ChannelCursors::cursor(Value k, Value c) {
  Value index = b.add(b.mul(k, source.readChannels()), c);
  return b.offset(state, b.mul(index, source.rankBytes));
}

/// The position of the first element of row `row` in channel `c` of those that
/// are read.
Value ChannelCursors::rowStart(Value c, Value row) {
  Value channel = source.onlyChannel ? source.onlyChannel : c;
  Value channelStart = b.mul(channel, source.rows * source.width);
  Value inChannel = b.mul(row, source.width);
  return b.add(channelStart, inChannel);
}

void ChannelCursors::start() {
  // Rows in order, channels in order: positions only grow.
  SmallVector<Value> initial{b.i32(0), b.i32(0)};
  b.loop(0, source.readChannels(), initial, [&](Value c, ValueRange carried) {
    return SmallVector<Value>(
        b.loop(0, rows.count, carried, [&](Value k, ValueRange inner) {
          Value row = b.add(b.mul(k, rows.dilation), rows.offset);
          Value position = rowStart(c, insideOrEnd(row));
          Value count = arith::SubIOp::create(b, position, inner[0]);
          Value rank =
              b.add(inner[1], countKept(b, source.bitmap, inner[0], count));
          b.storeUnsigned(rank, cursor(k, c), source.rankBytes);
          return SmallVector<Value>{position, rank};
        }));
  });
}

void ChannelCursors::read(Value k, Value row, Value from, Value to,
                          function_ref<void(Value, Value, Value)> body) {
  auto toIndex = [&](Value value) -> Value {
    return arith::IndexCastUIOp::create(b, b.getIndexType(), value);
  };
  b.loop(0, source.readChannels(), [&](Value c) {
    Value at = cursor(k, c);
    Value first = rowStart(c, row);
    ValueRange rank =
        b.loop(from, to, b.loadUnsigned(at, source.rankBytes),
               [&](Value column, ValueRange carried) {
                 Value kept = toIndex(carried[0]);
                 Value position = toIndex(b.add(first, column));
                 auto element = ReadBackOp::create(
                     b, b.getI8Type(), b.getIndexType(), source.values, kept,
                     source.bitmap, position, source.zero);
                 body(column, c, element.getValue());
                 return SmallVector<Value>{arith::IndexCastUIOp::create(
                     b, b.getI32Type(), element.getNewRank())};
               });
    b.storeUnsigned(rank[0], at, source.rankBytes);
  });
}

void ChannelCursors::advance(Value step, int64_t column) {
  // Where every row was read to its end, the next one follows.
  if (rows.stride == 1 && column == source.width)
    return;
  b.loop(0, rows.count, [&](Value k) {
    Value top = b.add(b.mul(step, rows.stride), rows.offset);
    Value below = b.mul(k, rows.dilation);
    Value row = b.add(top, below);
    Value isInside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, row,
                                           b.i32(source.rows));
    Value end = b.i32(column), none = b.i32(0);
    Value read = arith::SelectOp::create(b, isInside, end, none);
    Value here = insideOrEnd(row), next = insideOrEnd(b.add(row, rows.stride));
    b.loop(0, source.readChannels(), [&](Value c) {
      Value from = b.add(rowStart(c, here), read);
      Value count = arith::SubIOp::create(b, rowStart(c, next), from);
      Value at = cursor(k, c);
      Value rank = b.loadUnsigned(at, source.rankBytes);
      rank = b.add(rank, countKept(b, source.bitmap, from, count));
      b.storeUnsigned(rank, at, source.rankBytes);
    });
  });
}
