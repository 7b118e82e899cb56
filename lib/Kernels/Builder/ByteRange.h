//===- ByteRange.h - Four bytes compared at once ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_BYTERANGE_H
#define RTWMC_LIB_KERNELS_BUILDER_BYTERANGE_H

#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// A one in each byte of a word.
inline constexpr int64_t everyByte = 0x01010101;
/// Multiplied by it, byte k of ones and zeros is bit 24 + k.
inline constexpr int64_t marksToBits = 0x01020408;

/// The int8 values of a magnitude less than `bound`, an i32 of 0 to 257: those
/// from `zero - bound + 1` to `zero + bound - 1`. Tests four bytes of a word at
/// a time. Where `zero` is the constant `lowest`, as behind a ReLU, there is a
/// bound on one side only, which takes fewer instructions; `bound` is at most
/// 256 then.
class ByteRange {
public:
  /// The zero point that no value is less than.
  static constexpr int64_t lowest = -128;

  /// `mayBeEmpty` says whether `bound` may be 0.
  ByteRange(KernelBuilder &b, mlir::Value zero, mlir::Value bound,
            bool mayBeEmpty = true);

  /// 1 in each byte of `word` that is in the range, 0 in the others.
  mlir::Value find(mlir::Value word) const;
  /// The same as bits 0 to 3 of a number.
  mlir::Value findBits(mlir::Value word) const;
  /// Whether `byte`, of 0 to 255, is in the range: an i1.
  mlir::Value has(mlir::Value byte) const;
  /// The same of the lowest byte alone.
  mlir::Value findOne(mlir::Value word) const;
  /// Adds up how many bytes of words are in the range; starts with 0. Not of
  /// more than 2^16 words.
  mlir::Value count(mlir::Value word, mlir::Value sum) const;
  /// How many are, of `bytes` bytes in such a sum.
  mlir::Value total(mlir::Value sum, mlir::Value bytes) const;

private:
  /// What is not in the range of the bytes 0 and 2, as bits 8 and 24.
  mlir::Value outside(mlir::Value halves) const;
  /// Where `word` is in the range, what `marks` has of that byte.
  mlir::Value select(mlir::Value word, mlir::Value marks) const;
  /// The same of both halves of `word`.
  std::pair<mlir::Value, mlir::Value> outsideBoth(mlir::Value word) const;

  KernelBuilder &b;
  bool isOneSided;
  /// The least value of the range and how many there are, for all bytes of a
  /// word, as the core compares them; what is found. On one side only, `reach`
  /// is the bound.
  mlir::Value start, reach, ones;
  /// The same where ones are bits of their own; the two of a single byte.
  mlir::Value bits, least, reached;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_BYTERANGE_H
