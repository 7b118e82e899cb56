//===- CallsBack.h - Functions that call what they are given ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CORES_CALLSBACK_H
#define RTWMC_CORES_CALLSBACK_H

#include "llvm/ADT/StringRef.h"

namespace rtwmc {

/// An attribute of a function in LLVM IR, an entry: it calls what its caller
/// gives it as an argument, a function whose stack is the caller's affair and
/// is in no size of the object.
inline constexpr llvm::StringLiteral callsBackAttrName = "rtwmc-calls-back";

} // namespace rtwmc

#endif // RTWMC_CORES_CALLSBACK_H
