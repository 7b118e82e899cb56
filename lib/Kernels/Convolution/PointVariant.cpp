//===- PointVariant.cpp - Neighbouring windows at points ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairKernel.h"
#include "PointKernel.h"
#include "Variant.h"

using namespace mlir;
using namespace rtwmc;

namespace {

class Points final : public Variant {
public:
  StringRef name() const override { return "points"; }
  bool computesPoints() const override { return true; }

  // Windows that are no neighbours in memory are computed as pairs.
  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    if (filters.columnStep != 1 || pairsVariant().tiles(filters, core).empty())
      return {};
    std::optional<PointTransform> transform = findTransform(filters);
    if (!transform)
      return {};
    return {Tile{2, transform->columns()}};
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    return std::vector<int8_t>(
        PointKernel::weightBytes(filters, *findTransform(filters)));
  }

  // A patch of what is under the windows lies behind the room.
  int64_t scratch(const Filters &filters, Tile) const override {
    PointTransform transform = *findTransform(filters);
    int64_t room = PointKernel::roomBytes(filters, transform);
    if (filters.needPatch)
      room += filters.height * filters.columnElements * transform.products();
    return std::max(room, pairsVariant().scratch(filters, Tile{1, 2}));
  }

  const Variant &forOneChannel() const override { return directVariant(); }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("points are of whole windows");
  }
};

} // namespace

const Variant &rtwmc::pointsVariant() {
  static const Points variant;
  return variant;
}
