//===- MakeEntry.cpp - The network as a function of C ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Ports.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"
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

/// Memory of the caller whose address must be a multiple of `align`.
struct Aligned {
  Value memory;
  int64_t align;
};

/// Gives `function` a result: 0, or 1 without having run if the address of some
/// memory is not aligned.
static void addResult(func::FuncOp function, ArrayRef<Aligned> places) {
  Block &body = function.front();
  Operation *oldReturn = body.getTerminator();
  ImplicitLocOpBuilder builder(function.getLoc(), oldReturn);
  Type i32 = builder.getI32Type();
  function.setType(builder.getFunctionType(function.getArgumentTypes(), {i32}));
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, builder.getI32IntegerAttr(value));
  };
  auto needsCheck = [](const Aligned &place) { return place.align > 1; };
  if (llvm::none_of(places, needsCheck)) {
    func::ReturnOp::create(builder, constant(0));
    oldReturn->erase();
    return;
  }
  // Everything moves into the branch of aligned memory.
  builder.setInsertionPointToStart(&body);
  Value wrong;
  for (Aligned place : llvm::make_filter_range(places, needsCheck)) {
    Value address =
        memref::ExtractAlignedPointerAsIndexOp::create(builder, place.memory);
    Value low = arith::IndexCastOp::create(builder, i32, address);
    low = arith::AndIOp::create(builder, low, constant(place.align - 1));
    wrong = wrong ? arith::OrIOp::create(builder, wrong, low) : low;
  }
  Value aligned = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq,
                                        wrong, constant(0));
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

/// A function `name` that gives the variables of `network`, in the memory it is
/// called with, their first values.
static void makeReset(func::FuncOp network, StringRef name) {
  SmallVector<VariableAttr> state = getState(network);
  StateLayout layout(state);
  ImplicitLocOpBuilder b(network.getLoc(), network);
  b.setInsertionPointAfter(network);
  auto memory = MemRefType::get(layout.bytes, b.getI8Type());
  auto reset = func::FuncOp::create(b, name, b.getFunctionType({memory}, {}));
  Block *body = reset.addEntryBlock();
  for (auto [index, variable] : llvm::enumerate(state)) {
    DenseElementsAttr initial = variable.getInitial();
    auto type = MemRefType::get(initial.getType().getShape(),
                                initial.getType().getElementType());
    b.setInsertionPointToEnd(body);
    Value offset = arith::ConstantIndexOp::create(b, layout.offsets[index]);
    Value place = memref::ViewOp::create(b, type, body->getArgument(0), offset,
                                         ValueRange());
    if (initial.isSplat()) {
      Value value = arith::ConstantOp::create(
          b, cast<TypedAttr>(initial.getSplatValue<Attribute>()));
      auto flat = MemRefType::get(type.getNumElements(), type.getElementType());
      Value elements = memref::ReinterpretCastOp::create(
          b, flat, place, /*offset=*/0, flat.getShape(), ArrayRef<int64_t>{1});
      Value from = arith::ConstantIndexOp::create(b, 0);
      Value to = arith::ConstantIndexOp::create(b, type.getNumElements());
      Value by = arith::ConstantIndexOp::create(b, 1);
      auto loop = scf::ForOp::create(b, from, to, by);
      b.setInsertionPointToStart(loop.getBody());
      memref::StoreOp::create(b, value, elements, loop.getInductionVar());
      continue;
    }
    std::string constant = (name + "_" + Twine(index)).str();
    Value given = memref::GetGlobalOp::create(b, type, constant);
    memref::CopyOp::create(b, given, place);
    b.setInsertionPoint(network);
    memref::GlobalOp::create(b, constant, b.getStringAttr("private"), type,
                             initial, /*constant=*/true, IntegerAttr());
  }
  b.setInsertionPointToEnd(body);
  func::ReturnOp::create(b);
  addResult(reset, Aligned{body->getArgument(0), layout.align});
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
    SmallVector<Aligned> places{{getArena(network), align.getInt()}};
    if (SmallVector<VariableAttr> state = getState(network); !state.empty()) {
      if (reset.empty() || module.lookupSymbol(reset))
        return network.emitError("has variables, and no name for the function "
                                 "that resets them: '")
               << reset << "'";
      places.push_back(
          {network.getArguments().back(), StateLayout(state).align});
      makeReset(network, reset);
    }
    for (StringRef usedUp :
         {StringRef(arenaAlignAttrName), StringRef(inputsAttrName),
          StringRef(outputsAttrName), StringRef(rowsAttrName),
          StringRef(stateAttrName)})
      network->removeAttr(usedUp);
    addResult(network, places);
    return success();
  }
};

} // namespace
