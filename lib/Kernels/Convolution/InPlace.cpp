//===- InPlace.cpp - Neighbouring windows, read where they are ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Windows of neighbouring columns lie in the same rows, a fixed distance apart.
// Where they reach neither to the left nor to the right of the input they are
// read there, several at once; rows above and below it are padding in flash,
// the same for all columns. Only windows at the sides are gathered.
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

std::pair<int64_t, int64_t>
ConvolutionFrame::columnsInside(int64_t columnsTogether) const {
  const WindowGeometry &geometry = self.geometry;
  int64_t stride = geometry.stride[1], left = geometry.pad[2];
  int64_t first = llvm::divideCeil(std::max<int64_t>(left, 0), stride);
  int64_t last = (source.width - geometry.kernelWidth + left) / stride;
  // Columns that are pooled together stay together.
  if (columnsTogether > 1 && self.pool &&
      self.pool.getReduction() == Reduction::Max)
    first = llvm::alignTo(first, self.pool.getWidth());
  return {first, std::min(last, count - 1)};
}

/// Whether pixels of `columns` neighbours reach the map as `pool` says.
static bool canPool(PoolAttr pool, int64_t columns, int64_t all) {
  if (!pool)
    return true;
  if (pool.getReduction() == Reduction::Max)
    return columns == 1 || pool.getWidth() == 2;
  return columns > 1 && pool.getWidth() == all;
}

int64_t ConvolutionFrame::columnsInPlace(const Filters &given) const {
  auto resolved = resolveVariant(self.kernel, given, b.core);
  if (!resolved) {
    llvm::consumeError(resolved.takeError());
    return 0;
  }
  auto [chosen, size] = *resolved;
  int64_t columns = chosen->columnsInPlace();
  const WindowGeometry &geometry = self.geometry;
  if (!self.multiplier && columns == 1)
    return 0;
  if (self.multiplier) {
    if (size.channels != vectorBytes)
      return 0;
    // Its channels are in lanes; where there are few, of several columns.
    bool areSideBySide = geometry.stride[1] == 1 && !self.pool;
    columns =
        areSideBySide ? std::max<int64_t>(vectorBytes / given.channels, 1) : 1;
  }
  if (context.channel || context.columnCount || source.isPacked() ||
      !sink->holdsRow() || source.elementBytes != 1 ||
      (geometry.kernelHeight > 1 && geometry.dilationHeight > 1) ||
      (geometry.kernelWidth > 1 && geometry.dilationWidth > 1) ||
      !canScaleVectors(self.requant) || !canPool(self.pool, columns, count))
    return 0;
  auto [first, last] = columnsInside(columns);
  int64_t inside = last - first + 1;
  if (source.width < geometry.kernelWidth || inside < 1)
    return 0;
  if (self.multiplier)
    return std::min(columns, inside);
  return inside < columns ? 0 : columns;
}

Value ConvolutionFrame::placeOfRow(Value rows, int64_t ky) {
  return LLVM::GEPOp::create(b, b.pointerType(), b.pointerType(), rows,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(ky)});
}

Value ConvolutionFrame::placeOfRow(Value rows, Value ky) {
  return LLVM::GEPOp::create(b, b.pointerType(), b.pointerType(), rows, ky);
}

void ConvolutionFrame::storeRow(Value row, Value rows, int64_t ky) {
  LLVM::StoreOp::create(b, row, placeOfRow(rows, ky));
}

Value ConvolutionFrame::loadRow(Value rows, int64_t ky) {
  return LLVM::LoadOp::create(b, b.pointerType(), placeOfRow(rows, ky));
}

SmallVector<Value> ConvolutionFrame::findRows(Value top, int64_t column,
                                              Value rows) {
  const WindowGeometry &geometry = self.geometry;
  int64_t stride = geometry.stride[1] * source.channels;
  int64_t left = column * stride - geometry.pad[2] * source.channels;
  int64_t bottom = (self.size.first - 1) * geometry.stride[0] -
                   geometry.pad[0] + geometry.kernelHeight;
  bool mayBeOutside = geometry.pad[0] > 0 || bottom > source.height;
  Value padding;
  if (mayBeOutside) {
    std::vector<int8_t> bytes((together - 1) * stride +
                                  geometry.kernelWidth * source.channels,
                              static_cast<int8_t>(self.inputZp));
    padding = b.addressOf(b.constantBytes(context.name + "_padding", bytes));
  }
  SmallVector<Value> advance;
  Value next = b.i32(stride), none = b.i32(0);
  for (int64_t ky = 0; ky < geometry.kernelHeight; ++ky) {
    Value r = b.add(top, ky);
    if (!mayBeOutside) {
      storeRow(b.offset(source.row(b, r), left), rows, ky);
      advance.push_back(next);
      continue;
    }
    Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, r,
                                         b.i32(source.height));
    Value known = b.clamp(r, 0, source.height - 1);
    Value row = b.offset(source.row(b, known), left);
    row = arith::SelectOp::create(b, inside, row, padding);
    storeRow(row, rows, ky);
    advance.push_back(arith::SelectOp::create(b, inside, next, none));
  }
  return advance;
}

SmallVector<Value> ConvolutionFrame::accumulate(Value rows, int64_t columns,
                                                Value weights,
                                                int64_t channels) {
  SmallVector<Value> values{weights};
  values.append(columns * channels, b.i32(0));
  int64_t distance = self.geometry.stride[1] * source.channels;
  auto addRow = [&](Value at, ValueRange carried) {
    Value row = LLVM::LoadOp::create(b, b.pointerType(), at);
    SmallVector<Value> inputs;
    for (int64_t column = 0; column < columns; ++column)
      inputs.push_back(b.offset(row, column * distance));
    return variant->row(b, filters, inputs, carried);
  };
  int64_t pieces = llvm::divideCeil(filters.length, vectorBytes);
  if (filters.height * pieces <= straightPieces)
    for (int64_t ky = 0; ky < filters.height; ++ky)
      values = addRow(placeOfRow(rows, ky), values);
  else
    values = SmallVector<Value>(
        b.loop(0, filters.height, values, [&](Value ky, ValueRange carried) {
          return addRow(placeOfRow(rows, ky), carried);
        }));
  values.erase(values.begin());
  return values;
}

SmallVector<Value> ConvolutionFrame::behind(ValueRange carried, size_t columns,
                                            int64_t channels) {
  SmallVector<Value> next;
  for (Value output : carried.take_front(columns))
    next.push_back(b.offset(output, channels * store.elementBytes()));
  next.push_back(b.offset(carried[columns], channels * channelBytes));
  next.append(
      parameters->advance(b, carried.drop_front(columns + 1), channels));
  return next;
}

void ConvolutionFrame::finishPixels(ValueRange accumulators, int64_t columns,
                                    Value output, ValueRange pointers) {
  int64_t channels = accumulators.size() / columns;
  // Two columns that are pooled are the same pixel.
  auto pixel = [&](int64_t column) {
    return b.offset(output, self.pool ? 0 : column * filters.channels);
  };
  if (channels == 4 && canScaleVectors(self.requant)) {
    SmallVector<Value> scaled;
    for (int64_t column = 0; column < columns; ++column) {
      Value words = makeWords(b, accumulators.slice(column * 4, 4));
      words = parameters->scaleChannels(b, words, pointers);
      scaled.push_back(VectorScale(self.requant).addZeroPoint(b, words));
    }
    for (auto [column, words] : llvm::enumerate(scaled))
      store.storeChannels(b, words, pixel(column));
    return;
  }
  for (auto [i, accumulator] : llvm::enumerate(accumulators)) {
    int64_t channel = i % channels;
    Value bias = parameters->bias(b, pointers, channel);
    Value sum = b.add(accumulator, bias);
    Value element = parameters->finish(b, sum, pointers, channel);
    store(b, element, pixel(i / channels), channel);
  }
}

void ConvolutionFrame::finishColumns(ValueRange accumulators, Value output,
                                     ValueRange pointers) {
  constexpr int64_t columns = 4;
  int64_t channels = accumulators.size() / columns;
  SmallVector<Value> scaled;
  for (int64_t channel = 0; channel < channels; ++channel) {
    SmallVector<Value> words;
    for (int64_t column = 0; column < columns; ++column)
      words.push_back(accumulators[column * channels + channel]);
    scaled.push_back(
        parameters->scaleColumns(b, makeWords(b, words), pointers, channel));
  }
  if (store.elementBytes() == 4) {
    for (auto [channel, words] : llvm::enumerate(scaled))
      store.addColumns(b, VectorScale(self.requant).addZeroPoint(b, words),
                       output, channel);
    return;
  }
  int64_t pixel = filters.channels;
  if (channels == 1)
    return store.storeColumns(
        b, VectorScale(self.requant).addZeroPoint(b, scaled[0]), output, pixel);
  Value pairs = VectorScale(self.requant).narrowPairs(b, scaled[0], scaled[1]);
  pairs = store.poolPairs(b, pairs, output, pixel);
  store.storePairs(b, VectorScale(self.requant).clampPairs(b, pairs), output,
                   pixel);
}

func::FuncOp ConvolutionFrame::makeLeaf(StringRef suffix, int64_t columns) {
  SmallVector<Type> types(2, b.pointerType());
  func::FuncOp leaf =
      b.function(context.name + suffix.str(), types, [&](ValueRange arguments) {
        SmallVector<Value> carried = start(arguments[1]);
        auto compute = [&](ValueRange values, int64_t channels) {
          ValueRange pointers = values.drop_front(2);
          SmallVector<Value> accumulators =
              accumulate(arguments[0], columns, values[1], channels);
          if (columns < 4)
            finishPixels(accumulators, columns, values[0], pointers);
          else
            finishColumns(accumulators, values[0], pointers);
          return behind(values, 1, channels);
        };
        // Eight accumulators, or four.
        int64_t size = columns < 4 ? 4 : 2;
        carried = SmallVector<Value>(b.loop(
            0, filters.channels / size, carried,
            [&](Value, ValueRange values) { return compute(values, size); }));
        for (int64_t rest : variant->remainders(filters.channels % size))
          carried = compute(carried, rest);
      });
  if (columns > 1)
    leaf->setAttr("passthrough",
                  b.getArrayAttr({b.getStringAttr(noLoopCounterAttrName)}));
  return leaf;
}

func::FuncOp ConvolutionFrame::makeDepthwiseLeaf(StringRef suffix,
                                                 int64_t columns) {
  VectorDepthwise kernel(
      b, context.name, filters, foldZeroPoint(self.bias, self.inputZp, filters),
      self.requant, /*isPooled=*/self.pool != nullptr, columns);
  SmallVector<Type> types(2, b.pointerType());
  return b.function(context.name + suffix.str(), types,
                    [&](ValueRange arguments) {
                      SmallVector<Value> rows;
                      for (int64_t ky = 0; ky < filters.height; ++ky)
                        rows.push_back(loadRow(arguments[0], ky));
                      kernel.build(rows, arguments[1]);
                    });
}

void ConvolutionFrame::walkInPlace() {
  const WindowGeometry &geometry = self.geometry;
  auto [first, last] = columnsInside(together);
  int64_t groups = (last - first + 1) / together;
  int64_t rest = (last - first + 1) % together;
  int64_t sides = first + count - 1 - last;
  Value top = b.add(b.mul(context.step, geometry.stride[0]), -geometry.pad[0]);
  // In memory, so that no register holds what is read once a block.
  Value rows = b.stackSlot(b.pointerType(), geometry.kernelHeight);
  SmallVector<Value> advance = findRows(top, first, rows);
  func::FuncOp several, pair, single;
  if (self.multiplier) {
    if (together == 1 || rest || sides)
      single = makeDepthwiseLeaf("_pixel", 1);
    several = together == 1 ? single : makeDepthwiseLeaf("_columns", together);
  } else {
    several = makeLeaf("_columns", together);
    if (rest > 1)
      pair = makeLeaf("_pair", 2);
    if (rest % 2 || sides)
      single = makeLeaf("_pixel", 1);
  }
  auto call = [&](func::FuncOp leaf, Value x, int64_t columns) {
    Value out = sink->pixel(b, x);
    func::CallOp::create(b, leaf, ValueRange{rows, out});
    for (int64_t i = 0; i < columns; ++i)
      sink->pixelDone(b, b.add(x, i));
  };
  auto walkInside = [&](int64_t from, int64_t turns, func::FuncOp leaf,
                        int64_t columns) {
    b.loop(0, turns, [&](Value index) {
      call(leaf, b.add(b.mul(index, columns), from), columns);
      for (auto [ky, bytes] : llvm::enumerate(advance)) {
        Value row = loadRow(rows, ky);
        storeRow(b.offset(row, b.mul(bytes, columns)), rows, ky);
      }
    });
  };
  walkInside(first, groups, several, together);
  if (pair)
    walkInside(last + 1 - rest, 1, pair, 2);
  if (int64_t singles = pair ? rest % 2 : rest)
    walkInside(last + 1 - singles, singles, single, 1);
  if (sides) {
    int64_t line = geometry.kernelWidth * source.channels;
    for (int64_t ky = 0; ky < geometry.kernelHeight; ++ky)
      storeRow(b.offset(patch, ky * line), rows, ky);
    b.loop(0, sides, [&](Value index) {
      Value isRight = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, index,
                                            b.i32(first));
      Value right = b.add(index, last + 1 - first);
      Value x = arith::SelectOp::create(b, isRight, right, index);
      gatherWindow(b, source, geometry, top, x, patch,
                   static_cast<int8_t>(self.inputZp));
      call(single, x, 1);
    });
  }
  sink->stepDone(b);
}
