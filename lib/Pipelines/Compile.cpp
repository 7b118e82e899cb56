//===- Compile.cpp - From a module to an object within a budget -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Pipelines/Compile.h"
#include "BudgetSearch.h"
#include "Certificate.h"
#include "Header.h"
#include "Report.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace rtwmc;

/// What `emit` asks for, from a network that has a plan (`rtwmc.fit`).
static FailureOr<std::string> makeText(ModuleOp kernels, const Fit &fit,
                                       const CompileOptions &options,
                                       Emit emit) {
  bool hasState = !getState(findNetwork(kernels)).empty();
  PassManager pm(kernels.getContext());
  pm.addPass(createStream(getStreamOptions(options)));
  addStage(pm, Stage::Loops, options);
  if (emit != Emit::Loops)
    addStage(pm, Stage::LLVM, options);
  if (failed(pm.run(kernels)))
    return failure();
  if (emit == Emit::Loops || emit == Emit::LLVMDialect) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    kernels.print(stream);
    stream << "\n";
    return text;
  }
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module =
      translateModuleToLLVMIR(kernels, context, options.name);
  if (!module)
    return kernels.emitError("internal error: no LLVM IR for the network");
  auto text = target::emitText(std::move(module), *lookupCore(options.mcpu),
                               options.entries(hasState),
                               emit == Emit::Assembly, fit.optimizeForSize);
  if (!text)
    return kernels.emitError(llvm::toString(text.takeError()));
  return std::move(*text);
}

LogicalResult rtwmc::compileNetwork(ModuleOp module,
                                    const CompileOptions &options,
                                    CompileResult &result, Emit emit) {
  if (std::string problem = checkOptions(options); !problem.empty())
    return module.emitError(problem);
  PassManager pm(module.getContext());
  addPipeline(pm, options, Stage::Kernels);
  Candidate candidate;
  std::vector<std::string> notes;
  if (failed(pm.run(module)) ||
      failed(fitNetwork(module, options, candidate, notes)))
    return failure();
  bool batchSpecialized =
      findNetwork(module)->hasAttr("rtwmc.batch_specialized");
  Interface interface = Interface::get(module);
  result.header = makeHeader(candidate, options, interface);
  result.report =
      makeReport(candidate, options, interface, batchSpecialized, notes);
  result.table = makeTable(candidate, options, batchSpecialized, notes);
  if (emit == Emit::Object) {
    result.output.assign(candidate.object.bytes.begin(),
                         candidate.object.bytes.end());
    result.certificate = makeCertificate(candidate, options, interface);
    return success();
  }
  FailureOr<std::string> text = makeText(module, candidate.fit, options, emit);
  if (failed(text))
    return failure();
  result.output = std::move(*text);
  return success();
}
