//===- FastKernels.cpp - Which kernels give way ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FastKernels.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Kernels/RowKernel.h"
#include "rtwmc/Streaming/Kernel.h"

using namespace mlir;
using namespace rtwmc;

bool rtwmc::isFast(func::FuncOp kernel) {
  return isKernel(kernel) && getFastKernel(kernel) != FastKernel::None;
}

/// What the layer's code does for its size.
static double speedOf(const FastLayer &layer) {
  return double(layer.report->macs) /
         double(std::max<int64_t>(layer.report->code, 1));
}

SmallVector<FastLayer> rtwmc::findFastLayers(ModuleOp kernels,
                                             const Candidate &candidate) {
  SmallVector<FastLayer> fast;
  for (const LayerReport &layer : candidate.network.layers)
    if (auto kernel = kernels.lookupSymbol<func::FuncOp>(layer.name);
        kernel && isFast(kernel))
      fast.push_back({&layer, kernel});
  return fast;
}

SmallVector<FastLayer> rtwmc::pickForFlash(SmallVector<FastLayer> layers,
                                           int64_t excess) {
  auto rank = [](FastLayer layer) {
    int kind = -int(getFastKernel(layer.kernel));
    return std::tuple(kind, speedOf(layer), layer.report);
  };
  llvm::sort(layers,
             [&](FastLayer a, FastLayer b) { return rank(a) < rank(b); });
  // Slower kernels take about half as much code or, of weights, half as many
  // bytes.
  auto savingOf = [](const FastLayer &layer) {
    bool keepsCode = getFastKernel(layer.kernel) >= FastKernel::Faster &&
                     getLayer(layer.kernel).getKernelShape().scratch > 0;
    return (keepsCode ? countWeightBytes(layer.kernel) : layer.report->code) /
           2;
  };
  size_t count = 0;
  int64_t macs = 0;
  // What kernels of the next rank have to save is known when these are others.
  auto isNext = [&](const FastLayer &layer) {
    return getFastKernel(layer.kernel) == getFastKernel(layers[0].kernel);
  };
  for (int64_t saved = 0;
       count < layers.size() && saved < excess && isNext(layers[count]);
       ++count) {
    saved += savingOf(layers[count]);
    macs += layers[count].report->macs;
  }
  // One that is enough by itself may lose less than several.
  if (count > 1) {
    const FastLayer *least = nullptr;
    for (const FastLayer &layer : layers)
      if (savingOf(layer) >= excess && layer.report->macs < macs &&
          rank(layer) <= rank(layers[count - 1]) &&
          (!least || layer.report->macs < least->report->macs))
        least = &layer;
    if (least)
      return {*least};
  }
  layers.truncate(std::max<size_t>(count, 1));
  return layers;
}

int64_t rtwmc::stackLeft(const Candidate &candidate, int64_t ram) {
  int64_t deepest = 0;
  for (const LayerReport &layer : candidate.network.layers)
    deepest = std::max(deepest, layer.stack);
  return ram - candidate.plan.arenaBytes - candidate.state -
         (candidate.object.stack - deepest);
}

void rtwmc::takeSlowest(ModuleOp kernels, const CompileOptions &options,
                        bool keepsVectors) {
  const Core &core = *lookupCore(options.mcpu);
  if (!options.kernel.empty() || (core.mve && keepsVectors))
    return;
  for (auto kernel : kernels.getOps<func::FuncOp>())
    if (isFast(kernel) && getLayer(kernel))
      takeKernel(kernel, core, FastKernel::None);
}
