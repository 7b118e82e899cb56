//===- PointBlock.cpp - Neighbouring windows at points, as blocks ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The columns under two tiles of windows are transformed (PointWords.h), where
// there is SMLAD two channels a word. Of each product the words of both tiles
// lie side by side, behind each other in the order of rows and channels, so
// that a product is a block (Block.h) with tiles in the place of columns.
//
// Elements of pairs are made numbers from 0 to 255, and to the last two columns
// a zero is added such that all products are halfwords that are not negative.
// What both add to sums is part of where these start. A bias starts the product
// at 1, which is a part of every output.
//
// Behind the elements of a product is room for its sums, so that one pointer
// does.
//
// Constants lie in the order in which a block reads them: for each product
// where sums start and the weights, then what requantization needs.
//
//===----------------------------------------------------------------------===//

#include "PointBlock.h"
#include "../Builder/Instructions.h"
#include "Block.h"
#include "PointWords.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t pointChannels = 4, wordElements = 4;
/// SXTB16 makes pairs of the first and third, and the second and fourth.
static constexpr int64_t elementsOfWord[] = {0, 2, 1, 3};
static constexpr BlockUnrolling unrolling{25, 25, 12};
/// What is added to elements with a sign.
static constexpr int64_t signedZero = 128;

/// Whether sums times the divisor are words.
static bool fitsWords(const Filters &filters, int64_t divisor) {
  // Requantization may choose another start than the bias.
  constexpr int64_t most = (int64_t(1) << 31) - mostStart;
  for (int64_t channel = 0; channel < filters.channels; ++channel) {
    Reach reach = findReach(filters, channel);
    for (int64_t sum : {reach.least, reach.most, reach.low(), reach.high()})
      if (std::abs(sum) >= most / divisor)
        return false;
  }
  return true;
}

std::optional<PointTransform>
PointBlock::findTransform(const Filters &filters) {
  if (filters.areWide || filters.columnElements == 0)
    return std::nullopt;
  int64_t taps = filters.length / filters.columnElements;
  for (const PointTransform &transform : PointTransform::list(taps))
    if (canTransformWords(transform) && transform.halfwordZero() &&
        filters.outputColumns >= transform.columns() &&
        fitsWords(filters, transform.divisor()))
      return transform;
  return std::nullopt;
}

int64_t PointBlock::countTiles(const Filters &filters,
                               const PointTransform &transform) {
  return filters.outputColumns >= 2 * transform.columns() ? 2 : 1;
}

int64_t PointBlock::wordsOf(const Filters &filters, BlockForm form) {
  return form == BlockForm::Pairs ? llvm::divideCeil(filters.columnElements, 2)
                                  : filters.columnElements;
}

int64_t PointBlock::roomBytes(const Filters &filters,
                              const PointTransform &transform, BlockForm form) {
  int64_t words = filters.height * wordsOf(filters, form);
  return wordBytes * countTiles(filters, transform) * transform.products() *
         (words + pointChannels);
}

int64_t PointBlock::weightBytes(const Filters &filters,
                                const PointTransform &transform,
                                BlockForm form) {
  BlockProducts block{form, int64_t(llvm::alignTo(filters.channels, 2)), 1,
                      filters.height * wordsOf(filters, form), unrolling};
  return transform.products() *
         (block.weightBytes() + wordBytes * block.channels);
}

PointBlock::PointBlock(KernelBuilder &b, const GroupLayer &layer,
                       BlockForm form)
    : GroupKernel(b, layer, findTransform(layer.filters)->divisor()),
      transform(*findTransform(filters)), form(form) {
  std::vector<int32_t> words;
  for (int64_t first = 0; first < filters.channels; first += pointChannels)
    pack(first, std::min(pointChannels, filters.channels - first), words);
  constants = b.constantWords((layer.name + "_weights").str(), words);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

int64_t PointBlock::productBytes(int64_t tiles) const {
  return elementBytes(tiles) + wordBytes * tiles * pointChannels;
}

BlockProducts PointBlock::blockOf(int64_t channels, int64_t tiles) const {
  return {form, int64_t(llvm::alignTo(channels, 2)), tiles, words(), unrolling};
}

int64_t PointBlock::blockBytes(int64_t channels) const {
  BlockProducts block = blockOf(channels, 1);
  return products() * (wordBytes * block.channels + block.weightBytes()) +
         channels * scale.bytes();
}

int64_t PointBlock::zeroOf(int64_t column) const {
  if (!isPaired())
    return 0;
  bool isLast = column + 2 >= products();
  return (filters.readUnsigned ? 0 : signedZero) +
         (isLast ? *transform.halfwordZero() : 0);
}

int64_t PointBlock::weightOf(int64_t channel, int64_t row, int64_t element,
                             int64_t index) const {
  SmallVector<int16_t> taps;
  for (int64_t at = element; at < filters.length; at += filters.columnElements)
    taps.push_back(filters.at(channel, row, at));
  return transform.weight(std::span<const int16_t>(taps.data(), taps.size()),
                          index) *
         transform.weightFactor(index);
}

int32_t PointBlock::startOf(int64_t channel, int64_t index) const {
  int64_t zero = 0, sum = 0;
  for (auto [column, factor] : llvm::enumerate(transform.elementFactors(index)))
    zero += factor * zeroOf(int64_t(column));
  for (int64_t row = 0; row < filters.height; ++row)
    for (int64_t element = 0; element < filters.columnElements; ++element)
      sum += weightOf(channel, row, element, index);
  int64_t start = index == 1 ? scale.startOf(channel) : 0;
  return static_cast<int32_t>(start - zero * sum);
}

void PointBlock::pack(int64_t first, int64_t channels,
                      std::vector<int32_t> &words) const {
  int64_t last = first + channels, end = first + llvm::alignTo(channels, 2);
  int64_t elements = filters.columnElements;
  // Three are a word, too.
  int64_t whole = (elements + 1) / wordElements * wordElements;
  auto weight = [&](int64_t channel, int64_t row, int64_t element,
                    int64_t index) -> int64_t {
    return channel < last && element < elements
               ? weightOf(channel, row, element, index)
               : 0;
  };
  for (int64_t index = 0; index < products(); ++index) {
    for (int64_t channel = first; channel < end; ++channel)
      words.push_back(channel < last ? startOf(channel, index) : 0);
    for (int64_t row = 0; row < filters.height; ++row) {
      for (int64_t at = 0; !isPaired() && at < elements; ++at)
        for (int64_t channel = first; channel < end; channel += 2) {
          int64_t one = weight(channel, row, at, index);
          words.push_back(packPair(one, weight(channel + 1, row, at, index)));
        }
      for (int64_t at = 0; isPaired() && at < elements; at += 2) {
        int64_t low = at, high = at + 1;
        if (at < whole) {
          int64_t word = at - at % wordElements;
          low = word + elementsOfWord[at % wordElements];
          high = word + elementsOfWord[at % wordElements + 1];
        }
        for (int64_t channel = first; channel < end; ++channel) {
          int64_t lowWeight = weight(channel, row, low, index);
          words.push_back(
              packPair(lowWeight, weight(channel, row, high, index)));
        }
      }
    }
  }
  for (int64_t channel = first; channel < last; ++channel)
    llvm::append_range(words, scale.constantsOf(channel));
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// A number in both halves, as a word whose halves are added up.
static int64_t inBothHalves(int64_t value) { return value + (value << 16); }

void PointBlock::transformTiles(Value room, int64_t at, Part inside, bool isOdd,
                                function_ref<Value(int64_t)> load) const {
  int64_t tiles = tilesOf(inside.columns);
  for (int64_t tile = 0; tile < tiles; ++tile) {
    auto loadColumn = [&](int64_t index) -> Value {
      int64_t column = tile * transform.columns() + index;
      int64_t zero = zeroOf(index);
      int64_t outside = zero + inputZp;
      if (isPaired())
        outside = inBothHalves(outside);
      if (column < inside.first || column >= inside.last)
        return b.i32(static_cast<int32_t>(outside));
      Value word = load(column);
      if (!isPaired())
        return word;
      return addHalves(b, b.i32(static_cast<int32_t>(inBothHalves(zero))), word,
                       isOdd, filters.readUnsigned);
    };
    transformWords(b, transform, loadColumn, [&](Value word, int64_t index) {
      int64_t to = index * productBytes(tiles) + at + wordBytes * tile;
      b.storeWord(word, room, to);
    });
  }
}

void PointBlock::gatherElement(Value row, Value room, Part inside) const {
  transformTiles(room, 0, inside, /*isOdd=*/false, [&](int64_t column) {
    return b.loadByte(row, column * filters.columnElements,
                      filters.readUnsigned);
  });
}

void PointBlock::gatherWord(Value row, Value room, Part inside) const {
  int64_t pairBytes = wordBytes * tilesOf(inside.columns);
  // Loaded again for the odd ones, which takes no more than to keep it.
  for (bool isOdd : {false, true})
    transformTiles(room, isOdd ? pairBytes : 0, inside, isOdd,
                   [&](int64_t column) {
                     int64_t at = column * filters.columnElements;
                     return loadInOrder(b, row, at, 1);
                   });
}

void PointBlock::gatherRest(Value row, Value room, Part inside) const {
  int64_t rest = filters.columnElements % wordElements;
  int64_t pairBytes = wordBytes * tilesOf(inside.columns);
  // A fourth element is one of a neighbour inside, with weights of 0.
  auto loadThree = [&](int64_t column) -> Value {
    int64_t at = column * filters.columnElements;
    if (column + 1 < inside.last)
      return loadInOrder(b, row, at, 1);
    if (column > inside.first) {
      Value word = loadInOrder(b, row, at - 1, 1);
      return arith::ShRUIOp::create(b, word, b.i32(8));
    }
    Value word = b.loadByte(row, at, /*isUnsigned=*/true);
    for (int64_t i : {1, 2}) {
      Value byte = b.loadByte(row, at + i, /*isUnsigned=*/true);
      word = addShiftedLeft(b, word, byte, 8 * i);
    }
    return word;
  };
  if (rest == 3) {
    for (bool isOdd : {false, true})
      transformTiles(room, isOdd ? pairBytes : 0, inside, isOdd, loadThree);
    return;
  }
  transformTiles(room, 0, inside, /*isOdd=*/false, [&](int64_t column) {
    int64_t at = column * filters.columnElements;
    Value low = b.loadByte(row, at, /*isUnsigned=*/true);
    if (rest == 1)
      return low;
    Value high = b.loadByte(row, at + 1, /*isUnsigned=*/true);
    return addShiftedLeft(b, low, high, 16);
  });
}

void PointBlock::gather(Value rows, Value room, Part inside) const {
  int64_t pointerBytes = b.core.pointerBits / 8;
  int64_t tiles = tilesOf(inside.columns);
  int64_t rowBytes = wordBytes * tiles * wordsOfRow();
  // What a turn of the loop transforms.
  int64_t atOnce = isPaired() ? wordElements : 1;
  int64_t words = filters.columnElements / atOnce;
  Value end = b.offset(room, filters.height * rowBytes);
  b.loopTo(end, filters.height, {room, rows}, [&](ValueRange outer) {
    Value to = outer[0];
    Value row = LLVM::LoadOp::create(b, b.pointerType(), outer[1]);
    if (words > 0) {
      int64_t bytes = (isPaired() ? 2 : 1) * wordBytes * tiles;
      Value wordsEnd = b.offset(to, words * bytes);
      SmallVector<Value> after =
          b.loopTo(wordsEnd, words, {to, row}, [&](ValueRange inner) {
            Value place = b.opaque(inner[0]), from = b.opaque(inner[1]);
            if (isPaired())
              gatherWord(from, place, inside);
            else
              gatherElement(from, place, inside);
            Value next = b.offset(place, bytes);
            Value nextFrom = b.offset(from, atOnce);
            return SmallVector<Value>{next, nextFrom};
          });
      to = b.opaque(after[0]);
      row = b.opaque(after[1]);
    }
    if (filters.columnElements % atOnce)
      gatherRest(row, to, inside);
    Value next = b.offset(outer[0], rowBytes);
    Value nextRow = b.offset(outer[1], pointerBytes);
    return SmallVector<Value>{next, nextRow};
  });
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

SmallVector<Value> PointBlock::findOutputs(Value sums, int64_t at,
                                           int64_t stride) const {
  auto load = [&](int64_t index) {
    return loadInOrder(b, sums, at + index * stride);
  };
  int64_t columns = transform.columns();
  SmallVector<Value> outputs(columns);
  for (auto [index, point] : llvm::enumerate(transform.points())) {
    int64_t product = 1 + 2 * int64_t(index);
    Value plus = load(product), minus = load(product + 1);
    Value sum = b.add(plus, minus);
    Value difference = arith::SubIOp::create(b, plus, minus);
    int64_t factor = 1;
    for (int64_t column = 0; column < columns; ++column) {
      Value each = b.mul(column % 2 ? difference : sum, factor);
      outputs[column] = outputs[column] ? b.add(outputs[column], each) : each;
      factor *= point;
    }
  }
  outputs[0] = b.add(outputs[0], load(0));
  outputs.back() = addShiftedLeft(b, outputs.back(), load(products() - 1),
                                  transform.endShift());
  return outputs;
}

SmallVector<Value> PointBlock::computeBlock(Value room, Value slot,
                                            ValueRange carried,
                                            int64_t channels,
                                            int64_t tiles) const {
  BlockProducts block = blockOf(channels, tiles);
  int64_t bytes = productBytes(tiles);
  // In memory, so that it is no register that products lack.
  LLVM::StoreOp::create(b, carried[1], slot, /*alignment=*/0,
                        /*isVolatile=*/true);
  Value end = b.offset(room, products() * bytes);
  SmallVector<Value> values{b.opaque(room), carried[0]};
  values = b.loopTo(end, products(), values, [&](ValueRange inner) {
    Value x = b.opaque(inner[0]), weights = b.opaque(inner[1]);
    SmallVector<Value> sums;
    for (int64_t channel = 0; channel < block.channels; channel += 2) {
      auto [first, second] = loadPair(b, weights, wordBytes * channel);
      sums.append(tiles, first);
      sums.append(tiles, second);
    }
    auto [to, nextWeights] =
        block.multiply(b, x, weights, wordBytes * block.channels, sums);
    for (size_t i = 0; i < sums.size(); i += 2)
      storePair(b, sums[i], sums[i + 1], to, wordBytes * int64_t(i));
    Value next = b.offset(to, bytes - elementBytes(tiles));
    return SmallVector<Value>{next, nextWeights};
  });
  Value pixelThere = LLVM::LoadOp::create(b, b.pointerType(), slot,
                                          /*alignment=*/0, /*isVolatile=*/true);
  Value firstSum = b.opaque(b.offset(room, elementBytes(tiles)));
  Value lastSum = b.offset(firstSum, wordBytes * tiles * channels);
  int64_t tileColumns = transform.columns() / (poolsPairs ? 2 : 1);
  int64_t tileBytes = tileColumns * filters.channels * store.elementBytes();
  if (addsColumns)
    tileBytes = 0;
  values =
      b.loopTo(lastSum, channels, {firstSum, values[1], pixelThere},
               [&](ValueRange inner) {
                 Value sums = b.opaque(inner[0]), scaling = b.opaque(inner[1]);
                 Value pixel = b.opaque(inner[2]);
                 ChannelScale::Loaded loaded = scale.load(b, scaling, 0);
                 for (int64_t tile = 0; tile < tiles; ++tile) {
                   SmallVector<Value> outputs =
                       findOutputs(sums, wordBytes * tile, bytes);
                   finish(outputs, loaded, b.offset(pixel, tile * tileBytes));
                 }
                 SmallVector<Value> next{b.offset(sums, wordBytes * tiles)};
                 next.push_back(b.offset(scaling, scale.bytes()));
                 next.push_back(b.offset(pixel, store.elementBytes()));
                 return next;
               });
  return {values[1], values[2]};
}

void PointBlock::compute(Value room, Value pixel, int64_t columns) const {
  int64_t tiles = tilesOf(columns);
  Value slot = b.stackSlot(b.pointerType(), 1);
  SmallVector<Value> carried{b.opaque(b.addressOf(constants)), pixel};
  int64_t blocks = filters.channels / pointChannels;
  if (blocks > 0) {
    Value end = b.offset(carried[0], blocks * blockBytes(pointChannels));
    carried = b.loopTo(end, blocks, carried, [&](ValueRange values) {
      return computeBlock(room, slot, values, pointChannels, tiles);
    });
  }
  if (int64_t rest = filters.channels % pointChannels)
    computeBlock(room, slot, carried, rest, tiles);
}

void PointBlock::computeOne(Value, Value, Value) const {
  llvm_unreachable("single windows are computed as blocks");
}
