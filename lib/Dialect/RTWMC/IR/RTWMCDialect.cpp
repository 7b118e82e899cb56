//===- RTWMCDialect.cpp - Registration of the rtwmc dialect ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace rtwmc;

#include "rtwmc/Dialect/RTWMC/IR/RTWMCDialect.cpp.inc"
#include "rtwmc/Dialect/RTWMC/IR/RTWMCEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.cpp.inc"

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

LogicalResult RequantizationAttr::verify(
    function_ref<InFlightDiagnostic()> emitError,
    ArrayRef<int32_t> multiplier, ArrayRef<int32_t> shift, Rounding rounding,
    int32_t zeroPoint, int32_t min, int32_t max) {
  if (multiplier.empty() || multiplier.size() != shift.size())
    return emitError() << "expects as many multipliers as shifts, got "
                       << multiplier.size() << " and " << shift.size();
  for (int32_t m : multiplier)
    if (m < 0)
      return emitError() << "multiplier " << m << " is negative";
  for (int32_t s : shift)
    if (s < 2 || s > 62)
      return emitError() << "shift " << s << " is outside [2, 62]";
  if (min > max)
    return emitError() << "range [" << min << ", " << max << "] is empty";
  return success();
}
