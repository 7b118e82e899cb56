//===- ShareCode.h - What kernels have in common ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_CONVERSION_RTWMCTOLOOPS_SHARECODE_H
#define RTWMC_LIB_CONVERSION_RTWMCTOLOOPS_SHARECODE_H

#include "mlir/IR/BuiltinOps.h"

namespace rtwmc {

/// Leaves each constant in `module` once. The steps of a recurrent layer have
/// the same weights, each of its own.
void shareConstants(mlir::ModuleOp module);

/// Leaves each function that row kernels call in `module` once, where they have
/// the same constants. The kernels of a layer's strips make them each for
/// itself.
void shareStrips(mlir::ModuleOp module);

} // namespace rtwmc

#endif // RTWMC_LIB_CONVERSION_RTWMCTOLOOPS_SHARECODE_H
