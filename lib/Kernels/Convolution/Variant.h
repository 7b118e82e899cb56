//===- Variant.h - Ways to compute accumulators -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The frame of a convolution (Convolution.cpp) owns columns, blocks of
// channels, remainders, biases, requantization and where pixels go. A variant
// fills accumulators. A new one is a file and a line in Variants.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_VARIANT_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_VARIANT_H

#include "Block.h"
#include "Filters.h"
#include "GroupKernel.h"
#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// Accumulators that are computed at once: channels x columns.
struct Tile {
  int64_t channels = 1, columns = 1;

  friend bool operator==(const Tile &, const Tile &) = default;
};

class Variant {
public:
  virtual ~Variant() = default;

  /// In the IR, in the report and for `--kernel=`.
  virtual llvm::StringRef name() const = 0;

  /// The tiles it can do on `core`, the one to take first; none if it cannot.
  /// On the host, instructions of other cores are computed by what they mean.
  virtual llvm::SmallVector<Tile> tiles(const Filters &filters,
                                        const Core &core) const = 0;

  /// Whether it computes with vectors: accumulators start at 0 then, and four
  /// of them are requantized at once.
  virtual bool hasVectors() const { return false; }

  /// Neighbouring windows that it computes at once, four of them two channels a
  /// time, two of them four, where they lie in the input as they are; 1: none.
  virtual int64_t columnsInPlace() const { return 1; }

  /// Windows whose first elements are at `inputs`, as values that stay in
  /// registers for all channels: what `row` takes in the place of `inputs`.
  /// None where they do not.
  virtual llvm::SmallVector<mlir::Value>
  keepWindows(KernelBuilder &b, const Filters &filters,
              mlir::ValueRange inputs) const {
    return {};
  }

  /// Up to so many channels' weights lie side by side: of each row and piece of
  /// it the first channel's, then the next one's.
  virtual int64_t channelsSideBySide() const { return 1; }

  /// Whether it can leave out columns of a window (`Filters::inside`).
  virtual bool readsParts(const Filters &filters) const { return false; }

  /// How it keeps weights if it computes windows as blocks (Block.h), all
  /// channels at once; `pack` says how many bytes there are then, and `row` is
  /// not called.
  virtual std::optional<BlockWeights> blockWeights() const {
    return std::nullopt;
  }

  /// Whether it computes all channels of a depthwise window, by four of them
  /// (QuadDepthwise.h); the same holds then.
  virtual bool computesQuads() const { return false; }

  /// Whether it does so channel by channel (TapDepthwise.h).
  virtual bool computesTaps() const { return false; }

  /// Whether it computes two windows as fields of words (PairKernel.h); the
  /// same holds then.
  virtual bool computesPairs() const { return false; }

  /// Whether it computes neighbouring windows at points (PointKernel.h); the
  /// same holds then.
  virtual bool computesPoints() const { return false; }

  /// How many neighbouring columns are a group that it computes at once
  /// (GroupKernel.h), and the same holds then; 0: it does not.
  virtual int64_t groupColumns(const Filters &filters) const { return 0; }
  /// Fewer that it computes at once where that is enough; 0: none.
  virtual int64_t narrowColumns(const Filters &filters) const { return 0; }
  /// Whether there is such a variant that takes less code.
  virtual bool takesMoreCode() const { return false; }
  /// Whether weights take more bytes than in any other variant.
  virtual bool takesMoreConstants() const { return false; }
  /// The variant in its place where columns cannot be computed as groups. If it
  /// is another one, groups overlap rather than leave a column over.
  virtual const Variant &forSingleWindows() const { return *this; }
  virtual std::unique_ptr<GroupKernel>
  makeGroups(KernelBuilder &b, const GroupLayer &layer) const {
    return nullptr;
  }

  /// Bytes that it needs during a step, a patch included; 0: patches are all.
  virtual int64_t scratch(const Filters &filters, Tile tile) const { return 0; }

  /// The variant in its place where a layer runs channel by channel.
  virtual const Variant &forOneChannel() const { return *this; }

  /// Blocks for the `channels` that are left over, fewer than a tile has.
  virtual llvm::SmallVector<int64_t> remainders(int64_t channels) const {
    return channels ? llvm::SmallVector<int64_t>{channels}
                    : llvm::SmallVector<int64_t>();
  }

  /// The weights in the order in which `row` reads them: for each block of
  /// `tile.channels` channels (the last may have fewer) row by row.
  virtual std::vector<int8_t> pack(const Filters &filters, Tile tile) const = 0;

  /// How many bytes behind the packed weights are read, but not used.
  virtual int64_t readBehind(const Filters &filters) const { return 0; }

  /// Of the packed weights, in bytes.
  virtual int64_t alignment() const { return 1; }

  /// Adds one row of each of the windows to their accumulators. `inputs` are
  /// the addresses of the rows, one for each column; `carried` are the
  /// weights' address and the accumulators, those of the first column first.
  /// Returns what is carried to the next row.
  virtual llvm::SmallVector<mlir::Value>
  row(KernelBuilder &b, const Filters &filters, mlir::ValueRange inputs,
      mlir::ValueRange carried) const = 0;
};

/// All variants.
llvm::ArrayRef<const Variant *> getVariants();

/// The variant of that name, or null.
const Variant *lookupVariant(llvm::StringRef name);

// The variants, each in the file of its name.
const Variant &directVariant();
const Variant &smladVariant();
const Variant &smlad16Variant();
const Variant &blockVariant();
const Variant &block16Variant();
const Variant &quadsVariant();
const Variant &pairsVariant();
const Variant &tapsVariant();
const Variant &pointsVariant();
const Variant &points16Variant();
const Variant &points32Variant();
const Variant &fieldsVariant();
const Variant &fields12Variant();
const Variant &columnsVariant();
const Variant &mveVariant();
const Variant &mve2Variant();
const Variant &mve4Variant();

/// Blocks of channels for accumulators of which `limit` stay in registers
/// beside pointers and operands: first, if it can be, a divisor of the
/// channels, which saves the code of a remainder; last, if four stay, two
/// channels of two columns.
llvm::SmallVector<Tile> channelBlocks(const Filters &filters, int64_t limit);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_VARIANT_H
