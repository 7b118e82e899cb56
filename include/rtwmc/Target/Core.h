//===- Core.h - The cores that objects are generated for --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the kernels and the code generator need to know about a core. A new core
// is one line in the table of Core.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TARGET_CORE_H
#define RTWMC_TARGET_CORE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace rtwmc::target {

struct Core {
  /// The value of --mcpu.
  llvm::StringRef name;
  /// LLVM's names. The ABI passes no value in floating-point registers, so that
  /// an object links with any firmware for the core.
  llvm::StringRef triple, cpu, features;
  /// SMLAD, SXTB16 and the like.
  bool dsp;
  /// Loads and stores of 2 and 4 bytes at any address.
  bool unaligned;
  /// Integer vectors (Helium).
  bool mve;
  /// 32 x 32 -> 64 bits in one instruction.
  bool longMultiply;
  /// A division instruction.
  bool divide;
  unsigned pointerBits;

  bool isHost() const { return name == "host"; }
};

/// All cores, the smallest first, the host last.
llvm::ArrayRef<Core> getCores();

/// The core of that name, or null.
const Core *lookupCore(llvm::StringRef mcpu);

} // namespace rtwmc::target

#endif // RTWMC_TARGET_CORE_H
