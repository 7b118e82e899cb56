//===- Variants.cpp - The list of variants --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "llvm/Support/Error.h"

using namespace mlir;
using namespace rtwmc;

ArrayRef<const Variant *> rtwmc::getVariants() {
  static const Variant *const variants[] = {
      &directVariant(),   &smladVariant(),    &smlad16Variant(),
      &blockVariant(),    &block16Variant(),  &quadsVariant(),
      &fieldsVariant(),   &fields12Variant(), &columnsVariant(),
      &mveVariant(),      &mve4Variant(),     &mve2Variant(),
      &pairsVariant(),    &tapsVariant(),     &pointsVariant(),
      &points16Variant(), &points32Variant(),
  };
  return variants;
}

const Variant *rtwmc::lookupVariant(StringRef name) {
  for (const Variant *variant : getVariants())
    if (variant->name() == name)
      return variant;
  return nullptr;
}

SmallVector<Tile> rtwmc::channelBlocks(const Filters &filters, int64_t limit) {
  if (!filters.areTogether)
    return {Tile{1}};
  int64_t most = std::min(limit, filters.channels);
  SmallVector<Tile> tiles;
  for (int64_t size = most; size >= 1; --size)
    tiles.push_back({size});
  // One fewer than fits costs less than a remainder.
  if (most > 2 && filters.channels % most != 0 &&
      filters.channels % (most - 1) == 0)
    std::swap(tiles[0], tiles[1]);
  // Two weights for two columns: as many accumulators, fewer loads.
  if (limit >= 4 && filters.channels >= 2)
    tiles.push_back({2, 2});
  return tiles;
}

llvm::Expected<std::pair<const Variant *, Tile>>
rtwmc::resolveVariant(KernelAttr kernel, const Filters &filters,
                      const Core &core) {
  if (!kernel)
    return std::pair(&directVariant(),
                     directVariant().tiles(filters, core).front());
  const Variant *variant = lookupVariant(kernel.getName());
  if (!variant)
    return llvm::createStringError(
        "there is no kernel '" + kernel.getName() + "'; there are " +
        llvm::join(
            llvm::map_range(getVariants(),
                            [](const Variant *each) { return each->name(); }),
            ", "));
  SmallVector<Tile> tiles = variant->tiles(filters, core);
  if (tiles.empty())
    return llvm::createStringError("kernel '" + kernel.getName() +
                                   "' cannot compute this layer on " +
                                   core.name);
  Tile tile{kernel.getChannels(), kernel.getColumns()};
  if (!llvm::is_contained(tiles, tile))
    return llvm::createStringError(
        "kernel '" + kernel.getName() + "' has no tile of " +
        llvm::Twine(tile.channels) + " channels and " +
        llvm::Twine(tile.columns) + " columns for this layer on " + core.name);
  int64_t scratch = variant->scratch(filters, tile);
  if (kernel.getScratch() != scratch)
    return llvm::createStringError("kernel '" + kernel.getName() + "' needs " +
                                   llvm::Twine(scratch) +
                                   " bytes of scratch for this layer, not " +
                                   llvm::Twine(kernel.getScratch()));
  return std::pair(variant, tile);
}

KernelAttr rtwmc::makeKernel(MLIRContext *context, const Variant &variant,
                             const Filters &filters, Tile tile) {
  return KernelAttr::get(context, variant.name(), tile.channels, tile.columns,
                         variant.scratch(filters, tile));
}

KernelAttr rtwmc::forOneChannel(KernelAttr kernel) {
  if (!kernel)
    return kernel;
  const Variant *variant = lookupVariant(kernel.getName());
  StringRef name = variant ? variant->forOneChannel().name() : kernel.getName();
  return KernelAttr::get(kernel.getContext(), name, 1, 1, /*scratch=*/0);
}
