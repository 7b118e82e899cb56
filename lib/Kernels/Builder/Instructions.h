//===- Instructions.h - Instructions with a meaning -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An instruction that LLVM does not select by itself is an entry here: Arm's
// intrinsic where the core has it, the same in arith elsewhere. So a kernel
// made of them runs on the host, where all tests can compare it.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_INSTRUCTIONS_H
#define RTWMC_LIB_KERNELS_BUILDER_INSTRUCTIONS_H

#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// SXTB16: bytes 0 and 2 of a word, sign-extended to halfwords.
mlir::Value sxtb16(KernelBuilder &b, mlir::Value word);

/// SXTB16 with rotation by 8: bytes 1 and 3.
mlir::Value sxtb16Ror8(KernelBuilder &b, mlir::Value word);

/// UXTB16: bytes 0 and 2 of a word, zero-extended to halfwords.
mlir::Value uxtb16(KernelBuilder &b, mlir::Value word);

/// UXTB16 with rotation by 8: bytes 1 and 3.
mlir::Value uxtb16Ror8(KernelBuilder &b, mlir::Value word);

/// SMLAD: `accumulator` and the products of low and of high halfwords.
mlir::Value smlad(KernelBuilder &b, mlir::Value x, mlir::Value y,
                  mlir::Value accumulator);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_INSTRUCTIONS_H
