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

/// The function that adds the products of a line to the sums of some of the
/// tiles: of their sums, their weights of the row, and how many they are.
func::FuncOp ConvolutionFrame::makeLineLeaf(StringRef suffix,
                                            const LineTiles &tiles,
                                            int64_t lineAt) {
  Type pointer = b.pointerType();
  int64_t channels = tiles.channels;
  return b.function(
      context.name + suffix.str(), {pointer, pointer, b.getI32Type()},
      [&](ValueRange arguments) {
        Value line = b.offset(arguments[0], lineAt);
        Value first = b.i32(0);
        ValueRange after =
            b.loop(first, arguments[2], arguments.take_front(2),
                   [&](Value, ValueRange inner) {
                     Value sums = b.opaque(inner[0]),
                           weights = b.opaque(inner[1]);
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
        b.expectTurns(after, tiles.count);
      });
}

void ConvolutionFrame::startSums(Value sums, ValueRange pointers,
                                 ArrayRef<LineTiles> group) {
  SmallVector<Value> carried{sums};
  carried.append(pointers.begin(), pointers.end());
  for (const LineTiles &tiles : group) {
    carried = b.loop(0, tiles.count, carried, [&](Value, ValueRange inner) {
      ValueRange own = inner.drop_front(1);
      for (int64_t i = 0; i < tiles.channels; ++i)
        b.storeWord(variant->hasVectors() ? b.i32(0)
                                          : parameters->bias(b, own, i),
                    inner[0], i * wordBytes);
      SmallVector<Value> next{b.offset(inner[0], tiles.channels * wordBytes)};
      next.append(parameters->advance(b, own, tiles.channels));
      return next;
    });
  }
}

SmallVector<Value> ConvolutionFrame::finishSums(Value sums, Value output,
                                                ValueRange pointers,
                                                ArrayRef<LineTiles> group) {
  SmallVector<Value> carried{sums, output};
  carried.append(pointers.begin(), pointers.end());
  for (const LineTiles &tiles : group) {
    int64_t channels = tiles.channels;
    carried = b.loop(0, tiles.count, carried, [&](Value, ValueRange inner) {
      Value from = b.opaque(inner[0]), to = b.opaque(inner[1]);
      ValueRange own = inner.drop_front(2);
      auto sumOf = [&](int64_t i) { return b.loadWord(from, i * wordBytes); };
      if (variant->hasVectors()) {
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
  }
  carried.erase(carried.begin());
  return carried;
}

SmallVector<Value> ConvolutionFrame::lineGroup(ReadLine readLine, Value sums,
                                               int64_t sumBytes,
                                               ValueRange carried,
                                               ArrayRef<LineTiles> group) {
  ValueRange pointers = carried.drop_front(2);
  startSums(sums, pointers, group);

  // Where the weights of each row begin, how far the next row's are, and what
  // computes them.
  SmallVector<Value> weights;
  SmallVector<int64_t> places, rowBytes;
  SmallVector<func::FuncOp> leaves;
  int64_t place = 0, bytes = 0;
  for (const LineTiles &tiles : group) {
    // Of vectors, a row of some channels' weights is followed by their next.
    int64_t inRow =
        variant->hasVectors()
            ? std::min(tiles.channels, variant->channelsSideBySide())
            : tiles.channels;
    std::string suffix = tiles.channels == blocks.channels
                             ? "_products"
                             : "_rest" + std::to_string(tiles.channels);
    weights.push_back(b.offset(carried[1], bytes));
    places.push_back(place);
    rowBytes.push_back(inRow * channelBytes / filters.height);
    leaves.push_back(makeLineLeaf(suffix, tiles, sumBytes - place));
    place += tiles.count * tiles.channels * wordBytes;
    bytes += tiles.count * tiles.channels * channelBytes;
  }
  b.loop(0, filters.height, weights, [&](Value ky, ValueRange row) {
    readLine(ky);
    SmallVector<Value> next;
    for (auto [index, leaf] : llvm::enumerate(leaves)) {
      Value own = b.offset(sums, places[index]);
      Value count = b.i32(group[index].count);
      func::CallOp::create(b, leaf, ValueRange{own, row[index], count});
      next.push_back(b.offset(row[index], rowBytes[index]));
    }
    return next;
  });

  SmallVector<Value> next = finishSums(sums, carried[0], pointers, group);
  next.insert(next.begin() + 1, b.offset(carried[1], bytes));
  return next;
}

void ConvolutionFrame::walkLines() {
  planning::KernelShape shape = getKernelShape(context.kernel);
  Value sums = source.patch;
  int64_t sumBytes = shape.lineSumBytes();
  int64_t size = blocks.channels, tiles = filters.channels / size;
  // Layers with fewer channels than a tile have remainders only.
  int64_t atOnce = std::max<int64_t>(shape.lineChannels() / size, 1);
  // Groups of as many, and what is left: some tiles, and the channels of none.
  // If a group has room for those, it is the last.
  int64_t groups = tiles / atOnce, left = tiles % atOnce;
  SmallVector<int64_t> rests = remainders();
  int64_t most = shape.lineChannels();
  if (left == 0 && groups > 0 && !rests.empty() &&
      atOnce * size + rests.front() <= most) {
    left = atOnce;
    --groups;
  }
  SmallVector<SmallVector<LineTiles>> others(1);
  int64_t inGroup = left * size;
  if (left > 0)
    others.back().push_back({left, size});
  for (int64_t rest : rests) {
    if (inGroup + rest > most) {
      others.emplace_back();
      inGroup = 0;
    }
    others.back().push_back({1, rest});
    inGroup += rest;
  }
  forEachPackedWindowByLines(
      context, source, self.geometry, {count, first}, b.offset(sums, sumBytes),
      [&](Value x, ReadLine readLine) {
        SmallVector<Value> carried = start(sink->pixel(b, x));
        if (groups > 0)
          carried = b.loop(0, groups, carried, [&](Value, ValueRange inner) {
            return lineGroup(readLine, sums, sumBytes, inner, {{atOnce, size}});
          });
        for (ArrayRef<LineTiles> group : others)
          if (!group.empty())
            carried = lineGroup(readLine, sums, sumBytes, carried, group);
        sink->pixelDone(b, x);
      });
  sink->stepDone(b);
}
