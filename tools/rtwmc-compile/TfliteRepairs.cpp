//===- TfliteRepairs.cpp - What the converter gets wrong ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Seen in tosa-converter-for-tflite 2026.2.0 and looked for in the module, so
// that a converter that is right stays so: the meaning is that of TensorFlow
// Lite Micro.
//
//===----------------------------------------------------------------------===//

#include "TfliteRepairs.h"
#include "TfliteFile.h"
#include "TfliteOwn.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

#include <cmath>

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

//===----------------------------------------------------------------------===//
// Activations fused into poolings
//===----------------------------------------------------------------------===//

/// The range of `activation` in elements of `bits` bits, as the kernels of
/// TensorFlow Lite compute it (CalculateActivationRangeQuantized).
static std::pair<int64_t, int64_t>
activationRange(Activation activation, const Tensor &tensor, unsigned bits) {
  int64_t least = -(int64_t(1) << (bits - 1)), greatest = -least - 1;
  auto quantize = [&](float value) -> int64_t {
    // A float holds every limit that matters; far values are clamped below.
    float steps = std::round(value / *tensor.scale);
    return tensor.zeroPoint +
           static_cast<int64_t>(std::clamp(steps, -1e9F, 1e9F));
  };
  int64_t low = least, high = greatest;
  if (activation == Activation::Relu || activation == Activation::Relu6)
    low = quantize(0.0F);
  if (activation == Activation::ReluN1To1)
    low = quantize(-1.0F);
  if (activation == Activation::Relu6)
    high = quantize(6.0F);
  if (activation == Activation::ReluN1To1)
    high = quantize(1.0F);
  return {std::clamp(low, least, greatest), std::clamp(high, least, greatest)};
}

static void clampResult(Operation *op, std::pair<int64_t, int64_t> range) {
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  Value result = op->getResult(0);
  Type element = getElementTypeOrSelf(result.getType());
  auto clamp = tosa::ClampOp::create(
      builder, op->getLoc(), result.getType(), result,
      builder.getIntegerAttr(element, range.first),
      builder.getIntegerAttr(element, range.second),
      tosa::NanPropagationModeAttr::get(op->getContext(),
                                        tosa::NanPropagationMode::PROPAGATE));
  result.replaceAllUsesExcept(clamp, clamp);
}

static LogicalResult repairPooling(const Model &model, const Operator &op,
                                   ModuleOp module) {
  Activation activation = op.fusedActivation();
  if (activation == Activation::None)
    return success();
  auto refuse = [&](const Twine &reason) -> LogicalResult {
    return emitError(module.getLoc(), model.describe(op))
           << " has a fused " << nameOf(activation)
           << ", which the converter drops, " << reason
           << "; let an operator of its own follow";
  };
  Tensor result = model.resultOf(op);
  SmallVector<Operation *> pools =
      findConverted<tosa::MaxPool2dOp, tosa::AvgPool2dOp>(module, result.name);
  if (pools.size() != 1 || result.name.empty())
    return refuse("and which TOSA operation it belongs to cannot be told");
  Type element = getElementTypeOrSelf(pools.front()->getResult(0).getType());
  if (!result.scale ||
      !(element.isSignlessInteger(8) || element.isSignlessInteger(16)))
    return refuse("and its range is not known");
  if (activation > Activation::Relu6)
    return refuse("and TensorFlow Lite Micro ignores");
  clampResult(pools.front(), activationRange(activation, result,
                                             element.getIntOrFloatBitWidth()));
  return success();
}

//===----------------------------------------------------------------------===//
// Numbers that are quantized
//===----------------------------------------------------------------------===//

/// Whether `op` reads what another operator computes, and not an input of the
/// network, which its caller quantizes.
static bool readsComputed(const Model &model, const Operator &op) {
  int32_t from = op.inputs.empty() ? -1 : op.inputs.front();
  for (const Operator &other : llvm::reverse(model.operators()))
    if (llvm::is_contained(other.outputs, from)) {
      if (!isMove(other.code))
        return true;
      from = other.inputs.empty() ? -1 : other.inputs.front();
    }
  return false;
}

/// Rounds halves away from zero what `cast` rounds to the even number.
static void roundHalvesAway(tosa::CastOp cast) {
  OpBuilder builder(cast);
  Location loc = cast.getLoc();
  Value value = cast.getInput();
  auto type = mlir::cast<RankedTensorType>(value.getType());
  auto constant = [&](float number) -> Value {
    SmallVector<int64_t> shape(type.getRank(), 1);
    auto one = RankedTensorType::get(shape, builder.getF32Type());
    return tosa::ConstOp::create(builder, loc, one,
                                 DenseElementsAttr::get(one, number));
  };
  Value zero = constant(0.0F), half = constant(0.5F);
  Value more = tosa::AddOp::create(builder, loc, type, value, half);
  Value less = tosa::SubOp::create(builder, loc, type, value, half);
  Value up = tosa::FloorOp::create(builder, loc, type, more);
  Value down = tosa::CeilOp::create(builder, loc, type, less);
  Value isPositive = tosa::GreaterEqualOp::create(
      builder, loc, type.clone(builder.getI1Type()), value, zero);
  Value rounded =
      tosa::SelectOp::create(builder, loc, type, isPositive, up, down);
  cast.getInputMutable().assign(rounded);
}

/// The converter rounds halves to the even number, and drops the high bits of
/// what is out of range.
static void repairQuantize(const Model &model, const Operator &op,
                           ModuleOp module) {
  for (Operation *each :
       findConverted<tosa::CastOp>(module, model.resultOf(op).name)) {
    auto cast = mlir::cast<tosa::CastOp>(each);
    auto isOf = [](Value value, unsigned bits) {
      return getElementTypeOrSelf(value.getType()).isSignlessInteger(bits);
    };
    if (isOf(cast.getInput(), 32) && isOf(cast, 8))
      clampResult(cast.getInput().getDefiningOp(), {-128, 127});
    if (getElementTypeOrSelf(cast.getInput().getType()).isF32() &&
        isOf(cast, 32) && isa<RankedTensorType>(cast.getInput().getType()))
      roundHalvesAway(cast);
  }
}

LogicalResult rtwmc::repairConversion(const Model &model, ModuleOp module) {
  for (const Operator &op : model.operators()) {
    bool isPooling =
        op.code == Code::MaxPool2D || op.code == Code::AveragePool2D;
    if (isPooling && failed(repairPooling(model, op, module)))
      return failure();
    if (op.code == Code::Quantize && readsComputed(model, op))
      repairQuantize(model, op, module);
  }
  if (failed(declareVariables(model, module)) ||
      failed(expandOwn(model, module)))
    return failure();
  if (failed(repairResizes(model, module)))
    return failure();
  WalkResult rest = module.walk([](Operation *op) {
    StringRef name = op->getName().getStringRef();
    // Of operands that are left out.
    if (!name.starts_with("tfl.") || name == "tfl.no_value")
      return WalkResult::advance();
    op->emitError("not supported: the converter has no TOSA for it");
    return WalkResult::interrupt();
  });
  return failure(rest.wasInterrupted());
}
