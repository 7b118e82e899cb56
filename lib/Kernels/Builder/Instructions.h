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

/// SXTAB16 and UXTAB16: the halfwords that SXTB16 or UXTB16 makes of a word, or
/// of the word rotated by 8, added to those of `to`.
mlir::Value addHalves(KernelBuilder &b, mlir::Value to, mlir::Value word,
                      bool isRotated, bool isUnsigned);

/// SMLAD: `accumulator` and the products of low and of high halfwords.
mlir::Value smlad(KernelBuilder &b, mlir::Value x, mlir::Value y,
                  mlir::Value accumulator);

/// SMLABB and SMLATT: `accumulator` and the product of the low, or of the high
/// halfwords.
mlir::Value smlabb(KernelBuilder &b, mlir::Value x, mlir::Value y,
                   mlir::Value accumulator);
mlir::Value smlatt(KernelBuilder &b, mlir::Value x, mlir::Value y,
                   mlir::Value accumulator);

/// SMMLA: `accumulator` and the high word of x * y, the sum of both in 64 bits.
mlir::Value smmla(KernelBuilder &b, mlir::Value x, mlir::Value y,
                  mlir::Value accumulator);

/// SMMLAR: the same, rounded.
mlir::Value smmlar(KernelBuilder &b, mlir::Value x, mlir::Value y,
                   mlir::Value accumulator);

/// `x >> shift`, clamped: SSAT or USAT where the limits are theirs.
mlir::Value shiftAndClamp(KernelBuilder &b, mlir::Value x, int64_t shift,
                          int64_t min, int64_t max);

/// PKHBT: the low halfwords of two words.
mlir::Value packHalves(KernelBuilder &b, mlir::Value low, mlir::Value high);

/// LDRD and STRD: two words at `pointer + bytes`, a multiple of four.
std::pair<mlir::Value, mlir::Value>
loadPair(KernelBuilder &b, mlir::Value pointer, int64_t bytes);
void storePair(KernelBuilder &b, mlir::Value first, mlir::Value second,
               mlir::Value pointer, int64_t bytes);

/// LDR of a word, where it stands among the above.
mlir::Value loadInOrder(KernelBuilder &b, mlir::Value pointer, int64_t bytes,
                        int64_t alignment = 4);

/// LDRSH (LDRH if `isUnsigned`) and LDRSB, where they stand among the above.
mlir::Value loadHalfInOrder(KernelBuilder &b, mlir::Value pointer,
                            int64_t bytes, bool isUnsigned = false);
mlir::Value loadByteInOrder(KernelBuilder &b, mlir::Value pointer,
                            int64_t bytes);

/// ADD and SUB of a shifted operand: `x + (y << by)`, `x - (y << by)` and
/// `x + (y >> by)`.
mlir::Value addShiftedLeft(KernelBuilder &b, mlir::Value x, mlir::Value y,
                           int64_t by);
mlir::Value subtractShiftedLeft(KernelBuilder &b, mlir::Value x, mlir::Value y,
                                int64_t by);
mlir::Value addShiftedRight(KernelBuilder &b, mlir::Value x, mlir::Value y,
                            int64_t by);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_INSTRUCTIONS_H
