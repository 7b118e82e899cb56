//===- Shapes.cpp - A network made of layer shapes ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Shapes.h"

using namespace rtwmc::planning;

namespace {

/// Far above any microcontroller, and no product of them leaves 64 bits.
constexpr int64_t maxSize = 1 << 16, maxWindow = 1 << 8;
constexpr int64_t maxElements = 1 << 28;
constexpr int64_t maxMacs = int64_t(1) << 60;

std::string times(int64_t a, int64_t b) {
  return std::to_string(a) + "x" + std::to_string(b);
}

std::string text(const MapShape &shape) {
  return times(shape.height, shape.width) + "x" +
         std::to_string(shape.channels);
}

bool isSane(const MapShape &shape) {
  for (int64_t Size : {shape.height, shape.width})
    if (Size < 1 || Size > maxSize)
      return false;
  return shape.channels >= 1 && shape.channels <= maxSize &&
         shape.elements() <= maxElements;
}

bool isConvolution(LayerKind kind) {
  return kind == LayerKind::Convolution || kind == LayerKind::Depthwise ||
         kind == LayerKind::Dense;
}

bool isAverage(LayerKind kind) {
  return kind == LayerKind::AveragePool || kind == LayerKind::GlobalAverage;
}

/// Whether `kind` has windows that the caller describes.
bool hasWindow(LayerKind kind) {
  return kind == LayerKind::Convolution || kind == LayerKind::Depthwise ||
         kind == LayerKind::MaxPool || kind == LayerKind::AveragePool;
}

class Builder {
public:
  Builder(const NetworkShape &shape, const ShapeOptions &options)
      : Given(shape.layers), Input(shape.input), Opts(options) {}

  Expected<ShapedNetwork, std::string> run();

private:
  /// What is wrong with layer `index` or the sizes it leads to, else nothing;
  /// fills in `Kernels[index]`.
  std::string checkLayer(size_t index);
  std::string checkWindow(const LayerShape &layer) const;
  std::string describe(size_t index);
  void countWork(const LayerShape &layer, const KernelShape &kernel);
  void addLayer(size_t index);
  /// Adds a kernel and the map it writes, and returns the map.
  int addKernel(const std::string &name, const KernelShape &kernel,
                const std::vector<int> &maps, bool isReshaped, bool writesZero);
  void addConvolution(size_t index);
  void addElementwise(size_t index, std::vector<int> maps);
  void addSum(size_t index);
  void addPaperLayer(size_t index);

  const MapShape &shapeOf(int layer) const {
    return layer < 0 ? Input : Result.shapes[layer];
  }
  int mapOf(int layer) const { return layer < 0 ? 0 : Result.mapOf[layer]; }
  bool streamsByChannel(const MapShape &shape) const {
    return Opts.byChannel && shape.hasChannelOrder();
  }
  /// The only reader of layer `index`, or -1.
  int onlyReader(size_t index) const {
    return Readers[index].size() == 1 ? Readers[index].front() : -1;
  }
  std::string nameOf(size_t index) const {
    return Given[index].name.empty() ? "layer" + std::to_string(index + 1)
                                     : Given[index].name;
  }

  const std::vector<LayerShape> &Given;
  const MapShape &Input;
  const ShapeOptions &Opts;

  ShapedNetwork Result;
  /// By given layer: the kernel of it alone (of an average: of its sums), the
  /// layers that read it, where pooling was moved into a convolution the map
  /// that this one writes, and where an elementwise layer is computed by the
  /// only one that reads it, the maps which that reads instead.
  std::vector<KernelShape> Kernels;
  std::vector<std::vector<int>> Readers;
  std::vector<int> PooledMap;
  std::vector<std::vector<int>> MergedMaps;
  /// By layer of the network, and by map of it.
  std::vector<KernelTraits> Traits;
  std::vector<bool> ZeroKnown;
};

std::string Builder::checkWindow(const LayerShape &layer) const {
  for (int64_t Size :
       {layer.kernelHeight, layer.kernelWidth, layer.strideHeight,
        layer.strideWidth, layer.dilationHeight, layer.dilationWidth})
    if (Size < 1 || Size > maxWindow)
      return "sizes of windows, strides and dilations are 1 to " +
             std::to_string(maxWindow) + ", not " + std::to_string(Size);
  for (int64_t Size : layer.pad)
    if (Size < 0 || Size > maxSize)
      return "padding is 0 to " + std::to_string(maxSize) + ", not " +
             std::to_string(Size);
  bool IsPool = !isConvolution(layer.kind);
  if (IsPool && (layer.dilationHeight > 1 || layer.dilationWidth > 1))
    return "windows of a pooling are not dilated";
  if (layer.kind == LayerKind::AveragePool &&
      layer.pad != decltype(layer.pad)())
    return "an average over padding is not supported";
  return "";
}

std::string Builder::checkLayer(size_t index) {
  const LayerShape &Self = Given[index];
  size_t Expected = Self.kind == LayerKind::Add ? 2 : 1;
  if (Self.inputs.size() != Expected)
    return "reads " + std::to_string(Self.inputs.size()) + " maps instead of " +
           std::to_string(Expected);
  for (int From : Self.inputs) {
    if (From < -1 || From >= int(index))
      return "reads layer " + std::to_string(From + 1) +
             ", which is not before it";
    if (From >= 0)
      Readers[From].push_back(int(index));
  }
  if (isConvolution(Self.kind) &&
      (Self.channels < 1 || Self.channels > maxSize))
    return "filters, multipliers and units are 1 to " +
           std::to_string(maxSize) + ", not " + std::to_string(Self.channels);
  if (hasWindow(Self.kind))
    if (std::string Problem = checkWindow(Self); !Problem.empty())
      return Problem;
  if (Self.kind == LayerKind::Add &&
      shapeOf(Self.inputs[0]) != shapeOf(Self.inputs[1]))
    return "adds maps of " + text(shapeOf(Self.inputs[0])) + " and " +
           text(shapeOf(Self.inputs[1]));
  return describe(index);
}

std::string Builder::describe(size_t index) {
  const LayerShape &Self = Given[index];
  KernelShape K;
  K.input = shapeOf(Self.inputs[0]);
  if (hasWindow(Self.kind)) {
    K.kernelHeight = Self.kernelHeight;
    K.kernelWidth = Self.kernelWidth;
    K.strideHeight = Self.strideHeight;
    K.strideWidth = Self.strideWidth;
    K.dilationHeight = Self.dilationHeight;
    K.dilationWidth = Self.dilationWidth;
    K.pad = Self.pad;
  }
  int64_t Channels = K.input.channels;
  if (isConvolution(Self.kind)) {
    K.kind = KernelKind::Convolution;
    Channels = Self.channels;
    K.mixesChannels = Self.kind != LayerKind::Depthwise;
    if (!K.mixesChannels)
      Channels *= K.input.channels;
    if (Self.kind == LayerKind::Dense)
      K.input = {1, 1, K.input.elements(), 1};
  } else if (Self.kind == LayerKind::MaxPool) {
    K.kind = KernelKind::MaxPool;
  } else if (isAverage(Self.kind)) {
    K.kind = KernelKind::SumPool;
    if (Self.kind == LayerKind::GlobalAverage) {
      K.kernelHeight = K.input.height;
      K.kernelWidth = K.input.width;
    }
  }
  K.output = {windowCount(K.input.height, K.pad[0], K.pad[1], K.extentHeight(),
                          K.strideHeight),
              windowCount(K.input.width, K.pad[2], K.pad[3], K.extentWidth(),
                          K.strideWidth),
              Channels, 1};
  if (K.output.height < 1 || K.output.width < 1)
    return "a window of " + times(K.extentHeight(), K.extentWidth()) +
           " does not fit its input of " + text(K.input);
  if (!isSane(K.output))
    return "a result of " + text(K.output) + " is too large";
  countWork(Self, K);
  if (Result.macs > maxMacs)
    return "too many multiplications to count";
  Result.shapes.push_back(K.output);
  Kernels.push_back(K);
  return "";
}

void Builder::countWork(const LayerShape &layer, const KernelShape &kernel) {
  if (!isConvolution(layer.kind))
    return;
  int64_t Depth =
      layer.kind == LayerKind::Depthwise ? 1 : kernel.input.channels;
  int64_t Products = kernel.kernelHeight * kernel.kernelWidth * Depth;
  int64_t Channels = kernel.output.channels;
  Result.macs += Products * kernel.output.elements();
  Result.parameters += (Products + 1) * Channels;
  Result.constantBytes += (Products + 9) * Channels;
}

int Builder::addKernel(const std::string &name, const KernelShape &kernel,
                       const std::vector<int> &maps, bool isReshaped,
                       bool writesZero) {
  Network &Net = Result.network;
  std::vector<KernelInput> Inputs;
  for (int Map : maps) {
    MapShape Shape = kernel.input;
    Shape.elementBytes = Net.maps[Map].elementBytes;
    Inputs.push_back({Shape, isReshaped, streamsByChannel(Shape)});
  }
  Layer Self = describeKernel(kernel, Inputs, streamsByChannel(kernel.output));
  Self.name = name;
  bool IsMax = kernel.kind == KernelKind::MaxPool;
  for (size_t I = 0; I < maps.size(); ++I) {
    Self.inputs[I].map = maps[I];
    if (isReshaped)
      Self.inputs[I].window.extent = Net.maps[maps[I]].rows;
  }
  Self.output = int(Net.maps.size());
  for (Layer &Packed : Self.whenPacked) {
    Packed.name = name;
    Packed.output = Self.output;
    for (size_t I = 0; I < maps.size(); ++I) {
      Packed.inputs[I].map = maps[I];
      Packed.inputs[I].window.extent = Net.maps[maps[I]].rows;
    }
  }
  Net.maps.push_back(makeMap(name, kernel.output));
  Traits.push_back({true, kernel.canReadPacked()});
  // A maximum has the zero point of what it is the maximum of; a convolution
  // knows that of what it reads.
  ZeroKnown.push_back(writesZero || (IsMax && ZeroKnown[maps[0]]));
  if (kernel.kind == KernelKind::Convolution)
    ZeroKnown[maps[0]] = true;
  Net.layers.push_back(std::move(Self));
  return Net.layers.back().output;
}

void Builder::addConvolution(size_t index) {
  KernelShape K = Kernels[index];
  const MapShape &From = shapeOf(Given[index].inputs[0]);
  bool IsReshaped = Given[index].kind == LayerKind::Dense &&
                    (From.height > 1 || From.width > 1);
  int Pool = Opts.fusePooling ? onlyReader(index) : -1;
  if (Pool >= 0 && Kernels[Pool].canMoveIntoConvolution()) {
    K.pooledRows = Kernels[Pool].kernelHeight;
    K.output = Kernels[Pool].output;
    if (isAverage(Given[Pool].kind))
      K.output.elementBytes = 4;
  } else {
    Pool = -1;
  }
  int Map = addKernel(nameOf(index), K, {mapOf(Given[index].inputs[0])},
                      IsReshaped, K.output.elementBytes == 1);
  if (Pool >= 0)
    PooledMap[Pool] = Map;
  else
    Result.mapOf[index] = Map;
}

/// The scalar program of a sum, or of the rescale from 32-bit sums to averages;
/// computed by the elementwise layer that alone reads it, if there is one.
void Builder::addElementwise(size_t index, std::vector<int> maps) {
  int Reader = onlyReader(index);
  if (Reader >= 0 && Given[Reader].kind == LayerKind::Add) {
    MergedMaps[index] = std::move(maps);
    return;
  }
  KernelShape K;
  K.input = K.output = Kernels[index].output;
  K.input.elementBytes = Result.network.maps[maps[0]].elementBytes;
  Result.mapOf[index] = addKernel(nameOf(index), K, maps, false, false);
}

void Builder::addSum(size_t index) {
  std::vector<int> Maps;
  for (int From : Given[index].inputs)
    if (From >= 0 && !MergedMaps[From].empty())
      Maps.insert(Maps.end(), MergedMaps[From].begin(), MergedMaps[From].end());
    else
      Maps.push_back(mapOf(From));
  addElementwise(index, std::move(Maps));
}

void Builder::addPaperLayer(size_t index) {
  const KernelShape &K = Kernels[index];
  const LayerKind Kind = Given[index].kind;
  if ((Kind != LayerKind::Convolution && Kind != LayerKind::Depthwise) ||
      (K.input.height == 1 && K.input.width == 1 && K.output.height == 1 &&
       K.output.width == 1))
    return;
  PaperLayer Self{nameOf(index), K.input.elements(), K.output.elements(), 0};
  int Reader = onlyReader(index);
  if (Reader >= 0 && (Given[Reader].kind == LayerKind::MaxPool ||
                      Given[Reader].kind == LayerKind::AveragePool))
    Self.poolElements = Kernels[Reader].output.elements();
  Result.paperLayers.push_back(std::move(Self));
  Result.paperMaps.push_back(Result.mapOf[index]);
}

void Builder::addLayer(size_t index) {
  LayerKind Kind = Given[index].kind;
  if (isConvolution(Kind))
    return addConvolution(index);
  if (Kind == LayerKind::Add)
    return addSum(index);
  if (isAverage(Kind)) {
    int Sums = PooledMap[index];
    if (Sums < 0) {
      KernelShape K = Kernels[index];
      K.output.elementBytes = 4;
      Sums = addKernel(nameOf(index) + ".sums", K,
                       {mapOf(Given[index].inputs[0])}, false, false);
    }
    return addElementwise(index, {Sums});
  }
  Result.mapOf[index] = PooledMap[index];
  if (PooledMap[index] < 0)
    Result.mapOf[index] =
        addKernel(nameOf(index), Kernels[index],
                  {mapOf(Given[index].inputs[0])}, false, false);
}

Expected<ShapedNetwork, std::string> Builder::run() {
  if (!isSane(Input) || Input.elementBytes != 1)
    return std::string("an input of " + text(Input) +
                       " bytes is empty or too large");
  if (Given.empty())
    return std::string("the network has no layers");
  Readers.resize(Given.size());
  for (size_t I = 0; I < Given.size(); ++I)
    if (std::string Problem = checkLayer(I); !Problem.empty())
      return "layer " + std::to_string(I + 1) +
             (Given[I].name.empty() ? "" : " ('" + Given[I].name + "')") +
             ": " + Problem;
  for (size_t I = 0; I + 1 < Given.size(); ++I)
    if (Readers[I].empty())
      return "layer " + std::to_string(I + 1) + ": no layer reads its result";

  Network &Net = Result.network;
  Net.inputMap = 0;
  Net.maps.push_back(makeMap("input", Input));
  if (!Opts.inputInArena)
    Net.maps[0].residence = Residence::External;
  ZeroKnown.push_back(false);
  Result.mapOf.assign(Given.size(), -1);
  PooledMap.assign(Given.size(), -1);
  MergedMaps.resize(Given.size());
  for (size_t I = 0; I < Given.size(); ++I)
    addLayer(I);
  Net.outputMap = Result.mapOf.back();
  Net.maps[Net.outputMap].residence = Residence::External;
  findPackable(Net, Traits, ZeroKnown);
  for (size_t I = 0; I < Given.size(); ++I)
    addPaperLayer(I);
  return std::move(Result);
}

} // namespace

Expected<ShapedNetwork, std::string>
rtwmc::planning::makeNetwork(const NetworkShape &shape,
                             const ShapeOptions &options) {
  return Builder(shape, options).run();
}
