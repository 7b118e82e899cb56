//===- FieldsVariant.cpp - Four columns, two in a word --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fields.h"
#include "Variant.h"

using namespace mlir;
using namespace rtwmc;

namespace {

class FieldsVariant final : public Variant {
public:
  FieldsVariant(StringRef label, int64_t mostAtOnce, bool isLong)
      : label(label), mostAtOnce(mostAtOnce), isLong(isLong) {}

  StringRef name() const override { return label; }
  bool takesMoreCode() const override { return isLong; }

  int64_t groupColumns(const Filters &) const override {
    return FieldsKernel::columns;
  }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    // Cores with DSP instructions do better; fewer registers are too few.
    bool hasRegisters = core.registers > 8 && !core.dsp;
    if ((!hasRegisters && !core.isHost()) || filters.multiplier ||
        !filters.areTogether || filters.readRowsInTurn || filters.areWide ||
        filters.perChannel() == 0 ||
        filters.outputColumns < FieldsKernel::columns)
      return {};
    return {Tile{1, FieldsKernel::columns}};
  }

  std::unique_ptr<GroupKernel>
  makeGroups(KernelBuilder &b, const GroupLayer &layer) const override {
    return std::make_unique<FieldsKernel>(b, layer, mostAtOnce);
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    return std::vector<int8_t>(filters.channels * filters.perChannel());
  }

  // Two words a tap, or one and a patch of one window.
  int64_t scratch(const Filters &filters, Tile) const override {
    return 8 * filters.perChannel();
  }

  const Variant &forOneChannel() const override { return directVariant(); }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("groups are of whole windows");
  }

private:
  StringRef label;
  int64_t mostAtOnce;
  bool isLong;
};

} // namespace

const Variant &rtwmc::fieldsVariant() {
  static const FieldsVariant variant("fields", /*mostAtOnce=*/25,
                                     /*isLong=*/true);
  return variant;
}

const Variant &rtwmc::fields12Variant() {
  static const FieldsVariant variant("fields12", /*mostAtOnce=*/12,
                                     /*isLong=*/false);
  return variant;
}
