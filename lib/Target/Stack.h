//===- Stack.h - Worst-case stack, and what makes one known -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_TARGET_STACK_H
#define RTWMC_LIB_TARGET_STACK_H

#include "rtwmc/Target/Object.h"

namespace rtwmc::target {

/// Fails if `module` has what no object may have and what is seen best in IR:
/// writable data, a function that calls itself (such a call needs no
/// relocation), a call through a pointer, a stack frame whose size is not fixed
/// or whose alignment is beyond that of the stack.
llvm::Error checkModule(const llvm::Module &module, const Core &core);

/// Fills in `stack` of each function from `frame` and `callees`, which are
/// names of `functions`. Fails if there is recursion.
llvm::Error computeStacks(std::vector<FunctionSize> &functions);

} // namespace rtwmc::target

#endif // RTWMC_LIB_TARGET_STACK_H
