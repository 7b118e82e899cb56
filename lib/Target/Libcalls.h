//===- Libcalls.h - The helper functions of the code generator --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_TARGET_LIBCALLS_H
#define RTWMC_LIB_TARGET_LIBCALLS_H

#include "Codegen.h"

namespace rtwmc::target {

/// Defines the functions `names` in `module`, as internal functions. They may
/// need others in turn. Fails if there is no function of such a name.
llvm::Error linkLibcalls(llvm::Module &module, const Codegen &codegen,
                         llvm::ArrayRef<std::string> names);

} // namespace rtwmc::target

#endif // RTWMC_LIB_TARGET_LIBCALLS_H
