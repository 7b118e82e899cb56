//===- StoredData.h - Whether constants hold what they say ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_STOREDDATA_H
#define RTWMC_CONVERSION_STOREDDATA_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

namespace rtwmc {

/// Checks that each constant in `root` has as many bytes as its type, and that
/// there are no impossible types. The reader of bytecode takes both from the
/// file as they come, and folders and verifiers read past the end then: this is
/// to be called before any of them, on operations that were not verified.
/// Fails with a diagnostic at the operation.
llvm::LogicalResult checkStoredData(mlir::Operation *root);

/// `constant`, dense or kept as a resource, as a dense one of `type`; null if
/// it is neither, of another type, or has other bytes.
mlir::DenseElementsAttr readDense(mlir::Attribute constant,
                                  mlir::ShapedType type);

} // namespace rtwmc

#endif // RTWMC_CONVERSION_STOREDDATA_H
