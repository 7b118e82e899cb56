//===- LineWalk.cpp - Convolutions without room for a window --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pruned map is read back a row of a window at a time. Its products are added
// to the sums of some channels, in memory, before the next row takes its place;
// for the channels after those the rows are read again. That is some
// instructions for the bytes of all rows but one.
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// A loop over `count` tiles, which are `most` at most, with values carried.
static SmallVector<Value>
eachTile(KernelBuilder &b, Value count, int64_t most, ValueRange initial,
         function_ref<SmallVector<Value>(ValueRange)> body) {
  Value first = b.i32(0);
  ValueRange after =
      b.loop(first, count, initial,
             [&](Value, ValueRange carried) { return body(carried); });
  b.expectTurns(after, most);
  return SmallVector<Value>(after);
}

/// The function that adds the products of a line to the sums of some tiles of
/// `channels` channels: of the sums, which the line follows, the weights of the
/// row, and how many tiles.
func::FuncOp ConvolutionFrame::makeLineLeaf(const LineTiles &tiles) {
  Type pointer = b.pointerType();
  int64_t channels = tiles.channels;
  return b.function(
      context.name + tiles.suffix, {pointer, pointer, b.getI32Type()},
      [&](ValueRange arguments) {
        Value line = b.offset(arguments[0], tiles.sumBytes);
        eachTile(b, arguments[2], tiles.most, arguments.take_front(2),
                 [&](ValueRange inner) {
                   Value sums = b.opaque(inner[0]);
                   Value weights = b.opaque(inner[1]);
                   SmallVector<Value> values{weights};
                   for (int64_t i = 0; i < channels; ++i)
                     values.push_back(b.loadWord(sums, i * wordBytes));
                   values = variant->row(b, filters, line, values);
                   for (int64_t i = 0; i < channels; ++i)
                     b.storeWord(values[1 + i], sums, i * wordBytes);
                   return SmallVector<Value>{
                       b.offset(sums, channels * wordBytes),
                       b.offset(weights, channels * channelBytes)};
                 });
      });
}

SmallVector<Value> ConvolutionFrame::lineGroup(ReadLine readLine, Value sums,
                                               ValueRange carried, Value count,
                                               const LineTiles &tiles) {
  int64_t channels = tiles.channels;
  int64_t tileBytes = channels * channelBytes;
  bool hasVectors = variant->hasVectors();
  // Of vectors, a row of some channels' weights is followed by their next one.
  int64_t inRow =
      hasVectors ? std::min(channels, variant->channelsSideBySide()) : channels;
  int64_t rowBytes = inRow * channelBytes / filters.height;
  ValueRange pointers = carried.drop_front(2);
  SmallVector<Value> initial{sums};
  initial.append(pointers.begin(), pointers.end());
  eachTile(b, count, tiles.most, initial, [&](ValueRange inner) {
    ValueRange own = inner.drop_front(1);
    for (int64_t i = 0; i < channels; ++i)
      b.storeWord(hasVectors ? b.i32(0) : parameters->bias(b, own, i), inner[0],
                  i * wordBytes);
    SmallVector<Value> next{b.offset(inner[0], channels * wordBytes)};
    next.append(parameters->advance(b, own, channels));
    return next;
  });

  func::FuncOp leaf = makeLineLeaf(tiles);
  b.loop(0, filters.height, carried[1], [&](Value ky, ValueRange row) {
    readLine(ky);
    func::CallOp::create(b, leaf, ValueRange{sums, row[0], count});
    return SmallVector<Value>{b.offset(row[0], rowBytes)};
  });

  initial = {sums, carried[0]};
  initial.append(pointers.begin(), pointers.end());
  SmallVector<Value> after =
      eachTile(b, count, tiles.most, initial, [&](ValueRange inner) {
        Value from = b.opaque(inner[0]), to = b.opaque(inner[1]);
        ValueRange own = inner.drop_front(2);
        auto sumOf = [&](int64_t i) { return b.loadWord(from, i * wordBytes); };
        if (hasVectors) {
          SmallVector<Value> each;
          for (int64_t i = 0; i < channels; ++i)
            each.push_back(sumOf(i));
          finishPixels(*parameters, each, /*columns=*/1, to, own);
        } else {
          for (int64_t i = 0; i < channels; ++i) {
            Value sum = sumOf(i);
            store(b, parameters->finish(b, sum, own, i), to, i);
          }
        }
        SmallVector<Value> next{b.offset(from, channels * wordBytes),
                                b.offset(to, channels * store.elementBytes())};
        next.append(parameters->advance(b, own, channels));
        return next;
      });
  SmallVector<Value> next{after[1],
                          b.offset(carried[1], b.mul(count, tileBytes))};
  next.append(after.begin() + 2, after.end());
  return next;
}

void ConvolutionFrame::walkLines() {
  planning::KernelShape shape = getKernelShape(context.kernel);
  Value sums = source.patch;
  int64_t sumBytes = shape.lineSumBytes();
  Value line = b.offset(sums, sumBytes);
  int64_t size = blocks.channels, tiles = filters.channels / size;
  // Layers with fewer channels than a tile have remainders only.
  int64_t atOnce = std::max<int64_t>(shape.lineChannels() / size, 1);
  forEachPackedWindowByLines(
      context, source, self.geometry, {count, first}, line,
      [&](Value x, ReadLine readLine) {
        SmallVector<Value> carried = start(sink->pixel(b, x));
        int64_t groups = llvm::divideCeil(tiles, atOnce);
        carried =
            b.loop(0, groups, carried, [&](Value group, ValueRange inner) {
              Value some = b.i32(atOnce);
              if (tiles % atOnce) {
                Value done = b.mul(group, -atOnce);
                Value left = b.add(done, tiles);
                some = arith::MinSIOp::create(b, left, some);
              }
              return lineGroup(readLine, sums, inner, some,
                               {"_products", sumBytes, size, atOnce});
            });
        for (auto [index, rest] : llvm::enumerate(remainders()))
          carried = lineGroup(readLine, sums, carried, b.i32(1),
                              {"_rest" + std::to_string(index), sumBytes, rest,
                               /*most=*/1});
        sink->pixelDone(b, x);
      });
  sink->stepDone(b);
}
