//===- Interface.cpp - A network as its callers see it --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interface.h"
#include "rtwmc/Pipelines/Pipelines.h"
#include "rtwmc/Streaming/Kernel.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace rtwmc;

int64_t Port::bytes() const {
  return ShapedType::getNumElements(shape) * bits / 8;
}

std::string Port::type() const {
  return (isUnsigned ? "uint" : "int") + std::to_string(bits);
}

static std::vector<Port> readPorts(Operation *network, StringRef attribute) {
  std::vector<Port> result;
  for (PortAttr attr : getPorts(network, attribute)) {
    Port port;
    port.name = attr.getName().str();
    port.bits = attr.getType().getElementTypeBitWidth();
    port.isUnsigned = attr.getType().getElementType().isUnsignedInteger();
    port.shape.assign(attr.getType().getShape());
    if (attr.getScale())
      port.scale = attr.getScale().getValue().convertToFloat();
    port.zeroPoint = attr.getZeroPoint();
    result.push_back(port);
  }
  return result;
}

Interface Interface::get(ModuleOp module) {
  func::FuncOp network = findNetwork(module);
  Interface result{readPorts(network, inputsAttrName),
                   readPorts(network, outputsAttrName)};
  if (result.isSimple()) {
    result.inputs[0].parameter = "input";
    result.outputs[0].parameter = "output";
    return result;
  }
  // The last is our own parameter.
  llvm::StringSet<> taken{"arena"};
  for (std::vector<Port> *side : {&result.inputs, &result.outputs})
    for (Port &port : *side) {
      std::string stem = makeIdentifier(port.name);
      port.parameter = stem;
      for (int i = 2; !taken.insert(port.parameter).second; ++i)
        port.parameter = stem + "_" + std::to_string(i);
    }
  return result;
}
