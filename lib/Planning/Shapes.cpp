//===- Shapes.cpp - A network made of layer shapes ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Shapes.h"
#include "rtwmc/Planning/Crop.h"
#include "rtwmc/Planning/PackedState.h"

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
  for (int64_t size : {shape.height, shape.width})
    if (size < 1 || size > maxSize)
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
      : given(shape.layers), input(shape.input), opts(options) {}

  Expected<ShapedNetwork, std::string> run();

private:
  /// What is wrong with layer `index` or the sizes it leads to, else nothing;
  /// fills in `Kernels[index]`.
  std::string checkLayer(size_t index);
  std::string checkWindow(const LayerShape &layer) const;
  std::string describe(size_t index);
  /// Makes layers compute only what is read of their results.
  void cropMaps();
  void countWork(const LayerShape &layer, const KernelShape &kernel);
  void addLayer(size_t index);
  /// Adds what strips must know of a kernel.
  void addSegmentLayer(const KernelShape &kernel, const std::vector<int> &maps,
                       bool isReshaped);
  /// Adds a kernel and the map it writes, and returns the map.
  int addKernel(const std::string &name, const KernelShape &kernel,
                const std::vector<int> &maps, bool isReshaped, bool writesZero);
  void addConvolution(size_t index);
  void addElementwise(size_t index, std::vector<int> maps);
  void addSum(size_t index);
  void addPaperLayer(size_t index);

  const MapShape &shapeOf(int layer) const {
    return layer < 0 ? input : result.shapes[layer];
  }
  /// The same, less what is not computed.
  const MapShape &madeBy(int layer) const {
    return layer < 0 ? input : kernels[layer].output;
  }
  int mapOf(int layer) const {
    return layer < 0 ? readMap : result.mapOf[layer];
  }
  /// The only reader of layer `index`, or -1.
  int onlyReader(size_t index) const {
    return readers[index].size() == 1 ? readers[index].front() : -1;
  }
  std::string nameOf(size_t index) const {
    return given[index].name.empty() ? "layer" + std::to_string(index + 1)
                                     : given[index].name;
  }

  const std::vector<LayerShape> &given;
  const MapShape &input;
  const ShapeOptions &opts;

  ShapedNetwork result;
  /// By given layer: the kernel of it alone (of an average: of its sums), the
  /// layers that read it, where pooling was moved into a convolution the map
  /// that this one writes, and where an elementwise layer is computed by the
  /// only one that reads it, the maps which that reads instead.
  std::vector<KernelShape> kernels;
  std::vector<std::vector<int>> readers;
  std::vector<int> pooledMap;
  std::vector<std::vector<int>> mergedMaps;
  /// By layer of the network, and by map of it.
  std::vector<KernelTraits> traits;
  std::vector<bool> zeroKnown;
  /// The map that readers of the network's input read.
  int readMap = 0;
};

std::string Builder::checkWindow(const LayerShape &layer) const {
  for (int64_t size :
       {layer.kernelHeight, layer.kernelWidth, layer.strideHeight,
        layer.strideWidth, layer.dilationHeight, layer.dilationWidth})
    if (size < 1 || size > maxWindow)
      return "sizes of windows, strides and dilations are 1 to " +
             std::to_string(maxWindow) + ", not " + std::to_string(size);
  for (int64_t size : layer.pad)
    if (size < 0 || size > maxSize)
      return "padding is 0 to " + std::to_string(maxSize) + ", not " +
             std::to_string(size);
  bool isPool = !isConvolution(layer.kind);
  if (isPool && (layer.dilationHeight > 1 || layer.dilationWidth > 1))
    return "windows of a pooling are not dilated";
  if (layer.kind == LayerKind::AveragePool &&
      layer.pad != decltype(layer.pad)())
    return "an average over padding is not supported";
  return "";
}

std::string Builder::checkLayer(size_t index) {
  const LayerShape &self = given[index];
  size_t expected = self.kind == LayerKind::Add ? 2 : 1;
  if (self.inputs.size() != expected)
    return "reads " + std::to_string(self.inputs.size()) + " maps instead of " +
           std::to_string(expected);
  for (int from : self.inputs) {
    if (from < -1 || from >= int(index))
      return "reads layer " + std::to_string(from + 1) +
             ", which is not before it";
    if (from >= 0)
      readers[from].push_back(int(index));
  }
  if (isConvolution(self.kind) &&
      (self.channels < 1 || self.channels > maxSize))
    return "filters, multipliers and units are 1 to " +
           std::to_string(maxSize) + ", not " + std::to_string(self.channels);
  if (hasWindow(self.kind))
    if (std::string problem = checkWindow(self); !problem.empty())
      return problem;
  if (self.kind == LayerKind::Add &&
      shapeOf(self.inputs[0]) != shapeOf(self.inputs[1]))
    return "adds maps of " + text(shapeOf(self.inputs[0])) + " and " +
           text(shapeOf(self.inputs[1]));
  return describe(index);
}

std::string Builder::describe(size_t index) {
  const LayerShape &self = given[index];
  KernelShape k;
  k.input = shapeOf(self.inputs[0]);
  if (hasWindow(self.kind)) {
    k.kernelHeight = self.kernelHeight;
    k.kernelWidth = self.kernelWidth;
    k.strideHeight = self.strideHeight;
    k.strideWidth = self.strideWidth;
    k.dilationHeight = self.dilationHeight;
    k.dilationWidth = self.dilationWidth;
    k.pad = self.pad;
  }
  int64_t channels = k.input.channels;
  if (isConvolution(self.kind)) {
    k.kind = KernelKind::Convolution;
    channels = self.channels;
    k.mixesChannels = self.kind != LayerKind::Depthwise;
    if (!k.mixesChannels)
      channels *= k.input.channels;
    if (self.kind == LayerKind::Dense)
      k.input = {1, 1, k.input.elements(), 1};
  } else if (self.kind == LayerKind::MaxPool) {
    k.kind = KernelKind::MaxPool;
  } else if (isAverage(self.kind)) {
    k.kind = KernelKind::SumPool;
    if (self.kind == LayerKind::GlobalAverage) {
      k.kernelHeight = k.input.height;
      k.kernelWidth = k.input.width;
    }
  }
  k.output = {windowCount(k.input.height, k.pad[0], k.pad[1], k.extentHeight(),
                          k.strideHeight),
              windowCount(k.input.width, k.pad[2], k.pad[3], k.extentWidth(),
                          k.strideWidth),
              channels, 1};
  if (k.output.height < 1 || k.output.width < 1)
    return "a window of " + times(k.extentHeight(), k.extentWidth()) +
           " does not fit its input of " + text(k.input);
  if (self.kind == LayerKind::Dense && !opts.wholeMaps && self.inputs[0] >= 0) {
    KernelShape rows = k;
    rows.input = shapeOf(self.inputs[0]);
    rows.kernelHeight = rows.input.height;
    rows.kernelWidth = rows.input.width;
    if (rows.accumulatesRows())
      k = rows;
  }
  if (!isSane(k.output))
    return "a result of " + text(k.output) + " is too large";
  result.shapes.push_back(k.output);
  kernels.push_back(k);
  return "";
}

void Builder::cropMaps() {
  auto readsAll = [&](size_t index) {
    return given[index].kind == LayerKind::Dense;
  };
  auto cropLayer = [](KernelShape &k, const Area &made, const Area &read) {
    WindowAxes axes = windowAxesOf(k);
    for (int i : {0, 1})
      axes[i] = axes[i].cropped(made[i], read[i]);
    k.strideHeight = axes[0].stride;
    k.strideWidth = axes[1].stride;
    k.pad = {axes[0].before, axes[0].after, axes[1].before, axes[1].after};
  };
  std::vector<Area> areas(given.size());
  areas.back() = areaOf(kernels.back().output);
  bool hasGrown = true;
  auto add = [&](int layer, const Area &area) {
    if (layer < 0)
      return;
    for (int axis : {0, 1}) {
      Places more = unite(areas[layer][axis], area[axis]);
      hasGrown |= !(more == areas[layer][axis]);
      areas[layer][axis] = more;
    }
  };
  auto visit = [&](size_t i) {
    bool isSum = given[i].kind == LayerKind::Add;
    // What is added has the shape of the sum, whatever others read of it.
    for (int from : given[i].inputs)
      if (isSum)
        add(int(i), from < 0 ? areaOf(input) : areas[from]);
    WindowAxes axes = windowAxesOf(kernels[i]);
    for (int from : given[i].inputs) {
      Area read = areas[i];
      for (int axis : {0, 1})
        if (!isSum)
          read[axis] = axes[axis].readBy(areas[i][axis]);
      add(from, readsAll(i) ? areaOf(shapeOf(from)) : read);
    }
  };
  while (hasGrown) {
    hasGrown = false;
    for (size_t i = given.size(); i-- > 0;)
      visit(i);
  }
  for (size_t i = 0; i < given.size(); ++i) {
    KernelShape &k = kernels[i];
    int from = given[i].inputs[0];
    Area read = from < 0 ? areaOf(input) : areas[from];
    if (!readsAll(i)) {
      if (given[i].kind != LayerKind::Add)
        cropLayer(k, areas[i], read);
      k.input.height = read[0].count;
      k.input.width = read[1].count;
    }
    k.output.height = areas[i][0].count;
    k.output.width = areas[i][1].count;
  }
}

void Builder::countWork(const LayerShape &layer, const KernelShape &kernel) {
  if (!isConvolution(layer.kind))
    return;
  int64_t depth =
      layer.kind == LayerKind::Depthwise ? 1 : kernel.input.channels;
  int64_t products = kernel.kernelHeight * kernel.kernelWidth * depth;
  int64_t channels = kernel.output.channels;
  result.macs += products * kernel.output.elements();
  result.parameters += (products + 1) * channels;
  result.constantBytes += (products + ChannelConstants().bytes()) * channels;
}

/// Multiply-accumulates of a layer with a kernel of its own.
static int64_t countMacs(const KernelShape &kernel) {
  if (kernel.kind != KernelKind::Convolution)
    return 0;
  int64_t depth = kernel.mixesChannels ? kernel.input.channels : 1;
  int64_t pixels = kernel.output.height * kernel.output.width *
                   std::max<int64_t>(kernel.pooledRows, 1) *
                   std::max<int64_t>(kernel.pooledColumns, 1);
  return kernel.kernelHeight * kernel.kernelWidth * depth *
         kernel.output.channels * pixels;
}

void Builder::addSegmentLayer(const KernelShape &kernel,
                              const std::vector<int> &maps, bool isReshaped) {
  result.segments.emplace_back();
  if (isReshaped)
    return;
  SegmentLayer self{kernel, {}, countMacs(kernel)};
  // The network's input is map 0, and each layer adds one.
  for (int map : maps)
    self.inputs.push_back({map - 1, kernel.input.width});
  result.segments.back() = std::move(self);
}

int Builder::addKernel(const std::string &name, const KernelShape &kernel,
                       const std::vector<int> &maps, bool isReshaped,
                       bool writesZero) {
  Network &net = result.network;
  std::vector<KernelInput> inputs;
  for (int map : maps) {
    MapShape shape = kernel.input;
    shape.elementBytes = net.maps[map].elementBytes;
    inputs.push_back({shape, isReshaped, opts.order});
  }
  Layer self = describeKernel(kernel, inputs, opts.order);
  self.name = name;
  bool isMax = kernel.kind == KernelKind::MaxPool;
  for (size_t i = 0; i < maps.size(); ++i) {
    self.inputs[i].map = maps[i];
    if (isReshaped)
      self.inputs[i].window.extent = net.maps[maps[i]].rows;
  }
  self.output = int(net.maps.size());
  for (Layer &packed : self.whenPacked) {
    packed.name = name;
    packed.output = self.output;
    for (size_t i = 0; i < maps.size(); ++i) {
      packed.inputs[i].map = maps[i];
      packed.inputs[i].window.extent = net.maps[maps[i]].rows;
    }
  }
  addSegmentLayer(kernel, maps, isReshaped);
  net.maps.push_back(makeMap(name, kernel.output));
  traits.push_back({kernel.canPrune(opts.order),
                    kernel.canReadPacked(opts.order), kernel.repeatsRows()});
  // A maximum has the zero point of what it is the maximum of; a convolution
  // knows that of what it reads.
  zeroKnown.push_back(writesZero || (isMax && zeroKnown[maps[0]]));
  if (kernel.kind == KernelKind::Convolution)
    zeroKnown[maps[0]] = true;
  net.layers.push_back(std::move(self));
  return net.layers.back().output;
}

void Builder::addConvolution(size_t index) {
  KernelShape k = kernels[index];
  bool isReshaped = !(k.input == madeBy(given[index].inputs[0]));
  int pool = opts.wholeMaps ? -1 : onlyReader(index);
  if (pool >= 0 && kernels[pool].canMoveIntoConvolution()) {
    k.pooledRows = kernels[pool].kernelHeight;
    k.pooledColumns = kernels[pool].kernelWidth;
    k.output = kernels[pool].output;
    if (isAverage(given[pool].kind))
      k.output.elementBytes = 4;
  } else {
    pool = -1;
  }
  int map = addKernel(nameOf(index), k, {mapOf(given[index].inputs[0])},
                      isReshaped, k.output.elementBytes == 1);
  if (pool >= 0)
    pooledMap[pool] = map;
  else
    result.mapOf[index] = map;
}

/// The scalar program of a sum, or of the rescale from 32-bit sums to averages;
/// computed by the elementwise layer that alone reads it, if there is one.
void Builder::addElementwise(size_t index, std::vector<int> maps) {
  int reader = onlyReader(index);
  if (reader >= 0 && given[reader].kind == LayerKind::Add) {
    mergedMaps[index] = std::move(maps);
    return;
  }
  KernelShape k;
  k.input = k.output = kernels[index].output;
  k.input.elementBytes = result.network.maps[maps[0]].elementBytes;
  result.mapOf[index] = addKernel(nameOf(index), k, maps, false, false);
}

void Builder::addSum(size_t index) {
  std::vector<int> maps;
  for (int from : given[index].inputs)
    if (from >= 0 && !mergedMaps[from].empty())
      maps.insert(maps.end(), mergedMaps[from].begin(), mergedMaps[from].end());
    else
      maps.push_back(mapOf(from));
  addElementwise(index, std::move(maps));
}

void Builder::addPaperLayer(size_t index) {
  const KernelShape &k = kernels[index];
  const LayerKind kind = given[index].kind;
  if ((kind != LayerKind::Convolution && kind != LayerKind::Depthwise) ||
      (k.input.height == 1 && k.input.width == 1 && k.output.height == 1 &&
       k.output.width == 1))
    return;
  PaperLayer self{nameOf(index), k.input.elements(), k.output.elements(), 0};
  int reader = onlyReader(index);
  if (reader >= 0 && (given[reader].kind == LayerKind::MaxPool ||
                      given[reader].kind == LayerKind::AveragePool))
    self.poolElements = kernels[reader].output.elements();
  result.paperLayers.push_back(std::move(self));
  result.paperMaps.push_back(result.mapOf[index]);
}

void Builder::addLayer(size_t index) {
  LayerKind kind = given[index].kind;
  if (isConvolution(kind))
    return addConvolution(index);
  if (kind == LayerKind::Add)
    return addSum(index);
  if (isAverage(kind)) {
    int sums = pooledMap[index];
    if (sums < 0) {
      KernelShape k = kernels[index];
      k.output.elementBytes = 4;
      sums = addKernel(nameOf(index) + ".sums", k,
                       {mapOf(given[index].inputs[0])}, false, false);
    }
    return addElementwise(index, {sums});
  }
  result.mapOf[index] = pooledMap[index];
  if (pooledMap[index] < 0)
    result.mapOf[index] =
        addKernel(nameOf(index), kernels[index],
                  {mapOf(given[index].inputs[0])}, false, false);
}

Expected<ShapedNetwork, std::string> Builder::run() {
  if (!isSane(input) || input.elementBytes != 1)
    return std::string("an input of " + text(input) +
                       " bytes is empty or too large");
  if (given.empty())
    return std::string("the network has no layers");
  readers.resize(given.size());
  for (size_t i = 0; i < given.size(); ++i)
    if (std::string problem = checkLayer(i); !problem.empty())
      return "layer " + std::to_string(i + 1) +
             (given[i].name.empty() ? "" : " ('" + given[i].name + "')") +
             ": " + problem;
  for (size_t i = 0; i + 1 < given.size(); ++i)
    if (readers[i].empty())
      return "layer " + std::to_string(i + 1) + ": no layer reads its result";
  if (!opts.wholeMaps)
    cropMaps();
  for (size_t i = 0; i < given.size(); ++i) {
    countWork(given[i], kernels[i]);
    if (result.macs > maxMacs)
      return std::string("too many multiplications to count");
  }

  Network &net = result.network;
  net.inputMap = 0;
  net.maps.push_back(makeMap("input", input));
  if (opts.input != InputPlace::Arena)
    net.maps[0].residence = Residence::External;
  zeroKnown.push_back(false);
  if (opts.input == InputPlace::Rows) {
    KernelShape rows;
    rows.kind = KernelKind::Rows;
    rows.input = rows.output = input;
    readMap = addKernel("rows1", rows, {0}, false, false);
  }
  result.mapOf.assign(given.size(), -1);
  pooledMap.assign(given.size(), -1);
  mergedMaps.resize(given.size());
  for (size_t i = 0; i < given.size(); ++i)
    addLayer(i);
  net.outputMap = result.mapOf.back();
  net.maps[net.outputMap].residence = Residence::External;
  findPackable(net, traits, zeroKnown, opts.order);
  for (size_t i = 0; i < given.size(); ++i)
    addPaperLayer(i);
  return std::move(result);
}

/// `shape` with rows and columns exchanged.
NetworkShape turned(NetworkShape shape) {
  std::swap(shape.input.height, shape.input.width);
  for (LayerShape &layer : shape.layers) {
    std::swap(layer.kernelHeight, layer.kernelWidth);
    std::swap(layer.strideHeight, layer.strideWidth);
    std::swap(layer.dilationHeight, layer.dilationWidth);
    layer.pad = {layer.pad[2], layer.pad[3], layer.pad[0], layer.pad[1]};
  }
  return shape;
}

} // namespace

Expected<ShapedNetwork, std::string>
rtwmc::planning::makeNetwork(const NetworkShape &shape,
                             const ShapeOptions &options) {
  Expected<ShapedNetwork, std::string> given = Builder(shape, options).run();
  auto isRow = [](const MapShape &map) { return map.height == 1; };
  if (!given || options.wholeMaps || !isRow(shape.input) ||
      !std::all_of(given->shapes.begin(), given->shapes.end(), isRow))
    return given;
  // Maps of one row stream along their columns.
  Expected<ShapedNetwork, std::string> streamed =
      Builder(turned(shape), options).run();
  if (streamed)
    streamed->shapes = std::move(given->shapes);
  return streamed;
}
