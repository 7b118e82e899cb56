//===- PairVariant.cpp - Two columns as fields of a word ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairKernel.h"
#include "Variant.h"

using namespace mlir;
using namespace rtwmc;

namespace {

class Pairs final : public Variant {
public:
  StringRef name() const override { return "pairs"; }
  bool computesPairs() const override { return true; }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    // Where words are multiplied and added at once other forms are better.
    bool isSmall = core.registers == 8 || core.isHost();
    if (!isSmall || filters.multiplier || !filters.areTogether ||
        filters.readRowsInTurn || filters.readUnsigned ||
        !findFieldOrder(filters))
      return {};
    return {Tile{1, filters.outputColumns > 1 ? 2 : 1}};
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    FieldOrder order = *findFieldOrder(filters);
    return std::vector<int8_t>(filters.channels *
                               PairKernel::weightBytes(filters, order));
  }

  // Patches of both windows lie behind them.
  int64_t scratch(const Filters &filters, Tile tile) const override {
    int64_t room = PairKernel::roomBytes(filters, *findFieldOrder(filters));
    return room + (filters.needPatch ? tile.columns * filters.perChannel() : 0);
  }

  const Variant &forOneChannel() const override { return directVariant(); }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("fields are of whole windows");
  }
};

} // namespace

const Variant &rtwmc::pairsVariant() {
  static const Pairs variant;
  return variant;
}
