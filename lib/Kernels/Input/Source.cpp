//===- Source.cpp - Where a kernel's rows come from -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Source.h"
#include "ChannelCursors.h"
#include "ReadBack.h"
#include "rtwmc/Planning/PackedState.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace rtwmc;
using planning::RasterState;

/// The row that the layer counts as row `r`.
static Value storedRow(const Source &source, KernelBuilder &b, Value r) {
  if (source.repeat == 1)
    return r;
  return b.divRem(r, source.repeat, source.height - 1).first;
}

Value Source::row(KernelBuilder &b, Value r) const {
  r = storedRow(*this, b, r);
  Value slot = isRing() ? b.divRem(r, capacity, rows - 1).second : r;
  return b.offset(base, b.mul(slot, pitch));
}

static Value slotOf(const Source &source, KernelBuilder &b, Value r) {
  r = storedRow(source, b, r);
  return b.divRem(r, source.slots, source.rows - 1).second;
}

Value Source::firstRank(KernelBuilder &b, Value r) const {
  return b.mul(slotOf(*this, b, r), keep);
}

Value Source::firstBit(KernelBuilder &b, Value r) const {
  if (!hasRowUnits())
    return b.mul(r, rowBytes);
  return b.mul(slotOf(*this, b, r), 8 * bitmapBytes);
}

Value Source::place(KernelBuilder &b, Value x) const {
  return firstColumn ? arith::SubIOp::create(b, x, firstColumn).getResult() : x;
}

Value Source::element(KernelBuilder &b, Value row, Value x) const {
  x = place(b, x);
  Value index = isOneChannel ? x : b.add(b.mul(x, channels), onlyChannel);
  return b.offset(row, b.mul(index, elementBytes));
}

/// Reads back `r` into `row`. Returns the rank behind it.
static Value readRow(KernelBuilder &b, const Source &packed, Value r, Value row,
                     Value rank) {
  Value bit = packed.firstBit(b, r);
  bool isAligned = areRunsAligned(packed, packed.rowBytes);
  PackedRun run{b.pointerTo(packed.values),
                b.pointerTo(packed.bitmap),
                bit,
                rank,
                b.i32(packed.rowBytes),
                packed.zero,
                isAligned,
                packed.rowBytes};
  return readBackRow(b, run, row);
}

/// Reads back the rows of a pruned map up to `last`, included. `state` holds
/// the next row to read, the rank of its first element, and the rows.
static void readBackTo(KernelContext &context, const Source &packed,
                       Value state, Value last) {
  KernelBuilder &b = context.builder;
  b.ifEqual(context.step, b.i32(0), [&] {
    b.storeWord(b.i32(0), state, RasterState::nextRow);
    b.storeWord(b.i32(0), state, RasterState::rank);
  });
  Value next = b.loadWord(state, RasterState::nextRow);
  Value rank = b.loadWord(state, RasterState::rank);
  Value end = b.add(last, 1);
  ValueRange ranks = b.loop(next, end, rank, [&](Value r, ValueRange carried) {
    Value row = packed.row(b, r);
    return SmallVector<Value>{readRow(b, packed, r, row, carried[0])};
  });
  // Nothing is read again: a later step starts where this one ended.
  b.storeWord(arith::MaxSIOp::create(b, next, end), state,
              RasterState::nextRow);
  b.storeWord(ranks[0], state, RasterState::rank);
}

/// The same for a map that streams by channel: reads back row `step + offset`,
/// whose pixels hold the channels that are read. `state` holds the cursors.
static void readBackByChannel(KernelContext &context, const Source &source,
                              Value state, int64_t offset) {
  KernelBuilder &b = context.builder;
  ChannelCursors cursors(b, source, state, {1, offset, 1, 1});
  b.ifEqual(context.step, b.i32(0), [&] { cursors.start(); });
  Value k = b.i32(0), row = b.add(context.step, offset);
  Value from = b.i32(0), to = b.i32(source.width);
  cursors.read(k, row, from, to, [&](Value x, Value channel, Value element) {
    Value pixel = b.offset(source.base, b.mul(x, source.readChannels()));
    b.storeByte(element, b.offset(pixel, channel));
  });
}

bool rtwmc::isNarrower(ArrayRef<int64_t> shape, RankedTensorType map) {
  return shape.size() == 4 && map.getRank() == 4 &&
         shape[2] < map.getDimSize(2) && shape[3] == map.getDimSize(3);
}

/// The first column that the layer's windows over the computed columns read.
static Value firstReadColumn(KernelContext &context) {
  KernelBuilder &b = context.builder;
  planning::KernelShape shape = context.layer.getKernelShape();
  PoolAttr pool = context.layer.getFusedPool();
  Value column = b.mul(context.firstColumn, pool ? pool.getWidth() : 1);
  column = b.add(b.mul(column, shape.strideWidth), -shape.pad[2]);
  return arith::MaxSIOp::create(b, column, b.i32(0));
}

Source rtwmc::makeSource(KernelContext &context, unsigned index, int64_t offset,
                         Value onlyChannel, Value row) {
  KernelBuilder &b = context.builder;
  Type argument = context.kernel.getArgumentTypes()[index];
  RankedTensorType type = getMapType(argument);
  Source source;
  source.rows = getRows(type);
  source.rowBytes = source.pitch = getRowBytes(type);
  planning::KernelShape kernel = context.layer.getKernelShape();
  if (kernel.kind == planning::KernelKind::Convolution)
    source.repeat = kernel.divisorHeight;
  source.height = source.rows * source.repeat;
  source.width = type.getRank() == 4 ? type.getDimSize(2) : 1;
  source.channels = type.getShape().back();
  source.elementBytes = (type.getElementTypeBitWidth() + 7) / 8;
  source.onlyChannel = onlyChannel;
  auto pruned = dyn_cast<PrunedType>(argument);
  if (!pruned) {
    Value memref = context.buffers.lookup(BufferRole::Rows, index);
    auto shape = cast<MemRefType>(memref.getType()).getShape();
    bool sameShape = shape.size() == 4 && type.getRank() == 4 &&
                     shape[2] == type.getDimSize(2) &&
                     shape[3] == type.getDimSize(3);
    source.capacity = sameShape ? shape[1] : source.rows;
    if (context.columnCount && isNarrower(shape, type)) {
      source.capacity = shape[1];
      source.pitch = shape[2] * shape[3] * source.elementBytes;
      source.firstColumn = firstReadColumn(context);
    }
    source.base = b.pointerTo(memref);
    if (TakeColumnsOp take = getTakenColumns(context.kernel, index)) {
      source.width = describeShape(take.getType()).width;
      source.base = b.offset(source.base, take.getFirst() * source.channels *
                                              source.elementBytes);
    }
    return source;
  }
  Value values = context.buffers.lookup(BufferRole::Values, index);
  Value bitmap = context.buffers.lookup(BufferRole::Bitmap, index);
  Value state = context.address(BufferRole::Cursors, index);
  source.streamsByChannel = streamsByChannel(pruned);
  source.rankBytes = getRankBytes(type);
  source.zero = pruned.getZero();
  if (pruned.getUnit() == PruneUnit::Row) {
    source.keep = pruned.getKeep();
    source.bitmapBytes = pruned.getUnitBitmapBytes();
    source.slots = cast<MemRefType>(bitmap.getType()).getNumElements() /
                   source.bitmapBytes;
  }
  planning::KernelShape shape = getKernelShape(context.kernel);
  if (readsThroughCursors(context.kernel, index)) {
    source.base = state;
    source.values = values;
    source.bitmap = bitmap;
    source.patch = context.address(BufferRole::Window, index);
    source.readsLines =
        !context.channel &&
        shape.readsLines(describeShape(type), pruned.getOrder());
    return source;
  }
  source.capacity = shape.rowsReadBack(describeShape(type));
  if (source.streamsByChannel) {
    source.isOneChannel = onlyChannel != nullptr;
    source.rowBytes = source.pitch = source.width * source.readChannels();
    source.base =
        b.offset(state, planning::ChannelReaderState{1, source.readChannels(),
                                                     source.rankBytes}
                            .row());
    Source packed = source;
    packed.values = values;
    packed.bitmap = bitmap;
    readBackByChannel(context, packed, state, offset);
    return source;
  }
  // Read back is what is stored.
  Source packed = source;
  packed.repeat = 1;
  packed.values = values;
  packed.bitmap = bitmap;
  if (shape.readsWindows()) {
    // The rows under the windows, as far as there are any.
    Value top = b.add(b.mul(context.step, shape.strideHeight), -shape.pad[0]);
    Value below = b.add(top, shape.extentHeight() - 1);
    row = arith::MinSIOp::create(b, below, b.i32(source.height - 1));
    row = storedRow(source, b, row);
    if (source.hasRowUnits()) {
      source.base = packed.base = state;
      Value first = arith::MaxSIOp::create(b, top, b.i32(0));
      first = storedRow(source, b, first);
      b.loop(first, b.add(row, 1), [&](Value r) {
        Value rank = packed.firstRank(b, r);
        readRow(b, packed, r, packed.row(b, r), rank);
      });
      return source;
    }
  }
  if (!row)
    row = b.add(context.step, offset);
  if (source.hasRowUnits()) {
    source.base = packed.base = state;
    readRow(b, packed, row, packed.base, packed.firstRank(b, row));
    return source;
  }
  source.base = packed.base = b.offset(state, planning::RowReaderState::rows);
  readBackTo(context, packed, state, row);
  return source;
}
