//===- KernelShape.h - From a layer's shape to its needs --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the shape of one layer to the rows it reads and the bytes it needs
// besides its maps. This is the only place that knows: the compiler describes
// its operations by it, Shapes.h whole networks that exist as shapes alone.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_KERNELSHAPE_H
#define RTWMC_PLANNING_KERNELSHAPE_H

#include "rtwmc/Planning/Enums.h"
#include "rtwmc/Planning/Network.h"

#include <array>
#include <cstdint>
#include <span>

namespace rtwmc::planning {

/// A map of one picture, NHWC; sizes in elements.
struct MapShape {
  int64_t height = 1, width = 1, channels = 1;
  int64_t elementBytes = 1;

  int64_t elements() const { return height * width * channels; }
  int64_t rowBytes() const { return width * channels * elementBytes; }
  /// Whether its elements are a sequence of channels in `order`: they are not
  /// where both orders are the same.
  bool streamsByChannel(StreamOrder order) const {
    return order == StreamOrder::NCHW && channels > 1 && elements() > channels;
  }
  /// Bytes of a rank, the number of values kept before an element, in the
  /// cursors of a reader when the packed map streams channel by channel.
  int64_t rankBytes() const { return elements() < (1 << 16) ? 2 : 4; }

  friend bool operator==(const MapShape &, const MapShape &) = default;
};

/// `shape` as a map named `name`, in the arena and not packable.
Map makeMap(std::string name, const MapShape &shape);

/// How many windows lie over `size` rows or columns with `before` and `after`
/// more around them (negative: fewer), if each covers `extent`.
int64_t windowCount(int64_t size, int64_t before, int64_t after, int64_t extent,
                    int64_t stride);

/// Alignment of `KernelShape::scratch`, in bytes.
inline constexpr int64_t kernelScratchAlign = 4;

enum class KernelKind {
  /// Of any kind: also a fully connected layer, which is one of 1x1.
  Convolution,
  MaxPool,
  /// Sums of windows, in 32 bits; the rescale to averages is elementwise.
  SumPool,
  /// A pixel of the result is made of the pixels at its place in the inputs.
  Pointwise,
  /// Elements of the input in other places.
  Gather,
  /// The input as the caller gives it, a row in each step.
  Rows,
};

/// One layer with a kernel of its own.
struct KernelShape {
  KernelKind kind = KernelKind::Pointwise;
  int64_t kernelHeight = 1, kernelWidth = 1;
  int64_t strideHeight = 1, strideWidth = 1;
  int64_t dilationHeight = 1, dilationWidth = 1;
  /// Rows above and below, columns left and right; negative: cropped.
  std::array<int64_t, 4> pad = {0, 0, 0, 0};
  /// Of a gather or a convolution, whose step `t` reads from row `(t *
  /// strideHeight - pad[0]) / divisorHeight` on, rounded down: a convolution
  /// takes each row of its input for so many that are alike.
  int64_t divisorHeight = 1;
  /// Of a gather: whether rows outside the input are those at its border.
  bool clampsRows = false;
  /// An output channel is made of all input channels, and not of one of them.
  bool mixesChannels = false;
  /// Where maps are packed there is room for the rows of the input under a
  /// window, or for one window, and for a row of the output.
  bool holdsInputRows = false, holdsInputWindow = false, holdsOutputRow = false;
  /// Rows and columns of a convolution that pooling inside it merges into one;
  /// 0: none.
  int64_t pooledRows = 0, pooledColumns = 0;
  /// Neighbouring columns that are computed at once, each from its own patch.
  int64_t columnsAtOnce = 1;
  /// Bytes that the kernel needs during a step, a patch included; 0: patches
  /// are all it needs.
  int64_t scratch = 0;
  /// The first input, and the output after pooling.
  MapShape input, output;

  /// Rows that a window of the kernel reaches over.
  int64_t extentHeight() const {
    return (kernelHeight - 1) * dilationHeight + 1;
  }
  /// How many rows of the input those can be.
  int64_t rowsUnderWindow() const {
    if (kind == KernelKind::Gather)
      return extentHeight();
    return (extentHeight() - 1 + divisorHeight - 1) / divisorHeight + 1;
  }
  int64_t extentWidth() const { return (kernelWidth - 1) * dilationWidth + 1; }

  /// Whether windows may reach outside the input or skip elements, so that
  /// they are gathered into a patch of `kernel height x width x channels`.
  bool needsPatch() const;
  /// Channels of the input `from` that a step reads; `byChannel`: of a layer
  /// that computes channel by channel.
  int64_t readChannels(const MapShape &from, bool byChannel) const {
    return byChannel && !mixesChannels ? 1 : from.channels;
  }
  /// Bytes of a patch that holds one window.
  int64_t patchBytes(bool byChannel) const {
    return kernelHeight * kernelWidth * readChannels(input, byChannel);
  }
  /// Whether there is no room for a window of the packed input `from`, which
  /// streams in `order`: a row of it is read at a time, a *line*, and the sums
  /// of `lineChannels` output channels are in memory until all lines were read,
  /// before those of the next are.
  bool readsLines(const MapShape &from, StreamOrder order) const;
  int64_t lineChannels() const;
  /// Bytes of these sums, and of a line behind them.
  int64_t lineSumBytes() const { return 4 * lineChannels(); }
  int64_t lineScratch() const {
    return lineSumBytes() + kernelWidth * input.channels;
  }
  /// Steps of one pass over the input: the layer's steps unless it computes
  /// channel by channel, then those of each channel.
  int64_t passSteps() const;
  /// A sum over whole maps, which takes its input row by row.
  bool isGlobalSum() const {
    return kind == KernelKind::SumPool && output.height == 1 && !needsPatch();
  }
  /// A convolution with one window, all of its input (a fully connected layer),
  /// that takes the rows as they come: its accumulators are smaller than the
  /// rows that it then need not hold, or are its result.
  bool accumulatesRows() const;
  /// Bytes of accumulators beside the result, which live from step to step.
  int64_t accumulatorBytes() const {
    bool areApart = accumulatesRows() && output.elementBytes == 1;
    return areApart ? 4 * output.channels : 0;
  }
  /// A step takes one row of the input and completes nothing before the last.
  bool takesRowsInTurn() const { return isGlobalSum() || accumulatesRows(); }
  /// Whether a step reads several rows of its input, under windows.
  bool readsWindows() const {
    return kind != KernelKind::Pointwise && kind != KernelKind::Gather &&
           kind != KernelKind::Rows && !takesRowsInTurn();
  }
  /// Whether the packed input `from` that streams in `order` is read through a
  /// cursor for each row of the windows; otherwise its rows are read back.
  bool readsThroughCursors(const MapShape &from, StreamOrder order) const {
    return readsWindows() && (!holdsInputRows || from.streamsByChannel(order));
  }
  /// Rows of the packed input `from` that are held when they are read back.
  int64_t rowsReadBack(const MapShape &from) const {
    return readsWindows() ? std::min(rowsUnderWindow(), from.height) : 1;
  }
  /// Whether an output that nothing is pooled in is pruned row by row; else,
  /// pixel by pixel.
  bool prunesRows() const {
    return holdsOutputRow && pooledRows == 0 && output.width > 1;
  }
  /// Whether a packed input that streams in `order` can be read at all.
  bool canReadPacked(StreamOrder order) const;
  /// Whether rows of the input are read for several that are alike: packed,
  /// they can be where each is on its own.
  bool repeatsRows() const {
    return kind == KernelKind::Convolution && divisorHeight > 1;
  }
  /// Whether the output can be packed in `order`.
  bool canPrune(StreamOrder order) const {
    return kind != KernelKind::Rows &&
           (kind != KernelKind::Gather || !output.streamsByChannel(order));
  }
  /// Whether this pooling can be done by the convolution whose result it alone
  /// reads, if that pools nothing yet: windows side by side, none padded.
  bool canMoveIntoConvolution() const;
};

/// One input of a layer.
struct KernelInput {
  MapShape shape;
  /// Its rows are not the rows of the map behind it (a reshape), so that it is
  /// read as a whole.
  bool isReshaped = false;
  /// In which it streams when packed.
  StreamOrder order = StreamOrder::NHWC;
};

/// Steps, windows and scratch of the layer; names and maps are left for the
/// caller to fill in. A packed output streams in `outputOrder`; where that is
/// channel by channel, `Layer::whenPacked` says how the layer then runs.
Layer describeKernel(const KernelShape &kernel,
                     std::span<const KernelInput> inputs,
                     StreamOrder outputOrder);

/// What decides whether the planner may pack the map a layer writes, or one
/// that it reads.
struct KernelTraits {
  /// The layer has a kernel of ours, which can prune what it writes
  /// (`KernelShape::canPrune`).
  bool canPrune = false;
  /// `KernelShape::canReadPacked`, and where the layer has no such kernel
  /// false.
  bool canReadPacked = false;
  /// The same.
  bool repeatsRows = false;
};

/// Sets `Map::packable` and `Map::rowPackable`: an 8-bit map between two
/// kernels. `kernels` is indexed by layer, `prunable` by map: its zero point is
/// known, and it can stream in `order`. Rows follow each other in raster order
/// only.
void findPackable(Network &network, std::span<const KernelTraits> kernels,
                  const std::vector<bool> &prunable, StreamOrder order);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_KERNELSHAPE_H
