//===- Core.cpp - The cores that objects are generated for ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Cores/Core.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace rtwmc;

// Cycles are from the instruction timings of Arm's technical reference manuals
// (Cortex-M0 r0p0, M0+ r0p1, M3 r2p1, M4 r0p1); those of M7, M33 and M55 have
// none, so for these they are those of the M4 with its loads in one cycle where
// nothing waits for them, and without dual issue. A multiplier of one cycle is
// assumed on M0 and M0+. Where a core lacks an instruction, the price is that
// of the helper function (lib/Target/Libcalls).

static constexpr Prices m0Prices = {.load = {1, 2},
                                    .store = {1, 2},
                                    .loadByte = {2, 3},
                                    .multiply = {1, 1},
                                    .multiplyAdd = {2, 2},
                                    .longMultiply = {24, 26},
                                    .divide = {60, 70},
                                    .branch = {2, 4},
                                    .call = {8, 18}};
static constexpr Prices m0PlusPrices = [] {
  Prices prices = m0Prices;
  prices.branch = {2, 3};
  prices.call = {8, 16};
  return prices;
}();
static constexpr Prices m3Prices = {.load = {1, 2},
                                    .store = {1, 2},
                                    .loadByte = {1, 2},
                                    .multiply = {1, 1},
                                    .multiplyAdd = {1, 2},
                                    .longMultiply = {1, 4},
                                    .divide = {1, 7},
                                    .branch = {2, 4},
                                    .call = {4, 20}};
static constexpr Prices m4Prices = [] {
  Prices prices = m3Prices;
  prices.multiplyAdd = prices.longMultiply = {1, 1};
  return prices;
}();
static constexpr Prices laterPrices = {.load = {1, 1},
                                       .store = {1, 1},
                                       .loadByte = {1, 1},
                                       .multiply = {1, 1},
                                       .multiplyAdd = {1, 1},
                                       .longMultiply = {1, 1},
                                       .divide = {1, 7},
                                       .branch = {2, 3},
                                       .call = {4, 14}};

static Core makeHost() {
  static const std::string triple = llvm::sys::getDefaultTargetTriple();
  llvm::Triple parsed(triple);
  // Not the processor at hand: the same input is to give the same bytes
  // wherever the compiler runs.
  return {.name = "host",
          .triple = triple,
          .cpu = parsed.isX86() ? "x86-64" : "generic",
          .pointerBits = parsed.isArch64Bit() ? 64u : 32u,
          .prices = laterPrices};
}

llvm::ArrayRef<Core> rtwmc::getCores() {
  // Floating-point registers are off, MVE's integer half is kept. Triples have
  // all four parts: of three, LLVM would take the ABI for an operating system.
  // clang-format off
  static const Core cores[] = {
      {.name = "cortex-m0", .triple = "thumbv6m-unknown-none-eabi",
       .cpu = "cortex-m0", .registers = 8, .unaligned = false,
       .prices = m0Prices},
      {.name = "cortex-m0plus", .triple = "thumbv6m-unknown-none-eabi",
       .cpu = "cortex-m0plus", .registers = 8, .unaligned = false,
       .prices = m0PlusPrices},
      {.name = "cortex-m3", .triple = "thumbv7m-unknown-none-eabi",
       .cpu = "cortex-m3", .prices = m3Prices},
      {.name = "cortex-m4", .triple = "thumbv7em-unknown-none-eabi",
       .cpu = "cortex-m4", .features = "-fpregs", .dsp = true,
       .prices = m4Prices},
      {.name = "cortex-m7", .triple = "thumbv7em-unknown-none-eabi",
       .cpu = "cortex-m7", .features = "-fpregs", .dsp = true,
       .prices = laterPrices},
      {.name = "cortex-m33", .triple = "thumbv8m.main-unknown-none-eabi",
       .cpu = "cortex-m33", .features = "-fpregs,+dsp", .dsp = true,
       .prices = laterPrices},
      {.name = "cortex-m55", .triple = "thumbv8.1m.main-unknown-none-eabi",
       .cpu = "cortex-m55", .features = "-vfp2sp,+dsp,+mve", .dsp = true,
       .mve = true, .prices = laterPrices},
      makeHost(),
  };
  // clang-format on
  return cores;
}

const Core *rtwmc::lookupCore(llvm::StringRef mcpu) {
  const Core *core = llvm::find_if(
      getCores(), [&](const Core &core) { return core.name == mcpu; });
  return core == getCores().end() ? nullptr : core;
}

std::string rtwmc::listCores() {
  return llvm::join(
      llvm::map_range(getCores(), [](const Core &core) { return core.name; }),
      ", ");
}
