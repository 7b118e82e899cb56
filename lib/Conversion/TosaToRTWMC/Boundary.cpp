//===- Boundary.cpp - Where a network meets its callers -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Boundary.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace rtwmc;

/// The names that a front end gives to the inputs or outputs of `network`; none
/// unless there is one for each of `count`.
static SmallVector<StringRef> givenNames(func::FuncOp network, StringRef which,
                                         size_t count) {
  auto entry = network->getAttrOfType<DictionaryAttr>("tf.entry_function");
  auto list = entry ? entry.getAs<StringAttr>(which) : StringAttr();
  SmallVector<StringRef> names;
  if (list)
    llvm::SplitString(list.getValue(), names, ",");
  if (names.size() != count)
    names.clear();
  return names;
}

static bool isUnsigned(Type type) {
  return getElementTypeOrSelf(type).isUnsignedInteger();
}

FailureOr<Boundary> Boundary::read(func::FuncOp network) {
  auto readSide = [&](StringRef attribute, StringRef stem, TypeRange types,
                      std::vector<Port> &side) -> LogicalResult {
    SmallVector<PortAttr> ports = getPorts(network, attribute);
    if (!ports.empty() && ports.size() != types.size())
      return network.emitError("expects as many ports in '")
             << attribute << "' as " << stem << "s, " << types.size()
             << ", got " << ports.size();
    SmallVector<StringRef> names =
        givenNames(network, (stem + "s").str(), types.size());
    for (auto [index, type] : llvm::enumerate(types)) {
      Port port;
      port.name = stem;
      if (types.size() > 1)
        port.name += std::to_string(index);
      if (!names.empty())
        port.name = names[index];
      port.isUnsigned = ::isUnsigned(type);
      if (!ports.empty()) {
        PortAttr given = ports[index];
        port.name = given.getName();
        port.scale = given.getScale();
        port.zeroPoint = given.getZeroPoint();
        // A network that was made signless before.
        port.isUnsigned |= ::isUnsigned(given.getType()) &&
                           isa<IntegerType>(getElementTypeOrSelf(type));
      }
      side.push_back(port);
    }
    return success();
  };
  // Variables are behind the others.
  size_t variables = getState(network).size();
  if (variables >= std::min(network.getNumArguments(), network.getNumResults()))
    variables = 0;
  Boundary boundary;
  if (failed(
          readSide(inputsAttrName, "input",
                   TypeRange(network.getArgumentTypes()).drop_back(variables),
                   boundary.inputs)) ||
      failed(readSide(outputsAttrName, "output",
                      TypeRange(network.getResultTypes()).drop_back(variables),
                      boundary.outputs)))
    return failure();
  return boundary;
}

/// Whether `use` is of an operation that says itself that it reads unsigned
/// integers, or that only moves them.
static bool takesUnsigned(OpOperand &use) {
  Operation *op = use.getOwner();
  if (auto rescale = dyn_cast<tosa::RescaleOp>(op))
    return use.getOperandNumber() > 0 || rescale.getInputUnsigned();
  return isa<func::ReturnOp, tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp,
             tosa::ConcatOp, tosa::ReverseOp, tosa::TileOp, tosa::GatherOp>(op);
}

LogicalResult Boundary::makeSignless(func::FuncOp network) {
  Block &body = network.front();
  auto change = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || !isUnsigned(type))
      return success();
    for (OpOperand &use : value.getUses())
      if (!takesUnsigned(use))
        return LogicalResult(use.getOwner()->emitError("'")
                             << use.getOwner()->getName()
                             << "' cannot be compiled: it computes with "
                             << type.getElementType()
                             << "; quantize the network to int8");
    unsigned bits = type.getElementTypeBitWidth();
    value.setType(type.clone(IntegerType::get(type.getContext(), bits)));
    return success();
  };
  for (BlockArgument argument : body.getArguments())
    if (failed(change(argument)))
      return failure();
  for (Operation &op : body) {
    for (Value result : op.getResults())
      if (failed(change(result)))
        return failure();
    auto constant = dyn_cast<tosa::ConstOp>(op);
    auto values = constant ? dyn_cast<DenseElementsAttr>(constant.getValues())
                           : DenseElementsAttr();
    if (values && values.getType() != constant.getType())
      constant.setValuesAttr(
          values.bitcast(getElementTypeOrSelf(constant.getType())));
  }
  return success();
}

void Boundary::write(func::FuncOp network) const {
  MLIRContext *context = network.getContext();
  auto writeSide = [&](StringRef attribute, TypeRange types,
                       const std::vector<Port> &side) {
    SmallVector<Attribute> ports;
    for (auto [type, port] : llvm::zip(types, side)) {
      auto tensor = cast<RankedTensorType>(type);
      if (port.isUnsigned)
        tensor = tensor.clone(IntegerType::get(
            context, tensor.getElementTypeBitWidth(), IntegerType::Unsigned));
      ports.push_back(PortAttr::get(context, port.name, tensor, port.scale,
                                    port.zeroPoint));
    }
    network->setAttr(attribute, ArrayAttr::get(context, ports));
  };
  writeSide(inputsAttrName, network.getArgumentTypes(), inputs);
  writeSide(outputsAttrName, network.getResultTypes(), outputs);
}
