//===- Pipelines.cpp - The compiler as pipelines of passes ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Pipelines/Pipelines.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"
#include "rtwmc/Kernels/Passes.h"
#include "rtwmc/Planning/PackedCost.h"
#include "rtwmc/Streaming/SplitStrips.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace rtwmc;

/// Whether `text` can begin a name in C.
static bool isIdentifier(StringRef text) {
  return !text.empty() && !llvm::isDigit(text.front()) &&
         llvm::all_of(text,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

std::string rtwmc::makeIdentifier(StringRef text) {
  std::string result;
  for (char c : text)
    result += llvm::isAlnum(c) ? c : '_';
  if (result.empty() || llvm::isDigit(result[0]))
    result.insert(result.begin(), '_');
  return result;
}

std::string rtwmc::checkOptions(const CompileOptions &options) {
  if (!isIdentifier(options.name))
    return "name=" + options.name + ": expects a C identifier";
  if (!lookupCore(options.mcpu))
    return "mcpu=" + options.mcpu + ": " + explainUnknownCore(options.mcpu);
  for (auto [name, budget] :
       {std::pair("ram", options.ram), std::pair("flash", options.flash)})
    if (budget < 0)
      return llvm::formatv("{0}={1}: expects a number of bytes", name, budget);
  if (options.mode == Mode::Paper && options.ram == 0)
    return "mode=paper: the paper's planner needs a RAM budget (ram)";
  if (options.lossless && options.mode == Mode::Paper)
    return "lossless: expects mode=exact; the paper's planner drops what its "
           "formula says";
  if (options.keepMaps && options.mode == Mode::Paper)
    return "keep-maps: expects mode=exact";
  for (StringRef each : options.strips)
    if (!StripSetting::parse(each))
      return "strips=" + each.str() + ": expects FIRST:LAST:COUNT";
  if (!options.strips.empty() && options.mode == Mode::Paper)
    return "strips: expects mode=exact";
  if (!options.strips.empty() && options.keepMaps)
    return "strips: maps that are computed in strips cannot be kept";
  if (options.maxRecompute < 0 || options.maxRecompute > 1000)
    return llvm::formatv("max-recompute={0}: expects 0 to 1000 percent",
                         options.maxRecompute);
  if (options.batch < 0 || options.batch > planning::maxBatch)
    return llvm::formatv("batch={0}: expects 1 to {1} elements", options.batch,
                         planning::maxBatch);
  if (!(options.alpha > 0.0 && options.alpha <= 1.0))
    return llvm::formatv("alpha={0}: expects a share above 0 and at most 1",
                         options.alpha);
  for (int64_t each : options.tauQ)
    if (each < 0 || each > 256)
      return llvm::formatv("tau-q={0}: expects 0 to 256 steps", each);
  return {};
}

//===----------------------------------------------------------------------===//
// From options to the options of passes
//===----------------------------------------------------------------------===//

StreamOptions rtwmc::getStreamOptions(const CompileOptions &options) {
  StreamOptions stream;
  stream.layerByLayer = options.mode == Mode::Paper;
  stream.input = options.input;
  stream.keepMaps = options.keepMaps;
  stream.batch = options.batch;
  stream.alpha = options.alpha;
  stream.tauQ = options.tauQ;
  stream.policy = options.policy;
  stream.order = options.order;
  return stream;
}

static RTWMCPlanOptions getPlanOptions(const CompileOptions &options) {
  RTWMCPlanOptions plan;
  plan.mode = options.mode;
  plan.ram = options.ram;
  if (options.batch > 0)
    plan.batch = options.batch;
  plan.alpha = options.alpha;
  plan.input = options.input;
  plan.policy = options.policy;
  plan.order = options.order;
  plan.tauQ.assign(options.tauQ.begin(), options.tauQ.end());
  return plan;
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

static void addLayersStage(OpPassManager &pm, const CompileOptions &options) {
  bool isPaper = options.mode == Mode::Paper;
  if (!options.maps.empty()) {
    SetMapsOptions settings;
    for (const MapSettings &map : options.maps)
      settings.maps.push_back(map.str());
    pm.addPass(createSetMaps(settings));
  }
  pm.addPass(createLiftState());
  pm.addPass(createNormalizeTosa());
  if (isPaper && !options.pinsDrops()) {
    pm.addPass(createRTWMCPlan(getPlanOptions(options)));
    pm.addPass(createRTWMCInsertPruning());
  }
  pm.addPass(createConvertTosaToRTWMC());
  if (!isPaper) {
    pm.addPass(createOrientMaps());
    pm.addPass(createCropMaps());
  }
  FuseOptions fuse;
  fuse.wholeMaps = isPaper;
  fuse.byChannel = options.order == StreamOrder::NCHW;
  pm.addPass(createFuse(fuse));
  pm.addPass(createCSEPass());
  if (options.input == InputPlace::Rows)
    pm.addPass(createReadRows());
}

static void addKernelsStage(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createOutlineKernels());
  ChooseKernelsOptions kernels;
  kernels.mcpu = options.mcpu;
  kernels.kernel = options.kernel;
  pm.addPass(createChooseKernels(kernels));
  pm.addPass(createLowerGenericKernels());
}

static void addLoopsStage(OpPassManager &pm, const CompileOptions &options) {
  pm.addPass(createPlaceBuffers());
  ConvertRTWMCToLoopsOptions loops;
  loops.mcpu = options.mcpu;
  pm.addPass(createConvertRTWMCToLoops(loops));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createSymbolDCEPass());
  MakeEntryOptions entry;
  entry.name = options.entry();
  entry.reset = options.reset();
  pm.addPass(createMakeEntry(entry));
}

static void addLLVMStage(OpPassManager &pm, const CompileOptions &options) {
  // An index is as wide as a pointer.
  const Core *core = lookupCore(options.mcpu);
  unsigned bits = core ? core->pointerBits : 32;
  pm.addPass(arith::createArithExpandOpsPass());
  pm.addPass(memref::createExpandOpsPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createLowerStops());
  pm.addPass(createConvertMathToLLVMPass());
  ArithToLLVMConversionPassOptions arith;
  arith.indexBitwidth = bits;
  pm.addPass(createArithToLLVMConversionPass(arith));
  FinalizeMemRefToLLVMConversionPassOptions memref;
  memref.indexBitwidth = bits;
  pm.addPass(createFinalizeMemRefToLLVMConversionPass(memref));
  ConvertFuncToLLVMPassOptions func;
  func.useBarePtrCallConv = true;
  func.indexBitwidth = bits;
  pm.addPass(createConvertFuncToLLVMPass(func));
  ConvertControlFlowToLLVMPassOptions cf;
  cf.indexBitwidth = bits;
  pm.addPass(createConvertControlFlowToLLVMPass(cf));
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createSymbolDCEPass());
}

void rtwmc::addStage(OpPassManager &pm, Stage stage,
                     const CompileOptions &options) {
  switch (stage) {
  case Stage::Layers:
    return addLayersStage(pm, options);
  case Stage::Kernels:
    return addKernelsStage(pm, options);
  case Stage::Schedule:
    pm.addPass(createFit(options));
    pm.addPass(createStream(getStreamOptions(options)));
    return;
  case Stage::Loops:
    return addLoopsStage(pm, options);
  case Stage::LLVM:
    return addLLVMStage(pm, options);
  }
}

void rtwmc::addPipeline(OpPassManager &pm, const CompileOptions &options,
                        Stage last) {
  for (Stage stage : {Stage::Layers, Stage::Kernels, Stage::Schedule,
                      Stage::Loops, Stage::LLVM})
    if (stage <= last)
      addStage(pm, stage, options);
}
