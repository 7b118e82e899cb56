//===- Vectors.h - Vectors of 16 bytes --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernels do with MVE (Helium). As in Instructions.h: Arm's intrinsic
// where the core has it, elsewhere what it means, so that these kernels run on
// the host, too.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_VECTORS_H
#define RTWMC_LIB_KERNELS_BUILDER_VECTORS_H

#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// Bytes of a vector.
inline constexpr int64_t vectorBytes = 16;

/// The type of a vector of `lanes` integers of `bits` bits.
mlir::VectorType vectorType(KernelBuilder &b, int64_t lanes, int64_t bits);

/// All lanes `value`: four of 32 bits, eight of 16 or sixteen of 8.
mlir::Value splat(KernelBuilder &b, int64_t value, int64_t lanes = 4);
mlir::Value splat(KernelBuilder &b, mlir::Value value);

/// Four words, the first in lane 0.
mlir::Value makeWords(KernelBuilder &b, mlir::ValueRange words);

/// The 16 bytes at `pointer + at`; of these the first `count`, and zeros for
/// the rest, which is not read.
mlir::Value loadVector(KernelBuilder &b, mlir::Value pointer, int64_t at,
                       int64_t count = vectorBytes);
/// The first `count` bytes of a vector to `pointer`.
void storeVector(KernelBuilder &b, mlir::Value vector, mlir::Value pointer,
                 int64_t count = vectorBytes);
/// Four words, or four signed bytes as words, at `pointer`.
mlir::Value loadWords(KernelBuilder &b, mlir::Value pointer);
mlir::Value loadBytesAsWords(KernelBuilder &b, mlir::Value pointer);
/// The low bytes of four words, side by side.
void storeWordsAsBytes(KernelBuilder &b, mlir::Value words,
                       mlir::Value pointer);

/// VMLADAVA.S8: `accumulator` and the 16 products of two vectors of bytes; a
/// null accumulator is 0.
mlir::Value dotProduct(KernelBuilder &b, mlir::Value accumulator, mlir::Value x,
                       mlir::Value w);

/// VMULLB.S8 and VMULLT.S8: the products of the even lanes of two vectors of
/// bytes, or of the odd ones, as eight halfwords.
mlir::Value multiplyLanes(KernelBuilder &b, mlir::Value x, mlir::Value w,
                          bool isOdd);
/// VMOVLB.S16 and VMOVLT.S16: the even or the odd halfwords as words.
mlir::Value widenLanes(KernelBuilder &b, mlir::Value halves, bool isOdd);

/// VQRDMULH.S32 and VQDMULH.S32: floor(x * y / 2^31), the first rounded to the
/// nearest; not for -2^31 in both.
mlir::Value multiplyHigh(KernelBuilder &b, mlir::Value x, mlir::Value y,
                         bool isRounded);
/// VRSHL.S32: x * 2^by, `-31 <= by <= 0`, rounded to the nearest, upwards from
/// the middle. `by` is a vector, or one number for all lanes.
mlir::Value shiftRounded(KernelBuilder &b, mlir::Value x, mlir::Value by);

/// VQMOVNB and VQMOVNT: words, saturated to 16 bits, lane about lane: the first
/// of `even`, the first of `odd`, ...
mlir::Value interleaveHalves(KernelBuilder &b, mlir::Value even,
                             mlir::Value odd);
/// Eight halfwords, saturated to bytes: those are their low halves then, and
/// the high halves are of no meaning.
mlir::Value saturateToBytes(KernelBuilder &b, mlir::Value halves);

/// Halfwords, saturated to bytes, lane about lane.
mlir::Value interleaveBytes(KernelBuilder &b, mlir::Value even,
                            mlir::Value odd);

/// Bytes at `pointer` and each of the `offsets`, at least 0, as signed lanes:
/// four words or eight halfwords.
mlir::Value gatherBytes(KernelBuilder &b, mlir::Value pointer,
                        llvm::ArrayRef<int64_t> offsets);
/// The low bytes of four or eight lanes to there.
void scatterBytes(KernelBuilder &b, mlir::Value values, mlir::Value pointer,
                  llvm::ArrayRef<int64_t> offsets);

/// Lanes 2i and 2i + 1 of four words exchanged.
mlir::Value swapWordPairs(KernelBuilder &b, mlir::Value words);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_VECTORS_H
