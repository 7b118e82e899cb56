//===- FullyConnected.cpp - One window, row by row ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A window that is all of the input needs no row of it twice. Each step adds
// one row to accumulators in memory, and the last one requantizes them. Where
// there is nothing to requantize they are the result, which strips of the input
// go on with one after the other.
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

using namespace mlir;
using namespace rtwmc;

/// Where the accumulators of a layer are.
static Value placeOfAccumulators(KernelContext &context, Sink &sink) {
  KernelBuilder &b = context.builder;
  if (Value apart = context.address(BufferRole::Accumulators))
    return apart;
  if (!getFinishedSums(context.kernel))
    return sink.pixel(b, b.i32(0));
  // `finish_sums` adds to what it is given, and the result is elsewhere.
  unsigned sums = *getContinuedArgument(context.kernel);
  return context.address(BufferRole::Rows, static_cast<int>(sums));
}

namespace {

class RowAccumulator {
public:
  RowAccumulator(KernelContext &context, Conv2DOp op, Sink &sink);

  /// Starts every accumulator at the bias, or adds it where they go on.
  void start();
  /// Adds the row at `input`.
  void add(Value input);
  /// Whether they become something else.
  bool requantizes() const { return self.requant != nullptr; }
  /// Requantizes into the pixel at `out`.
  void finish(Value out);

private:
  SmallVector<Value> addBlock(Value input, ValueRange carried,
                              int64_t channels);
  /// Walks the channels, with a pointer that moves `bytes` each, the
  /// accumulators and the parameters.
  void forEachChannel(
      Value pointer, int64_t bytes,
      function_ref<void(Value pointer, Value accumulator, ValueRange)> body);

  KernelContext &context;
  KernelBuilder &b;
  Convolution self;
  Filters filters;
  /// Of one row; which, does not matter to the code that reads the weights.
  Filters row;
  const Variant *variant;
  Tile tile;
  /// Where accumulators start, or what is added to them.
  std::vector<int32_t> bias;
  bool goesOn;
  std::optional<ChannelParameters> parameters;
  LLVM::GlobalOp weights;
  int64_t weightBytesPerRow;
  Value accumulators;
};

RowAccumulator::RowAccumulator(KernelContext &context, Conv2DOp op, Sink &sink)
    : context(context), b(context.builder), self(describeConvolution(op)),
      filters(makeFilters(op)), row(filters.ofRow(0)),
      bias(foldZeroPoint(self.bias, self.inputZp, filters)),
      goesOn(getContinuedArgument(context.kernel).has_value()),
      accumulators(placeOfAccumulators(context, sink)) {
  if (FinishSumsOp end = getFinishedSums(context.kernel))
    self.requant = end.getRequant();
  // `checkRowKernel` has refused what cannot be.
  std::tie(variant, tile) =
      llvm::cantFail(resolveVariant(self.kernel, filters, b.core));
  tile.columns = 1;
  parameters.emplace(b, context.name, bias, self.requant);
  std::vector<int8_t> packed;
  for (int64_t y = 0; y < filters.height; ++y) {
    std::vector<int8_t> bytes = variant->pack(filters.ofRow(y), tile);
    packed.insert(packed.end(), bytes.begin(), bytes.end());
  }
  weightBytesPerRow = packed.size() / filters.height;
  packed.resize(packed.size() + variant->readBehind(row));
  weights =
      b.constantBytes(context.name + "_weights", packed, variant->alignment());
}

void RowAccumulator::forEachChannel(
    Value pointer, int64_t bytes,
    function_ref<void(Value, Value, ValueRange)> body) {
  SmallVector<Value> carried{pointer, accumulators};
  carried.append(parameters->pointers(b));
  b.loop(0, filters.channels, carried, [&](Value, ValueRange values) {
    ValueRange pointers = values.drop_front(2);
    body(values[0], values[1], pointers);
    SmallVector<Value> next{b.offset(values[0], bytes)};
    next.push_back(b.offset(values[1], 4));
    next.append(parameters->advance(b, pointers, 1));
    return next;
  });
}

void RowAccumulator::start() {
  if (goesOn && llvm::all_of(bias, [](int32_t each) { return each == 0; }))
    return;
  forEachChannel(accumulators, 0,
                 [&](Value, Value accumulator, ValueRange pointers) {
                   Value start = parameters->bias(b, pointers, 0);
                   if (goesOn)
                     start = b.add(start, b.loadWord(accumulator));
                   b.storeWord(start, accumulator);
                 });
}

SmallVector<Value> RowAccumulator::addBlock(Value input, ValueRange carried,
                                            int64_t channels) {
  SmallVector<Value> values{carried[1]};
  for (int64_t i = 0; i < channels; ++i)
    values.push_back(b.loadWord(carried[0], 4 * i));
  values = variant->row(b, row, input, values);
  for (int64_t i = 0; i < channels; ++i)
    b.storeWord(values[1 + i], carried[0], 4 * i);
  Value next = b.offset(carried[0], 4 * channels);
  return {next, values[0]};
}

void RowAccumulator::add(Value input) {
  Value first = b.addressOf(weights);
  first = b.offset(first, b.mul(context.step, weightBytesPerRow));
  SmallVector<Value> carried{accumulators, first};
  int64_t blocks = filters.channels / tile.channels;
  auto block = [&](Value, ValueRange values) {
    return addBlock(input, values, tile.channels);
  };
  if (blocks == 1)
    carried = block({}, carried);
  else
    carried = SmallVector<Value>(b.loop(0, blocks, carried, block));
  for (int64_t rest : variant->remainders(filters.channels % tile.channels))
    carried = addBlock(input, carried, rest);
}

void RowAccumulator::finish(Value out) {
  PixelStore store{{}, self.requant != nullptr};
  forEachChannel(out, store.elementBytes(),
                 [&](Value to, Value accumulator, ValueRange pointers) {
                   Value sum = b.loadWord(accumulator);
                   store(b, parameters->finish(b, sum, pointers, 0), to, 0);
                 });
}

} // namespace

void rtwmc::buildFullyConnected(KernelContext &context, Conv2DOp op) {
  KernelBuilder &b = context.builder;
  Source source = makeSource(context, 0, 0);
  Value zero = b.i32(0);
  std::unique_ptr<Sink> sink = makeSink(context, zero, {}, {});
  RowAccumulator rows(context, op, *sink);
  b.ifEqual(context.step, zero, [&] { rows.start(); }, source.height);
  rows.add(source.row(b, context.step));
  if (rows.requantizes()) {
    Value last = b.i32(source.height - 1);
    b.ifEqual(
        context.step, last,
        [&] {
          rows.finish(sink->pixel(b, zero));
          sink->pixelDone(b, zero);
        },
        source.height);
  }
  sink->stepDone(b);
}
