//===- BlockVariants.cpp - Four channels of two columns at once -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Block.h"
#include "Variant.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// Elements that are widened one by one are straight-line code.
constexpr int64_t mostSingles = 64;

class BlockVariant final : public Variant {
public:
  BlockVariant(StringRef label, BlockWeights weights)
      : label(label), weights(weights) {}

  StringRef name() const override { return label; }
  std::optional<BlockWeights> blockWeights() const override { return weights; }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    // Vectors are better where there are any.
    bool hasPairs = (core.dsp && !core.mve) || core.isHost();
    if (!hasPairs || filters.multiplier || !filters.areTogether ||
        filters.readRowsInTurn || filters.perChannel() == 0 ||
        WidenedWindow(filters).countSingles() > mostSingles ||
        (weights == BlockWeights::Mixed && !canMixWeights(filters)))
      return {};
    if (filters.outputColumns == 1)
      return {Tile{4, 1}};
    return {Tile{4, 2}, Tile{4, 1}};
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    return std::vector<int8_t>(countBlockBytes(filters, weights));
  }

  // A patch of a window that is computed alone lies behind its pairs.
  int64_t scratch(const Filters &filters, Tile tile) const override {
    int64_t pairs = WidenedWindow(filters).pairs() * pairBytes;
    return std::max<int64_t>(
        tile.columns * pairs,
        llvm::alignTo(pairs + filters.perChannel(), pairBytes));
  }

  const Variant &forOneChannel() const override {
    return weights == BlockWeights::Mixed ? smladVariant() : smlad16Variant();
  }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("blocks are of whole windows");
  }

private:
  StringRef label;
  BlockWeights weights;
};

} // namespace

const Variant &rtwmc::blockVariant() {
  static const BlockVariant variant("block", BlockWeights::Mixed);
  return variant;
}

const Variant &rtwmc::block16Variant() {
  static const BlockVariant variant("block16", BlockWeights::Pairs);
  return variant;
}
