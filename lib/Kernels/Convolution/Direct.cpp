//===- Direct.cpp - A multiplication for each product ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For every core and all weights. Of each element of a window the weights of a
// block of channels lie side by side, in one byte each or, if some weight needs
// them, in two.
//
//===----------------------------------------------------------------------===//

#include "Direct.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Appends the weights of one element for channels `[first, last)`.
static void packElement(const Filters &filters, int64_t first, int64_t last,
                        int64_t row, int64_t element, bool isWide,
                        std::vector<int8_t> &bytes) {
  for (int64_t channel = first; channel < last; ++channel) {
    int16_t w = filters.at(channel, row, element);
    bytes.push_back(static_cast<int8_t>(w & 0xff));
    if (isWide)
      bytes.push_back(static_cast<int8_t>(w >> 8));
  }
}

std::vector<int8_t> rtwmc::packRows(const Filters &filters, int64_t channels,
                                    ArrayRef<int64_t> lanes, bool isWide) {
  int64_t size = lanes.size();
  int64_t grouped = size ? filters.length / size * size : 0;
  std::vector<int8_t> bytes;
  for (int64_t first = 0; first < filters.channels; first += channels) {
    int64_t last = std::min(first + channels, filters.channels);
    for (int64_t row = 0; row < filters.height; ++row) {
      for (int64_t element = 0; element < grouped; element += size)
        for (int64_t channel = first; channel < last; ++channel)
          for (int64_t lane : lanes)
            packElement(filters, channel, channel + 1, row, element + lane,
                        isWide, bytes);
      for (int64_t element = grouped; element < filters.length; ++element)
        packElement(filters, first, last, row, element, isWide, bytes);
    }
  }
  return bytes;
}

int64_t rtwmc::multiplyElement(KernelBuilder &b, const Filters &filters,
                               int64_t weightBytes, ValueRange inputs,
                               int64_t at, int64_t weightAt,
                               SmallVector<Value> &carried) {
  int64_t channels = (carried.size() - 1) / inputs.size();
  SmallVector<Value> elements;
  for (Value input : inputs)
    elements.push_back(
        b.loadByte(input, at * filters.elementStride, filters.readUnsigned));
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t bytes = weightAt + channel * weightBytes;
    Value w;
    if (weightBytes == 2) {
      Value half = LLVM::LoadOp::create(b, b.getI16Type(),
                                        b.offset(carried[0], bytes), 1);
      w = arith::ExtSIOp::create(b, b.getI32Type(), half);
    } else {
      w = b.loadByte(carried[0], bytes);
    }
    for (auto [column, x] : llvm::enumerate(elements)) {
      Value product = arith::MulIOp::create(b, x, w);
      Value &accumulator = carried[1 + column * channels + channel];
      accumulator = b.add(accumulator, product);
    }
  }
  return channels * weightBytes;
}

SmallVector<Value> rtwmc::unrolledRow(KernelBuilder &b, const Filters &filters,
                                      ValueRange inputs, ValueRange carried,
                                      RowUnit unit, int64_t unroll,
                                      int64_t straight) {
  int64_t units = filters.length / unit.elements;
  SmallVector<Value> values(carried), pointers(inputs);
  int64_t done = 0;
  // Long rows are loops over a few units, short ones straight-line code.
  if (units > straight) {
    SmallVector<Value> initial(pointers);
    initial.append(values);
    ValueRange results =
        b.loop(0, units / unroll, initial, [&](Value, ValueRange all) {
          ValueRange from = all.take_front(inputs.size());
          SmallVector<Value> inner(all.drop_front(inputs.size()));
          int64_t bytes = 0;
          for (int64_t i = 0; i < unroll; ++i)
            bytes += unit.emit(from, i * unit.elements, bytes, inner);
          inner[0] = b.offset(inner[0], bytes);
          SmallVector<Value> next;
          for (Value pointer : from)
            next.push_back(b.offset(pointer, unroll * unit.elements *
                                                 filters.elementStride));
          next.append(inner);
          return next;
        });
    done = units / unroll * unroll;
    pointers.assign(results.begin(), results.begin() + inputs.size());
    values.assign(results.begin() + inputs.size(), results.end());
  }
  int64_t weightAt = 0;
  for (int64_t i = 0; i < units - done; ++i)
    weightAt += unit.emit(pointers, i * unit.elements, weightAt, values);
  for (int64_t i = (units - done) * unit.elements;
       i < filters.length - done * unit.elements; ++i)
    weightAt += multiplyElement(b, filters, unit.weightBytes, pointers, i,
                                weightAt, values);
  values[0] = b.offset(values[0], weightAt);
  return values;
}

namespace {

class Direct final : public Variant {
public:
  StringRef name() const override { return "direct"; }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    return channelBlocks(filters, core.registers >= 12 ? 4 : 2);
  }

  std::vector<int8_t> pack(const Filters &filters, Tile tile) const override {
    return packRows(filters, tile.channels, /*lanes=*/{}, filters.areWide);
  }

  SmallVector<Value> row(KernelBuilder &b, const Filters &filters,
                         ValueRange inputs, ValueRange carried) const override {
    int64_t weightBytes = filters.areWide ? 2 : 1;
    auto element = [&](ValueRange from, int64_t at, int64_t weightAt,
                       SmallVector<Value> &values) {
      return multiplyElement(b, filters, weightBytes, from, at, weightAt,
                             values);
    };
    // Four elements share what a loop costs. With the three that may be left
    // over it is no shorter than eight in a line.
    return unrolledRow(b, filters, inputs, carried, {1, weightBytes, element},
                       /*unroll=*/4, /*straight=*/8);
  }
};

} // namespace

const Variant &rtwmc::directVariant() {
  static const Direct variant;
  return variant;
}
