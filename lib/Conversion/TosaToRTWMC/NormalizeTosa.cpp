//===- NormalizeTosa.cpp - Makes front ends' TOSA static ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Boundary.h"
#include "Moves.h"
#include "rtwmc/Conversion/Passes.h"
#include "rtwmc/Conversion/StoredData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace rtwmc {
#define GEN_PASS_DEF_NORMALIZETOSA
#include "rtwmc/Conversion/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

/// Drops the attributes that a dialect other than ours hangs on `op`.
void dropForeignAttributes(Operation *op) {
  SmallVector<StringAttr> foreign;
  for (NamedAttribute attribute : op->getDiscardableAttrs())
    if (attribute.getName().getValue().contains('.') &&
        !attribute.getName().getValue().starts_with("rtwmc."))
      foreign.push_back(attribute.getName());
  for (StringAttr name : foreign)
    op->removeDiscardableAttr(name);
}

/// `type` with a dynamic leading dimension taken as 1.
Type withBatchOne(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() == 0 || !tensor.isDynamicDim(0))
    return type;
  SmallVector<int64_t> shape(tensor.getShape());
  shape[0] = 1;
  return tensor.clone(shape);
}

/// Resource and other opaque constants as plain dense ones, so that the rest
/// of the compiler reads one kind.
LogicalResult makeDense(tosa::ConstOp op) {
  ElementsAttr values = op.getValues();
  DenseElementsAttr dense = readDense(values, values.getShapedType());
  if (!dense)
    return op.emitError("constant has no readable data");
  op.setValuesAttr(dense);
  return success();
}

/// The reason `op` can never be compiled, or an empty string.
std::string unsupportedReason(Operation *op) {
  if (isa<tosa::IfOp, tosa::WhileOp>(op))
    return "control flow is not supported: the memory of a run must be known "
           "before it starts";
  if (isa<tosa::VariableOp, tosa::VariableReadOp, tosa::VariableWriteOp>(op))
    return "expects variables to be lifted out of the network before "
           "(rtwmc-lift-state)";
  for (Type type : op->getResultTypes()) {
    auto shaped = dyn_cast<ShapedType>(type);
    if (!shaped)
      continue;
    if (isa<FloatType>(shaped.getElementType()))
      return "floating point is not supported: quantize the network to int8";
    if (!shaped.hasStaticShape())
      return "the shape stays dynamic, only a dynamic batch can be taken as 1";
  }
  return {};
}

/// Far beyond any microcontroller, and what 32-bit offsets and a plan of every
/// row can take.
constexpr int64_t maxTensorBytes = int64_t(1) << 24;
constexpr int64_t maxRows = 16384;

/// Why a value of `type` is out of reach, or an empty string.
std::string tooLarge(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.getElementType().isIntOrFloat())
    return {};
  int64_t bytes = (tensor.getElementTypeBitWidth() + 7) / 8;
  for (auto [dim, size] : llvm::enumerate(tensor.getShape())) {
    if (ShapedType::isDynamic(size))
      continue;
    bool isSpatial = tensor.getRank() == 4 && (dim == 1 || dim == 2);
    if (isSpatial && size > maxRows)
      return "is too large: " + std::to_string(size) + " rows or columns, of " +
             std::to_string(maxRows) + " at most";
    if (size > maxTensorBytes || bytes * size > maxTensorBytes)
      return "is too large: more than " + std::to_string(maxTensorBytes) +
             " bytes";
    bytes *= size;
  }
  return {};
}

/// Checks that constant `values` lie within [low, high].
LogicalResult checkRange(Operation *op, Value values, StringRef what,
                         int64_t low, int64_t high) {
  auto constant = values.getDefiningOp<tosa::ConstOp>();
  auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValues())
                        : DenseElementsAttr();
  if (!dense || !dense.getElementType().isSignlessInteger())
    return success();
  for (APInt each : dense.getValues<APInt>()) {
    int64_t value = each.getSExtValue();
    if (value < low || value > high)
      return op->emitError("'")
             << op->getName() << "' has a " << what << " of " << value
             << ": expects " << low << " to " << high;
  }
  return success();
}

/// Checks what TOSA demands of parameters and its verifiers do not look at.
LogicalResult checkParameters(Operation *op) {
  if (auto rescale = dyn_cast<tosa::RescaleOp>(op))
    return success(
        succeeded(checkRange(op, rescale.getShift(), "shift", 2, 62)) &&
        succeeded(checkRange(op, rescale.getMultiplier(), "multiplier", 0,
                             std::numeric_limits<int32_t>::max())));
  if (auto gather = dyn_cast<tosa::GatherOp>(op)) {
    auto values = dyn_cast<RankedTensorType>(gather.getValues().getType());
    if (values && values.getRank() == 3 && !values.isDynamicDim(1))
      return checkRange(op, gather.getIndices(), "index", 0,
                        values.getDimSize(1) - 1);
  }
  return success();
}

struct NormalizeTosaPass : rtwmc::impl::NormalizeTosaBase<NormalizeTosaPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(checkStoredData(module)))
      return signalPassFailure();
    dropForeignAttributes(module);
    SmallVector<func::FuncOp> functions;
    for (func::FuncOp function : module.getOps<func::FuncOp>())
      if (!function.isDeclaration())
        functions.push_back(function);
    if (functions.size() != 1) {
      module.emitError("expects one function, the network, but there are ")
          << functions.size();
      return signalPassFailure();
    }
    if (failed(normalize(functions.front())))
      signalPassFailure();
  }

  LogicalResult normalize(func::FuncOp network) {
    FailureOr<Boundary> boundary = Boundary::read(network);
    if (failed(boundary) || failed(specializeBatch(network)) ||
        failed(boundary->makeSignless(network)))
      return failure();
    boundary->dropFloats(network);
    makeFloatTables(network);
    dropIdentities(network.front());
    narrowIndices(network.front());
    setTypeFromBody(network);
    if (failed(checkSupported(network)) || failed(checkSignature(network)))
      return failure();
    decomposeTransposeConvs(network);
    foldConstantLayers(network);
    copyToOutputs(network.front());
    boundary->write(network);
    return success();
  }

  LogicalResult specializeBatch(func::FuncOp network) {
    dropForeignAttributes(network);
    network.removeArgAttrsAttr();
    network.removeResAttrsAttr();
    if (network.getBody().getBlocks().size() != 1)
      return network.emitError("expects a network of one block: control flow "
                               "is not supported");
    Block &body = network.getBody().front();
    if (failed(checkSizes(network)))
      return failure();

    mergeBatches(network);
    bool specialized = false;
    for (BlockArgument argument : body.getArguments()) {
      Type type = withBatchOne(argument.getType());
      specialized |= type != argument.getType();
      argument.setType(type);
    }
    takeConstants(body);
    WalkResult constants = network.walk([](tosa::ConstOp op) {
      return failed(makeDense(op)) ? WalkResult::interrupt()
                                   : WalkResult::advance();
    });
    if (constants.wasInterrupted())
      return failure();
    if (specialized) {
      network->setAttr("rtwmc.batch_specialized", UnitAttr::get(&getContext()));
      // Results keep their dynamic batch in the IR; what follows from the
      // arguments is inferred, the rest is reported as still dynamic.
      body.walk([](Operation *op) {
        for (OpResult result : op->getResults())
          result.setType(withBatchOne(result.getType()));
      });
      body.walk([](tosa::ReshapeOp op) { makeShapeStatic(op); });
    }
    foldConstants(body);
    setTypeFromBody(network);

    OpPassManager pipeline(func::FuncOp::getOperationName());
    pipeline.addPass(tosa::createTosaInferShapesPass());
    pipeline.addPass(createCanonicalizerPass());
    pipeline.addPass(createCSEPass());
    if (failed(runPipeline(pipeline, network)))
      return failure();
    takeConstants(body);
    // Shape inference keeps the result's old type by a cast.
    for (OpOperand &result : body.getTerminator()->getOpOperands())
      if (auto cast = result.get().getDefiningOp<tensor::CastOp>()) {
        result.set(cast.getSource());
        if (cast->use_empty())
          cast.erase();
      }
    setTypeFromBody(network);
    return success();
  }

  /// Checks the size of every value before anything is expanded.
  LogicalResult checkSizes(func::FuncOp network) {
    for (BlockArgument argument : network.getArguments())
      if (std::string reason = tooLarge(argument.getType()); !reason.empty())
        return network.emitError("the input ") << reason;
    WalkResult result = network.walk([](Operation *op) {
      for (Type type : op->getResultTypes())
        if (std::string reason = tooLarge(type); !reason.empty()) {
          op->emitError("the result of '") << op->getName() << "' " << reason;
          return WalkResult::interrupt();
        }
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  void setTypeFromBody(func::FuncOp network) {
    Block &body = network.front();
    network.setType(FunctionType::get(&getContext(), body.getArgumentTypes(),
                                      body.getTerminator()->getOperandTypes()));
  }

  /// Makes constants of TOSA of those that others write: front ends, and the
  /// canonicalizer where it folds an operation that is not of TOSA.
  static void takeConstants(Block &body) {
    for (Operation &op : llvm::make_early_inc_range(body)) {
      auto constant = dyn_cast<arith::ConstantOp>(op);
      auto values = constant ? dyn_cast<DenseElementsAttr>(constant.getValue())
                             : DenseElementsAttr();
      if (!values || !isa<RankedTensorType>(values.getType()))
        continue;
      OpBuilder builder(&op);
      constant.replaceAllUsesWith(
          tosa::ConstOp::create(builder, op.getLoc(), values.getType(), values)
              .getResult());
      op.erase();
    }
  }

  /// Folds what only moves elements of constants: upstream does so only where
  /// nobody else reads the constant, but front ends share them, and write the
  /// filters of a group as a slice of them all.
  static void foldConstants(Block &body) {
    for (Operation &op : llvm::make_early_inc_range(body)) {
      DenseElementsAttr values = moveConstant(&op);
      if (!values)
        continue;
      OpBuilder builder(&op);
      op.getResult(0).replaceAllUsesWith(tosa::ConstOp::create(
          builder, op.getLoc(), values.getType(), values));
      op.erase();
    }
  }

  /// Drops rescales that change nothing: front ends write one wherever a type
  /// may change.
  static void dropIdentities(Block &body) {
    for (Operation &op : llvm::make_early_inc_range(body)) {
      auto rescale = dyn_cast<tosa::RescaleOp>(op);
      std::optional<RescaleParameters> info =
          rescale ? RescaleParameters::get(rescale) : std::nullopt;
      if (!info || !info->isIdentityScale() ||
          info->inputZeroPoint != info->outputZeroPoint ||
          info->inputUnsigned != info->outputUnsigned ||
          rescale.getInput().getType() != rescale.getType())
        continue;
      rescale.replaceAllUsesWith(rescale.getInput());
      op.erase();
    }
  }

  /// Makes indices of 64 bits that the network gives as they are ones of 32, as
  /// large as any index is.
  static void narrowIndices(Block &body) {
    for (auto argmax : body.getOps<tosa::ArgMaxOp>()) {
      SmallVector<Value> indices{argmax.getOutput()};
      bool areGiven = getElementTypeOrSelf(argmax.getType()).isInteger(64);
      for (unsigned i = 0; areGiven && i < indices.size(); ++i)
        for (Operation *user : indices[i].getUsers()) {
          areGiven &= isa<tosa::ReshapeOp, func::ReturnOp>(user);
          if (auto reshape = dyn_cast<tosa::ReshapeOp>(user))
            indices.push_back(reshape.getOutput());
        }
      if (!areGiven)
        continue;
      Type i32 = IntegerType::get(argmax.getContext(), 32);
      for (Value each : indices)
        each.setType(cast<RankedTensorType>(each.getType()).clone(i32));
    }
  }

  /// Lets the network compute an output at least, if only as a copy of an
  /// input, and each that is a constant.
  static void copyToOutputs(Block &body) {
    auto sourceOf = [](Value value) {
      while (auto reshape = value.getDefiningOp<tosa::ReshapeOp>())
        value = reshape.getInput1();
      return value;
    };
    MutableArrayRef<OpOperand> outputs = body.getTerminator()->getOpOperands();
    auto isComputed = [&](OpOperand &output) {
      Value source = sourceOf(output.get());
      return !isa<BlockArgument>(source) &&
             !source.getDefiningOp<tosa::ConstOp>();
    };
    bool copiesInput = llvm::none_of(outputs, isComputed);
    OpBuilder builder(body.getTerminator());
    for (OpOperand &output : outputs) {
      bool isInput = isa<BlockArgument>(sourceOf(output.get()));
      if (isComputed(output) || (isInput && !copiesInput))
        continue;
      copiesInput &= !isInput;
      output.set(tosa::IdentityOp::create(builder, output.get().getLoc(),
                                          output.get().getType(),
                                          output.get()));
    }
  }

  /// Replaces the -1 of a reshape's target by what its result type says.
  static void makeShapeStatic(tosa::ReshapeOp op) {
    auto type = cast<RankedTensorType>(op.getType());
    auto shape = op.getShape().getDefiningOp<tosa::ConstShapeOp>();
    if (!type.hasStaticShape() || !shape)
      return;
    OpBuilder builder(op);
    op.getShapeMutable().assign(tosa::ConstShapeOp::create(
        builder, op.getLoc(), op.getShape().getType(),
        builder.getIndexTensorAttr(type.getShape())));
  }

  LogicalResult checkSupported(func::FuncOp network) {
    WalkResult result = network.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (op == network)
        return WalkResult::advance();
      bool isOurs = op->getName().getDialectNamespace() == "rtwmc";
      if (!isOurs && !isa_and_nonnull<tosa::TosaDialect>(op->getDialect()) &&
          !isa<func::ReturnOp>(op)) {
        op->emitError("'") << op->getName() << "' is not a TOSA operation";
        return WalkResult::interrupt();
      }
      if (std::string reason = unsupportedReason(op); !reason.empty()) {
        op->emitError("'") << op->getName()
                           << "' cannot be compiled: " << reason;
        return WalkResult::interrupt();
      }
      if (failed(checkParameters(op)))
        return WalkResult::interrupt();
      // The program of an elementwise layer is its own business.
      return isOurs ? WalkResult::skip() : WalkResult::advance();
    });
    return failure(result.wasInterrupted() || failed(checkSizes(network)));
  }

  LogicalResult checkSignature(func::FuncOp network) {
    FunctionType type = network.getFunctionType();
    if (type.getNumInputs() == 0 || type.getNumResults() == 0)
      return network.emitError("expects an input and an output, got ")
             << type.getNumInputs() << " and " << type.getNumResults();
    for (Type each :
         llvm::concat<const Type>(type.getInputs(), type.getResults())) {
      auto tensor = dyn_cast<RankedTensorType>(each);
      Type element = tensor ? tensor.getElementType() : Type();
      if (!tensor || !tensor.hasStaticShape() || tensor.getNumElements() == 0 ||
          !(element.isSignlessInteger(8) || element.isSignlessInteger(16) ||
            element.isSignlessInteger(32)))
        return network.emitError("expects inputs and outputs of static shape, "
                                 "of int8, uint8, int16 or int32, got ")
               << each;
    }
    return success();
  }
};

} // namespace
