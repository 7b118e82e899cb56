//===- TfliteSvdf.cpp - The operator SVDF ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keyword spotting uses it: a fully connected layer whose results are kept for
// some runs, and a filter over time for each (tensorflow/lite/micro/kernels/
// svdf_common.cc, EvalIntegerSvdfReference).
//
//===----------------------------------------------------------------------===//

#include "TfliteOwn.h"
#include "TosaWriter.h"

using namespace mlir;
using namespace rtwmc;
using namespace rtwmc::tflite;

namespace {

/// Its operands and sizes.
struct Svdf {
  Value input, features, time, bias;
  int64_t inputs, filters, memory, rank, units;
};

} // namespace

static std::optional<Svdf> read(const Operator &op, tosa::CustomOp custom) {
  if (custom->getNumOperands() < 4)
    return std::nullopt;
  Svdf svdf{custom->getOperand(0),
            custom->getOperand(1),
            custom->getOperand(2),
            custom->getOperand(3),
            0,
            0,
            0,
            op.options.scalar<int32_t>(0),
            0};
  auto isOf = [](Value value, size_t rank, unsigned bits) {
    return sizesOf(value).size() == rank &&
           getElementTypeOrSelf(value.getType()).isSignlessInteger(bits);
  };
  bool isWide = isOf(svdf.time, 2, 16);
  if (!isOf(svdf.input, 2, 8) || !isOf(svdf.features, 2, 8) ||
      !(isWide || isOf(svdf.time, 2, 8)) || !isOf(svdf.bias, 1, 32))
    return std::nullopt;
  svdf.filters = sizesOf(svdf.features)[0];
  svdf.inputs = sizesOf(svdf.features)[1];
  svdf.memory = sizesOf(svdf.time)[1];
  if (svdf.rank < 1 || svdf.filters % svdf.rank != 0 || svdf.memory < 2 ||
      sizesOf(svdf.time)[0] != svdf.filters || sizesOf(svdf.input)[0] != 1 ||
      sizesOf(svdf.input)[1] != svdf.inputs)
    return std::nullopt;
  svdf.units = svdf.filters / svdf.rank;
  if (sizesOf(svdf.bias)[0] != svdf.units)
    return std::nullopt;
  return svdf;
}

/// The products of the input with the features, an element for each filter.
static Value multiplyFeatures(TosaWriter &writer, const Svdf &svdf,
                              int64_t zeroPoint) {
  Value input = writer.reshape(svdf.input, {1, 1, 1, svdf.inputs});
  Value weights =
      writer.reshape(svdf.features, {svdf.filters, 1, 1, svdf.inputs});
  Value bias = writer.splat({svdf.filters}, 32, 0);
  return writer.multiplyRows(input, weights, bias, zeroPoint);
}

FailureOr<Value> tflite::expandSvdf(const Model &model, const Operator &op,
                                    tosa::CustomOp custom) {
  // The kernel leaves out the activation: the zero point of the result does it.
  std::optional<Svdf> svdf = read(op, custom);
  Tensor input = model.tensor(op.inputs[0]), result = model.resultOf(op);
  auto scaleOf = [&](unsigned operand) {
    return model.tensor(op.inputs[operand]).scale;
  };
  if (!svdf || !input.scale || !scaleOf(1) || !scaleOf(2) || !scaleOf(4) ||
      !result.scale || op.fusedActivation() > Activation::Relu)
    return failure();
  // In the precision of PrepareSvdf.
  double stateScale = *scaleOf(4);
  double first = double(*input.scale) * double(*scaleOf(1)) / stateScale;
  double second = stateScale * double(*scaleOf(2)) / double(*result.scale);
  FixedPoint toState(first), toResult(second);
  if (!toState.isValid() || !toResult.isValid())
    return failure();
  OpBuilder builder(custom);
  TosaWriter writer(builder, custom.getLoc());
  unsigned bits =
      getElementTypeOrSelf(svdf->time.getType()).getIntOrFloatBitWidth();
  Value products = multiplyFeatures(writer, *svdf, input.zeroPoint);
  Value kept = writer.rescale(products, toState, bits);
  Value latest = writer.reshape(kept, {1, svdf->filters, 1});

  RankedTensorType type = writer.typeOf({1, svdf->filters, svdf->memory}, bits);
  StringRef name = declareVariable(custom, "svdf_state_", type, 0);
  Value before = tosa::VariableReadOp::create(builder, writer.loc, type, name);
  Value rest =
      writer.slice(before, {0, 0, 1}, {1, svdf->filters, svdf->memory - 1});
  Value state = writer.concat(rest, latest);
  tosa::VariableWriteOp::create(builder, writer.loc, name, state);

  Value weights = writer.reshape(svdf->time, type.getShape());
  Value noShift = writer.splat({1}, 8, 0);
  Value filtered = tosa::MulOp::create(builder, writer.loc,
                                       writer.typeOf(type.getShape(), 32),
                                       state, weights, noShift);
  Value overTime = writer.sumLast(filtered);
  Value byUnit = writer.reshape(overTime, {1, svdf->units, svdf->rank});
  Value summed = writer.sumLast(byUnit);
  Value sums = writer.reshape(summed, {1, svdf->units});
  Value bias = writer.reshape(svdf->bias, {1, svdf->units});
  Value total =
      tosa::AddOp::create(builder, writer.loc, sums.getType(), sums, bias);
  return writer.rescale(total, toResult, 8, 0, result.zeroPoint);
}
