//===- Lowering.cpp - From a schedule to the LLVM dialect -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidate.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace rtwmc;

void rtwmc::registerCompilerDialects(DialectRegistry &registry) {
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  registry.insert<RTWMCDialect>();
}

LogicalResult rtwmc::lowerSchedule(ModuleOp module,
                                   const CompileOptions &options,
                                   bool stopAtLoops) {
  PassManager toLoops(module.getContext());
  toLoops.addPass(createPlaceBuffers());
  ConvertRTWMCToLoopsOptions loops;
  loops.mcpu = options.core->name.str();
  toLoops.addPass(createConvertRTWMCToLoops(loops));
  toLoops.addPass(createCanonicalizerPass());
  toLoops.addPass(createSymbolDCEPass());
  MakeEntryOptions entry;
  entry.name = options.name + "_run";
  toLoops.addPass(createMakeEntry(entry));
  if (failed(toLoops.run(module)))
    return failure();
  if (stopAtLoops)
    return success();

  // An index is as wide as a pointer.
  unsigned bits = options.core->pointerBits;
  PassManager pm(module.getContext());
  pm.addPass(arith::createArithExpandOpsPass());
  pm.addPass(memref::createExpandOpsPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
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
  return pm.run(module);
}
