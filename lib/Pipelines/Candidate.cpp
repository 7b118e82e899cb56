//===- Candidate.cpp - Planning and generating, once ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidate.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace rtwmc;

/// The options of `rtwmc-stream`, but for the budget.
static StreamOptions getStreamOptions(const CompileOptions &options) {
  StreamOptions stream;
  stream.layerByLayer = options.mode == Mode::Paper;
  stream.inputInArena = options.inputInArena;
  stream.batch = options.batch;
  stream.alpha = options.alpha;
  stream.tauQ.assign(options.tauQ.begin(), options.tauQ.end());
  stream.policy = options.policy;
  stream.order = options.order;
  return stream;
}

/// The packings that the options ask for; `checkMaps` has seen them.
static std::vector<planning::Packing>
pinnedPackings(const NetworkModel &model, const CompileOptions &options) {
  std::vector<planning::Packing> packings;
  for (const MapSettings &settings : options.maps)
    for (auto [index, map] : llvm::enumerate(model.network.maps))
      if (map.name == settings.name && settings.drop.value_or(0) > 0)
        packings.push_back({static_cast<int>(index), *settings.drop});
  return packings;
}

LogicalResult NetworkCompiler::checkMaps() {
  if (options.maps.empty())
    return success();
  FailureOr<NetworkModel> model =
      NetworkModel::get(kernels, options.inputInArena, options.order);
  if (failed(model))
    return failure();
  SmallVector<StringRef> names;
  for (const planning::Layer &layer : model->network.layers)
    names.push_back(layer.name);
  for (const MapSettings &settings : options.maps) {
    auto emit = [&] {
      return emitError(UnknownLoc::get(kernels.getContext()))
             << "plan: map '" << settings.name << "': ";
    };
    const auto *found = llvm::find(names, settings.name);
    if (found == names.end())
      return emit() << "the network has no such map; it has "
                    << llvm::join(names, ", ");
    if (settings.drop.value_or(0) == 0)
      continue;
    int output = model->network.layers[found - names.begin()].output;
    const planning::Map &map = model->network.maps[output];
    if (!map.packable)
      return emit() << "it cannot be pruned: it is the network's output or "
                       "read by operations without a layer";
    if (*settings.drop > map.elements())
      return emit() << "it cannot drop " << *settings.drop << " of its "
                    << map.elements() << " elements";
  }
  return success();
}

FailureOr<planning::PlanResult> NetworkCompiler::plan(int64_t arenaBudget,
                                                      bool lossless) {
  FailureOr<NetworkModel> model =
      NetworkModel::get(kernels, options.inputInArena, options.order);
  if (failed(model))
    return failure();
  StreamOptions stream = getStreamOptions(options);
  stream.arenaBudget = arenaBudget;
  stream.lossless = lossless;
  std::optional<std::vector<planning::Packing>> pinned;
  if (options.pinsDrops())
    pinned = pinnedPackings(*model, options);
  return planSchedule(*model, stream, pinned);
}

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

FailureOr<Candidate> NetworkCompiler::generate(const planning::Plan &plan,
                                               bool optimizeForSize) {
  OwningOpRef<ModuleOp> module = kernels.clone();
  FailureOr<NetworkModel> model =
      NetworkModel::get(*module, options.inputInArena, options.order);
  if (failed(model))
    return failure();
  llvm::StringMap<int64_t> tauQOf;
  for (const MapSettings &settings : options.maps)
    if (settings.tauQ)
      tauQOf[settings.name] = *settings.tauQ;
  if (failed(insertPruning(*model, plan, getStreamOptions(options), tauQOf)))
    return failure();
  Candidate candidate;
  candidate.plan = plan;
  candidate.optimizedForSize = optimizeForSize;
  candidate.maps = reportMaps(*model, plan);
  candidate.layers = reportLayers(*model);
  const planning::Network &network = model->network;
  candidate.inputBytes = network.maps[network.inputMap].denseBytes();
  candidate.outputBytes = network.maps[network.outputMap].denseBytes();
  emitSchedule(*model, plan);
  if (failed(lowerSchedule(*module, options,
                           /*stopAtLoops=*/options.emit == Emit::MLIR)))
    return failure();
  if (options.emit == Emit::MLIR) {
    llvm::raw_string_ostream stream(candidate.text);
    module->print(stream);
    // The budget is about code, which is generated all the same.
    CompileOptions object = options;
    object.emit = Emit::Object;
    FailureOr<Candidate> compiled =
        NetworkCompiler(kernels, object).generate(plan, optimizeForSize);
    if (failed(compiled))
      return failure();
    compiled->text = candidate.text;
    return compiled;
  }
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(*module, context, options.name);
  if (!llvmModule)
    return kernels.emitError("internal error: no LLVM IR for the network");
  std::string entry = options.name + "_run";
  if (options.emit != Emit::Object) {
    auto text = target::emitText(
        translateModuleToLLVMIR(*module, context, options.name), *options.core,
        entry, options.emit == Emit::Assembly, optimizeForSize);
    if (!text)
      return kernels.emitError(llvm::toString(text.takeError()));
    candidate.text = *text;
  }
  auto object = target::emitObject(std::move(llvmModule), *options.core, entry,
                                   optimizeForSize);
  if (!object)
    return kernels.emitError(llvm::toString(object.takeError()));
  candidate.object = std::move(*object);
  return candidate;
}

FailureOr<Candidate> NetworkCompiler::generate(const planning::Plan &plan) {
  FailureOr<Candidate> fast = generate(plan, /*optimizeForSize=*/false);
  if (failed(fast) || !options.flash || fast->flash() <= *options.flash)
    return fast;
  return generate(plan, /*optimizeForSize=*/true);
}
