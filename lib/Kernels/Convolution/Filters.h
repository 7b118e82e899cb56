//===- Filters.h - Weights as inner loops see them --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_FILTERS_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_FILTERS_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace rtwmc {

/// The filters of a convolution over one window: for each output channel the
/// weights, less their zero point, of `height` rows of `length` elements.
struct Filters {
  int64_t channels = 0, height = 0, length = 0;
  /// From an element of a row to the next: 1 unless a filter reads one channel
  /// of several.
  int64_t elementStride = 1;
  /// Filters for each input channel, of a depthwise layer; 0: a filter reads
  /// all input channels.
  int64_t multiplier = 0;
  /// Elements of a pixel, which are side by side in a row.
  int64_t columnElements = 1;
  /// Channels that may be computed together: all read the same elements, and
  /// the layer does not run channel by channel.
  bool areTogether = true;
  /// channels x height x length.
  std::vector<int16_t> weights;
  /// Whether some weight does not fit 8 bits.
  bool areWide = false;
  /// Whether they are for unsigned elements.
  bool readUnsigned = false;
  /// Where accumulators start.
  std::vector<int32_t> bias;
  /// Columns of the output before pooling.
  int64_t outputColumns = 1;
  /// Whether the rows of the only window come one after the other.
  bool readRowsInTurn = false;
  /// Columns from a window to the next.
  int64_t columnStep = 1;
  /// Whether windows are gathered (`KernelShape::needsPatch`).
  bool needPatch = false;
  /// Elements of a row, from the first to before the last, that are read where
  /// not all are: what the others add is where accumulators start.
  std::optional<std::pair<int64_t, int64_t>> inside;

  int16_t at(int64_t channel, int64_t row, int64_t element) const {
    return weights[(channel * height + row) * length + element];
  }
  /// Elements of a filter.
  int64_t perChannel() const { return height * length; }
  /// The sum of a channel's weights.
  int64_t sum(int64_t channel) const;
  /// The same filters over windows whose rows lie behind each other.
  void joinRows();
  /// The filters of row `index` of the windows alone.
  Filters ofRow(int64_t index) const;
};

/// The filters of a layer, rows of a window apart; `columnStride` is the
/// distance of a channel from column to column.
Filters makeFilters(Conv2DOp op);
Filters makeFilters(DepthwiseConv2DOp op, int64_t columnStride);

/// Where accumulators start: the bias less what the input's zero point adds;
/// with wrap-around, as the accumulation itself.
std::vector<int32_t> foldZeroPoint(mlir::ElementsAttr bias, int32_t inputZp,
                                   const Filters &filters);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_FILTERS_H
