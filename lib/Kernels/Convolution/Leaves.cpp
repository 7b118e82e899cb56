//===- Leaves.cpp - Functions that compute some windows -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All channels of a few windows whose rows are given as addresses in memory:
// what a walk in place (InPlace.cpp) calls, functions of their own because
// their registers are their own.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Vectors.h"
#include "Frame.h"
#include "VectorDepthwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Pieces of a window, of 16 bytes, that are straight-line code; of more, each
/// row is a turn of a loop.
static constexpr int64_t straightPieces = 18;

void ConvolutionFrame::setParts() {
  parts = findParts();
  for (auto [index, part] : llvm::enumerate(parts)) {
    std::vector<int32_t> bias;
    for (int64_t channel = 0; channel < filters.channels; ++channel) {
      int64_t start = filters.bias[channel];
      for (int64_t row = 0; row < filters.height; ++row)
        for (int64_t i = 0; i < filters.length; ++i) {
          int64_t kx = i / filters.columnElements;
          if (kx < part.first || kx >= part.last)
            start += int64_t(self.inputZp) * filters.at(channel, row, i);
        }
      bias.push_back(static_cast<int32_t>(start));
    }
    partParameters.emplace_back(b,
                                context.name + "_part" + std::to_string(index),
                                bias, self.requant, variant->hasVectors());
  }
}

SmallVector<Value> ConvolutionFrame::inputsOf(Value row, int64_t columns) {
  int64_t distance = self.geometry.stride[1] * source.channels;
  SmallVector<Value> inputs;
  for (int64_t column = 0; column < columns; ++column)
    inputs.push_back(b.offset(row, column * distance));
  return inputs;
}

SmallVector<Value> ConvolutionFrame::accumulate(const Filters &read, Value rows,
                                                ValueRange kept,
                                                int64_t columns, Value weights,
                                                int64_t channels) {
  SmallVector<Value> values{weights};
  values.append(columns * channels, b.i32(0));
  auto addRow = [&](Value at, ValueRange carried) {
    // Where it is read, as registers are few.
    bool isOneOfSeveral = columns == 2 && filters.height > 1;
    Value row = LLVM::LoadOp::create(b, b.pointerType(), at, /*alignment=*/0,
                                     /*isVolatile=*/isOneOfSeveral);
    if (isOneOfSeveral)
      row = b.hidden(row);
    return variant->row(b, read, inputsOf(row, columns), carried);
  };
  int64_t pieces = llvm::divideCeil(filters.length, vectorBytes);
  if (!kept.empty())
    values = variant->row(b, read, kept, values);
  else if (filters.height * pieces <= straightPieces)
    for (int64_t ky = 0; ky < filters.height; ++ky)
      values = addRow(placeOfRow(rows, ky), values);
  else
    values = SmallVector<Value>(
        b.loop(0, filters.height, values, [&](Value ky, ValueRange carried) {
          if (columns > 1)
            b.keepLinkRegister();
          return addRow(placeOfRow(rows, ky), carried);
        }));
  // Behind the rows of these channels are those of the next side by side.
  int64_t others = channels - variant->channelsSideBySide();
  if (filters.height > 1 && others > 0)
    values[0] = b.offset(values[0], others * channelBytes);
  return values;
}

SmallVector<Value> ConvolutionFrame::behind(ValueRange carried, Value weights,
                                            int64_t channels) {
  Value output = b.offset(carried[0], channels * store.elementBytes());
  SmallVector<Value> next{output, weights};
  next.append(parameters->advance(b, carried.drop_front(2), channels));
  return next;
}

void ConvolutionFrame::finishPixels(const ChannelParameters &given,
                                    ValueRange accumulators, int64_t columns,
                                    Value output, ValueRange pointers) {
  int64_t channels = accumulators.size() / columns;
  // Two columns that are pooled are the same pixel, of the larger accumulators:
  // requantization is monotone.
  bool poolsPair = columns == 2 && store.takesMost();
  int64_t pixels = poolsPair ? 1 : columns;
  auto pixel = [&](int64_t column) {
    return b.offset(output, self.pool ? 0 : column * filters.channels);
  };
  if (channels == 4 && canScaleVectors(self.requant)) {
    SmallVector<Value> words;
    for (int64_t column = 0; column < columns; ++column)
      words.push_back(makeWords(b, accumulators.slice(column * 4, 4)));
    SmallVector<Value> scaled;
    for (int64_t i = 0; i < pixels; ++i) {
      auto own = ArrayRef(words).slice(i * columns / pixels, columns / pixels);
      Value each = given.scaleChannels(b, own, pointers);
      scaled.push_back(VectorScale(self.requant).addZeroPoint(b, each));
    }
    for (auto [column, each] : llvm::enumerate(scaled))
      store.storeChannels(b, each, pixel(column));
    return;
  }
  for (int64_t i = 0; i < pixels * channels; ++i) {
    int64_t channel = i % channels;
    Value bias = given.bias(b, pointers, channel);
    Value sum = b.add(accumulators[i], bias);
    if (poolsPair) {
      Value other = b.add(accumulators[channels + i], bias);
      sum = arith::MaxSIOp::create(b, sum, other);
    }
    Value element = given.finish(b, sum, pointers, channel);
    store(b, element, pixel(i / channels), channel);
  }
}

void ConvolutionFrame::storeColumns(ArrayRef<Value> scaled, Value output) {
  if (store.elementBytes() == 4) {
    for (auto [channel, words] : llvm::enumerate(scaled))
      store.addColumns(b, VectorScale(self.requant).addZeroPoint(b, words),
                       output, channel);
    return;
  }
  int64_t pixel = filters.channels;
  if (scaled.size() == 1)
    return store.storeColumns(
        b, VectorScale(self.requant).addZeroPoint(b, scaled[0]), output, pixel);
  Value pairs = VectorScale(self.requant).narrowPairs(b, scaled[0], scaled[1]);
  pairs = store.poolPairs(b, pairs, output, pixel);
  store.storePairs(b, VectorScale(self.requant).clampPairs(b, pairs), output,
                   pixel);
}

func::FuncOp ConvolutionFrame::makeLeaf(StringRef suffix, int64_t columns,
                                        std::optional<int64_t> part) {
  const ChannelParameters &given = part ? partParameters[*part] : *parameters;
  Filters read = filters;
  if (part)
    read.inside = {parts[*part].first * filters.columnElements,
                   parts[*part].last * filters.columnElements};
  SmallVector<Type> types(2, b.pointerType());
  func::FuncOp leaf =
      b.function(context.name + suffix.str(), types, [&](ValueRange arguments) {
        SmallVector<Value> carried{arguments[1]};
        carried.push_back(b.addressOf(weights));
        carried.append(given.pointers(b));
        SmallVector<Value> kept;
        if (filters.height == 1) {
          Value row = loadRow(arguments[0], 0);
          kept = variant->keepWindows(b, read, inputsOf(row, columns));
        }
        // Channel by channel where that takes no loads: four accumulators are
        // a vector before there are eight.
        auto computeColumns = [&](ValueRange values, int64_t channels) {
          int64_t step = kept.empty() ? channels : 1;
          SmallVector<Value> scaled, sums{values[1]};
          for (int64_t first = 0; first < channels; first += step) {
            sums = accumulate(read, arguments[0], kept, columns, sums[0], step);
            for (int64_t i = 0; i < step; ++i) {
              SmallVector<Value> lanes;
              for (int64_t column = 0; column < columns; ++column)
                lanes.push_back(sums[1 + column * step + i]);
              Value words = makeWords(b, lanes);
              scaled.push_back(given.scaleColumns(
                  b, words, values.drop_front(2), first + i));
            }
          }
          storeColumns(scaled, values[0]);
          return sums[0];
        };
        auto computePixels = [&](ValueRange values, int64_t channels) {
          SmallVector<Value> sums = accumulate(read, arguments[0], kept,
                                               columns, values[1], channels);
          finishPixels(given, ArrayRef(sums).drop_front(), columns, values[0],
                       values.drop_front(2));
          return sums[0];
        };
        auto compute = [&](ValueRange values, int64_t channels) {
          // The accumulators of several columns leave no register for a
          // counter.
          if (columns > 1 && kept.empty())
            b.keepLinkRegister();
          Value behindWeights = columns < 4 ? computePixels(values, channels)
                                            : computeColumns(values, channels);
          return behind(values, behindWeights, channels);
        };
        // Eight accumulators, or four.
        int64_t size = columns < 4 ? 4 : 2;
        carried = SmallVector<Value>(b.loop(
            0, filters.channels / size, carried,
            [&](Value, ValueRange values) { return compute(values, size); }));
        for (int64_t rest : variant->remainders(filters.channels % size))
          carried = compute(carried, rest);
      });
  return leaf;
}

std::unique_ptr<DepthwiseKernel>
ConvolutionFrame::makeVectorKernel(int64_t columns,
                                   ArrayRef<DepthwiseKernel::Part> parts) {
  return std::make_unique<VectorDepthwise>(
      b, context.name, filters, foldZeroPoint(self.bias, self.inputZp, filters),
      self.requant, /*isPooled=*/self.pool != nullptr, columns, parts,
      self.inputZp);
}

func::FuncOp ConvolutionFrame::makeDepthwiseLeaf(StringRef suffix,
                                                 int64_t columns) {
  std::unique_ptr<DepthwiseKernel> vectors;
  if (!quadKernel)
    vectors = makeVectorKernel(columns, /*parts=*/{});
  const DepthwiseKernel &kernel = vectors ? *vectors : *quadKernel;
  SmallVector<Type> types(2, b.pointerType());
  return b.function(
      context.name + suffix.str(), types,
      [&](ValueRange arguments) { kernel.build(arguments[0], arguments[1]); });
}
