//===- Candidate.cpp - A plan and the code for it -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidate.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace rtwmc;

/// Whether each pass of a candidate is checked: in a debug build. The passes
/// are those that `rtwmc-opt` checks one by one, and what they end in is
/// verified as LLVM IR; a search makes many candidates.
#ifdef NDEBUG
static constexpr bool verifiesPasses = false;
#else
static constexpr bool verifiesPasses = true;
#endif

FailureOr<NetworkModel> rtwmc::getModel(ModuleOp kernels,
                                        const CompileOptions &options) {
  StreamOptions stream = getStreamOptions(options);
  return NetworkModel::get(kernels, stream.input, stream.order);
}

namespace {

/// Makes objects of a module of loops.
class ObjectMaker {
public:
  ObjectMaker(ModuleOp module, const CompileOptions &options, bool hasState,
              ObjectCache &objects)
      : module(module), options(options), hasState(hasState), objects(objects),
        text(getDigest(module)) {}

  FailureOr<target::ObjectFile> make(bool optimizeForSize) {
    ObjectCache::Key key = {text, optimizeForSize};
    if (const target::ObjectFile *known = objects.find(key))
      return *known;
    if (!isLowered) {
      PassManager toLLVM(module->getContext());
      toLLVM.enableVerifier(verifiesPasses);
      addStage(toLLVM, Stage::LLVM, options);
      if (failed(toLLVM.run(module)))
        return failure();
      isLowered = true;
    }
    FailureOr<target::ObjectFile> object = emit(optimizeForSize);
    if (succeeded(object))
      objects.insert(key, *object);
    return object;
  }

private:
  static std::string getDigest(ModuleOp module);
  FailureOr<target::ObjectFile> emit(bool optimizeForSize);

  ModuleOp module;
  const CompileOptions &options;
  bool hasState;
  ObjectCache &objects;
  const std::string text;
  bool isLowered = false;
};

} // namespace

std::string ObjectMaker::getDigest(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream(text) << module;
  auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(text));
  return std::string(digest.begin(), digest.end());
}

FailureOr<target::ObjectFile> ObjectMaker::emit(bool optimizeForSize) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, options.name);
  if (!llvmModule)
    return module.emitError("internal error: no LLVM IR for the network");
  auto object =
      target::emitObject(std::move(llvmModule), *lookupCore(options.mcpu),
                         options.entries(hasState), optimizeForSize);
  if (!object)
    return module.emitError(llvm::toString(object.takeError()));
  return std::move(*object);
}

/// Turns a copy of `kernels` into loops as `plan` says, and tells `candidate`.
static FailureOr<OwningOpRef<ModuleOp>>
lowerToLoops(ModuleOp kernels, const planning::Plan &plan,
             const CompileOptions &options, Candidate &candidate) {
  OwningOpRef<ModuleOp> module = kernels.clone();
  StreamOptions stream = getStreamOptions(options);
  FailureOr<NetworkModel> model =
      NetworkModel::get(*module, stream.input, stream.order);
  if (failed(model) || failed(insertPruning(*model, plan, stream)))
    return failure();
  candidate.plan = plan;
  candidate.network = NetworkReport::get(*model, plan);
  candidate.state = StateLayout(getState(model->function)).bytes;
  emitSchedule(*model, plan);
  FailureOr<std::vector<BufferLife>> regions = listBufferLives(model->function);
  if (failed(regions))
    return failure();
  candidate.network.regions = std::move(*regions);
  PassManager toLoops(module->getContext());
  toLoops.enableVerifier(verifiesPasses);
  addStage(toLoops, Stage::Loops, options);
  if (failed(toLoops.run(*module)))
    return failure();
  candidate.network.addWork(module->lookupSymbol<func::FuncOp>(options.entry()),
                            *lookupCore(options.mcpu));
  return module;
}

FailureOr<NetworkReport>
rtwmc::estimateCandidate(ModuleOp kernels, const planning::Plan &plan,
                         const CompileOptions &options) {
  Candidate candidate;
  if (failed(lowerToLoops(kernels, plan, options, candidate)))
    return failure();
  return std::move(candidate.network);
}

FailureOr<Candidate> rtwmc::generateCandidate(ModuleOp kernels,
                                              const planning::Plan &plan,
                                              const CompileOptions &options,
                                              ObjectCache &objects,
                                              bool onlyForSpeed) {
  Candidate candidate;
  FailureOr<OwningOpRef<ModuleOp>> lowered =
      lowerToLoops(kernels, plan, options, candidate);
  if (failed(lowered))
    return failure();
  OwningOpRef<ModuleOp> module = std::move(*lowered);
  ObjectMaker maker(*module, options, candidate.state > 0, objects);
  FailureOr<target::ObjectFile> object = maker.make(/*optimizeForSize=*/false);
  if (failed(object))
    return failure();
  candidate.object = std::move(*object);
  candidate.flashForSpeed = candidate.flash();
  if (options.flash > 0 && candidate.flash() > options.flash && !onlyForSpeed) {
    object = maker.make(/*optimizeForSize=*/true);
    if (failed(object))
      return failure();
    candidate.object = std::move(*object);
    candidate.fit.optimizeForSize = true;
  }
  candidate.network.addCode(*module, candidate.object);
  candidate.fit.arena = plan.arenaBytes;
  candidate.fit.stack = candidate.object.stack;
  return candidate;
}
