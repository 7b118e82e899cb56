//===- PrunedType.cpp - The type of a pruned map and its plan -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/Ports.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"
#include "rtwmc/Planning/PackedCost.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace rtwmc;

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

int64_t PrunedType::getNumElements() const {
  return ShapedType::getNumElements(getShape());
}

int64_t PrunedType::getNumUnits() const {
  return getUnit() == PruneUnit::Row ? getShape()[1] : 1;
}

int64_t PrunedType::getValuesBytes() const {
  return getNumUnits() *
         planning::PackedCost().values(getUnitElements(), getDrop());
}

int64_t PrunedType::getUnitBitmapBytes() const {
  return planning::PackedCost().bitmap(getUnitElements());
}

int64_t PrunedType::getBufferBytes(int64_t batch) const {
  planning::PackedCost cost;
  cost.batch = batch;
  return cost.buffer(getUnitElements());
}

int64_t PrunedType::getMaxQuota(int64_t batch, QuotaPolicy policy) const {
  int64_t size = getBufferBytes(batch);
  if (policy == QuotaPolicy::Paper)
    return std::min(size, getDrop());
  return llvm::divideCeil(getDrop() * size, getUnitElements());
}

RankedTensorType PrunedType::getDenseType() const {
  return RankedTensorType::get(getShape(), getElementType());
}

MemRefType PrunedType::getValuesType() const {
  return MemRefType::get({getValuesBytes()}, getElementType());
}

MemRefType PrunedType::getBitmapType() const {
  return MemRefType::get({getBitmapBytes()}, getElementType());
}

//===----------------------------------------------------------------------===//
// Parsing, printing, verification
//===----------------------------------------------------------------------===//

template <planning::Spelled Enum>
static ParseResult parseSpelling(AsmParser &parser, Enum &value) {
  FailureOr<Enum> parsed = FieldParser<Enum>::parse(parser);
  if (failed(parsed))
    return failure();
  value = *parsed;
  return success();
}

Type PrunedType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape;
  Type elementType;
  int64_t keep = 0;
  int32_t zero = 0;
  StreamOrder order = StreamOrder::NHWC;
  PruneUnit unit = PruneUnit::Map;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/true) ||
      parser.parseType(elementType) || parser.parseComma() ||
      parser.parseKeyword("keep") || parser.parseEqual() ||
      parser.parseInteger(keep) || parser.parseComma() ||
      parser.parseKeyword("zero") || parser.parseEqual() ||
      parser.parseInteger(zero))
    return {};
  // Each of the two is left out where it is the default.
  auto parseRest = [&]() -> ParseResult {
    if (failed(parser.parseOptionalComma()))
      return success();
    if (succeeded(parser.parseOptionalKeyword("order"))) {
      if (parser.parseEqual() || parseSpelling(parser, order))
        return failure();
      if (failed(parser.parseOptionalComma()))
        return success();
    }
    return failure(parser.parseKeyword("unit") || parser.parseEqual() ||
                   parseSpelling(parser, unit));
  };
  if (parseRest() || parser.parseGreater())
    return {};
  return parser.getChecked<PrunedType>(loc, parser.getContext(),
                                       ArrayRef<int64_t>(shape), elementType,
                                       keep, zero, order, unit);
}

void PrunedType::print(AsmPrinter &printer) const {
  printer << '<';
  printer.printDimensionList(getShape());
  printer << 'x' << getElementType() << ", keep = " << getKeep()
          << ", zero = " << getZero();
  if (getOrder() != StreamOrder::NHWC)
    printer << ", order = " << spell(getOrder());
  if (getUnit() != PruneUnit::Map)
    printer << ", unit = " << spell(getUnit());
  printer << '>';
}

/// A dropped element reads back as the zero point, so int8 must hold it.
static LogicalResult verifyZero(function_ref<InFlightDiagnostic()> emitError,
                                int32_t zero) {
  if (zero < -128 || zero > 127)
    return emitError() << "zero point " << zero
                       << " does not fit an int8 element, which holds -128 to "
                          "127";
  return success();
}

LogicalResult PrunedType::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> shape, Type elementType,
                                 int64_t keep, int32_t zero, StreamOrder order,
                                 PruneUnit unit) {
  if (!elementType.isSignlessInteger(8))
    return emitError() << "a pruned map has i8 elements, because the magnitude "
                          "that selects them has 8 bits; got "
                       << elementType;
  if (shape.empty())
    return emitError() << "a pruned map has at least one dimension";
  // Capacity and bitmap are fixed before anything runs.
  int64_t elements = 1;
  for (int64_t dim : shape) {
    if (ShapedType::isDynamic(dim))
      return emitError() << "a pruned map has a static shape, because its "
                            "capacity is fixed at compile time";
    if (dim == 0)
      return emitError() << "a pruned map has at least one element";
    if (llvm::MulOverflow(elements, dim, elements) || elements > INT32_MAX)
      return emitError() << "a pruned map has at most 2^31 - 1 elements";
  }
  bool byRow = unit == PruneUnit::Row;
  if (byRow &&
      (shape.size() != 4 || shape[0] != 1 || order != StreamOrder::NHWC))
    return emitError() << "unit = row is defined for maps of shape 1 x height "
                          "x width x channels in order nhwc";
  if (byRow)
    elements /= shape[1];
  if (keep < 0 || keep > elements)
    return emitError() << "keep = " << keep << " is outside [0, " << elements
                       << "], the elements of "
                       << (byRow ? "a row" : "the map");
  if (order == StreamOrder::NCHW && (shape.size() != 4 || shape[0] != 1))
    return emitError() << "stream order nchw is defined for maps of shape "
                          "1 x height x width x channels";
  return verifyZero(emitError, zero);
}

LogicalResult PlanAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               int64_t drop, int64_t batch, int32_t tauQ,
                               int32_t zero, QuotaPolicy policy,
                               StreamOrder order) {
  if (drop < 0)
    return emitError() << "drop = " << drop << " is negative";
  if (batch < 1)
    return emitError() << "a batch has at least one element, got " << batch;
  if (tauQ < 0 || tauQ > 256)
    return emitError() << "tau_q = " << tauQ
                       << " is outside [0, 256]: magnitudes have 8 bits";
  return verifyZero(emitError, zero);
}

/// The plan of a map stands on the operation that defines the map.
LogicalResult RTWMCDialect::verifyOperationAttribute(Operation *op,
                                                     NamedAttribute attr) {
  if (attr.getName() == inputsAttrName || attr.getName() == outputsAttrName)
    return verifyPorts(op, attr);
  if (attr.getName() == stateAttrName)
    return verifyState(op, attr);
  if (attr.getName() == rowsAttrName)
    return verifyRows(op, attr);
  if (attr.getName() != "rtwmc.plan")
    return success();
  auto plan = dyn_cast<PlanAttr>(attr.getValue());
  if (!plan)
    return op->emitOpError() << "attribute 'rtwmc.plan' must be a #rtwmc.plan";
  auto map = op->getNumResults() == 1
                 ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                 : RankedTensorType();
  if (!map)
    return op->emitOpError() << "with a plan must have one ranked tensor as "
                                "its result: the map to be pruned";
  // A dynamic batch size counts as 1; no other dimension may be dynamic.
  SmallVector<int64_t> shape(map.getShape());
  if (!shape.empty() && ShapedType::isDynamic(shape[0]))
    shape[0] = 1;
  auto emitError = [&] { return op->emitOpError() << "has an invalid plan: "; };
  if (failed(PrunedType::verify(emitError, shape, map.getElementType(),
                                /*keep=*/0, plan.getZero(), plan.getOrder(),
                                PruneUnit::Map)))
    return failure();
  int64_t elements = ShapedType::getNumElements(shape);
  if (plan.getDrop() > elements)
    return op->emitOpError() << "cannot drop " << plan.getDrop() << " of "
                             << elements << " elements";
  return success();
}
