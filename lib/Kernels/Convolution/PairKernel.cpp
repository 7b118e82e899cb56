//===- PairKernel.cpp - Two columns as fields of a word -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A word is x0 + (x1 << 16), of two windows. Its product with a weight adds
// x0 * w to the lower half of an accumulator and x1 * w to the upper. As long
// as sums fit 16 bits (FieldOrder.h), the lower half of 0x8000 + sum does not
// carry, and the upper half is the sum of the second window: `upper` adds these
// up, `both` all of the accumulator, modulo 2^32. The sum of the first window
// is both - (upper << 16).
//
// Armv6-M loads signed bytes from no immediate offset: weights are w + 128, and
// a chunk starts from 0x8000 less 128 times the sum of its words, which is
// packed in front of them and serves all channels.
//
// Constants lie in the order in which a channel reads them: where accumulators
// start, weights, what requantization needs.
//
//===----------------------------------------------------------------------===//

#include "PairKernel.h"
#include "Block.h"
#include "GroupKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t bytesPerWord = 4;
static constexpr int64_t half = 0x8000, weightOffset = 128;
/// The farthest word, or byte, that a load reaches on Armv6-M.
static constexpr int64_t loadReach = 31;

PairKernel::PairKernel(KernelBuilder &b, StringRef name, const Filters &filters,
                       RequantizationAttr requant, PixelStore store)
    : b(b), filters(filters), store(store), order(*findFieldOrder(filters)),
      scale(makeSplitScale(filters, requant)) {
  constants = b.constantBytes((name + "_weights").str(), pack(), bytesPerWord);
  places = b.constantBytes((name + "_places").str(), packOrder(), 2);
}

int64_t PairKernel::roomBytes(const Filters &filters, const FieldOrder &order) {
  int64_t words = order.elementsPerBlock() + order.chunksPerBlock();
  return words * filters.height * order.blocksPerRow * bytesPerWord;
}

int64_t PairKernel::weightBytes(const Filters &filters,
                                const FieldOrder &order) {
  return llvm::alignTo(order.elements.size(), bytesPerWord);
}

std::vector<int8_t> PairKernel::pack() const {
  int64_t perRow = order.elements.size() / filters.height;
  std::vector<int8_t> bytes;
  for (int64_t channel = 0; channel < filters.channels; ++channel) {
    appendWord(scale.startOf(channel), bytes);
    for (auto [place, element] : llvm::enumerate(order.elements)) {
      int64_t row = int64_t(place) / perRow;
      int64_t w = element < 0 ? 0 : filters.at(channel, row, element);
      bytes.push_back(static_cast<int8_t>(w + weightOffset));
    }
    bytes.resize(llvm::alignTo(bytes.size(), bytesPerWord));
    for (int32_t word : scale.constantsOf(channel))
      appendWord(word, bytes);
  }
  return bytes;
}

/// Bytes of the place of an element within a row.
static int64_t placeBytes(const Filters &filters) {
  return filters.length > 256 ? 2 : 1;
}

std::vector<int8_t> PairKernel::packOrder() const {
  std::vector<int8_t> bytes;
  for (int32_t element : order.elements) {
    // Where the weight is 0, any element will do.
    int32_t place = std::max(element, 0);
    for (int64_t i = 0; i < placeBytes(filters); ++i)
      bytes.push_back(static_cast<int8_t>(place >> (8 * i)));
  }
  return bytes;
}

SmallVector<Value> PairKernel::packChunk(const Place &place, Value row,
                                         Value second, ValueRange carried,
                                         int64_t size) const {
  Value room = b.opaque(carried[0]), from = b.opaque(carried[1]);
  auto shiftLeft = [&](Value value, int64_t by) -> Value {
    return arith::ShLIOp::create(b, value, b.i32(by));
  };
  int64_t bytes = placeBytes(filters);
  Value sum;
  for (int64_t i = 0; i < size; ++i) {
    Value at = bytes == 1 ? b.loadByte(from, i, /*isUnsigned=*/true)
                          : b.loadUnsigned(b.offset(from, 2 * i), 2);
    Value word = b.loadByte(b.offset(row, at));
    if (second) {
      Value upper = b.loadByte(b.offset(second, at));
      word = b.add(word, shiftLeft(upper, 16));
    }
    b.storeWord(word, room, bytesPerWord * (1 + i));
    sum = sum ? b.add(sum, word) : word;
  }
  Value least = b.i32(half), scaled = shiftLeft(sum, 7);
  Value first = arith::SubIOp::create(b, least, scaled);
  b.storeWord(first, room);
  SmallVector<Value> next{b.offset(room, bytesPerWord * (1 + size))};
  next.push_back(b.offset(from, bytes * size));
  return next;
}

void PairKernel::packWindows(const Place &place) const {
  int64_t pointerBytes = b.core.pointerBits / 8;
  auto packBlock = [&](Value row, Value second, ValueRange carried) {
    SmallVector<Value> values(carried);
    for (ChunkRun run : order.runs) {
      Value end =
          b.offset(values[0], run.count * (1 + run.size) * bytesPerWord);
      values = b.loopTo(end, run.count, values, [&](ValueRange inner) {
        return packChunk(place, row, second, inner, run.size);
      });
    }
    return values;
  };
  Value from = b.opaque(b.addressOf(places));
  Value end = b.offset(place.room, roomBytes());
  b.loopTo(end, filters.height, {place.room, from, place.rows},
           [&](ValueRange inner) {
             Value row = LLVM::LoadOp::create(b, b.pointerType(), inner[2]);
             Value second;
             if (place.distance)
               second = b.offset(row, place.distance);
             int64_t bytes = order.blocksPerRow * blockWords() * bytesPerWord;
             Value rowEnd = b.offset(inner[0], bytes);
             SmallVector<Value> values =
                 b.loopTo(rowEnd, order.blocksPerRow, inner.take_front(2),
                          [&](ValueRange carried) {
                            return packBlock(row, second, carried);
                          });
             values.push_back(b.offset(inner[2], pointerBytes));
             return values;
           });
}

void PairKernel::multiplyBlock(SmallVector<Value> &values) const {
  Value &room = values[0], &weights = values[1];
  // Loads reach no farther: pointers move on between chunks. The first load
  // behind is not from the pointer itself, as LLVM would take that from the
  // pointer before, with an offset in a register.
  int64_t word = 0, weight = 0;
  auto advance = [&](int64_t ahead) {
    room = b.opaque(b.offset(room, (word - ahead) * bytesPerWord));
    weights = b.opaque(b.offset(weights, weight));
    word = ahead;
    weight = 0;
  };
  for (ChunkRun run : order.runs)
    for (int64_t chunk = 0; chunk < run.count; ++chunk) {
      if (word + run.size > loadReach || weight + run.size > loadReach + 1)
        advance(/*ahead=*/1);
      Value sum = b.loadWord(room, word++ * bytesPerWord);
      for (int64_t i = 0; i < run.size; ++i) {
        Value x = b.loadWord(room, word++ * bytesPerWord);
        Value w = b.loadByte(weights, weight++, /*isUnsigned=*/true);
        Value product = arith::MulIOp::create(b, x, w);
        sum = b.add(sum, product);
      }
      values[2] = b.add(values[2], sum);
      Value upper = arith::ShRSIOp::create(b, sum, b.i32(16));
      values[3] = b.add(values[3], upper);
    }
  advance(/*ahead=*/0);
}

SmallVector<Value> PairKernel::compute(const Place &place,
                                       ValueRange carried) const {
  Value start = b.opaque(carried[0]);
  ValueRange out = carried.drop_front();
  Value upper = b.loadWord(start);
  Value both = arith::ShLIOp::create(b, upper, b.i32(16));
  both = b.add(b.add(both, upper), -half * blocks() * order.chunksPerBlock());
  SmallVector<Value> values{b.opaque(place.room)};
  values.push_back(b.opaque(b.offset(start, bytesPerWord)));
  values.append({both, upper});
  Value end = b.offset(place.room, roomBytes());
  values = b.loopTo(end, blocks(), values, [&](ValueRange inner) {
    SmallVector<Value> next(inner);
    multiplyBlock(next);
    return next;
  });
  int64_t elements = order.elements.size();
  int64_t behind = weightBytes(filters, order) - elements;
  Value needs = b.opaque(b.offset(values[1], behind));
  upper = values[3];
  Value shifted = arith::ShLIOp::create(b, upper, b.i32(16));
  Value lower = arith::SubIOp::create(b, values[2], shifted);
  if (place.distance && out.size() == 1)
    // The larger accumulator gives the larger element.
    lower = arith::MaxSIOp::create(b, lower, upper);
  store(b, scale.apply(b, lower, needs, 0), out[0], 0);
  if (place.distance && out.size() == 2)
    store(b, scale.apply(b, upper, needs, 0), out[1], 0);
  SmallVector<Value> next{b.offset(needs, scale.bytes())};
  for (Value pixel : out)
    next.push_back(b.offset(pixel, store.elementBytes()));
  return next;
}

void PairKernel::build(const Place &place) const {
  packWindows(place);
  SmallVector<Value> carried{b.opaque(b.addressOf(constants))};
  carried.append(place.pixels);
  int64_t bytes = bytesPerWord + weightBytes(filters, order) + scale.bytes();
  Value end = b.offset(carried[0], filters.channels * bytes);
  b.loopTo(end, filters.channels, carried,
           [&](ValueRange values) { return compute(place, values); });
}
