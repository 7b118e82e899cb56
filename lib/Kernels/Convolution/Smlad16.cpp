//===- Smlad16.cpp - Two products an instruction, wide weights ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the DSP extension and weights of 16 bits: those that need them, or any
// where flash may be spent. Four elements of a window are widened as in
// Smlad.cpp, and their weights lie in the pairs that this makes: the first with
// the third, the second with the fourth.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Instructions.h"
#include "Direct.h"

using namespace mlir;
using namespace rtwmc;

namespace {

constexpr int64_t pairBytes = 4;

class Smlad16 final : public Variant {
public:
  StringRef name() const override { return "smlad16"; }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    if (!(core.dsp || core.isHost()) || filters.elementStride != 1)
      return {};
    return channelBlocks(filters, 4);
  }

  // Two aligned words are one LDRD.
  int64_t alignment() const override { return pairBytes; }

  std::vector<int8_t> pack(const Filters &filters, Tile tile) const override {
    return packRows(filters, tile.channels, {0, 2, 1, 3}, /*isWide=*/true);
  }

  SmallVector<Value> row(KernelBuilder &b, const Filters &filters,
                         ValueRange inputs, ValueRange carried) const override {
    // An odd number of halfwords at the end of a row moves the next.
    int64_t alignment = filters.length % 2 == 0 ? pairBytes : 2;
    auto group = [&](ValueRange from, int64_t at, int64_t weightAt,
                     SmallVector<Value> &values) {
      return multiplyGroup(b, from, at, weightAt, alignment,
                           filters.readUnsigned, values);
    };
    return unrolledRow(b, filters, inputs, carried, {lanes, 2, group},
                       /*unroll=*/2, /*straight=*/5);
  }

private:
  static constexpr int64_t lanes = 4;

  static int64_t multiplyGroup(KernelBuilder &b, ValueRange inputs, int64_t at,
                               int64_t weightAt, int64_t alignment,
                               bool areUnsigned, SmallVector<Value> &carried) {
    int64_t channels = (carried.size() - 1) / inputs.size();
    SmallVector<std::pair<Value, Value>> elements;
    for (Value input : inputs) {
      Value word = b.loadWord(input, at, /*alignment=*/1);
      Value even = areUnsigned ? uxtb16(b, word) : sxtb16(b, word);
      elements.emplace_back(even, areUnsigned ? uxtb16Ror8(b, word)
                                              : sxtb16Ror8(b, word));
    }
    for (int64_t channel = 0; channel < channels; ++channel) {
      int64_t pairsAt = weightAt + 2 * pairBytes * channel;
      Value weightEven = b.loadWord(carried[0], pairsAt, alignment);
      Value weightOdd = b.loadWord(carried[0], pairsAt + pairBytes, alignment);
      for (auto [column, x] : llvm::enumerate(elements)) {
        Value &accumulator = carried[1 + column * channels + channel];
        accumulator = smlad(b, x.first, weightEven, accumulator);
        accumulator = smlad(b, x.second, weightOdd, accumulator);
      }
    }
    return 2 * pairBytes * channels;
  }
};

} // namespace

const Variant &rtwmc::smlad16Variant() {
  static const Smlad16 variant;
  return variant;
}
