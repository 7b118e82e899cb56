//===- Candidate.cpp - A plan and the code for it ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidate.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/NetworkModel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace rtwmc;

/// What the report says of the maps, while the model still has them.
static std::vector<MapReport> reportMaps(const NetworkModel &model,
                                         const planning::Plan &plan) {
  std::vector<MapReport> maps;
  for (size_t map = 0; map < model.values.size(); ++map) {
    if (static_cast<int>(map) == model.network.inputMap)
      continue;
    MapReport report;
    report.name = model.network.maps[map].name;
    report.shape.assign(getMapType(model.values[map].getType()).getShape());
    report.store = plan.stores[map];
    report.zeroPoint = model.zeroPoints[map];
    if (auto pruned = dyn_cast<PrunedType>(model.values[map].getType()))
      report.order = pruned.getOrder();
    report.elementBytes = model.network.maps[map].elementBytes;
    for (auto [index, layer] : llvm::enumerate(model.network.layers)) {
      if (report.store.kind != planning::StoreKind::Packed)
        break;
      if (layer.output == static_cast<int>(map)) {
        report.scratch += report.store.stateBytes + layer.packedOutputScratch;
        func::FuncOp kernel = model.kernels[index];
        if (PruneOp prune = getPrune(kernel)) {
          report.tauQ = prune.getTauQ();
          report.batch = prune.getBatch();
          report.policy = prune.getPolicy();
        }
      }
      for (const planning::Input &input : layer.inputs)
        if (input.map == static_cast<int>(map))
          report.scratch += input.packedState + input.packedScratch;
    }
    maps.push_back(report);
  }
  return maps;
}

static std::vector<LayerReport> reportLayers(const NetworkModel &model) {
  std::vector<LayerReport> layers;
  for (size_t index = 0; index < model.kernels.size(); ++index) {
    func::FuncOp kernel = model.kernels[index];
    LayerReport report;
    report.name = kernel.getName().str();
    report.kernel = report.name + "_row";
    if (auto lowered =
            kernel->getAttrOfType<FlatSymbolRefAttr>(loweredAttrName))
      report.kernel = lowered.getValue().str();
    if (auto given = kernel->getAttrOfType<StringAttr>(layerAttrName))
      report.givenName = given.getValue().str();
    LayerOpInterface layer = getLayer(kernel);
    report.macs = layer ? layer.countMacs() : 0;
    report.steps = model.network.layers[index].steps;
    report.scratch = model.network.layers[index].scratch;
    layers.push_back(report);
  }
  return layers;
}

/// The object of `module`, which is in the LLVM dialect.
static FailureOr<target::ObjectFile> emitObject(ModuleOp module,
                                                const CompileOptions &options,
                                                bool optimizeForSize) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, options.name);
  if (!llvmModule)
    return module.emitError("internal error: no LLVM IR for the network");
  auto object =
      target::emitObject(std::move(llvmModule), *lookupCore(options.mcpu),
                         options.entry(), optimizeForSize);
  if (!object)
    return module.emitError(llvm::toString(object.takeError()));
  return std::move(*object);
}

FailureOr<Candidate> rtwmc::generateCandidate(ModuleOp kernels,
                                              const planning::Plan &plan,
                                              const CompileOptions &options) {
  OwningOpRef<ModuleOp> module = kernels.clone();
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> model =
      NetworkModel::get(*module, stream.inputInArena, stream.order);
  if (failed(model) || failed(insertPruning(*model, plan, stream)))
    return failure();
  Candidate candidate;
  candidate.plan = plan;
  candidate.maps = reportMaps(*model, plan);
  candidate.layers = reportLayers(*model);
  const planning::Network &network = model->network;
  candidate.inputBytes = network.maps[network.inputMap].denseBytes();
  candidate.outputBytes = network.maps[network.outputMap].denseBytes();
  emitSchedule(*model, plan);
  PassManager pm(module->getContext());
  addStage(pm, Stage::Loops, options);
  addStage(pm, Stage::LLVM, options);
  if (failed(pm.run(*module)))
    return failure();
  FailureOr<target::ObjectFile> object =
      emitObject(*module, options, /*optimizeForSize=*/false);
  if (failed(object))
    return failure();
  candidate.object = std::move(*object);
  if (options.flash > 0 && candidate.flash() > options.flash) {
    object = emitObject(*module, options, /*optimizeForSize=*/true);
    if (failed(object))
      return failure();
    candidate.object = std::move(*object);
    candidate.fit.optimizeForSize = true;
  }
  candidate.fit.arena = plan.arenaBytes;
  candidate.fit.stack = candidate.object.stack;
  return candidate;
}
