//===- RTWMCDialect.cpp - Registration of the rtwmc dialect ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace rtwmc;

#include "rtwmc/Dialect/RTWMC/IR/RTWMCDialect.cpp.inc"
#include "rtwmc/Dialect/RTWMC/IR/RTWMCEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.cpp.inc"

// Optional groups of the declarative format leave out numbers that are 0.
Attribute PortAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  std::string name;
  RankedTensorType type;
  FloatAttr scale;
  int64_t zeroPoint = 0;
  if (parser.parseLess() || parser.parseString(&name) || parser.parseColon() ||
      parser.parseType(type))
    return {};
  if (succeeded(parser.parseOptionalComma()) &&
      (parser.parseKeyword("scale") || parser.parseEqual() ||
       parser.parseAttribute(scale) || parser.parseComma() ||
       parser.parseKeyword("zero_point") || parser.parseEqual() ||
       parser.parseInteger(zeroPoint)))
    return {};
  if (parser.parseGreater())
    return {};
  return PortAttr::getChecked([&] { return parser.emitError(loc); },
                              parser.getContext(), name, type, scale,
                              zeroPoint);
}

void PortAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printString(getName());
  printer << " : " << getType();
  if (getScale())
    printer << ", scale = " << getScale()
            << ", zero_point = " << getZeroPoint();
  printer << ">";
}

#define GET_TYPEDEF_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.cpp.inc"

void RTWMCDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "rtwmc/Dialect/RTWMC/IR/RTWMCOps.cpp.inc"
      >();
}

Operation *RTWMCDialect::materializeConstant(OpBuilder &builder,
                                             Attribute value, Type type,
                                             Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
