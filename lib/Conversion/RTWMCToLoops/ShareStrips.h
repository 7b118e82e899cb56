//===- ShareStrips.h - What strips have in common ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_CONVERSION_RTWMCTOLOOPS_SHARESTRIPS_H
#define RTWMC_LIB_CONVERSION_RTWMCTOLOOPS_SHARESTRIPS_H

#include "mlir/IR/BuiltinOps.h"

namespace rtwmc {

/// Leaves each constant, and each function that row kernels call, in `module`
/// once. The kernels of a layer's strips make them each for itself.
void shareStrips(mlir::ModuleOp module);

} // namespace rtwmc

#endif // RTWMC_LIB_CONVERSION_RTWMCTOLOOPS_SHARESTRIPS_H
