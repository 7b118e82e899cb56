//===- MakeEntry.cpp - The network as a function of C ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Ports.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/Support/MathExtras.h"

namespace rtwmc {
#define GEN_PASS_DEF_MAKEENTRY
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

/// Gives `network` a result: 0, or 1 without having run if the address of its
/// arena is not a multiple of `align`.
static void addResult(func::FuncOp network, int64_t align) {
  Block &body = network.front();
  Operation *oldReturn = body.getTerminator();
  ImplicitLocOpBuilder builder(network.getLoc(), oldReturn);
  Type i32 = builder.getI32Type();
  network.setType(builder.getFunctionType(network.getArgumentTypes(), {i32}));
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, builder.getI32IntegerAttr(value));
  };
  if (align == 1) {
    func::ReturnOp::create(builder, constant(0));
    oldReturn->erase();
    return;
  }
  // Everything moves into the branch of an aligned arena.
  builder.setInsertionPointToStart(&body);
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(
      builder, network.getArguments().back());
  Value low = arith::IndexCastOp::create(builder, i32, address);
  low = arith::AndIOp::create(builder, low, constant(align - 1));
  Value aligned = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, low,
                                        constant(0));
  auto branch = scf::IfOp::create(builder, TypeRange{i32}, aligned,
                                  /*withElseRegion=*/true);
  Block *then = branch.thenBlock();
  then->getOperations().splice(then->begin(), body.getOperations(),
                               std::next(Block::iterator(branch)),
                               Block::iterator(oldReturn));
  builder.setInsertionPointToEnd(then);
  scf::YieldOp::create(builder, constant(0));
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, constant(1));
  builder.setInsertionPoint(oldReturn);
  func::ReturnOp::create(builder, branch.getResult(0));
  oldReturn->erase();
}

namespace {

struct MakeEntryPass : rtwmc::impl::MakeEntryBase<MakeEntryPass> {
  using MakeEntryBase::MakeEntryBase;

  void runOnOperation() override {
    if (failed(run(getOperation())))
      signalPassFailure();
  }

  LogicalResult run(ModuleOp module) {
    func::FuncOp network = findNetwork(module);
    if (!network || network.getNumArguments() < 3 ||
        network.getNumResults() != 0 ||
        network.getBody().getBlocks().size() != 1 ||
        !isa<MemRefType>(network.getArgumentTypes().back()))
      return module.emitError("expects a network with an input, an output and "
                              "an arena, and one block");
    auto align = network->getAttrOfType<IntegerAttr>(arenaAlignAttrName);
    if (!align || !llvm::isPowerOf2_64(align.getInt()))
      return network.emitError("expects the alignment of the arena, a power of "
                               "two, as attribute '")
             << arenaAlignAttrName << "'";
    Operation *taken = module.lookupSymbol(name);
    if (taken && taken != network)
      return taken->emitError("has the name of the entry, '") << name << "'";
    network.setName(name);
    for (StringRef usedUp :
         {StringRef(arenaAlignAttrName), StringRef(inputsAttrName),
          StringRef(outputsAttrName)})
      network->removeAttr(usedUp);
    addResult(network, align.getInt());
    return success();
  }
};

} // namespace
