//===- Fields.h - Two columns in the halves of a word -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_FIELDS_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_FIELDS_H

#include "GroupKernel.h"
#include "TapOrder.h"

namespace rtwmc {

/// Computes four neighbouring columns of a convolution, two in a word.
class FieldsKernel final : public GroupKernel {
public:
  static constexpr int64_t columns = 4;

  /// Puts the constants into flash. So many taps at most are straight-line
  /// code.
  FieldsKernel(KernelBuilder &b, const GroupLayer &layer, int64_t mostAtOnce);

  void gather(mlir::Value rows, mlir::Value room, Part inside) const override;
  void compute(mlir::Value room, mlir::Value pixel,
               int64_t columns) const override;
  void computeOne(mlir::Value rows, mlir::Value room,
                  mlir::Value pixel) const override;
  int64_t bytesOfOne() const override { return 4 * taps(); }

private:
  int64_t taps() const { return filters.perChannel(); }
  int64_t weightBytes() const { return llvm::alignTo(taps(), 4); }
  int64_t channelBytes() const;
  void pack(int64_t channel, std::vector<int8_t> &bytes) const;
  /// The weight of the tap that is the `tap`-th in rows by channel.
  int16_t weightOf(int64_t channel, int64_t tap) const;
  /// Walks the taps of a window, channel by channel of its rows, each of which
  /// takes `bytes` of the room: `write` gets an address and how many bytes on
  /// the first element of the channel is, and of each of its columns the place
  /// in the room.
  using PlaceOf = llvm::function_ref<mlir::Value(int64_t)>;
  using TapWriter = llvm::function_ref<void(mlir::Value, int64_t, PlaceOf)>;
  void gatherTaps(mlir::Value rows, mlir::Value room, int64_t bytes,
                  TapWriter write) const;
  llvm::SmallVector<mlir::Value> computeChannel(mlir::Value room,
                                                mlir::Value half,
                                                mlir::ValueRange carried) const;
  /// Computes `channels` of one window; `carried`: constants and pixel.
  llvm::SmallVector<mlir::Value> computeBlock(mlir::Value room,
                                              mlir::ValueRange carried,
                                              int64_t channels) const;
  /// Of both words: totals, sums of the high halves, and those of a chunk.
  struct Sums {
    mlir::Value total[2], high[2], chunk[2];
  };
  /// Adds the products of `position`, whose elements and weight are the
  /// `at`-th.
  void multiply(mlir::Value x, mlir::Value weights, int64_t at,
                int64_t position, mlir::Value half, Sums &sums) const;

  int64_t kernelWidth, mostAtOnce;
  TapOrder order;
  /// A word of 0x8000, then channel by channel.
  mlir::LLVM::GlobalOp constants;
  /// Of the taps, rows of windows by channel: how far on in the room they are.
  mlir::LLVM::GlobalOp moves;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_FIELDS_H
