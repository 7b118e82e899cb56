//===- LeastMemory.h - Plans that prune, and no speed -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PIPELINES_LEASTMEMORY_H
#define RTWMC_PIPELINES_LEASTMEMORY_H

#include "llvm/ADT/StringRef.h"

namespace rtwmc {

/// On a module: where maps are pruned, what makes that fast is left out even if
/// there is room for it. So tests see the code that the tightest budgets get.
inline constexpr llvm::StringLiteral leastMemoryAttrName = "rtwmc.least_memory";

} // namespace rtwmc

#endif // RTWMC_PIPELINES_LEASTMEMORY_H
