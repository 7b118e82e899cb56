//===- Fields.cpp - Two columns in the halves of a word -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A word x0 + (x1 << 16) times a weight is two products, as long as sums of the
// low halves stay within 16 bits. After a chunk of taps for which the weights
// say so, P = 0x8000 + sum, whose low half is not negative, is added to the
// total T, and P >> 16 to the high sum U. In the end the sums are U and
// T - (U << 16), exact whatever T wrapped around. T and U start such that both
// begin at the bias and the 0x8000 are gone.
//
// The four columns of a group are two words: the first with the third, the
// second with the fourth. All taps of a window lie behind each other in an
// order that makes chunks long (TapOrder.h), which a table of positions gives
// to what writes them.
//
//===----------------------------------------------------------------------===//

#include "Fields.h"
#include "../Builder/Instructions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// What every chunk starts at.
static constexpr int32_t halfRange = 0x8000;
/// Magnitudes of a chunk's weights, so that their products with elements stay
/// between -0x8000 and 0x7fff.
static constexpr int64_t mostOfSigned = 255, mostOfUnsigned = 128;
static constexpr int64_t longestChunk = 6;
/// A few taps more than a turn of the loop computes are straight-line code.
static constexpr int64_t mostBehind = 5;
/// Of a window that is computed alone.
static constexpr int64_t singleAtOnce = 8, singleChannels = 4;
/// The largest offset of a load.
static constexpr int64_t mostOffset = 4095;

int16_t FieldsKernel::weightOf(int64_t channel, int64_t tap) const {
  int64_t column = tap % kernelWidth, line = tap / kernelWidth;
  int64_t element =
      column * filters.columnElements + line % filters.columnElements;
  return filters.at(channel, line / filters.columnElements, element);
}

FieldsKernel::FieldsKernel(KernelBuilder &b, const GroupLayer &layer,
                           int64_t mostAtOnce)
    : GroupKernel(b, layer),
      kernelWidth(filters.length / filters.columnElements),
      mostAtOnce(mostAtOnce) {
  std::vector<int16_t> weights;
  for (int64_t channel = 0; channel < filters.channels; ++channel)
    for (int64_t tap = 0; tap < taps(); ++tap)
      weights.push_back(weightOf(channel, tap));
  int64_t most = filters.readUnsigned ? mostOfUnsigned : mostOfSigned;
  order = findTapOrder(weights, filters.channels, most, longestChunk);
  std::vector<int8_t> bytes;
  appendWord(halfRange, bytes);
  for (int64_t channel = 0; channel < filters.channels; ++channel)
    pack(channel, bytes);
  constants = b.constantBytes((layer.name + "_weights").str(), bytes,
                              /*alignment=*/4);
  std::vector<int8_t> distances(taps());
  for (auto [position, tap] : llvm::enumerate(order.taps))
    distances[tap] = static_cast<int8_t>(int64_t(position) - tap);
  moves = b.constantBytes((layer.name + "_moves").str(), distances);
}

int64_t FieldsKernel::channelBytes() const {
  return 4 + weightBytes() + scale.bytes();
}

void FieldsKernel::pack(int64_t channel, std::vector<int8_t> &bytes) const {
  appendWord(scale.startOf(channel), bytes);
  for (int64_t position = 0; position < weightBytes(); ++position)
    bytes.push_back(position < taps() ? static_cast<int8_t>(weightOf(
                                            channel, order.taps[position]))
                                      : 0);
  for (int32_t word : scale.constantsOf(channel))
    appendWord(word, bytes);
}

//===----------------------------------------------------------------------===//
// Into the room
//===----------------------------------------------------------------------===//

void FieldsKernel::gatherTaps(Value rows, Value room, int64_t bytes,
                              TapWriter write) const {
  int64_t channels = filters.columnElements;
  // A few taps share what the loop over channels costs.
  int64_t atOnce =
      std::clamp<int64_t>(mostAtOnce * 3 / 5 / kernelWidth, 1, channels);
  while (channels % atOnce)
    --atOnce;
  Value table = b.opaque(b.addressOf(moves));
  int64_t pointerBytes = b.core.pointerBits / 8;
  Value end = b.offset(rows, filters.height * pointerBytes);
  b.loopTo(end, filters.height, {rows, table, room}, [&](ValueRange outer) {
    Value row = LLVM::LoadOp::create(b, b.pointerType(), outer[0]);
    Value rowEnd = b.offset(row, channels);
    SmallVector<Value> after =
        b.loopTo(rowEnd, channels / atOnce, {row, outer[1], outer[2]},
                 [&](ValueRange inner) {
                   Value from = b.opaque(inner[0]), at = b.opaque(inner[1]);
                   Value place = b.opaque(inner[2]);
                   for (int64_t channel = 0; channel < atOnce; ++channel)
                     write(from, channel, [&](int64_t x) {
                       int64_t tap = channel * kernelWidth + x;
                       Value move = b.mul(b.loadByte(at, tap), bytes);
                       return b.offset(b.offset(place, move), bytes * tap);
                     });
                   Value next = b.offset(from, atOnce);
                   Value nextTap = b.offset(at, atOnce * kernelWidth);
                   Value nextPlace =
                       b.offset(place, bytes * atOnce * kernelWidth);
                   return SmallVector<Value>{next, nextTap, nextPlace};
                 });
    Value next = b.offset(outer[0], pointerBytes);
    return SmallVector<Value>{next, after[1], after[2]};
  });
}

void FieldsKernel::gather(Value rows, Value room, Part inside) const {
  gatherTaps(rows, room, 8, [&](Value from, int64_t channel, PlaceOf placeOf) {
    int64_t reach = kernelWidth + (columns - 1) * stride;
    SmallVector<Value> elements(reach), words(reach);
    auto load = [&](int64_t x) {
      if (x < inside.first || x >= inside.last)
        return b.i32(inputZp);
      if (!elements[x])
        elements[x] = b.loadByte(from, x * filters.columnElements + channel,
                                 filters.readUnsigned);
      return elements[x];
    };
    auto pack = [&](int64_t x) {
      if (!words[x]) {
        Value low = load(x), high = load(x + 2 * stride);
        words[x] = addShiftedLeft(b, low, high, 16);
      }
      return words[x];
    };
    for (int64_t x = 0; x < kernelWidth; ++x) {
      Value first = pack(x), second = pack(x + stride);
      storePair(b, first, second, placeOf(x), 0);
    }
  });
}

//===----------------------------------------------------------------------===//
// Four columns
//===----------------------------------------------------------------------===//

void FieldsKernel::multiply(Value x, Value weights, int64_t at,
                            int64_t position, Value half, Sums &sums) const {
  auto [first, second] = loadPair(b, x, 8 * at);
  Value w = loadByteInOrder(b, weights, at);
  bool begins = position % order.chunk == 0;
  bool ends = (position + 1) % order.chunk == 0 || position + 1 == taps();
  for (auto [word, value] : {std::pair(0, first), std::pair(1, second)}) {
    Value product = arith::MulIOp::create(b, value, w);
    Value &chunk = sums.chunk[word];
    chunk = b.add(begins ? half : chunk, product);
    if (!ends)
      continue;
    sums.total[word] = b.add(sums.total[word], chunk);
    sums.high[word] = addShiftedRight(b, sums.high[word], chunk, 16);
  }
}

/// Taps that a turn of the loop computes, whole chunks and at most `most`: as
/// many as leave the fewest over.
static int64_t tapsAtOnce(int64_t taps, int64_t chunk, int64_t most) {
  int64_t best = most / chunk * chunk;
  for (int64_t count = best; 2 * count >= most; count -= chunk)
    if (taps % count < taps % best)
      best = count;
  return best;
}

SmallVector<Value> FieldsKernel::computeChannel(Value room, Value half,
                                                ValueRange carried) const {
  Value weights = b.opaque(carried[0]), x = room;
  Value high = loadInOrder(b, weights, 0);
  Value total = addShiftedLeft(b, high, high, 16);
  int64_t offsets = halfRange * order.chunks();
  total = b.add(total, static_cast<int32_t>(-offsets));
  Sums sums{{total, total}, {high, high}, {}};
  int64_t done = 0, behind = 4;
  if (taps() > mostAtOnce + mostBehind) {
    int64_t atOnce = tapsAtOnce(taps(), order.chunk, mostAtOnce);
    int64_t turns = taps() / atOnce;
    done = turns * atOnce;
    Value end = b.offset(room, 8 * done);
    SmallVector<Value> initial{room};
    initial.push_back(b.offset(weights, behind));
    initial.append({total, total, high, high});
    SmallVector<Value> after =
        b.loopTo(end, turns, initial, [&](ValueRange inner) {
          Value from = b.opaque(inner[0]), w = b.opaque(inner[1]);
          Sums partial{{inner[2], inner[3]}, {inner[4], inner[5]}, {}};
          for (int64_t i = 0; i < atOnce; ++i)
            multiply(from, w, i, i, half, partial);
          SmallVector<Value> next{b.offset(from, 8 * atOnce)};
          next.push_back(b.offset(w, atOnce));
          next.append({partial.total[0], partial.total[1], partial.high[0],
                       partial.high[1]});
          return next;
        });
    x = b.opaque(after[0]);
    weights = b.opaque(after[1]);
    behind = 0;
    sums = {{after[2], after[3]}, {after[4], after[5]}, {}};
  }
  Value first = b.offset(weights, behind);
  for (int64_t i = done; i < taps(); ++i)
    multiply(x, first, i - done, i, half, sums);
  SmallVector<Value> accumulators;
  for (int64_t word : {0, 1})
    accumulators.push_back(
        subtractShiftedLeft(b, sums.total[word], sums.high[word], 16));
  accumulators.append({sums.high[0], sums.high[1]});
  Value scaling = b.offset(first, weightBytes() - done);
  finish(accumulators, scaling, carried[1]);
  Value nextPixel = b.offset(carried[1], store.elementBytes());
  return {b.offset(scaling, scale.bytes()), nextPixel};
}

void FieldsKernel::compute(Value room, Value pixel, int64_t) const {
  Value at = b.opaque(b.addressOf(constants));
  // Read from memory, so that it is what MLA adds and no constant.
  Value half = loadInOrder(b, at, 0);
  SmallVector<Value> carried{b.offset(at, 4), pixel};
  Value end = b.offset(carried[0], filters.channels * channelBytes());
  b.loopTo(end, filters.channels, carried, [&](ValueRange values) {
    return computeChannel(room, half, values);
  });
}

//===----------------------------------------------------------------------===//
// One column
//===----------------------------------------------------------------------===//

SmallVector<Value> FieldsKernel::computeBlock(Value room, ValueRange carried,
                                              int64_t channels) const {
  Value constants = b.opaque(carried[0]);
  SmallVector<Value> sums;
  for (int64_t channel = 0; channel < channels; ++channel)
    sums.push_back(b.loadWord(constants, channel * channelBytes()));
  auto multiplyOne = [&](Value x, Value weights, int64_t at,
                         MutableArrayRef<Value> to) {
    Value element = loadInOrder(b, x, 4 * at);
    for (auto [channel, sum] : llvm::enumerate(to)) {
      Value w = loadByteInOrder(b, weights,
                                int64_t(channel) * channelBytes() + 4 + at);
      Value product = arith::MulIOp::create(b, element, w);
      sum = b.add(sum, product);
    }
  };
  int64_t turns = taps() / singleAtOnce, done = turns * singleAtOnce;
  Value x = room, weights = constants;
  if (turns > 0) {
    SmallVector<Value> initial{x, weights};
    initial.append(sums);
    Value end = b.offset(room, 4 * done);
    SmallVector<Value> after =
        b.loopTo(end, turns, initial, [&](ValueRange inner) {
          Value from = b.opaque(inner[0]), w = b.opaque(inner[1]);
          SmallVector<Value> partial(inner.drop_front(2));
          for (int64_t i = 0; i < singleAtOnce; ++i)
            multiplyOne(from, w, i, partial);
          SmallVector<Value> next{b.offset(from, 4 * singleAtOnce)};
          next.push_back(b.offset(w, singleAtOnce));
          next.append(partial);
          return next;
        });
    x = after[0];
    weights = b.opaque(after[1]);
    sums.assign(after.begin() + 2, after.end());
  }
  for (int64_t i = done; i < taps(); ++i)
    multiplyOne(x, weights, i - done, sums);
  Value first = b.offset(weights, 4 + weightBytes() - done);
  for (int64_t channel = 0; channel < channels; ++channel) {
    ChannelScale::Loaded loaded =
        scale.load(b, first, channel * channelBytes());
    store(b, scale.apply(b, sums[channel], loaded), carried[1], channel);
  }
  Value next = b.offset(weights, channels * channelBytes() - done);
  Value nextPixel = b.offset(carried[1], channels * store.elementBytes());
  return {next, nextPixel};
}

void FieldsKernel::computeOne(Value rows, Value room, Value pixel) const {
  gatherTaps(rows, room, 4, [&](Value from, int64_t channel, PlaceOf placeOf) {
    for (int64_t x = 0; x < kernelWidth; ++x) {
      Value element = b.loadByte(from, x * filters.columnElements + channel,
                                 filters.readUnsigned);
      b.storeWord(element, placeOf(x));
    }
  });
  // Weights of several channels are read at offsets from one pointer.
  bool isFar =
      (singleChannels - 1) * channelBytes() + 4 + singleAtOnce > mostOffset;
  int64_t atOnce = isFar ? 1 : singleChannels;
  Value at = b.opaque(b.addressOf(constants));
  SmallVector<Value> carried{b.offset(at, 4), pixel};
  int64_t blocks = filters.channels / atOnce;
  if (blocks > 0) {
    Value end = b.offset(carried[0], blocks * atOnce * channelBytes());
    carried = b.loopTo(end, blocks, carried, [&](ValueRange values) {
      return computeBlock(room, values, atOnce);
    });
  }
  if (int64_t rest = filters.channels % atOnce)
    computeBlock(room, carried, rest);
}
