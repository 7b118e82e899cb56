//===- Convolution.cpp - Row kernels of convolutions ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Builder/Requantize.h"
#include "../Input/Windows.h"
#include "../Layers.h"
#include "../Output/Pooling.h"
#include "../Output/Sink.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// The dot products of a pixel: `blockSize` output channels at a time over
/// windows whose rows are `length` elements long. A layer that runs by channel
/// has blocks of one channel.
///
/// Weights lie in flash in the order in which the loop reads them: for each
/// block of channels and each row, first groups of four elements (a word for
/// each channel of the block), then what is left, element by element. Without
/// DSP instructions everything is element by element.
class DotProduct {
public:
  DotProduct(const Core &core, ArrayRef<int16_t> weights, int64_t channels,
             int64_t height, int64_t length, bool byChannel);

  /// Bytes of the weights of a channel, if blocks are of one.
  int64_t channelBytes() const { return height * length * elementBytes(); }
  int64_t blockSize() const { return block; }
  int64_t elementBytes() const { return wide ? 2 : 1; }
  /// Puts the weights into flash and returns their address.
  Value emitWeights(KernelBuilder &b, StringRef name) const;
  /// Adds one row of the window to the accumulators of `channels` channels.
  /// `carried` is the weights' address and the accumulators.
  SmallVector<Value> row(KernelBuilder &b, Value input, ValueRange carried,
                         int64_t channels) const;

private:
  void group(KernelBuilder &b, Value input, int64_t at,
             SmallVector<Value> &carried, int64_t weightAt,
             int64_t channels) const;
  void element(KernelBuilder &b, Value input, int64_t at,
               SmallVector<Value> &carried, int64_t weightAt,
               int64_t channels) const;

  ArrayRef<int16_t> weights;
  int64_t channels, height, length, block;
  bool wide, useGroups;
};

} // namespace

DotProduct::DotProduct(const Core &core, ArrayRef<int16_t> weights,
                       int64_t channels, int64_t height, int64_t length,
                       bool byChannel)
    : weights(weights), channels(channels), height(height), length(length) {
  wide = llvm::any_of(weights, [](int16_t w) { return w != int8_t(w); });
  useGroups = core.dsp && !wide;
  // As many accumulators as stay in registers beside two pointers and the
  // operands; a divisor of the channels saves the code of a remainder.
  int64_t most = byChannel ? 1 : core.registers >= 12 ? 4 : 2;
  block = std::min(most, channels);
  for (int64_t size = most; size >= std::max<int64_t>(2, most - 1); --size)
    if (channels % size == 0) {
      block = size;
      break;
    }
}

Value DotProduct::emitWeights(KernelBuilder &b, StringRef name) const {
  SmallVector<int8_t> bytes;
  auto put = [&](int64_t channel, int64_t row, int64_t element) {
    int16_t w = weights[(channel * height + row) * length + element];
    bytes.push_back(static_cast<int8_t>(w & 0xff));
    if (wide)
      bytes.push_back(static_cast<int8_t>(w >> 8));
  };
  int64_t grouped = useGroups ? length / 4 * 4 : 0;
  for (int64_t first = 0; first < channels; first += block) {
    int64_t last = std::min(first + block, channels);
    for (int64_t row = 0; row < height; ++row) {
      for (int64_t element = 0; element < grouped; element += 4)
        for (int64_t channel = first; channel < last; ++channel)
          for (int64_t lane = 0; lane < 4; ++lane)
            put(channel, row, element + lane);
      for (int64_t element = grouped; element < length; ++element)
        for (int64_t channel = first; channel < last; ++channel)
          put(channel, row, element);
    }
  }
  return b.constantBytes(name, bytes);
}

void DotProduct::group(KernelBuilder &b, Value input, int64_t at,
                       SmallVector<Value> &carried, int64_t weightAt,
                       int64_t channels) const {
  auto split = [&](Value word) {
    Value even = b.intrinsic("llvm.arm.sxtb16", word);
    Value low = arith::ShRUIOp::create(b, word, b.i32(8));
    Value high = arith::ShLIOp::create(b, word, b.i32(24));
    Value rotated = arith::OrIOp::create(b, low, high);
    Value odd = b.intrinsic("llvm.arm.sxtb16", rotated);
    return std::pair(even, odd);
  };
  auto [even, odd] = split(b.loadWord(input, at, 1));
  for (int64_t channel = 0; channel < channels; ++channel) {
    auto [weightEven, weightOdd] =
        split(b.loadWord(carried[0], weightAt + 4 * channel, 1));
    Value &accumulator = carried[1 + channel];
    accumulator =
        b.intrinsic("llvm.arm.smlad", {even, weightEven, accumulator});
    accumulator = b.intrinsic("llvm.arm.smlad", {odd, weightOdd, accumulator});
  }
}

void DotProduct::element(KernelBuilder &b, Value input, int64_t at,
                         SmallVector<Value> &carried, int64_t weightAt,
                         int64_t channels) const {
  Value x = b.loadByte(input, at);
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t bytes = weightAt + channel * elementBytes();
    Value w;
    if (wide) {
      Value half = LLVM::LoadOp::create(b, b.getI16Type(),
                                        b.offset(carried[0], bytes), 1);
      w = arith::ExtSIOp::create(b, b.getI32Type(), half);
    } else {
      w = b.loadByte(carried[0], bytes);
    }
    Value product = arith::MulIOp::create(b, x, w);
    carried[1 + channel] = b.add(carried[1 + channel], product);
  }
}

SmallVector<Value> DotProduct::row(KernelBuilder &b, Value input,
                                   ValueRange start, int64_t channels) const {
  int64_t unit = useGroups ? 4 : 1;
  int64_t units = length / unit;
  // Long rows are loops over a few units, short ones straight-line code.
  int64_t unroll = useGroups ? 2 : 4;
  bool straight = units <= (useGroups ? 5 : 8);
  int64_t unitBytes = unit * channels * elementBytes();
  auto emitUnit = [&](Value from, SmallVector<Value> &carried, int64_t index,
                      int64_t weightAt) {
    if (useGroups)
      group(b, from, index * unit, carried, weightAt, channels);
    else
      element(b, from, index, carried, weightAt, channels);
  };

  SmallVector<Value> carried(start);
  int64_t done = 0;
  if (!straight) {
    SmallVector<Value> initial{input};
    initial.append(carried);
    ValueRange results =
        b.loop(0, units / unroll, initial, [&](Value, ValueRange values) {
          SmallVector<Value> inner(values.drop_front());
          for (int64_t i = 0; i < unroll; ++i)
            emitUnit(values[0], inner, i, i * unitBytes);
          inner[0] = b.offset(inner[0], unroll * unitBytes);
          inner.insert(inner.begin(), b.offset(values[0], unroll * unit));
          return inner;
        });
    done = units / unroll * unroll;
    input = results[0];
    carried.assign(results.begin() + 1, results.end());
  }
  int64_t weightAt = 0;
  int64_t rest = units - done;
  for (int64_t i = 0; i < rest; ++i, weightAt += unitBytes)
    emitUnit(input, carried, i, weightAt);
  for (int64_t i = units * unit; i < length; ++i) {
    element(b, input, i - done * unit, carried, weightAt, channels);
    weightAt += channels * elementBytes();
  }
  carried[0] = b.offset(carried[0], weightAt);
  return carried;
}

/// The weights less their zero point.
static SmallVector<int16_t> effectiveWeights(ElementsAttr weight,
                                             int32_t zeroPoint) {
  SmallVector<int16_t> result;
  for (int8_t value : weight.getValues<int8_t>())
    result.push_back(static_cast<int16_t>(value - zeroPoint));
  return result;
}

/// The bias of each channel less what the input's zero point adds to it; with
/// wrap-around, as the accumulation itself.
static SmallVector<int32_t>
foldZeroPoint(ElementsAttr bias, int32_t inputZp,
              function_ref<int64_t(int64_t)> weightSum) {
  SmallVector<int32_t> result;
  for (auto [channel, value] : llvm::enumerate(bias.getValues<int32_t>()))
    result.push_back(
        static_cast<int32_t>(value - int64_t(inputZp) * weightSum(channel)));
  return result;
}

void rtwmc::buildConvolution(KernelContext &context, Conv2DOp op) {
  KernelBuilder &b = context.builder;
  auto weightType = cast<RankedTensorType>(op.getWeight().getType());
  int64_t channels = weightType.getDimSize(0);
  WindowGeometry geometry{weightType.getDimSize(1), weightType.getDimSize(2),
                          op.getStride(),           op.getPad(),
                          op.getDilation()[0],      op.getDilation()[1]};
  PoolAttr pool = op.getPoolAttr();
  auto [rows, columns] = op.getConvolvedSize();
  auto [row, subRow] =
      b.divRem(context.step, pool ? pool.getHeight() : 1, rows - 1);
  if (pool)
    columns = columns / pool.getWidth() * pool.getWidth();
  Source source = makeSource(context, 0, 0);
  std::unique_ptr<Sink> sink = makeSink(context, row, pool, subRow);
  Value patch = context.address(BufferRole::Scratch);
  if (!patch)
    patch = source.patch;
  startPooling(context, pool, sink->pixel(b, b.i32(0)), subRow);

  // A gathered window, or one of as many columns as the map, is one row.
  bool isContiguous =
      patch || geometry.kernelHeight == 1 ||
      (!source.isRing() && geometry.kernelWidth == source.width);
  int64_t height = isContiguous ? 1 : geometry.kernelHeight;
  int64_t length = geometry.kernelWidth * source.channels *
                   (isContiguous ? geometry.kernelHeight : 1);
  SmallVector<int16_t> weights =
      effectiveWeights(op.getWeight(), op.getWeightZp());
  int64_t perChannel = height * length;
  SmallVector<int32_t> bias =
      foldZeroPoint(op.getBias(), op.getInputZp(), [&](int64_t channel) {
        int64_t sum = 0;
        for (int64_t i = 0; i < perChannel; ++i)
          sum += weights[channel * perChannel + i];
        return sum;
      });
  DotProduct dot(b.core, weights, channels, height, length,
                 context.channel != nullptr);
  PixelStore store{pool, op.getRequantAttr() != nullptr};

  // All channels of a pixel, or `channel` alone.
  auto emitPixel = [&](WindowRows window, Value out, Value channel) {
    ChannelParameters parameters(b, context.name, bias, op.getRequantAttr());
    auto emitBlock = [&](ValueRange carried, int64_t count) {
      Value target = carried[0];
      ValueRange pointers = carried.drop_front(2);
      SmallVector<Value> values{carried[1]};
      for (int64_t i = 0; i < count; ++i)
        values.push_back(parameters.bias(b, pointers, i));
      values = forEachRow(b, window, height, values,
                          [&](Value input, ValueRange inner) {
                            return dot.row(b, input, inner, count);
                          });
      for (int64_t i = 0; i < count; ++i)
        store(b, parameters.finish(b, values[1 + i], pointers, i), target, i);
      SmallVector<Value> next{b.offset(target, count * store.elementBytes()),
                              values[0]};
      next.append(parameters.advance(b, pointers, count));
      return next;
    };
    SmallVector<Value> carried{out,
                               dot.emitWeights(b, context.name + "_weights")};
    carried.append(parameters.pointers(b));
    if (channel) {
      Value weightsAt =
          b.offset(carried[1], b.mul(channel, dot.channelBytes()));
      SmallVector<Value> one{out, weightsAt};
      one.append(
          parameters.advance(b, ValueRange(carried).drop_front(2), channel));
      emitBlock(one, 1);
      return;
    }
    int64_t blocks = channels / dot.blockSize();
    SmallVector<Value> after(
        blocks == 1 ? emitBlock(carried, dot.blockSize())
                    : SmallVector<Value>(b.loop(
                          0, blocks, carried, [&](Value, ValueRange values) {
                            return emitBlock(values, dot.blockSize());
                          })));
    if (int64_t rest = channels % dot.blockSize())
      emitBlock(after, rest);
  };

  if (columns == 1) {
    forEachWindow(context, source, geometry, columns, patch, op.getInputZp(),
                  [&](Value x, WindowRows window) {
                    emitPixel(window, sink->pixel(b, x), context.channel);
                    sink->pixelDone(b, x);
                  });
    return sink->stepDone(b);
  }
  func::FuncOp leaf;
  forEachWindow(context, source, geometry, columns, patch, op.getInputZp(),
                [&](Value x, WindowRows window) {
                  SmallVector<Value> arguments{window.first, sink->pixel(b, x)};
                  if (window.ringEnd)
                    arguments.push_back(window.ringEnd);
                  if (context.channel)
                    arguments.push_back(context.channel);
                  leaf = b.function(
                      context.name + "_pixel", ValueRange(arguments).getTypes(),
                      [&](ValueRange inner) {
                        WindowRows rows = window;
                        rows.first = inner[0];
                        if (window.ringEnd)
                          rows.ringEnd = inner[2];
                        emitPixel(rows, inner[1],
                                  context.channel ? inner.back() : Value());
                      });
                  func::CallOp::create(b, leaf, arguments);
                  sink->pixelDone(b, x);
                });
  sink->stepDone(b);
}

void rtwmc::buildDepthwise(KernelContext &context, DepthwiseConv2DOp op) {
  KernelBuilder &b = context.builder;
  auto weightType = cast<RankedTensorType>(op.getWeight().getType());
  int64_t inputs = weightType.getDimSize(2);
  int64_t multiplier = weightType.getDimSize(3);
  WindowGeometry geometry{weightType.getDimSize(0), weightType.getDimSize(1),
                          op.getStride(),           op.getPad(),
                          op.getDilation()[0],      op.getDilation()[1]};
  int64_t taps = geometry.kernelHeight * geometry.kernelWidth;
  PoolAttr pool = op.getPoolAttr();
  auto [rows, columns] = op.getConvolvedSize();
  auto [row, subRow] =
      b.divRem(context.step, pool ? pool.getHeight() : 1, rows - 1);
  if (pool)
    columns = columns / pool.getWidth() * pool.getWidth();
  int64_t outputs = inputs * multiplier;
  Value inputChannel;
  if (context.channel)
    inputChannel = b.divRem(context.channel, multiplier, outputs - 1).first;
  Source source = makeSource(context, 0, 0, inputChannel);
  std::unique_ptr<Sink> sink = makeSink(context, row, pool, subRow);
  Value patch = context.address(BufferRole::Scratch);
  if (!patch)
    patch = source.patch;
  startPooling(context, pool, sink->pixel(b, b.i32(0)), subRow);

  // The taps of an output channel side by side.
  SmallVector<int16_t> given =
      effectiveWeights(op.getWeight(), op.getWeightZp());
  SmallVector<int16_t> weights;
  for (int64_t channel = 0; channel < outputs; ++channel)
    for (int64_t tap = 0; tap < taps; ++tap)
      weights.push_back(given[tap * outputs + channel]);
  SmallVector<int32_t> bias =
      foldZeroPoint(op.getBias(), op.getInputZp(), [&](int64_t channel) {
        int64_t sum = 0;
        for (int64_t tap = 0; tap < taps; ++tap)
          sum += weights[channel * taps + tap];
        return sum;
      });
  bool wide = llvm::any_of(weights, [](int16_t w) { return w != int8_t(w); });
  int64_t weightBytes = wide ? 2 : 1;
  PixelStore store{pool, op.getRequantAttr() != nullptr};
  ChannelParameters parameters(b, context.name, bias, op.getRequantAttr());
  SmallVector<int8_t> bytes;
  for (int16_t w : weights) {
    bytes.push_back(static_cast<int8_t>(w & 0xff));
    if (wide)
      bytes.push_back(static_cast<int8_t>(w >> 8));
  }
  Value table = b.constantBytes(context.name + "_weights", bytes);
  auto loadWeight = [&](Value address, int64_t tap) -> Value {
    if (!wide)
      return b.loadByte(address, tap);
    Value half =
        LLVM::LoadOp::create(b, b.getI16Type(), b.offset(address, 2 * tap), 1);
    return arith::ExtSIOp::create(b, b.getI32Type(), half);
  };

  // One output channel: carried are the output's and the weights' address and
  // the parameters.
  auto emitChannel = [&](const WindowRows &window, ValueRange carried) {
    ValueRange pointers = carried.drop_front(2);
    SmallVector<Value> values{carried[1], parameters.bias(b, pointers, 0)};
    values =
        forEachRow(b, window, geometry.kernelHeight, values,
                   [&](Value input, ValueRange inner) {
                     Value accumulator = inner[1];
                     for (int64_t kx = 0; kx < geometry.kernelWidth; ++kx) {
                       Value x = b.loadByte(input, kx * window.columnBytes);
                       Value w = loadWeight(inner[0], kx);
                       Value product = arith::MulIOp::create(b, x, w);
                       accumulator = b.add(accumulator, product);
                     }
                     return SmallVector<Value>{
                         b.offset(inner[0], geometry.kernelWidth * weightBytes),
                         accumulator};
                   });
    store(b, parameters.finish(b, values[1], pointers, 0), carried[0], 0);
    SmallVector<Value> next{b.offset(carried[0], store.elementBytes()),
                            values[0]};
    next.append(parameters.advance(b, pointers, 1));
    return next;
  };
  forEachWindow(
      context, source, geometry, columns, patch, op.getInputZp(),
      [&](Value x, WindowRows window) {
        SmallVector<Value> carried{sink->pixel(b, x), table};
        carried.append(parameters.pointers(b));
        if (context.channel) {
          SmallVector<Value> one{
              carried[0],
              b.offset(table, b.mul(context.channel, taps * weightBytes))};
          one.append(parameters.advance(b, ValueRange(carried).drop_front(2),
                                        context.channel));
          emitChannel(window, one);
          return sink->pixelDone(b, x);
        }
        b.loop(0, inputs, carried, [&](Value channel, ValueRange values) {
          WindowRows shifted = window;
          shifted.first = b.offset(window.first, channel);
          if (window.ringEnd)
            shifted.ringEnd = b.offset(window.ringEnd, channel);
          if (multiplier == 1)
            return emitChannel(shifted, values);
          return SmallVector<Value>(
              b.loop(0, multiplier, values, [&](Value, ValueRange inner) {
                return emitChannel(shifted, inner);
              }));
        });
        sink->pixelDone(b, x);
      });
  sink->stepDone(b);
}
