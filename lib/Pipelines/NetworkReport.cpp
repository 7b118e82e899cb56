//===- NetworkReport.cpp - What a report says of the network --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkReport.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

static std::vector<MapReport> reportMaps(const NetworkModel &model,
                                         const planning::Plan &plan) {
  std::vector<MapReport> maps;
  for (size_t map = 0; map < model.values.size(); ++map) {
    if (model.network.isInput(map))
      continue;
    MapReport report;
    report.name = model.network.maps[map].name;
    report.shape.assign(getMapType(model.values[map].getType()).getShape());
    report.store = plan.stores[map];
    report.zeroPoint = model.zeroPoints[map];
    if (auto pruned = dyn_cast<PrunedType>(model.values[map].getType()))
      report.order = pruned.getOrder();
    for (auto [index, layer] : llvm::enumerate(model.network.layers)) {
      if (!report.store.isPacked())
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
          report.scratch += report.store.unit() == PruneUnit::Row
                                ? input.packedRowScratch
                                : input.packedState + input.packedScratch;
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
    if (auto given = kernel->getAttrOfType<StringAttr>(layerAttrName))
      report.givenName = given.getValue().str();
    LayerOpInterface layer = getLayer(kernel);
    for (const planning::Input &input : model.network.layers[index].inputs)
      report.inputs.push_back(model.network.maps[input.map].name);
    report.macs = layer ? layer.countMacs() : 0;
    if (auto choice =
            layer ? layer->getAttrOfType<KernelAttr>("kernel") : KernelAttr())
      report.kernel = choice.getName().str();
    report.strip = StripOf::get(kernel);
    report.steps = model.network.layers[index].steps;
    report.callsPerStep = countCallsPerStep(kernel);
    report.scratch = model.network.layers[index].scratch;
    layers.push_back(report);
  }
  return layers;
}

NetworkReport NetworkReport::get(const NetworkModel &model,
                                 const planning::Plan &plan) {
  return {reportMaps(model, plan), reportLayers(model), {}};
}

const LayerReport *NetworkReport::ownerOf(StringRef name) const {
  const LayerReport *owner = nullptr;
  for (const LayerReport &layer : layers) {
    StringRef rest = name;
    if (rest.consume_front(layer.name) &&
        (rest.empty() || rest.starts_with("_")) &&
        (!owner || layer.name.size() > owner->name.size()))
      owner = &layer;
  }
  return owner;
}

void NetworkReport::addCode(ModuleOp module, const target::ObjectFile &object) {
  for (const target::FunctionSize &size : object.functions) {
    Operation *function = module.lookupSymbol(size.name);
    auto kernel = function ? function->getAttrOfType<StringAttr>(codeOfAttrName)
                           : StringAttr();
    for (LayerReport &layer : layers)
      if (kernel && layer.name == kernel.getValue()) {
        layer.code += size.code;
        layer.stack = std::max(layer.stack, size.stack);
      }
  }
  for (const target::ConstantSize &size : object.constantsByName)
    for (LayerReport &layer : layers)
      if (&layer == ownerOf(size.name))
        layer.constants += size.bytes;
}

void NetworkReport::addWork(func::FuncOp entry, const Core &core) {
  auto module = entry->getParentOfType<ModuleOp>();
  entry.walk([&](func::CallOp call) {
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    auto kernel = callee ? callee->getAttrOfType<StringAttr>(codeOfAttrName)
                         : StringAttr();
    int64_t times = 1;
    for (Operation *parent = call->getParentOp(); parent;
         parent = parent->getParentOp())
      if (auto loop = dyn_cast<scf::ForOp>(parent))
        if (std::optional<APInt> trips = loop.getStaticTripCount())
          times *= trips->getZExtValue();
    for (LayerReport &layer : layers)
      if (kernel && layer.name == kernel.getValue())
        layer.work += countWork(callee, core) * times;
  });
}

Work NetworkReport::work() const {
  Work work;
  for (const LayerReport &layer : layers)
    work += layer.work;
  return work;
}

int64_t NetworkReport::macs() const {
  int64_t macs = 0;
  for (const LayerReport &layer : layers)
    macs += layer.macs;
  return macs;
}

std::vector<std::string> NetworkReport::strips() const {
  std::vector<std::string> segments;
  StripSetting segment;
  auto finish = [&] {
    if (segment.count > 0)
      segments.push_back(segment.str());
    segment = {};
  };
  for (const LayerReport &layer : layers) {
    if (!layer.strip || layer.strip->number + 1 < segment.count)
      finish();
    if (!layer.strip)
      continue;
    if (segment.count == 0)
      segment.first = layer.strip->kernel;
    segment.last = layer.strip->kernel;
    segment.count = layer.strip->number + 1;
  }
  finish();
  return segments;
}

int64_t NetworkReport::recomputedMacs() const {
  int64_t more = 0;
  for (const LayerReport &layer : layers)
    if (layer.strip)
      more += layer.macs - (layer.strip->number == 0 ? layer.strip->macs : 0);
  return more;
}
