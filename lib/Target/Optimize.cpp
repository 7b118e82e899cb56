//===- Optimize.cpp - LLVM's pipeline, tuned for small memories -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Codegen.h"
#include "Linking.h"
#include "Stack.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;
using namespace rtwmc;
using namespace rtwmc::target;

void Codegen::setAttributes(Function &function) const {
  // What another producer chose about targets, unwinding and instrumentation
  // would change the code, or add to it.
  for (StringRef name :
       {"target-cpu", "target-features", "tune-cpu", "frame-pointer",
        "stack-protector-buffer-size", "probe-stack", "stack-probe-size"})
    function.removeFnAttr(name);
  for (auto kind : {Attribute::UWTable, Attribute::StackProtect,
                    Attribute::StackProtectReq, Attribute::StackProtectStrong})
    function.removeFnAttr(kind);
  function.setPersonalityFn(nullptr);

  function.addFnAttr("target-cpu", core.cpu);
  if (!core.features.empty())
    function.addFnAttr("target-features", core.features);
  // No unwind tables, and a loop stays a loop: no call of memset.
  function.setDoesNotThrow();
  function.addFnAttr("no-builtins");
  // What aligns a frame, and what is used below it, is in no frame size.
  function.addFnAttr("no-realign-stack");
  function.addFnAttr(Attribute::NoRedZone);
  if (optimizeForSize && !function.hasOptNone()) {
    function.addFnAttr(Attribute::OptimizeForSize);
    function.addFnAttr(Attribute::MinSize);
  }
}

/// Leaves `entries` as the only public symbols, and no function to be inlined
/// that does not ask for it.
static Error internalize(Module &module, ArrayRef<std::string> entries) {
  for (StringRef entry : entries)
    if (Function *start = module.getFunction(entry);
        !start || start->isDeclaration())
      return createStringError("the entry function '" + entry +
                               "' is not defined");
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.setComdat(nullptr);
    function.setVisibility(GlobalValue::DefaultVisibility);
    function.setDSOLocal(true);
    function.setLinkage(is_contained(entries, function.getName())
                            ? GlobalValue::ExternalLinkage
                            : GlobalValue::InternalLinkage);
    function.setSection("");
    if (!function.hasFnAttribute(Attribute::AlwaysInline)) {
      function.removeFnAttr(Attribute::InlineHint);
      function.addFnAttr(Attribute::NoInline);
    }
  }
  for (GlobalVariable &global : module.globals()) {
    if (global.isDeclaration() || global.hasAppendingLinkage())
      continue;
    global.setComdat(nullptr);
    global.setVisibility(GlobalValue::DefaultVisibility);
    global.setDSOLocal(true);
    global.setLinkage(GlobalValue::InternalLinkage);
  }
  return Error::success();
}

/// Removes what would end in the object and is not of the code.
static void stripNames(Module &module) {
  StripDebugInfo(module);
  for (StringRef name : {"llvm.ident", "llvm.module.flags", "llvm.commandline"})
    if (NamedMDNode *node = module.getNamedMetadata(name))
      module.eraseNamedMetadata(node);
  module.setSourceFileName("");
  module.setModuleIdentifier("");
}

static void runPipeline(Module &module, TargetMachine *machine, bool vectorize,
                        bool optimizeForSize) {
  PipelineTuningOptions tuning;
  // Kernels are unrolled and blocked where they are generated; doing it again
  // costs flash. Loops whose metadata asks for it are still unrolled.
  tuning.LoopUnrolling = false;
  tuning.LoopInterleaving = false;
  tuning.LoopVectorization = vectorize;
  tuning.SLPVectorization = vectorize;
  tuning.MergeFunctions = true;
  // Clones of a kernel for some of its arguments cost flash as well.
  ScopedOptions options({{"funcspec-max-clones", "0"}});

  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  TargetLibraryInfoImpl library(machine->getTargetTriple());
  library.disableAllFunctions();
  functions.registerPass([&] { return TargetLibraryAnalysis(library); });
  PassBuilder builder(machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  auto level = optimizeForSize ? OptimizationLevel::Oz : OptimizationLevel::O2;
  builder.buildPerModuleDefaultPipeline(level).run(module, modules);
}

Error Codegen::optimize(Module &module, ArrayRef<std::string> entries) const {
  stripNames(module);
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
  if (Error error = internalize(module, entries))
    return error;
  for (Function &function : module)
    if (!function.isDeclaration())
      setAttributes(function);
  std::string message;
  raw_string_ostream stream(message);
  if (verifyModule(module, &stream))
    return createStringError("the LLVM IR is malformed: " +
                             StringRef(message).trim());
  runPipeline(module, machine.get(), core.mve || core.isHost(),
              optimizeForSize);
  if (Error error = checkModule(module, core))
    return error;
  if (!core.isHost())
    declareAnyFloatABI(module);
  return Error::success();
}
