//===- RTWMCToLoops.cpp - From steps to loops -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShareCode.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Cores/CallsBack.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Transforms.h"
#include "rtwmc/Kernels/RowKernel.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/SplitStrips.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace rtwmc {
#define GEN_PASS_DEF_CONVERTRTWMCTOLOOPS
#include "rtwmc/Conversion/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

/// A buffer of a step: memory of the caller, or a view of the arena or of the
/// variables.
struct PlacedBuffer {
  /// Which argument of the network it is in.
  unsigned argument;
  /// Where it is in that, if it is a view.
  std::optional<int64_t> offset;
  MemRefType type;
};

FailureOr<PlacedBuffer> classify(StepOp step, Value buffer) {
  auto network = step->getParentOfType<func::FuncOp>();
  BlockArgument arena = getArena(network);
  auto argumentOf = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    bool isOurs = argument && argument.getOwner() == &network.front();
    return isOurs ? argument : BlockArgument();
  };
  if (BlockArgument argument = argumentOf(buffer);
      argument && argument.getArgNumber() < arena.getArgNumber())
    return PlacedBuffer{argument.getArgNumber(), std::nullopt,
                        cast<MemRefType>(buffer.getType())};
  auto view = buffer.getDefiningOp<memref::ViewOp>();
  BlockArgument base = view ? argumentOf(view.getSource()) : BlockArgument();
  APInt offset;
  if (!base || base.getArgNumber() < arena.getArgNumber() ||
      !matchPattern(view.getByteShift(), m_ConstantInt(&offset)))
    return step.emitOpError("expects buffers that are placed in the arena");
  return PlacedBuffer{base.getArgNumber(), offset.getSExtValue(),
                      view.getType()};
}

class Converter {
public:
  Converter(ModuleOp module, const Core &core)
      : module(module), core(core), network(findNetwork(module)) {}

  LogicalResult run();

private:
  LogicalResult convert(StepOp step);
  void convert(ReadRowOp read);
  FailureOr<func::FuncOp> getRowKernel(StepOp step, func::FuncOp kernel,
                                       ArrayRef<PlacedBuffer> buffers,
                                       ArrayRef<unsigned> arguments);
  LogicalResult callLowered(StepOp step, func::FuncOp kernel,
                            ArrayRef<PlacedBuffer> buffers);

  ModuleOp module;
  const Core &core;
  func::FuncOp network;
  /// The row kernel of each kernel, for so many columns (0: all).
  DenseMap<std::pair<Operation *, int64_t>, func::FuncOp> rowKernels;
};

/// The view of `buffer` where `pick` gives the network's arguments.
Value materialize(OpBuilder &builder, Location loc, const PlacedBuffer &buffer,
                  MemRefType type, function_ref<Value(unsigned)> pick) {
  Value base = pick(buffer.argument);
  if (buffer.offset) {
    Value offset = arith::ConstantIndexOp::create(builder, loc, *buffer.offset);
    return memref::ViewOp::create(builder, loc, type, base, offset,
                                  ValueRange());
  }
  if (type == base.getType())
    return base;
  auto [strides, offset] = type.getStridesAndOffset();
  return memref::ReinterpretCastOp::create(builder, loc, type, base, offset,
                                           type.getShape(), strides);
}

} // namespace

LogicalResult Converter::callLowered(StepOp step, func::FuncOp kernel,
                                     ArrayRef<PlacedBuffer> buffers) {
  auto lowered = kernel->getAttrOfType<FlatSymbolRefAttr>(loweredAttrName);
  auto loops = lowered ? module.lookupSymbol<func::FuncOp>(lowered.getAttr())
                       : func::FuncOp();
  if (!loops || loops.getNumArguments() != buffers.size())
    return step.emitOpError("expects a kernel that was lowered to loops");
  OpBuilder builder(step);
  SmallVector<Value> operands;
  for (auto [buffer, type] : llvm::zip(buffers, loops.getArgumentTypes()))
    operands.push_back(materialize(
        builder, step.getLoc(), buffer, cast<MemRefType>(type),
        [&](unsigned argument) { return network.getArgument(argument); }));
  func::CallOp::create(builder, step.getLoc(), loops, operands);
  step.erase();
  return success();
}

FailureOr<func::FuncOp> Converter::getRowKernel(StepOp step,
                                                func::FuncOp kernel,
                                                ArrayRef<PlacedBuffer> buffers,
                                                ArrayRef<unsigned> arguments) {
  std::optional<int64_t> columns = step.getColumns();
  func::FuncOp &known = rowKernels[{kernel, columns.value_or(0)}];
  if (known)
    return known;
  if (failed(checkRowKernel(kernel, core)))
    return failure();
  KernelBuilder builder(getLayer(kernel)->getLoc(), module, core,
                        kernel.getNameAttr());
  SmallVector<Type> types;
  for (unsigned argument : arguments)
    types.push_back(network.getArgumentTypes()[argument]);
  known = buildRowKernel(
      builder, kernel, types,
      [&](ValueRange memory) {
        SmallVector<Value> views;
        for (const PlacedBuffer &buffer : buffers)
          views.push_back(
              materialize(builder, builder.getLoc(), buffer, buffer.type,
                          [&](unsigned argument) {
                            return memory[llvm::find(arguments, argument) -
                                          arguments.begin()];
                          }));
        return views;
      },
      columns);
  return known;
}

LogicalResult Converter::convert(StepOp step) {
  auto kernel =
      module.lookupSymbol<func::FuncOp>(step.getKernelAttr().getAttr());
  if (!kernel || !isKernel(kernel) || kernel.isDeclaration())
    return step.emitOpError("expects a kernel with a body");
  SmallVector<PlacedBuffer> buffers;
  SmallVector<unsigned> arguments;
  for (Value operand : step.getBuffers()) {
    FailureOr<PlacedBuffer> buffer = classify(step, operand);
    if (failed(buffer))
      return failure();
    buffers.push_back(*buffer);
    if (!llvm::is_contained(arguments, buffer->argument))
      arguments.push_back(buffer->argument);
  }
  // The pruner finds what it needs from where the arena begins.
  if (getPrune(kernel))
    for (auto [each, buffer] : llvm::zip(listStepBuffers(kernel), buffers))
      if (each.input < 0 && buffer.argument != getArena(network).getArgNumber())
        return step.emitOpError("expects a pruned map in the arena");
  llvm::sort(arguments);
  if (!getLayer(kernel) && !step.getColumns())
    return callLowered(step, kernel, buffers);
  if (step.getColumns() && !canComputeColumns(kernel))
    return step.emitOpError("the columns of this layer are computed together");
  FailureOr<func::FuncOp> row = getRowKernel(step, kernel, buffers, arguments);
  if (failed(row))
    return failure();
  KernelBuilder builder(step.getLoc(), module, core, kernel.getNameAttr());
  builder.setInsertionPoint(step);
  auto call = [&](ArrayRef<Value> which) {
    SmallVector<Value> operands(which);
    for (unsigned argument : arguments)
      operands.push_back(network.getArgument(argument));
    func::CallOp::create(builder, *row, operands);
  };
  if (runsByChannel(kernel)) {
    LayerOpInterface layer = getLayer(kernel);
    auto output = cast<RankedTensorType>(layer->getResult(0).getType());
    builder.loop(0, output.getDimSize(3), [&](Value channel) {
      builder.loop(0, layer.getPassSteps(),
                   [&](Value index) { call({index, channel}); });
    });
  } else {
    SmallVector<Value> which{step.getIndex()};
    if (step.getFirst())
      which.push_back(step.getFirst());
    call(which);
  }
  step.erase();
  return success();
}

/// Asks for a row in its slot, and ends the run if it is not there.
void Converter::convert(ReadRowOp read) {
  KernelBuilder b(read.getLoc(), module, core, network.getNameAttr());
  b.setInsertionPoint(read);
  MemRefType type = read.getRows().getType();
  Value place = b.pointerTo(read.getRows());
  int64_t height = read.getHeight();
  if (height > 1) {
    int64_t capacity = type.getDimSize(1);
    int64_t rowBytes = type.getNumElements() / capacity * getElementBytes(type);
    Value slot = read.getRow();
    if (capacity < height)
      slot = b.divRem(slot, capacity, height - 1).second;
    Value bytes = b.mul(slot, rowBytes);
    place = b.offset(place, bytes);
  }
  auto signature = LLVM::LLVMFunctionType::get(
      b.getI32Type(), {b.pointerType(), b.getI32Type(), b.pointerType()});
  auto call = LLVM::CallOp::create(
      b, signature,
      ValueRange{read.getCallback(), read.getContext(), read.getRow(), place});
  StopIfOp::create(b, call.getResult());
  read.erase();
}

LogicalResult Converter::run() {
  if (!network || network.getNumArguments() < 3)
    return module.emitError("expects a network with an input, an output and an "
                            "arena");
  SmallVector<StepOp> steps;
  network.walk([&](StepOp step) { steps.push_back(step); });
  for (StepOp step : steps)
    if (failed(convert(step)))
      return failure();
  SmallVector<ReadRowOp> reads;
  network.walk([&](ReadRowOp read) { reads.push_back(read); });
  for (ReadRowOp read : reads)
    convert(read);
  if (!reads.empty())
    network->setAttr(
        "passthrough",
        Builder(module.getContext()).getStrArrayAttr({callsBackAttrName}));
  for (func::FuncOp kernel :
       llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (isKernel(kernel))
      kernel.erase();
  return success();
}

namespace {

struct ConvertRTWMCToLoopsPass
    : rtwmc::impl::ConvertRTWMCToLoopsBase<ConvertRTWMCToLoopsPass> {
  using ConvertRTWMCToLoopsBase::ConvertRTWMCToLoopsBase;
  void runOnOperation() override {
    const Core *core = lookupCore(mcpu);
    if (!core) {
      getOperation().emitError("mcpu=")
          << mcpu << ": " << explainUnknownCore(mcpu);
      return signalPassFailure();
    }
    bool hasStrips =
        llvm::any_of(getOperation().getOps<func::FuncOp>(), [](auto kernel) {
          return kernel->hasAttr(stripAttrName);
        });
    if (failed(Converter(getOperation(), *core).run()))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    populateLowerStreamingPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    shareConstants(getOperation());
    if (hasStrips)
      shareStrips(getOperation());
  }
};

} // namespace
