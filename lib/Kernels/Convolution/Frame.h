//===- Frame.h - What every convolution's kernel does -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_CONVOLUTION_FRAME_H
#define RTWMC_LIB_KERNELS_CONVOLUTION_FRAME_H

#include "../Builder/Requantize.h"
#include "../Input/Windows.h"
#include "../Output/Pooling.h"
#include "../Output/Sink.h"
#include "PairKernel.h"
#include "PointKernel.h"
#include "QuadDepthwise.h"
#include "TapDepthwise.h"
#include "Variant.h"

#include "llvm/Support/Error.h"

namespace rtwmc {

/// What kernels of `conv2d` and `depthwise_conv2d` are made from.
struct Convolution {
  WindowGeometry geometry;
  mlir::ElementsAttr bias;
  int32_t inputZp;
  RequantizationAttr requant;
  PoolAttr pool;
  /// How accumulators are computed; null: the default.
  KernelAttr kernel;
  /// Rows and columns before pooling.
  std::pair<int64_t, int64_t> size;
  int64_t outputs;
  /// Filters for each input channel; 0: a filter reads all input channels.
  int64_t multiplier = 0;
};

Convolution describeConvolution(Conv2DOp op);
Convolution describeConvolution(DepthwiseConv2DOp op);

/// The filters of a layer that has any, and how it is to compute them.
struct ConvolutionFilters {
  Filters filters;
  KernelAttr kernel;
};
std::optional<ConvolutionFilters> getFilters(mlir::Operation *layer);

/// Rows in, pixels out: the frame finds windows and places for pixels, owns the
/// constants, starts accumulators and requantizes them. A variant, given by the
/// layer or the core, computes them.
class ConvolutionFrame {
public:
  ConvolutionFrame(KernelContext &context, const Convolution &convolution);

  /// Whether the rows of a window lie behind each other.
  bool hasContiguousWindows() const;
  /// Bytes from an element to that of the next column.
  int64_t columnStride() const;
  int64_t multiplier() const { return self.multiplier; }
  /// Columns that a step computes.
  int64_t columns() const { return count; }

  /// How many neighbouring windows the layer's variant computes at once where
  /// they lie in the input; 0 if it does not, or if this input, output or
  /// geometry does not allow it.
  int64_t columnsInPlace(const Filters &given) const;

  /// Puts the layer's constants into flash; `columnsTogether` as
  /// `columnsInPlace` says.
  void setFilters(const Filters &given, int64_t columnsTogether = 0);
  /// Channels and columns that `block` computes at once.
  Tile tile() const { return blocks; }
  /// Blocks of the channels that `tile` leaves over.
  llvm::SmallVector<int64_t> remainders() const {
    return variant->remainders(filters.channels % blocks.channels);
  }

  /// Walks the step's pixels: `body` gets the windows of some neighbours and
  /// where their pixels go.
  void
  walk(llvm::function_ref<void(llvm::ArrayRef<WindowRows>, mlir::ValueRange)>
           body);

  /// Whether the layer's variant computes whole windows, as blocks of channels
  /// or by four of them.
  bool computesWindows(const Filters &given) const;
  /// Computes the step's pixels window by window, as that says.
  void walkWindows();

  /// Computes the step's pixels, those in the middle of the row as
  /// `columnsInPlace` says.
  void walkInPlace();

  /// Whether there is room for a row of a window of a pruned map only.
  bool readsLines() const { return source.readsLines; }
  /// Computes the step's pixels by such rows.
  void walkLines();

  /// What is carried from block to block, at channel 0: where pixels go, the
  /// weights, the channels' parameters.
  llvm::SmallVector<mlir::Value> start(mlir::ValueRange outputs);
  /// The same at channel `channel` of the parameters, for a layer that computes
  /// one channel at a time.
  llvm::SmallVector<mlir::Value> advance(mlir::ValueRange carried,
                                         mlir::Value channel);
  /// Computes `channels` channels of some pixels; returns what is carried on.
  llvm::SmallVector<mlir::Value> block(llvm::ArrayRef<WindowRows> windows,
                                       mlir::ValueRange carried,
                                       int64_t channels);

private:
  /// The variant and tile of `kernel` here: those for single windows where
  /// columns cannot be computed as groups.
  llvm::Expected<std::pair<const Variant *, Tile>>
  resolve(KernelAttr kernel, const Filters &given) const;
  /// What `columnsInPlace` says where the variant computes whole windows.
  int64_t windowsInPlace(Tile tile) const;
  /// So many tiles, of so many channels each, of a window that is read a line
  /// at a time. Some of them are a group: their sums are in memory at once.
  struct LineTiles {
    int64_t count, channels;
  };
  /// `lineAt`: bytes from the first one's sums to the line.
  mlir::func::FuncOp makeLineLeaf(llvm::StringRef suffix,
                                  const LineTiles &tiles, int64_t lineAt);
  void startSums(mlir::Value sums, mlir::ValueRange pointers,
                 llvm::ArrayRef<LineTiles> group);
  /// Requantizes and stores them; returns where pixels go and the parameters.
  llvm::SmallVector<mlir::Value> finishSums(mlir::Value sums,
                                            mlir::Value output,
                                            mlir::ValueRange pointers,
                                            llvm::ArrayRef<LineTiles> group);
  /// Computes a group's channels of the window whose rows `readLine` reads
  /// behind `sumBytes` bytes of sums; carried is what `start` says.
  llvm::SmallVector<mlir::Value> lineGroup(ReadLine readLine, mlir::Value sums,
                                           int64_t sumBytes,
                                           mlir::ValueRange carried,
                                           llvm::ArrayRef<LineTiles> group);
  /// Whether two columns that are pooled together are one pixel of theirs.
  bool poolsPairs() const;
  /// Computes all channels of `columns` windows as blocks: of the addresses of
  /// rows, room and where pixels go.
  mlir::func::FuncOp makeBlockLeaf(llvm::StringRef suffix, int64_t columns);
  /// Whether groups of neighbours are computed at points.
  bool computesPoints(Tile tile) const;
  /// Computes the step's pixels by such groups.
  void walkPoints();
  /// Computes all channels of one or two windows as pairs.
  mlir::func::FuncOp makePairLeaf(llvm::StringRef suffix, int64_t columns);
  /// Computes the step's pixels in pairs.
  void walkPairs();
  /// Computes the step's pixels from the left to the right, windows at the
  /// sides by what is inside of them.
  void walkQuads();
  /// A group of columns that are computed at once, and what of its windows is
  /// inside the input.
  struct Group {
    int64_t x, columns;
    GroupKernel::Part inside;
  };
  llvm::SmallVector<Group> listGroups(const Variant &chosen,
                                      const Filters &given) const;
  /// Whether the step's pixels can be computed as the variant does.
  bool canWalkGroups(const Variant &chosen, const Filters &given) const;
  void walkGroups();
  /// Moves the addresses of a window's rows to that of the window `columns` on;
  /// `moveRows` in a loop where rows are alike, which is less code.
  void moveEachRow(mlir::Value rows, mlir::ValueRange advance, int64_t columns);
  void moveRows(mlir::Value rows, mlir::ValueRange advance, int64_t columns);
  /// Whether what finds rows and moves them is better short than fast: groups
  /// are large, and where weights are mixed flash is what counts.
  bool hasShortWalk() const {
    return groupKernel || (blockKernel && blockKernel->mixesWeights());
  }
  /// Puts the addresses of the patch's rows into `rows`.
  void readPatch(mlir::Value rows, const WindowGeometry &geometry);
  /// Number `index` of the columns that are not the `inside` ones from `first`
  /// on.
  mlir::Value outside(mlir::Value index, int64_t first, int64_t inside);
  int64_t countAlone(const Variant &chosen, int64_t columns) const;
  /// Computes column `x` of the output, the rows of whose window are at `rows`
  /// unless it is gathered.
  void computeAlone(mlir::Value x, mlir::Value top, mlir::Value rows,
                    mlir::func::FuncOp leaf);
  mlir::func::FuncOp makeGroupSingle();
  /// What of the windows at the sides is inside; nothing if there are too many
  /// of them.
  llvm::SmallVector<DepthwiseKernel::Part> findParts() const;
  /// Where the pixels of `columns` neighbours at `x` are, for that.
  llvm::SmallVector<mlir::Value> blockPixels(mlir::Value x, int64_t columns);
  /// Of the computed columns those whose windows lie inside the input, or over
  /// rows above and below it: first and last.
  std::pair<int64_t, int64_t> columnsInside(int64_t columnsTogether) const;
  /// Of the addresses of a window's rows, that of row `ky`.
  mlir::Value placeOfRow(mlir::Value rows, int64_t ky);
  mlir::Value placeOfRow(mlir::Value rows, mlir::Value ky);
  void storeRow(mlir::Value row, mlir::Value rows, int64_t ky);
  mlir::Value loadRow(mlir::Value rows, int64_t ky);
  /// Puts the addresses of the rows of the window at `column` into `rows`;
  /// returns how far each is from a column to the next: 0 outside the input,
  /// where all rows are the same padding.
  llvm::SmallVector<mlir::Value> findRows(mlir::Value top, int64_t column,
                                          mlir::Value rows);
  /// The first elements of a row of `columns` neighbouring windows.
  llvm::SmallVector<mlir::Value> inputsOf(mlir::Value row, int64_t columns);
  /// Adds the products of `columns` neighbouring windows, which are in
  /// registers if `kept` has any, to accumulators that start at 0.
  llvm::SmallVector<mlir::Value>
  accumulate(const Filters &read, mlir::Value rows, mlir::ValueRange kept,
             int64_t columns, mlir::Value weights, int64_t channels);
  /// Computes all channels of `columns` neighbours, or of a single pixel; of
  /// the latter as much as part `part` says.
  mlir::func::FuncOp makeLeaf(llvm::StringRef suffix, int64_t columns,
                              std::optional<int64_t> part = std::nullopt);
  /// Of windows at the sides that are read where they are: what of each is
  /// inside, and where its accumulators start.
  void setParts();
  /// The kernel of a depthwise layer that vectors compute.
  std::unique_ptr<DepthwiseKernel>
  makeVectorKernel(int64_t columns,
                   llvm::ArrayRef<DepthwiseKernel::Part> parts);
  mlir::func::FuncOp makeDepthwiseLeaf(llvm::StringRef suffix, int64_t columns);
  /// Requantizes and stores accumulators that started at 0.
  void finishPixels(const ChannelParameters &given,
                    mlir::ValueRange accumulators, int64_t columns,
                    mlir::Value output, mlir::ValueRange pointers);
  /// Stores one or two channels of four columns that were requantized.
  void storeColumns(llvm::ArrayRef<mlir::Value> scaled, mlir::Value output);
  /// What is carried behind a block of `channels` channels, with the weights of
  /// the next at `weights`.
  llvm::SmallVector<mlir::Value> behind(mlir::ValueRange carried,
                                        mlir::Value weights, int64_t channels);

  KernelContext &context;
  KernelBuilder &b;
  const Convolution self;
  /// Columns that are computed, before pooling.
  int64_t count;
  mlir::Value first;
  Source source;
  std::unique_ptr<Sink> sink;
  mlir::Value patch;
  /// For windows that are widened.
  mlir::Value room;
  PixelStore store;
  Filters filters;
  const Variant *variant = nullptr;
  Tile blocks;
  std::optional<ChannelParameters> parameters;
  llvm::SmallVector<DepthwiseKernel::Part> parts;
  std::vector<ChannelParameters> partParameters;
  mlir::LLVM::GlobalOp weights;
  /// In place of the variant's rows.
  std::optional<BlockKernel> blockKernel;
  std::unique_ptr<DepthwiseKernel> quadKernel;
  std::optional<PairKernel> pairKernel;
  std::optional<PointKernel> pointKernel;
  std::unique_ptr<GroupKernel> groupKernel;
  /// Windows in place that are computed at once.
  int64_t together = 0;
  /// Of the weights of an output channel.
  int64_t channelBytes = 0;
};

/// Builds the kernel of a convolution that accumulates rows.
void buildFullyConnected(KernelContext &context, Conv2DOp op);

/// The same variant where a layer runs channel by channel, which its plan may
/// decide after kernels are chosen: there is one accumulator then.
KernelAttr forOneChannel(KernelAttr kernel);

/// The choice of a variant and a tile of it.
KernelAttr makeKernel(mlir::MLIRContext *context, const Variant &variant,
                      const Filters &filters, Tile tile);

/// The variant and tile of `kernel` for these filters on `core`; where it is
/// null, for nobody chose, the direct one. The error says why there is none.
llvm::Expected<std::pair<const Variant *, Tile>>
resolveVariant(KernelAttr kernel, const Filters &filters, const Core &core);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_CONVOLUTION_FRAME_H
