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
/// Taps that are straight-line code; of more, a loop computes some at once.
static constexpr int64_t straightTaps = 30, leastAtOnce = 12, mostAtOnce = 25;
/// Of a window that is computed alone.
static constexpr int64_t singleAtOnce = 8, singleChannels = 4;
/// The largest offset of a load.
static constexpr int64_t mostOffset = 4095;

static TapOrder orderOf(const Filters &filters) {
  int64_t most = filters.readUnsigned ? mostOfUnsigned : mostOfSigned;
  return findTapOrder(filters.weights, filters.channels, most, longestChunk);
}

FieldsKernel::FieldsKernel(KernelBuilder &b, const GroupLayer &layer)
    : GroupKernel(b, layer),
      kernelWidth(filters.length / filters.columnElements),
      order(orderOf(filters)) {
  std::vector<int8_t> bytes;
  appendWord(halfRange, bytes);
  for (int64_t channel = 0; channel < filters.channels; ++channel)
    pack(channel, bytes);
  constants = b.constantBytes((layer.name + "_weights").str(), bytes,
                              /*alignment=*/4);
  SmallVector<int16_t> at(taps());
  for (auto [position, tap] : llvm::enumerate(order.taps)) {
    int64_t row = tap / filters.length, element = tap % filters.length;
    int64_t column = element / filters.columnElements;
    int64_t channel = element % filters.columnElements;
    at[(row * filters.columnElements + channel) * kernelWidth + column] =
        static_cast<int16_t>(position);
  }
  auto type = RankedTensorType::get(taps(), b.getI16Type());
  places = b.constantData((layer.name + "_places").str(),
                          DenseElementsAttr::get(type, ArrayRef<int16_t>(at)),
                          /*alignment=*/2);
}

int64_t FieldsKernel::channelBytes() const {
  return 8 + weightBytes() + scale.bytes();
}

void FieldsKernel::pack(int64_t channel, std::vector<int8_t> &bytes) const {
  int64_t start = scale.startOf(channel);
  int64_t total = start + (start << 16) - halfRange * order.chunks();
  appendWord(static_cast<int32_t>(total), bytes);
  appendWord(static_cast<int32_t>(start), bytes);
  for (int64_t position = 0; position < weightBytes(); ++position)
    bytes.push_back(
        position < taps()
            ? static_cast<int8_t>(
                  filters.weights[channel * taps() + order.taps[position]])
            : 0);
  for (int32_t word : scale.constantsOf(channel))
    appendWord(word, bytes);
}

//===----------------------------------------------------------------------===//
// Into the room
//===----------------------------------------------------------------------===//

void FieldsKernel::gatherTaps(Value rows, TapWriter write) const {
  int64_t channels = filters.columnElements;
  // A few taps share what the loop over channels costs.
  int64_t atOnce = std::max<int64_t>(4 / kernelWidth, 1);
  while (channels % atOnce)
    --atOnce;
  Value table = b.opaque(b.addressOf(places));
  int64_t pointerBytes = b.core.pointerBits / 8;
  Value end = b.offset(rows, filters.height * pointerBytes);
  b.loopTo(end, filters.height, {rows, table}, [&](ValueRange outer) {
    Value row = LLVM::LoadOp::create(b, b.pointerType(), outer[0]);
    Value rowEnd = b.offset(row, channels);
    SmallVector<Value> after = b.loopTo(
        rowEnd, channels / atOnce, {row, outer[1]}, [&](ValueRange inner) {
          Value from = b.opaque(inner[0]), at = b.opaque(inner[1]);
          for (int64_t channel = 0; channel < atOnce; ++channel)
            write(from, channel, b.offset(at, 2 * channel * kernelWidth));
          Value next = b.offset(from, atOnce);
          Value nextTap = b.offset(at, 2 * atOnce * kernelWidth);
          return SmallVector<Value>{next, nextTap};
        });
    Value next = b.offset(outer[0], pointerBytes);
    return SmallVector<Value>{next, after[1]};
  });
}

void FieldsKernel::gather(Value rows, Value room, Part inside) const {
  gatherTaps(rows, [&](Value from, int64_t channel, Value table) {
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
      Value place = b.loadUnsigned(b.offset(table, 2 * x), 2);
      storePair(b, first, second, b.offset(room, b.mul(place, 8)), 0);
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

/// Taps that a turn of the loop computes, whole chunks: as many as leave the
/// fewest over.
static int64_t tapsAtOnce(int64_t taps, int64_t chunk) {
  int64_t best = mostAtOnce / chunk * chunk;
  for (int64_t count = best; count >= leastAtOnce; count -= chunk)
    if (taps % count < taps % best)
      best = count;
  return best;
}

SmallVector<Value> FieldsKernel::computeChannel(Value room, Value half,
                                                ValueRange carried) const {
  Value weights = b.opaque(carried[0]), x = room;
  auto [total, high] = loadPair(b, weights, 0);
  Sums sums{{total, total}, {high, high}, {}};
  int64_t done = 0, behind = 8;
  if (taps() > straightTaps) {
    int64_t atOnce = tapsAtOnce(taps(), order.chunk);
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

void FieldsKernel::compute(Value room, Value pixel) const {
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
    sums.push_back(b.loadWord(constants, channel * channelBytes() + 4));
  auto multiplyOne = [&](Value x, Value weights, int64_t at,
                         MutableArrayRef<Value> to) {
    Value element = loadInOrder(b, x, 4 * at);
    for (auto [channel, sum] : llvm::enumerate(to)) {
      Value w = loadByteInOrder(b, weights,
                                int64_t(channel) * channelBytes() + 8 + at);
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
  Value first = b.offset(weights, 8 + weightBytes() - done);
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
  gatherTaps(rows, [&](Value from, int64_t channel, Value table) {
    for (int64_t x = 0; x < kernelWidth; ++x) {
      Value element = b.loadByte(from, x * filters.columnElements + channel,
                                 filters.readUnsigned);
      Value place = b.loadUnsigned(b.offset(table, 2 * x), 2);
      b.storeWord(element, b.offset(room, b.mul(place, 4)));
    }
  });
  // Weights of several channels are read at offsets from one pointer.
  bool isFar =
      (singleChannels - 1) * channelBytes() + 8 + singleAtOnce > mostOffset;
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
