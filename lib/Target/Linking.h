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

/// The ELF object `bytes` for `core` without the sections that only the
/// compiler reads or that linkers of firmware misunderstand.
llvm::Expected<llvm::SmallVector<char, 0>>
removeNotes(llvm::ArrayRef<char> bytes, const Core &core);

/// Assembly text without the latter.
std::string removeStackNote(llvm::StringRef assembly, const Core &core);

} // namespace rtwmc::target

#endif // RTWMC_LIB_TARGET_LINKING_H
