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

/// Whether `text` is a word of C or C++ that a parameter cannot have as a name.
static bool isKeyword(StringRef text) {
  static const llvm::StringSet<> keywords{
      "alignas",  "alignof",  "and",       "asm",     "auto",      "bitand",
      "bitor",    "bool",     "break",     "case",    "catch",     "char",
      "class",    "compl",    "concept",   "const",   "constexpr", "continue",
      "decltype", "default",  "delete",    "do",      "double",    "else",
      "enum",     "explicit", "export",    "extern",  "false",     "float",
      "for",      "friend",   "goto",      "if",      "inline",    "int",
      "long",     "mutable",  "namespace", "new",     "noexcept",  "not",
      "nullptr",  "operator", "or",        "private", "protected", "public",
      "register", "requires", "restrict",  "return",  "short",     "signed",
      "sizeof",   "static",   "struct",    "switch",  "template",  "this",
      "throw",    "true",     "try",       "typedef", "typeid",    "typename",
      "typeof",   "union",    "unsigned",  "using",   "virtual",   "void",
      "volatile", "while",    "xor"};
  return keywords.contains(text);
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
                   readPorts(network, outputsAttrName),
                   StateLayout(getState(network))};
  if (std::optional<SmallVector<int64_t>> rows = getInputRows(network))
    for (auto [port, count] : llvm::zip(result.inputs, *rows))
      port.rows = count;
  if (result.isSimple()) {
    result.inputs[0].parameter = "input";
    result.outputs[0].parameter = "output";
    return result;
  }
  // Macros have them in upper case; these are taken.
  llvm::StringSet<> taken{"ARENA", "STACK", "RAM", "STATE"};
  for (std::vector<Port> *side : {&result.inputs, &result.outputs})
    for (Port &port : *side) {
      std::string stem = makeIdentifier(port.name);
      port.parameter = stem;
      for (int i = 2; isKeyword(port.parameter) ||
                      !taken.insert(StringRef(port.parameter).upper()).second;
           ++i)
        port.parameter = stem + "_" + std::to_string(i);
      if (port.rows) {
        taken.insert(StringRef(result.readerOf(port)).upper());
        taken.insert(StringRef(result.contextOf(port)).upper());
      }
    }
  return result;
}
