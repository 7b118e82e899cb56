//===- LowerGenericKernels.cpp - Upstream's lowering into our arena -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerResize.h"
#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Placement.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/TosaToArith/TosaToArith.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/TosaToTensor/TosaToTensor.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/Passes.h"

namespace rtwmc {
#define GEN_PASS_DEF_LOWERGENERICKERNELS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

/// From TOSA to linalg on memrefs, on a module of one function.
static void buildBufferization(OpPassManager &pm) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  function.addPass(tosa::createTosaToLinalgNamed());
  function.addPass(tosa::createTosaToLinalg());
  function.addPass(createTosaToTensorPass());
  TosaToArithPassOptions arith;
  arith.includeApplyRescale = true;
  function.addPass(createTosaToArithPass(arith));
  function.addPass(createLinalgGeneralizeNamedOpsPass());
  function.addPass(createCanonicalizerPass());
  function.addPass(createCSEPass());
  function.addPass(createLinalgElementwiseOpFusionPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  bufferization::BufferResultsToOutParamsPassOptions outParams;
  outParams.hoistStaticAllocs = true;
  outParams.modifyPublicFunctions = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(outParams));
}

/// What upstream lowers to something else than it means.
static LogicalResult lowerOurselves(func::FuncOp kernel) {
  RewritePatternSet patterns(kernel.getContext());
  populateResizePatterns(patterns);
  return applyPatternsGreedily(kernel, std::move(patterns));
}

/// Copies as loops: for those between strides upstream would call a library.
static void lowerCopies(ModuleOp module) {
  module.walk([](memref::CopyOp copy) {
    OpBuilder builder(copy);
    linalg::CopyOp::create(builder, copy.getLoc(), copy.getSource(),
                           copy.getTarget());
    copy.erase();
  });
}

/// From there to loops.
static void buildLoops(OpPassManager &pm) {
  pm.addPass(createConvertLinalgToLoopsPass());
  pm.addPass(memref::createFoldMemRefAliasOpsPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// The operation that stands directly in the body of `kernel` and contains
/// `op`.
static Operation *ancestorIn(func::FuncOp kernel, Operation *op) {
  return kernel.front().findAncestorOpInBlock(*op);
}

/// Extends the life of `buffer` over all uses of `value` and of what is derived
/// from it.
static void extendLife(func::FuncOp kernel, Value value,
                       const DenseMap<Operation *, int64_t> &position,
                       planning::LiveBuffer &buffer) {
  for (Operation *user : value.getUsers()) {
    int64_t at = position.lookup(ancestorIn(kernel, user));
    buffer.last = std::max(buffer.last, at);
    for (Value result : user->getResults())
      if (isa<MemRefType>(result.getType()))
        extendLife(kernel, result, position, buffer);
  }
}

/// Replaces the allocations of `kernel` by views of a new last argument.
static FailureOr<int64_t> moveToScratch(func::FuncOp kernel) {
  DenseMap<Operation *, int64_t> position;
  int64_t count = 0;
  for (Operation &op : kernel.front())
    position[&op] = count++;
  SmallVector<memref::AllocOp> allocations;
  // Alive from the allocation to its last use in the straight-line body.
  SmallVector<planning::LiveBuffer> buffers;
  WalkResult walk = kernel.walk([&](memref::AllocOp op) {
    MemRefType type = op.getType();
    if (!type.hasStaticShape() || !type.getLayout().isIdentity())
      return WalkResult::interrupt();
    planning::LiveBuffer buffer;
    buffer.bytes = llvm::alignTo(type.getNumElements() * getElementBytes(type),
                                 scratchAlign);
    buffer.align = scratchAlign;
    buffer.first = buffer.last = position.lookup(ancestorIn(kernel, op));
    extendLife(kernel, op, position, buffer);
    allocations.push_back(op);
    buffers.push_back(buffer);
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return kernel.emitError("needs memory whose size is not known");
  if (allocations.empty())
    return 0;
  planning::Placement placed = planning::placeBuffers(buffers);

  OpBuilder builder(kernel.getContext());
  auto type = MemRefType::get(placed.arenaBytes, builder.getI8Type());
  if (failed(kernel.insertArgument(kernel.getNumArguments(), type, {},
                                   kernel.getLoc())))
    return failure();
  Value scratch = kernel.getArguments().back();
  for (auto [op, at] : llvm::zip(allocations, placed.offsets)) {
    builder.setInsertionPoint(op);
    Location loc = op.getLoc();
    Value offset = arith::ConstantIndexOp::create(builder, loc, at);
    Value view = memref::ViewOp::create(builder, loc, op.getType(), scratch,
                                        offset, ValueRange());
    op.replaceAllUsesWith(view);
    op.erase();
  }
  return placed.arenaBytes;
}

/// The alignment of a constant of `type`: no more than its elements need, as
/// flash is scarce.
static int64_t elementAlign(MemRefType type) {
  if (type.getElementType().isIndex())
    return scratchAlign;
  return getElementBytes(type);
}

/// Adds the lowered companion of `kernel` to its module.
static LogicalResult lowerKernel(func::FuncOp kernel) {
  Location loc = kernel.getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  auto copy = cast<func::FuncOp>(kernel->clone());
  module->push_back(copy);
  copy.setPublic();

  PassManager bufferization(kernel.getContext()), loops(kernel.getContext());
  buildBufferization(bufferization);
  buildLoops(loops);
  // Upstream's own messages speak of dialects the user never wrote; only where
  // the first of them points is of use.
  bool lowered;
  std::optional<Location> failedAt;
  {
    ScopedDiagnosticHandler silence(
        kernel.getContext(), [&](Diagnostic &diagnostic) {
          if (!failedAt &&
              diagnostic.getSeverity() == DiagnosticSeverity::Error)
            failedAt = diagnostic.getLocation();
          return success();
        });
    lowered = succeeded(lowerOurselves(copy)) &&
              succeeded(bufferization.run(*module));
    if (lowered) {
      lowerCopies(*module);
      lowered = succeeded(loops.run(*module));
    }
  }
  Operation *left = nullptr;
  if (lowered)
    module->walk([&](Operation *op) {
      if (isa<tosa::TosaDialect>(op->getDialect()))
        left = op;
    });
  if (!lowered || left || copy.getNumResults() != 0 ||
      copy.getBody().getBlocks().size() != 1) {
    Operation *culprit = nullptr;
    kernel.walk([&](Operation *op) {
      if (isa<tosa::TosaDialect>(op->getDialect()) &&
          !isa<tosa::ConstOp, tosa::ConstShapeOp>(op) &&
          (!culprit || (left && op->getName() == left->getName()) ||
           (failedAt && op->getLoc() == *failedAt)))
        culprit = op;
    });
    Operation *at = culprit ? culprit : kernel.getOperation();
    return at->emitError("'") << at->getName() << "' is not supported: there "
                              << "is neither a layer for it nor a lowering "
                              << "from upstream";
  }
  FailureOr<int64_t> scratch = moveToScratch(copy);
  if (failed(scratch))
    return failure();

  // Constants of the kernel become globals of the network.
  auto parent = kernel->getParentOfType<ModuleOp>();
  SymbolTable symbols(parent);
  for (memref::GlobalOp global :
       llvm::make_early_inc_range(module->getOps<memref::GlobalOp>())) {
    StringAttr old = global.getSymNameAttr();
    std::string name = (kernel.getName() + "_" + old.getValue()).str();
    if (failed(SymbolTable::replaceAllSymbolUses(
            old, StringAttr::get(parent.getContext(), name), *module)))
      return kernel.emitError("cannot rename the constants of a kernel");
    global.setSymName(name);
    global.setAlignment(elementAlign(global.getType()));
    global->remove();
    symbols.insert(global);
  }
  copy->remove();
  copy->removeAttr(kernelAttrName);
  copy->removeAttr(layerAttrName);
  copy->setAttr(codeOfAttrName, kernel.getNameAttr());
  copy.setName((kernel.getName() + "_loops").str());
  copy.setPrivate();
  kernel->setAttr(loweredAttrName,
                  FlatSymbolRefAttr::get(symbols.insert(copy)));
  kernel->setAttr(scratchAttrName,
                  OpBuilder(kernel).getI64IntegerAttr(*scratch));
  return success();
}

namespace {
struct LowerGenericKernelsPass
    : rtwmc::impl::LowerGenericKernelsBase<LowerGenericKernelsPass> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> kernels;
    for (func::FuncOp kernel : getOperation().getOps<func::FuncOp>())
      if (isKernel(kernel)) {
        if (kernel.isDeclaration()) {
          kernel.emitError("expects a kernel with a body");
          return signalPassFailure();
        }
        if (!getLayer(kernel))
          kernels.push_back(kernel);
      }
    for (func::FuncOp kernel : kernels)
      if (failed(lowerKernel(kernel)))
        return signalPassFailure();
  }
};
} // namespace
