//===- KernelShape.cpp - From a layer's shape to its needs ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/KernelShape.h"
#include "rtwmc/Planning/PackedState.h"

#include <algorithm>

using namespace rtwmc::planning;

Map rtwmc::planning::makeMap(std::string name, const MapShape &shape) {
  Map result;
  result.name = std::move(name);
  result.rows = shape.height;
  result.rowBytes = shape.rowBytes();
  result.elementBytes = result.align = shape.elementBytes;
  return result;
}

int64_t rtwmc::planning::windowCount(int64_t size, int64_t before,
                                     int64_t after, int64_t extent,
                                     int64_t stride) {
  int64_t room = size + before + after - extent;
  return room < 0 ? 0 : room / stride + 1;
}

bool KernelShape::needsPatch() const {
  if (kind == KernelKind::Gather)
    return false;
  for (int64_t side : pad)
    if (side > 0)
      return true;
  return (kernelHeight > 1 && (dilationHeight > 1 || divisorHeight > 1)) ||
         (kernelWidth > 1 && dilationWidth > 1);
}

/// A product of maps reads rows as a gather does, of each input in its own way.
static bool isProduct(const KernelShape &kernel) {
  return kernel.kind == KernelKind::Gather && kernel.mixesChannels;
}

/// Channels whose sums are made of a line together: what reading it back takes,
/// about five instructions an element, is then a small part of their products.
static constexpr int64_t mostLineChannels = 16;

/// Bytes that must be saved: the code takes more stack than that for windows.
static constexpr int64_t leastLineSaving = 64;

int64_t KernelShape::lineChannels() const {
  return std::min(mostLineChannels, output.channels);
}

bool KernelShape::readsLines(const MapShape &from, StreamOrder order) const {
  // Kernels with scratch compute whole windows.
  return kind == KernelKind::Convolution && mixesChannels && scratch == 0 &&
         !holdsInputWindow && !needsPatch() &&
         readsThroughCursors(from, order) && !from.streamsByChannel(order) &&
         lineScratch() + leastLineSaving <= patchBytes(false);
}

bool KernelShape::canReadPacked(StreamOrder order) const {
  if (isProduct(*this))
    return order == StreamOrder::NHWC;
  // A packed row is read back once, in order: rows that go forward one by one,
  // none of them outside the input.
  if (kind == KernelKind::Gather) {
    Window rows{strideHeight, -pad[0], kernelHeight, divisorHeight, clampsRows};
    int64_t last = output.height - 1;
    auto isThere = [&](int64_t step) {
      auto [begin, end] = rows.rowsAt(step, input.height);
      return end == begin + 1;
    };
    return strideHeight > 0 && !input.streamsByChannel(order) && isThere(0) &&
           isThere(last) && kernelHeight == 1;
  }
  // Cursors walk from column to column, so windows must have all of them.
  return dilationWidth == 1 &&
         !(repeatsRows() && input.streamsByChannel(order));
}

bool KernelShape::canMoveIntoConvolution() const {
  if (kind == KernelKind::SumPool)
    return kernelHeight == input.height && kernelWidth == input.width &&
           !needsPatch();
  // Cropping behind is what a convolution does by itself with the pixels that
  // fill no window.
  return kind == KernelKind::MaxPool && strideHeight == kernelHeight &&
         strideWidth == kernelWidth && pad[0] == 0 && pad[2] == 0 &&
         input.height / kernelHeight == output.height &&
         input.width / kernelWidth == output.width;
}

bool KernelShape::accumulatesRows() const {
  return kind == KernelKind::Convolution && mixesChannels && pooledRows == 0 &&
         divisorHeight == 1 && kernelHeight == input.height &&
         kernelWidth == input.width && !needsPatch() && output.height == 1 &&
         output.width == 1 && input.height > 1 &&
         (output.elementBytes == 4 ||
          4 * output.channels < (input.height - 1) * input.rowBytes());
}

int64_t KernelShape::passSteps() const {
  if (takesRowsInTurn())
    return kernelHeight;
  return output.height * std::max<int64_t>(pooledRows, 1);
}

/// What reading `from` takes when it is packed.
static void describePackedInput(const KernelShape &kernel,
                                const KernelInput &from, bool byChannel,
                                Input &input) {
  int64_t channels = kernel.readChannels(from.shape, byChannel);
  bool cursors = kernel.readsThroughCursors(from.shape, from.order);
  int64_t rowsBytes = kernel.rowsReadBack(from.shape) * from.shape.rowBytes();
  if (from.shape.streamsByChannel(from.order)) {
    int64_t rows = cursors ? kernel.kernelHeight : 1;
    ChannelReaderState state{rows, channels, from.shape.rankBytes()};
    input.packedState = state.bytes(cursors ? 0 : from.shape.width * channels);
  } else if (cursors) {
    input.packedState =
        WindowReaderState{kernel.extentHeight(), kernel.kernelHeight}.bytes();
  } else {
    input.packedState = RowReaderState{rowsBytes}.bytes();
  }
  if (!byChannel && kernel.readsLines(from.shape, from.order))
    input.packedScratch = kernel.lineScratch();
  else if (cursors && !kernel.needsPatch())
    input.packedScratch = kernel.patchBytes(byChannel);
  RowUnitReader reader{cursors ? kernel.kernelHeight : 0};
  input.packedRowScratch =
      reader.room() + (cursors ? input.packedScratch : rowsBytes);
}

Layer rtwmc::planning::describeKernel(const KernelShape &kernel,
                                      std::span<const KernelInput> inputs,
                                      StreamOrder outputOrder) {
  Layer result;
  Window rows{kernel.strideHeight, -kernel.pad[0], kernel.rowsUnderWindow(),
              kernel.divisorHeight, kernel.clampsRows};
  if (kernel.takesRowsInTurn())
    rows = {1, -kernel.pad[0], 1};
  bool isGather = kernel.kind == KernelKind::Gather;
  result.steps = kernel.passSteps();
  result.stepsPerRow = result.steps / kernel.output.height;
  int64_t patches = kernel.needsPatch() ? kernel.columnsAtOnce : 0;
  result.scratch = patches * kernel.patchBytes(false);
  if (kernel.scratch > 0) {
    result.scratch = kernel.scratch;
    result.scratchAlign = kernelScratchAlign;
  }
  result.state = kernel.accumulatorBytes();
  result.stateAlign = 4;
  bool isPointwise = kernel.kind == KernelKind::Pointwise;
  if (isPointwise && kernel.input.rowBytes() == kernel.output.rowBytes()) {
    // Others have an element for several of the result.
    auto whole = std::ranges::find(inputs, kernel.input, &KernelInput::shape);
    result.inPlace = whole == inputs.end() ? 0 : int(whole - inputs.begin());
    result.overwritesAny = true;
  }
  for (const KernelInput &from : inputs) {
    Input in;
    // Of an input with one row for all it is read by every step.
    // Nor can rows be asked for in another order than they are made.
    bool isWhole =
        from.isReshaped || kernel.kind == KernelKind::Rows ||
        (isGather && kernel.strideHeight <= 0) ||
        (isPointwise && from.shape.height == 1 && kernel.output.height > 1);
    in.window = isWhole ? Window{0, 0, from.shape.height} : rows;
    if (isProduct(kernel) && !isWhole)
      in.window.divisor = kernel.output.height / from.shape.height;
    describePackedInput(kernel, from, /*byChannel=*/false, in);
    result.inputs.push_back(in);
  }
  // Pooled pixels are complete only after several steps, others at once.
  if (kernel.pooledRows > 0)
    result.packedOutputState = kernel.output.rowBytes();
  else
    result.packedOutputScratch =
        kernel.prunesRows() ? kernel.output.rowBytes() : kernel.output.channels;
  if (!kernel.output.streamsByChannel(outputOrder))
    return result;

  // Channel by channel the layer walks over its whole input again and again, in
  // a single step for the planner.
  Layer packed = result;
  packed.steps = packed.stepsPerRow = 1;
  packed.inPlace = -1;
  if (kernel.scratch == 0)
    packed.scratch = patches * kernel.patchBytes(true);
  for (size_t i = 0; i < inputs.size(); ++i) {
    packed.inputs[i].window = {0, 0, inputs[i].shape.height};
    describePackedInput(kernel, inputs[i], /*byChannel=*/true,
                        packed.inputs[i]);
  }
  if (kernel.pooledRows > 0)
    packed.packedOutputState = kernel.output.width;
  else
    packed.packedOutputScratch = kernel.prunesRows() ? kernel.output.width : 1;
  result.whenPacked.push_back(std::move(packed));
  return result;
}

void rtwmc::planning::findPackable(Network &network,
                                   std::span<const KernelTraits> kernels,
                                   const std::vector<bool> &prunable,
                                   StreamOrder order) {
  for (size_t m = 0; m < network.maps.size(); ++m)
    network.maps[m].packable = network.maps[m].elementBytes == 1 && prunable[m];
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer &self = network.layers[i];
    network.maps[self.output].packable &= kernels[i].canPrune;
    // A reshaped map is read as a whole: nothing would be gained.
    for (const Input &in : self.inputs)
      network.maps[in.map].packable &=
          kernels[i].canReadPacked && in.window.stride != 0;
  }
  for (size_t m = 0; m < network.maps.size(); ++m)
    if (network.isInput(int(m)) || network.isOutput(int(m)))
      network.maps[m].packable = false;
  for (Map &map : network.maps)
    map.rowPackable =
        map.packable && map.rows > 1 && order == StreamOrder::NHWC;
  for (size_t i = 0; i < network.layers.size(); ++i)
    for (const Input &in : network.layers[i].inputs)
      network.maps[in.map].packable &= !kernels[i].repeatsRows;
}
