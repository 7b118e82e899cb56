//===- Linking.h - Objects that link with any firmware ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What linkers of firmware want to know of an object and LLVM does not say. The
// host's linkers want none of it.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_TARGET_LINKING_H
#define RTWMC_LIB_TARGET_LINKING_H

#include "rtwmc/Target/Object.h"

namespace rtwmc::target {

/// Declares `module`, which is for Arm, to fit hard-, softfp- and soft-float
/// firmware. No value it passes may be of a floating-point type.
void declareAnyFloatABI(llvm::Module &module);

/// Removes the section `.note.GNU-stack` from an object or its assembly text.
llvm::Expected<llvm::SmallVector<char, 0>>
removeStackNote(llvm::SmallVector<char, 0> bytes, EmitKind kind);

} // namespace rtwmc::target

#endif // RTWMC_LIB_TARGET_LINKING_H
