//===- PointBlockVariant.cpp - Neighbouring windows at points, as blocks --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PointBlock.h"
#include "Variant.h"

using namespace mlir;
using namespace rtwmc;

namespace {

class PointBlocks final : public Variant {
public:
  /// `single`: for what cannot be groups.
  PointBlocks(StringRef label, BlockForm form, const Variant &single)
      : label(label), form(form), single(single) {}

  StringRef name() const override { return label; }
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
  const Variant &forSingleWindows() const override { return single; }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    if (filters.columnStep != 1 || single.tiles(filters, core).empty() ||
        !groupColumns(filters))
      return {};
    return {Tile{4, groupColumns(filters)}};
  }

  std::unique_ptr<GroupKernel>
  makeGroups(KernelBuilder &b, const GroupLayer &layer) const override {
    return std::make_unique<PointBlock>(b, layer, form);
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    return std::vector<int8_t>(PointBlock::weightBytes(
        filters, *PointBlock::findTransform(filters), form));
  }

  int64_t scratch(const Filters &filters, Tile) const override {
    int64_t room = PointBlock::roomBytes(
        filters, *PointBlock::findTransform(filters), form);
    return std::max(room, single.scratch(filters, Tile{4, 2}));
  }

  const Variant &forOneChannel() const override {
    return single.forOneChannel();
  }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("groups are of whole windows");
  }

private:
  StringRef label;
  BlockForm form;
  const Variant &single;
};

} // namespace

const Variant &rtwmc::points16Variant() {
  static const PointBlocks variant("points16", BlockForm::Pairs,
                                   block16Variant());
  return variant;
}

const Variant &rtwmc::points32Variant() {
  static const PointBlocks variant("points32", BlockForm::Words,
                                   fieldsVariant());
  return variant;
}
