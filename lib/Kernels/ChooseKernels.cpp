//===- ChooseKernels.cpp - Kernels by their price -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convolution/Frame.h"
#include "rtwmc/Kernels/Passes.h"
#include "rtwmc/Kernels/RowKernel.h"
#include "rtwmc/Kernels/Work.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringExtras.h"

namespace rtwmc {
#define GEN_PASS_DEF_CHOOSEKERNELS
#include "rtwmc/Kernels/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

/// The buffers of a kernel's steps as if every map were dense: prices do not
/// depend on where rows live.
static SmallVector<Type> denseBuffers(func::FuncOp kernel) {
  OpBuilder builder(kernel.getContext());
  SmallVector<Type> types;
  for (StepBuffer buffer : listStepBuffers(kernel)) {
    Type map = buffer.input < 0 ? kernel.getResultTypes()[0]
                                : kernel.getArgumentTypes()[buffer.input];
    if (buffer.role == BufferRole::Bitmap) {
      // Its size says how many rows are stored.
      types.push_back(cast<PrunedType>(map).getBitmapType());
      continue;
    }
    if (buffer.role != BufferRole::Rows) {
      types.push_back(MemRefType::get({1}, builder.getI8Type()));
      continue;
    }
    RankedTensorType type = getMapType(map);
    types.push_back(MemRefType::get(type.getShape(), type.getElementType()));
  }
  return types;
}

/// The work of a step of `kernel` with its layer computed by `choice`; with
/// `holdsRows`, as if there were room for rows of maps that are pruned.
static Work priceOf(func::FuncOp kernel, KernelAttr choice, const Core &core,
                    bool holdsRows) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(kernel.getLoc());
  auto copy = cast<func::FuncOp>(kernel->clone());
  module->push_back(copy);
  getLayer(copy)->setAttr("kernel", choice);
  if (holdsRows)
    for (StringRef rows : {holdsInputRowsAttrName, holdsInputWindowAttrName,
                           holdsOutputRowAttrName})
      copy->setAttr(rows, UnitAttr::get(kernel.getContext()));
  KernelBuilder builder(kernel.getLoc(), *module, core, kernel.getNameAttr());
  func::FuncOp row =
      buildRowKernel(builder, copy, denseBuffers(copy), [](ValueRange memory) {
        return SmallVector<Value>(memory);
      });
  return countWork(row, core);
}

static FastKernel speedOf(const Variant &variant, const Filters &filters) {
  if (std::optional<BlockWeights> weights = variant.blockWeights())
    return weights == BlockWeights::Mixed ? FastKernel::Fast
                                          : FastKernel::Faster;
  if (variant.takesMoreConstants())
    return FastKernel::Fastest;
  if (variant.computesPoints())
    return FastKernel::Faster;
  if (variant.computesQuads() || variant.computesPairs() ||
      variant.groupColumns(filters))
    return variant.takesMoreCode() ? FastKernel::Faster : FastKernel::Fast;
  if (!variant.hasVectors())
    return FastKernel::None;
  return variant.columnsInPlace() > 1 ? FastKernel::Faster : FastKernel::Fast;
}

/// The cheapest of the kernels that can compute the layer; of those that are
/// fast, up to `fastest`.
static KernelAttr findCheapest(func::FuncOp kernel, const Filters &filters,
                               const Core &core, FastKernel fastest,
                               bool holdsRows = false) {
  // Speed takes what is left: of a kernel that is not fast, larger weights
  // could be what does not fit.
  std::optional<int64_t> least;
  KernelAttr cheapest;
  size_t most = directVariant().pack(filters, Tile()).size();
  for (const Variant *variant : getVariants()) {
    SmallVector<Tile> tiles = variant->tiles(filters, core);
    FastKernel speed = speedOf(*variant, filters);
    // The host has registers enough, and plans as small as they can be.
    bool isUseless = core.isHost() && variant->groupColumns(filters);
    if (tiles.empty() || isUseless || speed > fastest ||
        (speed == FastKernel::None &&
         variant->pack(filters, tiles.front()).size() > most))
      continue;
    KernelAttr choice =
        makeKernel(kernel.getContext(), *variant, filters, tiles.front());
    int64_t price = priceOf(kernel, choice, core, holdsRows).instructions;
    if (least && price >= *least)
      continue;
    least = price;
    cheapest = choice;
  }
  return cheapest;
}

FastKernel rtwmc::getFastKernel(func::FuncOp kernel) {
  LayerOpInterface layer = getLayer(kernel);
  std::optional<ConvolutionFilters> convolution;
  if (layer)
    convolution = getFilters(layer);
  if (!convolution || !convolution->kernel)
    return FastKernel::None;
  const Variant *variant = lookupVariant(convolution->kernel.getName());
  return variant ? speedOf(*variant, convolution->filters) : FastKernel::None;
}

FastKernel rtwmc::getSlower(FastKernel kind) {
  return kind == FastKernel::None ? kind : FastKernel(int(kind) - 1);
}

int64_t rtwmc::countWeightBytes(func::FuncOp kernel) {
  std::optional<ConvolutionFilters> convolution = getFilters(getLayer(kernel));
  if (!convolution || !convolution->kernel)
    return 0;
  KernelAttr choice = convolution->kernel;
  const Variant *variant = lookupVariant(choice.getName());
  if (!variant)
    return 0;
  Tile tile{choice.getChannels(), choice.getColumns()};
  return variant->pack(convolution->filters, tile).size();
}

void rtwmc::takeKernel(func::FuncOp kernel, const Core &core,
                       FastKernel fastest) {
  LayerOpInterface layer = getLayer(kernel);
  layer->setAttr("kernel", findCheapest(kernel, getFilters(layer)->filters,
                                        core, fastest));
}

Work rtwmc::estimateStep(func::FuncOp kernel, const Core &core) {
  auto choice = getLayer(kernel)->getAttrOfType<KernelAttr>("kernel");
  return priceOf(kernel, choice, core, /*holdsRows=*/false);
}

bool rtwmc::takeOneColumn(func::FuncOp kernel, const Core &core) {
  std::optional<ConvolutionFilters> convolution = getFilters(getLayer(kernel));
  if (!convolution || !convolution->kernel)
    return false;
  KernelAttr choice = convolution->kernel;
  const Variant *variant = lookupVariant(choice.getName());
  Tile narrow{choice.getChannels(), 1};
  const Filters &filters = convolution->filters;
  if (!variant || choice.getColumns() == 1 ||
      !llvm::is_contained(variant->tiles(filters, core), narrow) ||
      variant->scratch(filters, narrow) >= choice.getScratch())
    return false;
  getLayer(kernel)->setAttr(
      "kernel", makeKernel(kernel.getContext(), *variant, filters, narrow));
  return true;
}

void rtwmc::refitKernel(func::FuncOp kernel, const Core &core) {
  std::optional<ConvolutionFilters> convolution = getFilters(getLayer(kernel));
  if (!convolution || !convolution->kernel)
    return;
  const Variant *variant = lookupVariant(convolution->kernel.getName());
  SmallVector<Tile> tiles;
  if (variant)
    tiles = variant->tiles(convolution->filters, core);
  if (tiles.empty())
    return takeKernel(kernel, core, getFastKernel(kernel));
  Tile tile{convolution->kernel.getChannels(),
            convolution->kernel.getColumns()};
  if (!llvm::is_contained(tiles, tile))
    tile = tiles.front();
  getLayer(kernel)->setAttr("kernel", makeKernel(kernel.getContext(), *variant,
                                                 convolution->filters, tile));
}

namespace {

/// A choice that the user makes: `[LAYER=]NAME[:CHANNELSxCOLUMNS]`.
struct Forced {
  StringRef text, layer, name;
  std::optional<Tile> tile;
  bool isUsed = false;

  static FailureOr<Forced> parse(StringRef text);
};

struct ChooseKernelsPass : rtwmc::impl::ChooseKernelsBase<ChooseKernelsPass> {
  using ChooseKernelsBase::ChooseKernelsBase;

  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
  }

  LogicalResult run();
  LogicalResult choose(func::FuncOp kernel, const Core &core,
                       MutableArrayRef<Forced> forced);
  FailureOr<KernelAttr> force(func::FuncOp kernel, const Filters &filters,
                              const Core &core, Forced &forced);
};

} // namespace

FailureOr<Forced> Forced::parse(StringRef text) {
  Forced forced;
  forced.text = text;
  auto [layer, rest] = text.split('=');
  if (layer.size() == text.size())
    std::swap(layer, rest);
  auto [name, tile] = rest.split(':');
  forced.layer = layer;
  forced.name = name;
  if (name.size() == rest.size())
    return forced;
  auto [channels, columns] = tile.split('x');
  Tile sizes;
  if (channels.getAsInteger(10, sizes.channels) ||
      columns.getAsInteger(10, sizes.columns) || sizes.channels < 1 ||
      sizes.columns < 1)
    return failure();
  forced.tile = sizes;
  return forced;
}

/// A null attribute where the variant is asked for in general and cannot.
FailureOr<KernelAttr> ChooseKernelsPass::force(func::FuncOp kernel,
                                               const Filters &filters,
                                               const Core &core,
                                               Forced &forced) {
  const Variant *variant = lookupVariant(forced.name);
  SmallVector<Tile> tiles;
  if (variant)
    tiles = variant->tiles(filters, core);
  Tile tile = forced.tile.value_or(tiles.empty() ? Tile() : tiles.front());
  int64_t scratch = tiles.empty() ? 0 : variant->scratch(filters, tile);
  auto choice = KernelAttr::get(&getContext(), forced.name, tile.channels,
                                tile.columns, scratch);
  auto resolved = resolveVariant(choice, filters, core);
  if (resolved) {
    forced.isUsed = true;
    return choice;
  }
  std::string problem = llvm::toString(resolved.takeError());
  if (forced.layer.empty() && variant)
    return KernelAttr();
  return kernel.emitError("kernel=")
         << forced.text << ": layer '" << kernel.getName() << "': " << problem;
}

LogicalResult ChooseKernelsPass::choose(func::FuncOp kernel, const Core &core,
                                        MutableArrayRef<Forced> forced) {
  LayerOpInterface layer = getLayer(kernel);
  std::optional<ConvolutionFilters> convolution = getFilters(layer);
  if (!convolution)
    return success();
  const Filters &filters = convolution->filters;
  KernelAttr chosen = convolution->kernel;
  for (Forced &each : forced) {
    if (!each.layer.empty() && each.layer != kernel.getName())
      continue;
    FailureOr<KernelAttr> choice = force(kernel, filters, core, each);
    if (failed(choice))
      return failure();
    if (*choice)
      chosen = *choice;
  }
  if (!chosen)
    chosen = findCheapest(kernel, filters, core, FastKernel::Fastest,
                          /*holdsRows=*/true);
  layer->setAttr("kernel", chosen);
  ++numLayers;
  return success();
}

LogicalResult ChooseKernelsPass::run() {
  ModuleOp module = getOperation();
  const Core *core = lookupCore(mcpu);
  if (!core)
    return module.emitError("mcpu=")
           << mcpu << ": " << explainUnknownCore(mcpu);
  SmallVector<Forced> forced;
  for (const std::string &text : kernel) {
    FailureOr<Forced> each = Forced::parse(text);
    if (failed(each))
      return module.emitError("kernel=")
             << text << ": expects [LAYER=]NAME[:CHANNELSxCOLUMNS]";
    forced.push_back(*each);
  }
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (isKernel(function) && getLayer(function) &&
        failed(choose(function, *core, forced)))
      return failure();
  for (const Forced &each : forced) {
    if (each.isUsed)
      continue;
    InFlightDiagnostic error = module.emitError("kernel=") << each.text << ": ";
    if (each.layer.empty())
      return error << "no layer of the network can be computed by '"
                   << each.name << "' on " << core->name;
    return error << "the network has no layer '" << each.layer
                 << "' with a choice of kernels";
  }
  return success();
}
