//===- Core.cpp - The cores that objects are generated for ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Cores/Core.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include <vector>

using namespace rtwmc;

// Cycles are from the instruction timings of Arm's technical reference manuals
// (Cortex-M0 r0p0, M0+ r0p1, M3 r2p1, M4 r0p1); those of later cores have none,
// so for these they are those of the M4 with its loads in one cycle where
// nothing waits for them, and without dual issue. The M23 is an M0+ with a
// divider, of its two the faster. A multiplier of one cycle is assumed on M0,
// M0+ and M23. Where a core lacks an instruction, the price is that of the
// helper function (lib/Target/Libcalls).

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
static constexpr Prices m23Prices = [] {
  Prices prices = m0PlusPrices;
  prices.divide = {1, 17};
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

/// The cores with all that they may have, in the order of `getCores`.
static llvm::ArrayRef<Core> getCompleteCores() {
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
      {.name = "cortex-m23", .triple = "thumbv8m.base-unknown-none-eabi",
       .cpu = "cortex-m23", .registers = 8, .unaligned = false,
       .prices = m23Prices},
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
       .prices = laterPrices, .variant = "+nodsp"},
      {.name = "cortex-m35p", .triple = "thumbv8m.main-unknown-none-eabi",
       .cpu = "cortex-m35p", .features = "-fpregs,+dsp", .dsp = true,
       .prices = laterPrices, .variant = "+nodsp"},
      {.name = "cortex-m52", .triple = "thumbv8.1m.main-unknown-none-eabi",
       .cpu = "cortex-m52", .features = "-vfp2sp,+dsp,+mve", .dsp = true,
       .mve = true, .prices = laterPrices, .variant = "+nomve"},
      {.name = "cortex-m55", .triple = "thumbv8.1m.main-unknown-none-eabi",
       .cpu = "cortex-m55", .features = "-vfp2sp,+dsp,+mve", .dsp = true,
       .mve = true, .prices = laterPrices, .variant = "+nomve"},
      {.name = "cortex-m85", .triple = "thumbv8.1m.main-unknown-none-eabi",
       .cpu = "cortex-m85", .features = "-vfp2sp,+dsp,+mve", .dsp = true,
       .mve = true, .prices = laterPrices, .variant = "+nomve"},
      makeHost(),
  };
  // clang-format on
  return cores;
}

/// `core` without what its variant lacks; `strings` keeps its name.
static Core makeVariant(Core core, llvm::StringSaver &strings) {
  core.name = strings.save(core.name + core.variant);
  if (core.variant == "+nodsp") {
    core.dsp = false;
    core.features = "-fpregs,-dsp";
  } else {
    core.mve = false;
    core.features = "-fpregs,+dsp";
  }
  core.variant = "";
  return core;
}

llvm::ArrayRef<Core> rtwmc::getCores() {
  static llvm::BumpPtrAllocator allocator;
  static const std::vector<Core> cores = [] {
    llvm::StringSaver strings(allocator);
    std::vector<Core> all;
    for (const Core &core : getCompleteCores()) {
      all.push_back(core);
      if (!core.variant.empty())
        all.push_back(makeVariant(core, strings));
    }
    return all;
  }();
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

std::string rtwmc::explainUnknownCore(llvm::StringRef mcpu) {
  llvm::StringRef name = mcpu.take_until([](char c) { return c == '+'; });
  const Core *core = lookupCore(name);
  if (!core || name == mcpu)
    return "unknown core; expects one of " + listCores();
  std::string known = name.str();
  if (!core->variant.empty())
    known += " or " + known + core->variant.str();
  return "unknown variant; expects " + known;
}
