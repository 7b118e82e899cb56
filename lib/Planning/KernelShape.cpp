//===- KernelShape.cpp - What the planner must know of a kernel -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/KernelShape.h"

#include <algorithm>

using namespace rtwmc::planning;

Map rtwmc::planning::makeMap(std::string name, const MapShape &shape) {
  Map Result;
  Result.name = std::move(name);
  Result.rows = shape.height;
  Result.rowBytes = shape.rowBytes();
  Result.elementBytes = Result.align = shape.elementBytes;
  return Result;
}

int64_t rtwmc::planning::windowCount(int64_t size, int64_t before,
                                     int64_t after, int64_t extent,
                                     int64_t stride) {
  int64_t Room = size + before + after - extent;
  return Room < 0 ? 0 : Room / stride + 1;
}

bool KernelShape::needsPatch() const {
  for (int64_t Pad : pad)
    if (Pad > 0)
      return true;
  return (kernelHeight > 1 && dilationHeight > 1) ||
         (kernelWidth > 1 && dilationWidth > 1);
}

bool KernelShape::canReadPacked() const {
  // Cursors walk from column to column, so windows must have all of them.
  return dilationWidth == 1;
}

bool KernelShape::canMoveIntoConvolution() const {
  if (kind == KernelKind::SumPool)
    return kernelHeight == input.height && kernelWidth == input.width;
  // Cropping behind is what a convolution does by itself with the pixels that
  // fill no window.
  return kind == KernelKind::MaxPool && strideHeight == kernelHeight &&
         strideWidth == kernelWidth && pad[0] == 0 && pad[2] == 0 &&
         input.height / kernelHeight == output.height &&
         input.width / kernelWidth == output.width;
}

int64_t KernelShape::passSteps() const {
  // One row of accumulators takes the input row by row.
  if (isGlobalSum())
    return kernelHeight;
  return output.height * std::max<int64_t>(pooledRows, 1);
}

/// What reading `from` takes when it is packed.
static void describePackedInput(const KernelShape &kernel,
                                const KernelInput &from, bool byChannel,
                                Input &input) {
  int64_t Channels = kernel.readChannels(byChannel);
  bool Cursors = kernel.readsThroughCursors();
  if (from.byChannel) {
    int64_t Rows = Cursors ? kernel.kernelHeight : 1;
    input.packedState = Rows * Channels * from.shape.rankBytes();
    if (!Cursors)
      input.packedState += from.shape.width * Channels;
  } else if (Cursors) {
    input.packedState =
        cursorBytes + 4 * (kernel.extentHeight() + kernel.kernelHeight);
  } else {
    input.packedState = cursorBytes + from.shape.rowBytes();
  }
  if (Cursors && !kernel.needsPatch())
    input.packedScratch = kernel.patchBytes(byChannel);
}

Layer rtwmc::planning::describeKernel(const KernelShape &kernel,
                                      std::span<const KernelInput> inputs,
                                      bool outputByChannel) {
  Layer Result;
  Window Rows{kernel.strideHeight, -kernel.pad[0], kernel.extentHeight()};
  if (kernel.isGlobalSum())
    Rows = {1, -kernel.pad[0], 1};
  Result.steps = kernel.passSteps();
  Result.stepsPerRow = Result.steps / kernel.output.height;
  Result.scratch = kernel.needsPatch() ? kernel.patchBytes(false) : 0;
  if (kernel.kind == KernelKind::Elementwise &&
      kernel.input.rowBytes() == kernel.output.rowBytes())
    Result.inPlace = 0;
  for (const KernelInput &From : inputs) {
    Input In;
    In.window = From.isReshaped ? Window{0, 0, From.shape.height} : Rows;
    describePackedInput(kernel, From, /*byChannel=*/false, In);
    Result.inputs.push_back(In);
  }
  // Pooled pixels are complete only after several steps, others at once.
  if (kernel.pooledRows > 0)
    Result.packedOutputState = kernel.output.rowBytes();
  else
    Result.packedOutputScratch = kernel.output.channels;
  if (!outputByChannel)
    return Result;

  // Channel by channel the layer walks over its whole input again and again, in
  // a single step for the planner.
  Layer Packed = Result;
  Packed.steps = Packed.stepsPerRow = 1;
  Packed.inPlace = -1;
  Packed.scratch = kernel.needsPatch() ? kernel.patchBytes(true) : 0;
  for (size_t I = 0; I < inputs.size(); ++I) {
    Packed.inputs[I].window = {0, 0, inputs[I].shape.height};
    describePackedInput(kernel, inputs[I], /*byChannel=*/true,
                        Packed.inputs[I]);
  }
  if (kernel.pooledRows > 0)
    Packed.packedOutputState = kernel.output.width;
  else
    Packed.packedOutputScratch = 1;
  Result.whenPacked.push_back(std::move(Packed));
  return Result;
}

void rtwmc::planning::findPackable(Network &network,
                                   std::span<const KernelTraits> kernels,
                                   const std::vector<bool> &prunable) {
  for (size_t M = 0; M < network.maps.size(); ++M)
    network.maps[M].packable = network.maps[M].elementBytes == 1 && prunable[M];
  for (size_t L = 0; L < network.layers.size(); ++L) {
    const Layer &Self = network.layers[L];
    network.maps[Self.output].packable &= kernels[L].canPrune;
    // A reshaped map is read as a whole: nothing would be gained.
    for (const Input &In : Self.inputs)
      network.maps[In.map].packable &=
          kernels[L].canReadPacked && In.window.stride != 0;
  }
  network.maps[network.inputMap].packable = false;
  network.maps[network.outputMap].packable = false;
}
