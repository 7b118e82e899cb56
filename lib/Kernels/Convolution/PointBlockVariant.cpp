//===- PointBlockVariant.cpp - Neighbouring windows at points, by SMLAD ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PointBlock.h"
#include "Variant.h"

using namespace mlir;
using namespace rtwmc;

namespace {

class Points16 final : public Variant {
public:
  StringRef name() const override { return "points16"; }
  bool takesMoreConstants() const override { return true; }

  int64_t groupColumns(const Filters &filters) const override {
    std::optional<PointTransform> transform =
        PointBlock::findTransform(filters);
    return transform ? PointBlock::countTiles(filters, *transform) *
                           transform->columns()
                     : 0;
  }
  int64_t narrowColumns(const Filters &filters) const override {
    return PointBlock::findTransform(filters)->columns();
  }
  const Variant &forSingleWindows() const override { return block16Variant(); }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    if (filters.columnStep != 1 ||
        block16Variant().tiles(filters, core).empty() || !groupColumns(filters))
      return {};
    return {Tile{4, groupColumns(filters)}};
  }

  std::unique_ptr<GroupKernel>
  makeGroups(KernelBuilder &b, const GroupLayer &layer) const override {
    return std::make_unique<PointBlock>(b, layer);
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    return std::vector<int8_t>(
        PointBlock::weightBytes(filters, *PointBlock::findTransform(filters)));
  }

  int64_t scratch(const Filters &filters, Tile) const override {
    int64_t room =
        PointBlock::roomBytes(filters, *PointBlock::findTransform(filters));
    const Variant &single = forSingleWindows();
    return std::max(room, single.scratch(filters, Tile{4, 2}));
  }

  const Variant &forOneChannel() const override { return smlad16Variant(); }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("groups are of whole windows");
  }
};

} // namespace

const Variant &rtwmc::points16Variant() {
  static const Points16 variant;
  return variant;
}
