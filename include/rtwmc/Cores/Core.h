//===- Core.h - The cores that objects are generated for --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernels, their prices and the code generator know of a core. A new core
// is an entry in the table of Core.cpp, its variants included.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CORES_CORE_H
#define RTWMC_CORES_CORE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace rtwmc {

/// What an operation of a kernel takes: instructions issued, and cycles with
/// memory that has no wait states.
struct Price {
  int instructions, cycles;
};

/// What kernels are priced by. Of ranges in Arm's manuals the middle.
struct Prices {
  /// A load or store of up to a word.
  Price load, store;
  /// A load of a signed byte, which on Armv6-M has no immediate offset.
  Price loadByte;
  /// 32 x 32 -> 32 bits, and the same with an addition.
  Price multiply, multiplyAdd;
  /// 32 x 32 -> 64 bits.
  Price longMultiply;
  /// 32-bit division.
  Price divide;
  /// A branch that is taken, as at the end of a loop: comparison and branch.
  Price branch;
  /// A call and its return, the saving of registers included.
  Price call;
};

struct Core {
  /// The value of `mcpu`. A variant has the name that GCC and Clang give it,
  /// such as "cortex-m33+nodsp".
  llvm::StringRef name;
  /// LLVM's names. The ABI passes no value in floating-point registers, so that
  /// an object links with any firmware for the core.
  llvm::StringRef triple, cpu, features = "";
  unsigned pointerBits = 32;
  /// Registers that a loop can keep values in; on Armv6-M and Armv8-M Baseline
  /// most instructions see the lower eight only.
  unsigned registers = 13;
  /// Words may be loaded from any address.
  bool unaligned = true;
  /// SMLAD, SXTB16 and the like.
  bool dsp = false;
  /// Integer vectors (Helium).
  bool mve = false;
  Prices prices;
  /// What silicon with this core may lack: "+nodsp", "+nomve", or nothing.
  llvm::StringRef variant = "";

  bool isHost() const { return name == "host"; }
};

/// All cores, the smallest first, each with its variant behind it; the host
/// last.
llvm::ArrayRef<Core> getCores();

/// The core of that name, or null.
const Core *lookupCore(llvm::StringRef mcpu);

/// The names of all cores: "cortex-m0, ..., host".
std::string listCores();

/// Why there is no core of that name, for a diagnostic: "unknown core; expects
/// one of ...".
std::string explainUnknownCore(llvm::StringRef mcpu);

} // namespace rtwmc

#endif // RTWMC_CORES_CORE_H
