//===- Plan.cpp - Which maps of a TOSA network are pruned -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A shell over Planning/PaperPlanner.h: finds the convolution layers and their
// maps, asks the planner, writes down and explains the answer.
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"
#include "rtwmc/Planning/PaperPlanner.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace rtwmc {
#define GEN_PASS_DEF_RTWMCPLAN
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

/// A convolution and the map that is left of it after requantization and
/// activation.
struct ConvLayer {
  Operation *conv = nullptr;
  /// The last `tosa.rescale` or `tosa.clamp`.
  Operation *last = nullptr;
  SmallVector<int64_t> shape;
  int32_t zero = 0;
  planning::PaperLayer sizes;
};

/// 4096 as "4,096".
std::string grouped(int64_t number) {
  return llvm::formatv("{0:n}", number).str();
}

/// The shape of a map with a dynamic batch size taken as 1, or nothing if
/// another dimension is dynamic.
std::optional<SmallVector<int64_t>> staticShape(Value map) {
  auto type = dyn_cast<RankedTensorType>(map.getType());
  if (!type || type.getRank() == 0)
    return std::nullopt;
  SmallVector<int64_t> shape(type.getShape());
  if (ShapedType::isDynamic(shape[0]))
    shape[0] = 1;
  if (ShapedType::isDynamicShape(shape))
    return std::nullopt;
  return shape;
}

int64_t elementsOf(ArrayRef<int64_t> shape) {
  return ShapedType::getNumElements(shape);
}

/// A fully connected layer as TOSA 1.0 writes it: a 1x1 convolution of a map of
/// one pixel.
bool isFullyConnected(Operation *conv) {
  for (Value map : {conv->getOperand(0), Value(conv->getResult(0))}) {
    auto type = dyn_cast<RankedTensorType>(map.getType());
    if (!type || type.getRank() != 4 || type.getDimSize(1) != 1 ||
        type.getDimSize(2) != 1)
      return false;
  }
  return true;
}

/// Follows the only use of the accumulators through requantization and
/// activation, as long as the result is or may still become an int8 map.
Operation *findMap(Operation *conv) {
  Operation *last = nullptr;
  for (Operation *op = conv;;) {
    if (getElementTypeOrSelf(op->getResult(0)).isInteger(8))
      last = op;
    else if (last)
      return last;
    if (!op->getResult(0).hasOneUse())
      return last;
    op = *op->getUsers().begin();
    if (!isa<tosa::RescaleOp, tosa::ClampOp>(op))
      return last;
  }
}

/// The zero point of the signed map that `last` defines, from the
/// `tosa.rescale` behind it.
FailureOr<int32_t> zeroPointOf(Operation *last) {
  while (auto clamp = dyn_cast<tosa::ClampOp>(last)) {
    last = clamp.getInput().getDefiningOp();
    if (!last)
      return failure();
  }
  auto rescale = dyn_cast<tosa::RescaleOp>(last);
  DenseElementsAttr zero;
  if (!rescale || rescale.getOutputUnsigned() ||
      !matchPattern(rescale.getOutputZp(), m_Constant(&zero)) ||
      !zero.isSplat())
    return failure();
  return zero.getSplatValue<APInt>().getSExtValue();
}

/// Elements of the pooling layer that is the only consumer of `map`, or 0.
int64_t pooledElements(Value map) {
  if (!map.hasOneUse())
    return 0;
  Operation *user = *map.getUsers().begin();
  if (!isa<tosa::MaxPool2dOp, tosa::AvgPool2dOp>(user))
    return 0;
  std::optional<SmallVector<int64_t>> shape = staticShape(user->getResult(0));
  return shape ? elementsOf(*shape) : 0;
}

struct PlanPass : public rtwmc::impl::RTWMCPlanBase<PlanPass> {
  using RTWMCPlanBase::RTWMCPlanBase;

  void runOnOperation() override {
    if (ram <= 0) {
      emitError(getOperation()->getLoc())
          << "rtwmc-plan needs a RAM budget: ram=<bytes>";
      return signalPassFailure();
    }
    for (int32_t tau : tauQ)
      if (tau < 0 || tau > 256) {
        emitError(getOperation()->getLoc())
            << "tau-q = " << tau
            << " is outside [0, 256]: magnitudes have 8 bits";
        return signalPassFailure();
      }
    auto walk = getOperation()->walk([&](FunctionOpInterface function) {
      return failed(planFunction(function)) ? WalkResult::interrupt()
                                            : WalkResult::skip();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

private:
  LogicalResult planFunction(FunctionOpInterface function);
  /// Describes the layer of `conv`, whose number is `number`.
  FailureOr<ConvLayer> describe(Operation *conv, size_t number);
  planning::PaperResult ask(ArrayRef<ConvLayer> layers, int64_t budget) const;
  /// The planner's error with what would work.
  void explainFailure(FunctionOpInterface function, ArrayRef<ConvLayer> layers,
                      const planning::PaperError &error) const;
  /// What layer `number` reads, if the layers before it have plans.
  int64_t inputBytes(ArrayRef<ConvLayer> layers, size_t number) const;
  /// The least budget above `ram` for which there is a plan.
  std::optional<int64_t> smallestBudget(ArrayRef<ConvLayer> layers) const;
  /// Writes down the plan of one layer and explains it.
  LogicalResult apply(const ConvLayer &layer,
                      const planning::PaperLayerPlan &plan, int32_t tau);
};

FailureOr<ConvLayer> PlanPass::describe(Operation *conv, size_t number) {
  ConvLayer layer;
  layer.conv = conv;
  layer.sizes.name =
      ("layer " + Twine(number) + " (" + conv->getName().getStringRef() + ")")
          .str();
  auto fail = [&](const Twine &why) -> FailureOr<ConvLayer> {
    conv->emitError() << layer.sizes.name << ": " << why;
    return failure();
  };
  layer.last = findMap(conv);
  if (!layer.last)
    return fail("its result is not requantized to an int8 map; only quantized "
                "networks can be pruned");
  Value map = layer.last->getResult(0);
  std::optional<SmallVector<int64_t>> shape = staticShape(map);
  std::optional<SmallVector<int64_t>> input = staticShape(conv->getOperand(0));
  if (!shape || !input)
    return fail("only the batch size of a map may be dynamic");
  layer.shape = *shape;
  FailureOr<int32_t> zero = zeroPointOf(layer.last);
  if (failed(zero))
    return fail("its map is not signed with a constant zero point");
  layer.zero = *zero;
  layer.sizes.inputElements = elementsOf(*input);
  layer.sizes.outputElements = elementsOf(*shape);
  layer.sizes.poolElements = pooledElements(map);
  return layer;
}

planning::PaperResult PlanPass::ask(ArrayRef<ConvLayer> layers,
                                    int64_t budget) const {
  planning::PaperOptions options;
  options.ram = budget;
  options.batch = batch;
  options.alpha = alpha;
  options.input = input;
  std::vector<planning::PaperLayer> sizes;
  for (const ConvLayer &layer : layers)
    sizes.push_back(layer.sizes);
  return mode == Mode::Paper ? planning::planPaper(sizes, options)
                             : planning::leastDrop(sizes, options);
}

std::optional<int64_t>
PlanPass::smallestBudget(ArrayRef<ConvLayer> layers) const {
  constexpr int64_t limit = int64_t(1) << 31;
  int64_t fails = ram, fits = ram;
  while (!ask(layers, fits)) {
    if (fits >= limit)
      return std::nullopt;
    fails = fits;
    fits = std::min(fits * 2, limit);
  }
  while (fits - fails > 1) {
    int64_t middle = fails + (fits - fails) / 2;
    (ask(layers, middle) ? fits : fails) = middle;
  }
  // Which formula a layer follows depends on the budget, so there may be an
  // answer further down.
  constexpr int64_t effort = 1 << 16;
  for (int64_t budget = std::max<int64_t>(ram + 1, fits - effort);
       budget < fits; ++budget)
    if (ask(layers, budget))
      return budget;
  return fits;
}

void PlanPass::explainFailure(FunctionOpInterface function,
                              ArrayRef<ConvLayer> layers,
                              const planning::PaperError &error) const {
  if (error.layer < 0) {
    function.emitError() << error.message;
    return;
  }
  const ConvLayer &layer = layers[error.layer];
  // With every element dropped, or with the map as it is: a large buffer and
  // its cache may take more than dropping saves.
  int64_t inputs = inputBytes(layers, error.layer);
  int64_t bitmap = llvm::divideCeil(layer.sizes.outputElements, 8);
  int64_t packed = bitmap + 2 * batch;
  int64_t dense = layer.sizes.outputElements + bitmap;
  int64_t whole = inputs + std::min(packed + batch, dense);
  int64_t output = std::min(packed, dense);
  int64_t threshold = static_cast<int64_t>(alpha * ram);
  InFlightDiagnostic diagnostic = layer.last->emitError();
  if (whole > ram)
    diagnostic << layer.sizes.name << ": needs at least " << grouped(whole)
               << " bytes of " << grouped(ram);
  else if (output > threshold)
    diagnostic << layer.sizes.name << ": its map needs at least "
               << grouped(output) << " bytes of " << grouped(threshold)
               << " (alpha of the RAM)";
  else
    diagnostic << error.message;
  if (std::optional<int64_t> budget = smallestBudget(layers))
    diagnostic << "; the smallest budget that fits is " << grouped(*budget)
               << " bytes";
  else
    diagnostic << "; no budget fits";
}

int64_t PlanPass::inputBytes(ArrayRef<ConvLayer> layers, size_t number) const {
  if (number == 0)
    return input != InputPlace::External ? layers[0].sizes.inputElements : 0;
  planning::PaperResult plans = ask(layers.take_front(number), ram);
  const planning::PaperLayerPlan &plan = plans->back();
  const planning::PaperLayer &layer = layers[number - 1].sizes;
  int64_t left = layer.outputElements + plan.bitmapElements - plan.drop;
  return layer.poolElements > 0 ? std::min(left, layer.poolElements) : left;
}

LogicalResult PlanPass::apply(const ConvLayer &layer,
                              const planning::PaperLayerPlan &plan,
                              int32_t tau) {
  ++numLayers;
  auto describeMap = [&](Diagnostic &remark) {
    remark << layer.sizes.name << ": map ";
    llvm::interleave(
        layer.shape, [&](int64_t dim) { remark << dim; },
        [&] { remark << "x"; });
    remark << " of " << grouped(layer.sizes.outputElements) << " bytes";
  };
  if (plan.option == planning::PaperOption::None) {
    InFlightDiagnostic remark = layer.last->emitRemark();
    describeMap(*remark.getUnderlyingDiagnostic());
    remark << " fits as it is: " << grouped(plan.layoutElements) << " bytes of "
           << grouped(plan.boundElements) << " with its input";
    return success();
  }

  auto emit = [&] { return layer.last->emitError(layer.sizes.name + ": "); };
  auto attr = PlanAttr::getChecked(emit, &getContext(), plan.drop,
                                   batch.getValue(), tau, layer.zero,
                                   policy.getValue(), order.getValue());
  if (!attr)
    return failure();
  layer.last->setAttr("rtwmc.plan", attr);
  ++numPruned;
  numDropped += plan.drop;

  int64_t keep = layer.sizes.outputElements - plan.drop;
  bool isWhole = plan.option == planning::PaperOption::WholeRam;
  InFlightDiagnostic remark = layer.last->emitRemark();
  describeMap(*remark.getUnderlyingDiagnostic());
  remark << ": drop " << grouped(plan.drop) << ", keep " << grouped(keep)
         << "; ";
  if (isWhole)
    remark << "input " << grouped(plan.inputElements) << " + ";
  remark << "values " << grouped(keep) << " + bitmap "
         << grouped(plan.bitmapElements) << " + cache "
         << grouped(plan.cacheElements);
  if (isWhole)
    remark << " + buffer " << grouped(plan.bufferElements);
  remark << " = " << grouped(plan.layoutElements) << " bytes of "
         << grouped(plan.boundElements);
  remark.report();
  if (plan.overshoots())
    layer.last->emitWarning()
        << layer.sizes.name << ": the paper's closed form overshoots by "
        << grouped(plan.layoutElements - plan.boundElements)
        << " bytes; mode=exact does not";
  return success();
}

LogicalResult PlanPass::planFunction(FunctionOpInterface function) {
  SmallVector<ConvLayer> layers;
  auto walk = function->walk([&](Operation *op) {
    if (!isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp>(op) ||
        isFullyConnected(op))
      return WalkResult::advance();
    FailureOr<ConvLayer> layer = describe(op, layers.size() + 1);
    if (failed(layer))
      return WalkResult::interrupt();
    layers.push_back(*layer);
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return failure();
  if (layers.empty())
    return success();
  if (tauQ.size() > 1 && tauQ.size() != layers.size())
    return function.emitError()
           << "tau-q has " << tauQ.size() << " values for " << layers.size()
           << " layers: give one for all or one for each";

  planning::PaperResult plans = ask(layers, ram);
  if (!plans) {
    explainFailure(function, layers, plans.error());
    return failure();
  }
  for (auto [i, layer, plan] : llvm::enumerate(layers, *plans)) {
    int32_t tau = tauQ.empty() ? 1 : tauQ[tauQ.size() == 1 ? 0 : i];
    if (failed(apply(layer, plan, tau)))
      return failure();
  }
  return success();
}

} // namespace
