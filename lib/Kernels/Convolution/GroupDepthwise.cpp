//===- GroupDepthwise.cpp - A channel of neighbouring columns -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Channel by channel and row by row: the weights of a row stay in registers,
// and every element is loaded once for all columns whose windows hold it.
//
//===----------------------------------------------------------------------===//

#include "GroupDepthwise.h"
#include "../Builder/Instructions.h"
#include "Variant.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Taps are straight-line code.
static constexpr int64_t mostGroupTaps = 25;
/// Columns whose accumulators stay in registers beside the weights of a row.
static constexpr int64_t mostColumns = 5, usualColumns = 4;

int64_t GroupDepthwise::chooseColumns(int64_t outputColumns) {
  if (outputColumns <= mostColumns)
    return outputColumns;
  for (int64_t columns : {usualColumns, mostColumns, usualColumns - 1})
    if (outputColumns % columns == 0)
      return columns;
  return usualColumns;
}

GroupDepthwise::GroupDepthwise(KernelBuilder &b, const GroupLayer &layer)
    : GroupKernel(b, layer) {
  std::vector<int8_t> bytes;
  int64_t taps = filters.perChannel();
  for (int64_t channel = 0; channel < filters.channels; ++channel) {
    appendWord(scale.startOf(channel), bytes);
    for (int64_t tap = 0; tap < weightBytes(); ++tap)
      bytes.push_back(tap < taps ? static_cast<int8_t>(
                                       filters.weights[channel * taps + tap])
                                 : 0);
    for (int32_t word : scale.constantsOf(channel))
      appendWord(word, bytes);
  }
  constants = b.constantBytes((layer.name + "_weights").str(), bytes,
                              /*alignment=*/4);
}

int64_t GroupDepthwise::channelBytes() const {
  return 4 + weightBytes() + scale.bytes();
}

void GroupDepthwise::addRow(Value row, Value weights, Part inside,
                            MutableArrayRef<Value> sums) const {
  SmallVector<Value> w;
  for (int64_t kx = 0; kx < filters.length; ++kx)
    w.push_back(loadByteInOrder(b, weights, kx));
  int64_t columns = sums.size();
  int64_t reach = filters.length + (columns - 1) * stride;
  for (int64_t x = 0; x < reach; ++x) {
    Value element;
    for (int64_t column = 0; column < columns; ++column) {
      int64_t kx = x - column * stride;
      if (kx < 0 || kx >= filters.length)
        continue;
      bool isInside = x >= inside.first && x < inside.last;
      if (!element)
        element = isInside ? b.loadByte(row, x * filters.elementStride,
                                        filters.readUnsigned)
                           : b.i32(inputZp);
      Value product = arith::MulIOp::create(b, element, w[kx]);
      sums[column] = b.add(sums[column], product);
    }
  }
}

SmallVector<Value> GroupDepthwise::computeChannel(Value rows, Value channel,
                                                  ValueRange carried,
                                                  int64_t columns,
                                                  Part inside) const {
  Value at = b.opaque(carried[0]);
  int64_t pointerBytes = b.core.pointerBits / 8;
  SmallVector<Value> initial{rows};
  initial.push_back(b.offset(at, 4));
  initial.append(columns, loadInOrder(b, at, 0));
  // A loop, in which no sum can be put off.
  Value end = b.offset(rows, filters.height * pointerBytes);
  SmallVector<Value> after =
      b.loopTo(end, filters.height, initial, [&](ValueRange values) {
        SmallVector<Value> sums(values.drop_front(2));
        Value weights = b.opaque(values[1]);
        Value row = LLVM::LoadOp::create(b, b.pointerType(), values[0]);
        row = b.opaque(b.offset(row, channel));
        addRow(row, weights, inside, sums);
        SmallVector<Value> next{b.offset(values[0], pointerBytes)};
        next.push_back(b.offset(weights, filters.length));
        next.append(sums);
        return next;
      });
  Value scaling = b.offset(at, 4 + weightBytes());
  finish(ArrayRef(after).drop_front(2), scaling, carried[1]);
  Value nextPixel = b.offset(carried[1], store.elementBytes());
  return {b.offset(at, channelBytes()), nextPixel};
}

void GroupDepthwise::build(Value rows, Value pixel, int64_t columns,
                           Part inside) const {
  SmallVector<Value> carried{b.addressOf(constants), pixel, b.i32(0)};
  int64_t inputs = filters.channels / filters.multiplier;
  Value end = b.offset(carried[0], filters.channels * channelBytes());
  b.loopTo(end, inputs, carried, [&](ValueRange values) {
    Value channel = values[2];
    auto compute = [&](ValueRange inner) {
      return computeChannel(rows, channel, inner, columns, inside);
    };
    SmallVector<Value> next(values.take_front(2));
    Value filterEnd = b.offset(values[0], filters.multiplier * channelBytes());
    next = b.loopTo(filterEnd, filters.multiplier, next, compute);
    next.push_back(b.add(channel, 1));
    return next;
  });
}

void GroupDepthwise::computePart(Value rows, Value pixel, Part inside) const {
  build(rows, pixel, chooseColumns(filters.outputColumns), inside);
}

void GroupDepthwise::computeOne(Value rows, Value, Value pixel) const {
  build(rows, pixel, /*columns=*/1, {0, filters.length, 1});
}

namespace {

class GroupColumns final : public Variant {
public:
  StringRef name() const override { return "columns"; }

  int64_t groupColumns(const Filters &filters) const override {
    return GroupDepthwise::chooseColumns(filters.outputColumns);
  }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    // Cores with DSP instructions do better; fewer registers are too few.
    bool hasRegisters = core.registers > 8 && !core.dsp;
    if ((!hasRegisters && !core.isHost()) || !filters.multiplier ||
        filters.areWide || filters.perChannel() == 0 ||
        filters.perChannel() > mostGroupTaps)
      return {};
    return {Tile{1, 1}};
  }

  std::unique_ptr<GroupKernel>
  makeGroups(KernelBuilder &b, const GroupLayer &layer) const override {
    return std::make_unique<GroupDepthwise>(b, layer);
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    return std::vector<int8_t>(filters.channels * filters.perChannel());
  }

  const Variant &forOneChannel() const override { return directVariant(); }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("groups are of whole windows");
  }
};

} // namespace

const Variant &rtwmc::columnsVariant() {
  static const GroupColumns variant;
  return variant;
}
