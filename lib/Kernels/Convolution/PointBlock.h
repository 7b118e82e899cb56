//===- PointBlock.h - Neighbouring windows at points, as blocks -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_POINTBLOCK_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_POINTBLOCK_H

#include "BlockProducts.h"
#include "GroupKernel.h"
#include "PointTransform.h"

namespace rtwmc {

/// Computes one or two neighbouring tiles, each of as many windows as a
/// PointTransform does at once.
class PointBlock final : public GroupKernel {
public:
  /// The transform for these filters: weights are bytes, and sums times the
  /// divisor words.
  static std::optional<PointTransform> findTransform(const Filters &filters);
  /// How many tiles are computed at once; at the end of a row maybe fewer.
  static int64_t countTiles(const Filters &filters,
                            const PointTransform &transform);
  static int64_t roomBytes(const Filters &filters,
                           const PointTransform &transform, BlockForm form);
  static int64_t weightBytes(const Filters &filters,
                             const PointTransform &transform, BlockForm form);

  /// Puts the constants into flash. `form`: pairs or words.
  PointBlock(KernelBuilder &b, const GroupLayer &layer, BlockForm form);

  void gather(mlir::Value rows, mlir::Value room, Part inside) const override;
  void compute(mlir::Value room, mlir::Value pixel,
               int64_t columns) const override;
  void computeOne(mlir::Value rows, mlir::Value room,
                  mlir::Value pixel) const override;

private:
  /// Words of a column of a row.
  static int64_t wordsOf(const Filters &filters, BlockForm form);
  int64_t wordsOfRow() const { return wordsOf(filters, form); }
  int64_t words() const { return filters.height * wordsOfRow(); }
  bool isPaired() const { return form == BlockForm::Pairs; }
  int64_t products() const { return transform.products(); }
  int64_t tilesOf(int64_t columns) const {
    return columns / transform.columns();
  }
  /// Bytes of a product: elements, then sums of a block.
  int64_t elementBytes(int64_t tiles) const { return words() * tiles * 4; }
  int64_t productBytes(int64_t tiles) const;
  BlockProducts blockOf(int64_t channels, int64_t tiles) const;
  int64_t blockBytes(int64_t channels) const;
  /// What is added to the halves of a column's words.
  int64_t zeroOf(int64_t column) const;
  void pack(int64_t first, int64_t channels, std::vector<int32_t> &words) const;
  /// Where product `index` of a channel starts.
  int32_t startOf(int64_t channel, int64_t index) const;
  /// The weight of an element of a row of the windows in a product.
  int64_t weightOf(int64_t channel, int64_t row, int64_t element,
                   int64_t index) const;
  void gatherElement(mlir::Value row, mlir::Value room, Part inside) const;
  void gatherWord(mlir::Value row, mlir::Value room, Part inside) const;
  /// The channels that are no whole words, up to three.
  void gatherRest(mlir::Value row, mlir::Value room, Part inside) const;
  /// `load` gives the word that is widened, or the element, of a column.
  void transformTiles(mlir::Value room, int64_t at, Part inside, bool isOdd,
                      llvm::function_ref<mlir::Value(int64_t)> load) const;
  /// Computes `channels` channels; `carried`: constants and pixel, which is
  /// kept in `slot`.
  llvm::SmallVector<mlir::Value>
  computeBlock(mlir::Value room, mlir::Value slot, mlir::ValueRange carried,
               int64_t channels, int64_t tiles) const;
  llvm::SmallVector<mlir::Value> findOutputs(mlir::Value sums, int64_t at,
                                             int64_t stride) const;

  PointTransform transform;
  BlockForm form;
  mlir::LLVM::GlobalOp constants;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_POINTBLOCK_H
