//===- Codegen.cpp - LLVM IR to code, for one core ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Codegen.h"

#include "llvm/Analysis/RuntimeLibcallInfo.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include <mutex>

using namespace llvm;
using namespace rtwmc;
using namespace rtwmc::target;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

static std::mutex &optionsLock() {
  static std::mutex lock;
  return lock;
}

ScopedOptions::ScopedOptions(ArrayRef<Setting> settings) {
  optionsLock().lock();
  auto &options = cl::getRegisteredOptions();
  for (auto [name, value] : settings) {
    auto found = options.find(name);
    if (found == options.end() || found->second->getNumOccurrences())
      continue;
    if (!found->second->addOccurrence(/*pos=*/1, name, value))
      changed.push_back(name);
  }
}

ScopedOptions::~ScopedOptions() {
  for (StringRef name : changed)
    cl::getRegisteredOptions()[name]->reset();
  optionsLock().unlock();
}

static SmallVector<ScopedOptions::Setting> codegenOptions(const Core &core) {
  SmallVector<ScopedOptions::Setting> settings;
  // Pushed arguments are in no frame size.
  if (core.isHost())
    settings.push_back({"no-x86-call-frame-opt", "true"});
  // With eight registers the default follows one accumulator chain and spills
  // every load of the others: a dot product of 4 outputs, 8 taps at a time, is
  // 188 instructions, in source order 162. Elsewhere it makes no difference.
  if (core.registers == 8)
    settings.push_back({"pre-RA-sched", "source"});
  // Blocks of accumulators (Kernels/Convolution/Block.cpp, Fields.cpp) take all
  // registers: the machine scheduler moves loads up and spills.
  // So does moving instructions to coalesce a copy, which makes accumulators of
  // a turn and of the next live at once: ten pairs of a block of mixed weights
  // are 143 instructions then, without it 128.
  if (core.registers > 8 && !core.isHost() && !core.mve) {
    settings.push_back({"enable-misched", "false"});
    settings.push_back({"twoaddr-reschedule", "false"});
  }
  // The machine scheduler moves loads away from the predicate that several
  // share, and keeps more vectors alive than there are registers. An MVE
  // kernel's order is that of its emitter.
  if (core.mve) {
    settings.push_back({"enable-misched", "false"});
    settings.push_back({"enable-post-misched", "false"});
  }
  return settings;
}

//===----------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------===//

namespace {

/// Keeps the first error: LLVM's own handler would end the process.
class FirstError : public DiagnosticHandler {
public:
  explicit FirstError(std::string &message) : message(message) {}
  bool handleDiagnostics(const DiagnosticInfo &info) override {
    if (info.getSeverity() != DS_Error || !message.empty())
      return true;
    raw_string_ostream stream(message);
    DiagnosticPrinterRawOStream printer(stream);
    info.print(printer);
    return true;
  }

private:
  std::string &message;
};

} // namespace

//===----------------------------------------------------------------------===//
// Codegen
//===----------------------------------------------------------------------===//

static void initializeTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeARMTargetInfo();
    LLVMInitializeARMTarget();
    LLVMInitializeARMTargetMC();
    LLVMInitializeARMAsmPrinter();
    LLVMInitializeARMAsmParser();
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    InitializeNativeTargetAsmParser();
  });
}

Expected<Codegen> Codegen::create(const Core &core, bool optimizeForSize) {
  initializeTargets();
  Triple triple(core.triple);
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return createStringError("no code generator for " + core.name + ": " +
                             error);
  TargetOptions options;
  options.FunctionSections = true;
  options.DataSections = true;
  if (!core.isHost()) {
    options.FloatABIType = FloatABI::Soft;
    // Arm's own model gives every function an entry of 8 bytes in .ARM.exidx
    // that says it does not unwind. Dwarf's gives it none.
    options.ExceptionModel = ExceptionHandling::DwarfCFI;
  }
  std::unique_ptr<TargetMachine> machine(
      target->createTargetMachine(triple, core.cpu, core.features, options,
                                  core.isHost() ? Reloc::PIC_ : Reloc::Static,
                                  std::nullopt, CodeGenOptLevel::Default));
  if (!machine)
    return createStringError("no code generator for " + core.name);
  return Codegen(core, optimizeForSize, std::move(machine));
}

Expected<SmallVector<char, 0>> Codegen::emit(const Module &module,
                                             EmitKind kind) const {
  ScopedOptions options(codegenOptions(core));
  std::unique_ptr<Module> clone = CloneModule(module);
  LLVMContext &context = clone->getContext();
  std::string message;
  std::unique_ptr<DiagnosticHandler> outer = context.getDiagnosticHandler();
  context.setDiagnosticHandler(std::make_unique<FirstError>(message));

  SmallVector<char, 0> bytes;
  {
    raw_svector_ostream stream(bytes);
    TargetLibraryInfoImpl library(machine->getTargetTriple());
    library.disableAllFunctions();
    legacy::PassManager passes;
    passes.add(new TargetLibraryInfoWrapperPass(library));
    // What the passes before instruction selection may call.
    const TargetOptions &target = machine->Options;
    passes.add(new RuntimeLibraryInfoWrapper(
        machine->getTargetTriple(), target.ExceptionModel, target.FloatABIType,
        target.EABIVersion, target.MCOptions.ABIName, target.VecLib));
    machine->Options.EmitStackSizeSection = kind == EmitKind::Object;
    bool failed = machine->addPassesToEmitFile(
        passes, stream, nullptr,
        kind == EmitKind::Object ? CodeGenFileType::ObjectFile
                                 : CodeGenFileType::AssemblyFile,
        /*DisableVerify=*/true);
    if (failed)
      message = "the target writes no such file";
    else
      passes.run(*clone);
  }
  context.setDiagnosticHandler(std::move(outer));
  if (!message.empty())
    return createStringError("code generation for " + core.name +
                             " failed: " + message);
  return bytes;
}
