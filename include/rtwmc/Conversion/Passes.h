//===- Passes.h - Conversions to and from rtwmc -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_PASSES_H
#define RTWMC_CONVERSION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace rtwmc {

#define GEN_PASS_DECL
#include "rtwmc/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "rtwmc/Conversion/Passes.h.inc"

} // namespace rtwmc

#endif // RTWMC_CONVERSION_PASSES_H
