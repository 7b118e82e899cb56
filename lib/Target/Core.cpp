//===- Core.cpp - The cores that objects are generated for ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Target/Core.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace rtwmc::target;

static Core makeHost() {
  static const std::string triple = llvm::sys::getDefaultTargetTriple();
  llvm::Triple parsed(triple);
  // Not the processor at hand: the same input is to give the same bytes
  // wherever the compiler runs.
  llvm::StringRef cpu = parsed.isX86() ? "x86-64" : "generic";
  return {"host",
          triple,
          cpu,
          /*features=*/"",
          /*dsp=*/false,
          /*unaligned=*/true,
          /*mve=*/false,
          /*longMultiply=*/true,
          /*divide=*/true,
          parsed.isArch64Bit() ? 64u : 32u};
}

llvm::ArrayRef<Core> rtwmc::target::getCores() {
  // Floating-point registers are off, MVE's integer half is kept. Triples have
  // all four parts: of three, LLVM would take the ABI for an operating system.
  static const Core cores[] = {
      // name, triple, cpu, features, dsp, unaligned, mve, longMultiply, divide
      {"cortex-m0", "thumbv6m-unknown-none-eabi", "cortex-m0", "", false, false,
       false, false, false, 32},
      {"cortex-m0plus", "thumbv6m-unknown-none-eabi", "cortex-m0plus", "",
       false, false, false, false, false, 32},
      {"cortex-m3", "thumbv7m-unknown-none-eabi", "cortex-m3", "", false, true,
       false, true, true, 32},
      {"cortex-m4", "thumbv7em-unknown-none-eabi", "cortex-m4", "-fpregs", true,
       true, false, true, true, 32},
      {"cortex-m7", "thumbv7em-unknown-none-eabi", "cortex-m7", "-fpregs", true,
       true, false, true, true, 32},
      {"cortex-m33", "thumbv8m.main-unknown-none-eabi", "cortex-m33",
       "-fpregs,+dsp", true, true, false, true, true, 32},
      {"cortex-m55", "thumbv8.1m.main-unknown-none-eabi", "cortex-m55",
       "-vfp2sp,+dsp,+mve", true, true, true, true, true, 32},
      makeHost(),
  };
  return cores;
}

const Core *rtwmc::target::lookupCore(llvm::StringRef mcpu) {
  const Core *core = llvm::find_if(
      getCores(), [&](const Core &core) { return core.name == mcpu; });
  return core == getCores().end() ? nullptr : core;
}
