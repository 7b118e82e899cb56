//===- ArrayOf.h - Arrays of one kind of attribute --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_DIALECT_RTWMC_IR_ARRAYOF_H
#define RTWMC_LIB_DIALECT_RTWMC_IR_ARRAYOF_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

namespace rtwmc {

/// Checks that the attribute `attr` of `op` is an array of `AttrT`.
template <typename AttrT>
llvm::LogicalResult verifyArrayOf(mlir::Operation *op,
                                  mlir::NamedAttribute attr) {
  auto array = llvm::dyn_cast<mlir::ArrayAttr>(attr.getValue());
  if (!array || !llvm::all_of(array, llvm::IsaPred<AttrT>))
    return op->emitOpError()
           << "attribute " << attr.getName() << " must be an array of #rtwmc."
           << AttrT::getMnemonic();
  return llvm::success();
}

/// The elements of the array `name` of `op`; none if it has no such attribute.
template <typename AttrT>
llvm::SmallVector<AttrT> getArrayOf(mlir::Operation *op, llvm::StringRef name) {
  llvm::SmallVector<AttrT> elements;
  if (auto array = op->getAttrOfType<mlir::ArrayAttr>(name))
    llvm::append_range(elements, array.getAsRange<AttrT>());
  return elements;
}

} // namespace rtwmc

#endif // RTWMC_LIB_DIALECT_RTWMC_IR_ARRAYOF_H
