//===- Requantize.h - Scaling accumulators in a kernel ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_BUILDER_REQUANTIZE_H
#define RTWMC_LIB_KERNELS_BUILDER_REQUANTIZE_H

#include "ScaleSearch.h"
#include "rtwmc/Kernels/KernelBuilder.h"
#include "rtwmc/Planning/PackedState.h"

namespace rtwmc {

/// A shift whose least value is known, so that the common case, 33 and more,
/// needs only the high word of the product.
struct Shift {
  mlir::Value value;
  int64_t least = 2;
};

/// TOSA's apply_scale_32 on values. With `negativeIsClamped` the caller
/// promises to clamp what is negative to 0, so that double rounding need not
/// look at the sign: for a negative value the result is at most 0 either way.
mlir::Value applyScale(KernelBuilder &b, mlir::Value value,
                       mlir::Value multiplier, Shift shift, Rounding rounding,
                       bool negativeIsClamped);

/// The element that TOSA's own formula makes of an accumulator, whose channel
/// has that multiplier and shift.
mlir::Value requantize(KernelBuilder &b, RequantizationAttr requant,
                       mlir::Value accumulator, mlir::Value multiplier,
                       Shift shift);

/// What `requant` says for each of `channels`, as numbers.
std::vector<Rescale> rescalesOf(RequantizationAttr requant, int64_t channels);

/// Whether four accumulators can be requantized at once, with the very result
/// of `ChannelParameters::finish` (RequantizeVectors.cpp).
bool canScaleVectors(RequantizationAttr requant);

/// The same of a multiplier and shift for all; the program of an elementwise
/// layer promises nothing about negative results.
bool canScaleVectors(int32_t multiplier, int32_t shift);
mlir::Value applyScaleToVector(KernelBuilder &b, mlir::Value values,
                               int32_t multiplier, int32_t shift,
                               Rounding rounding);

/// What becomes of four accumulators at once, where that is exact.
class VectorScale {
public:
  explicit VectorScale(RequantizationAttr requant) : requant(requant) {}

  /// What `apply` shifts by where TOSA shifts by `shift`.
  static constexpr int64_t distance(int64_t shift) { return 31 - shift; }

  /// TOSA's apply_scale_32 of four words. `distance`: a number or a vector.
  mlir::Value apply(KernelBuilder &b, mlir::Value values,
                    mlir::Value multiplier, mlir::Value distance) const;
  /// Four scaled words with the zero point, clamped.
  mlir::Value addZeroPoint(KernelBuilder &b, mlir::Value words) const;
  /// Two times four scaled words, lane about lane, with the zero point, as
  /// halfwords; these clamped, in their low bytes.
  mlir::Value narrowPairs(KernelBuilder &b, mlir::Value even,
                          mlir::Value odd) const;
  mlir::Value clampPairs(KernelBuilder &b, mlir::Value halves) const;

private:
  RequantizationAttr requant;
};

/// The multipliers, shifts and biases of a layer's channels in flash. They are
/// put there once, by the constructor.
class ChannelParameters {
public:
  /// `bias` already contains what the zero points contribute. `hasVectors`:
  /// four accumulators are requantized at once, so shifts are stored as those
  /// need.
  ChannelParameters(KernelBuilder &b, llvm::StringRef name,
                    llvm::ArrayRef<int32_t> bias, RequantizationAttr requant,
                    bool hasVectors = false);

  int64_t stride() const { return layout.stride(); }

  /// The addresses of the first channel's parameters, carried around loops.
  llvm::SmallVector<mlir::Value> pointers(KernelBuilder &b) const;
  /// The same, `channels` further.
  llvm::SmallVector<mlir::Value>
  advance(KernelBuilder &b, mlir::ValueRange pointers, int64_t channels) const;
  llvm::SmallVector<mlir::Value> advance(KernelBuilder &b,
                                         mlir::ValueRange pointers,
                                         mlir::Value channels) const;
  /// The accumulator of channel `channel` (from `pointers` on) at its start.
  mlir::Value bias(KernelBuilder &b, mlir::ValueRange pointers,
                   int64_t channel) const;
  /// What becomes of the accumulator: an 8-bit value as i32, or itself where
  /// the layer does not requantize.
  mlir::Value finish(KernelBuilder &b, mlir::Value accumulator,
                     mlir::ValueRange pointers, int64_t channel) const;

  /// Four accumulators that started at 0, scaled: of channel `channel` in four
  /// columns, or of the first four channels from `pointers` on, of several
  /// columns the largest.
  mlir::Value scaleColumns(KernelBuilder &b, mlir::Value accumulators,
                           mlir::ValueRange pointers, int64_t channel) const;
  mlir::Value scaleChannels(KernelBuilder &b, mlir::ValueRange accumulators,
                            mlir::ValueRange pointers) const;

private:
  RequantizationAttr requant;
  bool hasVectors;
  llvm::SmallVector<int32_t> multipliers, shifts;
  planning::ChannelConstants layout;
  /// Biases and multipliers; shifts, null if all are the same.
  mlir::LLVM::GlobalOp words, shiftBytes;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_BUILDER_REQUANTIZE_H
