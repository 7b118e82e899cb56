//===- Lowering.cpp - From a schedule to the LLVM dialect -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidate.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
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

/// Names the network `PREFIX_run` and gives it C's interface: the address of
/// the arena is checked, the result is 0 if it is aligned and 1 otherwise.
static void makeEntry(ModuleOp module, StringRef name, int64_t arenaAlign) {
  func::FuncOp network = findNetwork(module);
  OpBuilder builder(module.getContext());
  Location loc = network.getLoc();
  network.setName(name);
  Block &body = network.front();
  builder.setInsertionPoint(body.getTerminator());
  Type i32 = builder.getI32Type();
  network.setType(builder.getFunctionType(network.getArgumentTypes(), {i32}));
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI32IntegerAttr(value));
  };
  if (arenaAlign <= 1) {
    func::ReturnOp::create(builder, loc, constant(0));
    body.getTerminator()->erase();
    return;
  }
  // Everything moves into the branch of an aligned arena.
  Operation *oldReturn = body.getTerminator();
  builder.setInsertionPointToStart(&body);
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(
      builder, loc, network.getArgument(2));
  Value low = arith::IndexCastOp::create(builder, loc, i32, address);
  low = arith::AndIOp::create(builder, loc, low, constant(arenaAlign - 1));
  Value aligned = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        low, constant(0));
  auto branch = scf::IfOp::create(builder, loc, TypeRange{i32}, aligned,
                                  /*withElseRegion=*/true);
  Block *then = branch.thenBlock();
  then->getOperations().splice(then->begin(), body.getOperations(),
                               std::next(Block::iterator(branch)),
                               Block::iterator(oldReturn));
  builder.setInsertionPointToEnd(then);
  scf::YieldOp::create(builder, loc, constant(0));
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, loc, constant(1));
  builder.setInsertionPoint(oldReturn);
  func::ReturnOp::create(builder, loc, branch.getResult(0));
  oldReturn->erase();
}

LogicalResult rtwmc::lowerSchedule(ModuleOp module,
                                   const CompileOptions &options,
                                   int64_t arenaAlign, bool stopAtLoops) {
  PassManager toLoops(module.getContext());
  toLoops.addPass(createPlaceBuffers());
  ConvertRTWMCToLoopsOptions loops;
  loops.mcpu = options.core->name.str();
  toLoops.addPass(createConvertRTWMCToLoops(loops));
  toLoops.addPass(createCanonicalizerPass());
  toLoops.addPass(createSymbolDCEPass());
  if (failed(toLoops.run(module)))
    return failure();
  makeEntry(module, options.name + "_run", arenaAlign);
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
  if (failed(pm.run(module)))
    return failure();
  // Constants need no more alignment than their elements: flash is scarce.
  module.walk([](LLVM::GlobalOp global) {
    Type element = global.getGlobalType();
    while (auto array = dyn_cast<LLVM::LLVMArrayType>(element))
      element = array.getElementType();
    if (element.isIntOrFloat())
      global.setAlignment(
          std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8));
  });
  return success();
}
