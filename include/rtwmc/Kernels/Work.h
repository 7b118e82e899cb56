//===- Work.h - What kernels cost, read off their loops ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels are priced by what was emitted, not by a formula beside the emitter:
// operations in loops of known trip count, each at the price of its core.
// Registers are not seen here, nor what the backend does with them, so this is
// an estimate; test/Integration/test_work.py holds it against QEMU's counts.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_KERNELS_WORK_H
#define RTWMC_KERNELS_WORK_H

#include "rtwmc/Cores/Core.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace rtwmc {

/// Estimated executed instructions, and cycles with memory without wait states.
struct Work {
  int64_t instructions = 0, cycles = 0;

  Work &operator+=(Work other) {
    instructions += other.instructions;
    cycles += other.cycles;
    return *this;
  }
  friend Work operator*(Work work, int64_t times) {
    return {work.instructions * times, work.cycles * times};
  }
};

/// The work of one call of `function` (loops over pointers, before they become
/// branches), calls included. A loop of unknown trip count counts once, a
/// branch as often as its period says (see KernelBuilder::ifTrue) or, without
/// one, always.
Work countWork(mlir::func::FuncOp function, const Core &core);

} // namespace rtwmc

#endif // RTWMC_KERNELS_WORK_H
