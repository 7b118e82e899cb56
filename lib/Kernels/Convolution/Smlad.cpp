//===- Smlad.cpp - Two products an instruction ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the DSP extension and weights of 8 bits. Four elements of a window are
// loaded as a word and widened to two pairs of halfwords, and so are their
// weights. Of each block of channels and each row the words come first, a word
// for each channel, then what is left, element by element.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Instructions.h"
#include "Direct.h"

using namespace mlir;
using namespace rtwmc;

namespace {

class Smlad final : public Variant {
public:
  StringRef name() const override { return "smlad"; }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    if (!(core.dsp || core.isHost()) || filters.areWide ||
        filters.elementStride != 1)
      return {};
    SmallVector<Tile> tiles = channelBlocks(filters, 4);
    // Every row of the only window has the remainder again. Two channels leave
    // none, and with registers to spare more of a row at once.
    auto leaves = [&](int64_t size) { return filters.channels % size; };
    auto *pair = llvm::find(tiles, Tile{2});
    if (filters.readRowsInTurn && leaves(4) && leaves(3) && !leaves(2) &&
        pair != tiles.end())
      std::swap(tiles[0], *pair);
    return tiles;
  }

  std::vector<int8_t> pack(const Filters &filters, Tile tile) const override {
    return packRows(filters, tile.channels, {0, 1, 2, 3}, /*isWide=*/false);
  }

  SmallVector<Value> row(KernelBuilder &b, const Filters &filters,
                         ValueRange inputs, ValueRange carried) const override {
    auto group = [&](ValueRange from, int64_t at, int64_t weightAt,
                     SmallVector<Value> &values) {
      return multiplyGroup(b, from, at, weightAt, filters.readUnsigned, values);
    };
    // A group is long beside what a loop costs, which two of them share.
    bool isShort = filters.readRowsInTurn && carried.size() <= 3;
    return unrolledRow(b, filters, inputs, carried, {lanes, 1, group},
                       /*unroll=*/isShort ? 4 : 2, /*straight=*/5);
  }

private:
  static constexpr int64_t lanes = 4;

  /// The pairs of a word: bytes 0 and 2, bytes 1 and 3.
  static std::pair<Value, Value> widen(KernelBuilder &b, Value word,
                                       bool isUnsigned = false) {
    Value even = isUnsigned ? uxtb16(b, word) : sxtb16(b, word);
    return {even, isUnsigned ? uxtb16Ror8(b, word) : sxtb16Ror8(b, word)};
  }

  static int64_t multiplyGroup(KernelBuilder &b, ValueRange inputs, int64_t at,
                               int64_t weightAt, bool areUnsigned,
                               SmallVector<Value> &carried) {
    int64_t channels = (carried.size() - 1) / inputs.size();
    SmallVector<std::pair<Value, Value>> elements;
    for (Value input : inputs)
      elements.push_back(
          widen(b, b.loadWord(input, at, /*alignment=*/1), areUnsigned));
    for (int64_t channel = 0; channel < channels; ++channel) {
      Value word = b.loadWord(carried[0], weightAt + lanes * channel,
                              /*alignment=*/1);
      auto [weightEven, weightOdd] = widen(b, word);
      for (auto [column, x] : llvm::enumerate(elements)) {
        Value &accumulator = carried[1 + column * channels + channel];
        accumulator = smlad(b, x.first, weightEven, accumulator);
        accumulator = smlad(b, x.second, weightOdd, accumulator);
      }
    }
    return lanes * channels;
  }
};

} // namespace

const Variant &rtwmc::smladVariant() {
  static const Smlad variant;
  return variant;
}
