//===- PointKernel.cpp - Neighbouring windows at points -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The columns of the input under some neighbouring windows are transformed once
// (PointTransform.h), into words; a product of a point is then one for all of
// these windows. Two channels share a word.
//
// Armv6-M loads halfwords with sign from no immediate offset: weights are
// w + 2^14, and a product starts from -2^14 times the sum of its elements,
// which lies in front of them and serves all channels.
//
// Constants lie in the order in which two channels read them: weights product
// by product, then for each channel where its accumulators start and what
// requantization needs.
//
//===----------------------------------------------------------------------===//

#include "PointKernel.h"
#include "Block.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t halfBytes = 2;
static constexpr int64_t channelsAtOnce = 2;
static constexpr int64_t weightShift = 14, weightZero = 1 << weightShift;
/// Elements of a turn: as many as loads of halfwords reach on Armv6-M.
static constexpr int64_t mostAtOnce = 16, leastAtOnce = 9;

std::optional<PointTransform> rtwmc::findTransform(const Filters &filters) {
  if (filters.areWide || filters.columnElements == 0)
    return std::nullopt;
  std::optional<PointTransform> transform =
      PointTransform::get(filters.length / filters.columnElements);
  if (!transform || filters.outputColumns < transform->columns())
    return std::nullopt;
  // Multiplied by the divisor, sums are words. Elements are bytes, so that no
  // weight is more than 121 * 128, less than 2^14.
  for (int64_t channel = 0; channel < filters.channels; ++channel) {
    int64_t sum = 0;
    for (int64_t i = 0; i < filters.perChannel(); ++i)
      sum += std::abs(
          int64_t(filters.weights[channel * filters.perChannel() + i]));
    if (128 * sum * transform->divisor() >= int64_t(1) << 31)
      return std::nullopt;
  }
  return transform;
}

int64_t PointKernel::roomBytes(const Filters &filters,
                               const PointTransform &transform) {
  int64_t words = 1 + filters.height * filters.columnElements;
  return wordBytes * transform.products() * (words + channelsAtOnce);
}

int64_t PointKernel::weightBytes(const Filters &filters,
                                 const PointTransform &transform) {
  return halfBytes * llvm::alignTo(filters.channels, channelsAtOnce) *
         transform.products() * filters.height * filters.columnElements;
}

PointKernel::PointKernel(KernelBuilder &b, StringRef name,
                         const Filters &filters, RequantizationAttr requant,
                         PixelStore store, Pooling pooling)
    : b(b), filters(filters), store(store), pooling(pooling),
      transform(*findTransform(filters)),
      scale(makeSplitScale(filters, requant)) {
  std::vector<int8_t> bytes;
  for (int64_t first = 0; first < filters.channels; first += channelsAtOnce)
    pack(first, bytes);
  constants = b.constantBytes((name + "_weights").str(), bytes, wordBytes);
}

static void append(std::vector<int8_t> &bytes, int64_t value, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    bytes.push_back(static_cast<int8_t>(value >> (8 * i)));
}

void PointKernel::pack(int64_t first, std::vector<int8_t> &bytes) const {
  int64_t elements = filters.columnElements;
  int64_t last = std::min(first + channelsAtOnce, filters.channels);
  auto weight = [&](int64_t channel, int64_t row, int64_t element,
                    int64_t product) -> int64_t {
    if (channel >= last)
      return 0;
    SmallVector<int16_t> taps;
    for (int64_t at = element; at < filters.length; at += elements)
      taps.push_back(filters.at(channel, row, at));
    return transform.weight(std::span<const int16_t>(taps.data(), taps.size()),
                            product);
  };
  for (int64_t product = 0; product < transform.products(); ++product)
    for (int64_t row = 0; row < filters.height; ++row)
      for (int64_t element = 0; element < elements; ++element)
        for (int64_t channel = first; channel < first + channelsAtOnce;
             ++channel)
          append(bytes, weight(channel, row, element, product) + weightZero,
                 halfBytes);
  for (int64_t channel = first; channel < last; ++channel) {
    append(bytes, scale.startOf(channel), wordBytes);
    for (int32_t word : scale.constantsOf(channel))
      append(bytes, word, wordBytes);
  }
}

/// The sum of `values`, each times its factor.
static Value sumUp(KernelBuilder &b, ArrayRef<Value> values,
                   ArrayRef<int64_t> factors) {
  Value sum;
  for (auto [value, factor] : llvm::zip_equal(values, factors)) {
    if (factor == 0)
      continue;
    Value each = b.mul(value, factor);
    sum = sum ? b.add(sum, each) : each;
  }
  return sum;
}

void PointKernel::transformElement(Value from, Value room) const {
  SmallVector<Value> even, odd;
  for (int64_t column = 0; column < transform.products(); ++column) {
    Value x = b.loadByte(from, column * filters.columnElements);
    (column % 2 ? odd : even).push_back(x);
  }
  auto put = [&](Value word, int64_t product) {
    b.storeWord(word, room, wordBytes * product * productWords());
  };
  std::vector<int64_t> ends = transform.factorsAtEnds();
  put(sumUp(b, even, ends), 0);
  put(sumUp(b, odd, ends), transform.products() - 1);
  for (auto [index, point] : llvm::enumerate(transform.points())) {
    std::vector<int64_t> factors = transform.factorsOf(point);
    size_t count = factors.size();
    Value without = sumUp(b, ArrayRef(even).slice(1, count), factors);
    Value with =
        b.mul(sumUp(b, ArrayRef(odd).take_front(count), factors), point);
    int64_t product = 1 + 2 * int64_t(index);
    put(b.add(without, with), product);
    put(arith::SubIOp::create(b, without, with), product + 1);
  }
}

void PointKernel::transformElements(const Place &place) const {
  int64_t pointerBytes = b.core.pointerBits / 8;
  int64_t rowBytes = wordBytes * filters.columnElements;
  Value first = b.opaque(b.offset(place.room, wordBytes));
  Value end = b.offset(first, filters.height * rowBytes);
  b.loopTo(end, filters.height, {first, place.rows}, [&](ValueRange inner) {
    Value row = LLVM::LoadOp::create(b, b.pointerType(), inner[1]);
    Value rowEnd = b.offset(inner[0], rowBytes);
    SmallVector<Value> after =
        b.loopTo(rowEnd, filters.columnElements, {inner[0], row},
                 [&](ValueRange carried) {
                   Value room = b.opaque(carried[0]);
                   Value from = b.opaque(carried[1]);
                   transformElement(from, room);
                   Value nextRoom = b.offset(room, wordBytes);
                   Value nextFrom = b.offset(from, 1);
                   return SmallVector<Value>{nextRoom, nextFrom};
                 });
    Value nextRow = b.offset(inner[1], pointerBytes);
    return SmallVector<Value>{after[0], nextRow};
  });
  findStarts(place.room);
}

void PointKernel::findStarts(Value room) const {
  // As many at once as leave none over.
  int64_t atOnce = 1;
  for (int64_t count : {6, 5, 4, 3, 2})
    if (countTaps() % count == 0 && atOnce == 1)
      atOnce = count;
  Value end = b.offset(room, productsAt());
  b.loopTo(end, transform.products(), {room}, [&](ValueRange inner) {
    Value start = b.opaque(inner[0]);
    Value first = b.offset(start, wordBytes);
    Value last = b.offset(start, wordBytes * productWords());
    Value none = b.i32(0);
    SmallVector<Value> after = b.loopTo(
        last, countTaps() / atOnce, {first, none}, [&](ValueRange carried) {
          Value at = b.opaque(carried[0]), sum = carried[1];
          for (int64_t i = 0; i < atOnce; ++i) {
            Value x = b.loadWord(at, wordBytes * i);
            sum = b.add(sum, x);
          }
          Value next = b.offset(at, wordBytes * atOnce);
          return SmallVector<Value>{next, sum};
        });
    Value zero = b.i32(0);
    Value shifted = arith::ShLIOp::create(b, after[1], b.i32(weightShift));
    b.storeWord(arith::SubIOp::create(b, zero, shifted), start);
    return SmallVector<Value>{after[0]};
  });
}

SmallVector<Value> PointKernel::multiply(ValueRange carried) const {
  Value room = b.opaque(carried[0]), weights = carried[1];
  Value products = b.opaque(carried[2]);
  Value start = b.loadWord(room);
  SmallVector<Value> values{b.offset(room, wordBytes)};
  values.append({weights, start, start});
  auto multiplySome = [&](SmallVector<Value> &values, int64_t count) {
    Value x = b.opaque(values[0]), w = b.opaque(values[1]);
    for (int64_t i = 0; i < count; ++i) {
      Value element = b.loadWord(x, wordBytes * i);
      for (int64_t channel = 0; channel < channelsAtOnce; ++channel) {
        int64_t at = halfBytes * (channelsAtOnce * i + channel);
        Value weight = b.loadUnsigned(b.offset(w, at), halfBytes);
        Value product = arith::MulIOp::create(b, element, weight);
        values[2 + channel] = b.add(values[2 + channel], product);
      }
    }
    values[0] = b.offset(x, wordBytes * count);
    values[1] = b.offset(w, halfBytes * channelsAtOnce * count);
  };
  int64_t taps = countTaps(), atOnce = std::min(taps, mostAtOnce);
  for (int64_t count = atOnce; count >= leastAtOnce; --count)
    if (taps % count < taps % atOnce)
      atOnce = count;
  int64_t turns = taps / atOnce;
  Value end = b.offset(values[0], turns * atOnce * wordBytes);
  values = b.loopTo(end, turns, values, [&](ValueRange inner) {
    SmallVector<Value> next(inner);
    multiplySome(next, atOnce);
    return next;
  });
  if (int64_t rest = taps % atOnce)
    multiplySome(values, rest);
  for (int64_t channel = 0; channel < channelsAtOnce; ++channel)
    b.storeWord(values[2 + channel], products, wordBytes * channel);
  SmallVector<Value> next{values[0], values[1]};
  next.push_back(b.offset(products, wordBytes * channelsAtOnce));
  return next;
}

SmallVector<Value> PointKernel::findOutputs(Value products,
                                            int64_t channel) const {
  auto load = [&](int64_t product) {
    return b.loadWord(products,
                      wordBytes * (channelsAtOnce * product + channel));
  };
  SmallVector<Value> outputs(columns());
  outputs[0] = b.mul(load(0), transform.factorOfProduct(0));
  for (auto [index, point] : llvm::enumerate(transform.points())) {
    Value plus = load(1 + 2 * int64_t(index));
    Value minus = load(2 + 2 * int64_t(index));
    Value sum = b.add(plus, minus);
    Value difference = arith::SubIOp::create(b, plus, minus);
    int64_t factor = transform.factorOfProduct(point);
    for (int64_t column = 0; column < columns(); ++column) {
      Value each = b.mul(column % 2 ? difference : sum, factor);
      outputs[column] = outputs[column] ? b.add(outputs[column], each) : each;
      factor *= point;
    }
  }
  Value end = b.mul(load(transform.products() - 1), transform.divisor());
  outputs.back() = b.add(outputs.back(), end);
  for (Value &output : outputs) {
    output = b.mul(output, transform.inverse());
    output = arith::ShRSIOp::create(b, output, b.i32(transform.shift()));
  }
  return outputs;
}

void PointKernel::finish(const Place &place, ArrayRef<Value> sums,
                         Value constants, int64_t at, Value out,
                         int64_t channel) const {
  auto element = [&](Value sum) { return scale.apply(b, sum, constants, at); };
  if (pooling == Pooling::Sum) {
    Value all;
    for (Value sum : sums.drop_front(place.shared)) {
      Value each = element(sum);
      all = all ? b.add(all, each) : each;
    }
    store(b, all, out, channel);
    if (place.shared)
      b.ifTrue(place.areNew, /*period=*/1, [&] {
        for (Value sum : sums.take_front(place.shared))
          store(b, element(sum), out, channel);
      });
    return;
  }
  int64_t pixelBytes = filters.channels * store.elementBytes();
  size_t step = pooling == Pooling::Pairs ? 2 : 1;
  for (size_t column = 0; column < sums.size(); column += step) {
    Value sum = sums[column];
    // The larger accumulator gives the larger element.
    if (step == 2)
      sum = arith::MaxSIOp::create(b, sum, sums[column + 1]);
    Value to = b.offset(out, int64_t(column / step) * pixelBytes);
    store(b, element(sum), to, channel);
  }
}

SmallVector<Value> PointKernel::compute(const Place &place, ValueRange carried,
                                        int64_t channels) const {
  SmallVector<Value> values{b.opaque(place.room)};
  values.push_back(b.opaque(carried[0]));
  Value end = b.offset(place.room, productsAt());
  values.push_back(end);
  values = b.loopTo(end, transform.products(), values,
                    [&](ValueRange inner) { return multiply(inner); });
  Value constants = b.opaque(values[1]);
  Value out = carried[1];
  int64_t each = wordBytes + scale.bytes();
  for (int64_t channel = 0; channel < channels; ++channel) {
    SmallVector<Value> outputs = findOutputs(b.opaque(end), channel);
    Value start = b.loadWord(constants, channel * each);
    SmallVector<Value> sums;
    for (Value output : outputs)
      sums.push_back(b.add(output, start));
    finish(place, sums, constants, channel * each + wordBytes, out, channel);
  }
  SmallVector<Value> next{b.offset(constants, channels * each)};
  next.push_back(b.offset(out, channels * store.elementBytes()));
  return next;
}

void PointKernel::build(const Place &place) const {
  transformElements(place);
  SmallVector<Value> carried{b.opaque(b.addressOf(constants))};
  carried.push_back(place.pixel);
  int64_t turns = filters.channels / channelsAtOnce;
  int64_t bytes =
      halfBytes * channelsAtOnce * transform.products() * countTaps() +
      channelsAtOnce * (wordBytes + scale.bytes());
  if (turns > 0) {
    Value end = b.offset(carried[0], turns * bytes);
    carried = b.loopTo(end, turns, carried, [&](ValueRange values) {
      return compute(place, values, channelsAtOnce);
    });
  }
  if (int64_t rest = filters.channels % channelsAtOnce)
    compute(place, carried, rest);
}
