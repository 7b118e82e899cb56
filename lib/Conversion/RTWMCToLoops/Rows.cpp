//===- Rows.cpp - Where a kernel's rows come from and go to ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rows.h"
#include "ChannelCursors.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

Value Source::row(KernelBuilder &b, Value r) const {
  Value slot = isRing() ? b.divRem(r, capacity, rows - 1).second : r;
  return b.offset(base, b.mul(slot, rowBytes));
}

Value Source::element(KernelBuilder &b, Value row, Value x) const {
  Value index = isOneChannel ? x : b.add(b.mul(x, channels), onlyChannel);
  return b.offset(row, b.mul(index, elementBytes));
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Reads back the rows of a pruned map up to `last`, included. `state` holds
/// the next row to read, the rank of its first element, and the rows.
static void readBack(KernelContext &context, Value values, Value bitmap,
                     Value state, const Source &source, Value last,
                     int32_t zero) {
  KernelBuilder &b = context.builder;
  b.ifEqual(context.step, b.i32(0), [&] {
    b.storeWord(b.i32(0), state, 0);
    b.storeWord(b.i32(0), state, 4);
  });
  Value next = b.loadWord(state, 0);
  Value rank = b.loadWord(state, 4);
  Value end = b.add(last, 1);
  auto toIndex = [&](Value value) -> Value {
    return arith::IndexCastUIOp::create(b, b.getIndexType(), value);
  };
  auto fromIndex = [&](Value value) -> Value {
    return arith::IndexCastUIOp::create(b, b.getI32Type(), value);
  };
  ValueRange ranks = b.loop(next, end, rank, [&](Value r, ValueRange carried) {
    Value row = source.row(b, r);
    Value first = b.mul(r, source.rowBytes);
    ValueRange inRow =
        b.loop(0, source.rowBytes, carried, [&](Value i, ValueRange inner) {
          Value kept = toIndex(inner[0]);
          Value position = toIndex(b.add(first, i));
          auto read = ReadBackOp::create(b, b.getI8Type(), b.getIndexType(),
                                         values, kept, bitmap, position, zero);
          b.storeByte(read.getValue(), b.offset(row, i));
          return SmallVector<Value>{fromIndex(read.getNewRank())};
        });
    return SmallVector<Value>{inRow[0]};
  });
  // Nothing is read again: a later step starts where this one ended.
  b.storeWord(arith::MaxSIOp::create(b, next, end), state, 0);
  b.storeWord(ranks[0], state, 4);
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

Source rtwmc::makeSource(KernelContext &context, unsigned index, int64_t offset,
                         Value onlyChannel) {
  KernelBuilder &b = context.builder;
  Type argument = context.kernel.getArgumentTypes()[index];
  RankedTensorType type = getMapType(argument);
  Source source;
  source.rows = getRows(type);
  source.rowBytes = getRowBytes(type);
  source.height = source.rows;
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
    source.base = b.pointerTo(memref);
    return source;
  }
  Value values = context.buffers.lookup(BufferRole::Values, index);
  Value bitmap = context.buffers.lookup(BufferRole::Bitmap, index);
  Value state = context.address(BufferRole::Cursors, index);
  source.streamsByChannel = streamsByChannel(pruned);
  source.rankBytes = getRankBytes(type);
  source.zero = pruned.getZero();
  if (context.layer.readsThroughCursors()) {
    source.base = state;
    source.values = values;
    source.bitmap = bitmap;
    source.patch = context.address(BufferRole::Window, index);
    return source;
  }
  source.capacity = 1;
  if (source.streamsByChannel) {
    source.isOneChannel = onlyChannel != nullptr;
    source.rowBytes = source.width * source.readChannels();
    source.base = b.offset(state, source.readChannels() * source.rankBytes);
    Source packed = source;
    packed.values = values;
    packed.bitmap = bitmap;
    readBackByChannel(context, packed, state, offset);
    return source;
  }
  source.base = b.offset(state, cursorBytes);
  Value last = b.add(context.step, offset);
  readBack(context, values, bitmap, state, source, last, source.zero);
  return source;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

namespace {

/// Writes into the rows of a dense map or a ring.
class RowSink : public Sink {
public:
  RowSink(Value row, int64_t pixelBytes, int64_t poolWidth, int64_t columns)
      : row(row), pixelBytes(pixelBytes), poolWidth(poolWidth),
        columns(columns) {}

  Value pixel(KernelBuilder &b, Value x) override {
    Value column = b.divRem(x, poolWidth, columns).first;
    return b.offset(row, b.mul(column, pixelBytes));
  }

private:
  Value row;
  int64_t pixelBytes, poolWidth, columns;
};

/// Feeds the tiny buffer of a pruned map, pixel by pixel; a pixel has one
/// channel where the layer runs by channel.
class PackedSink : public Sink {
public:
  PackedSink(Value scratch, func::FuncOp push, SmallVector<Value> operands)
      : scratch(scratch), push(push), operands(std::move(operands)) {}

  Value pixel(KernelBuilder &, Value) override { return scratch; }
  void pixelDone(KernelBuilder &b, Value) override {
    SmallVector<Value> arguments{scratch};
    arguments.append(operands);
    func::CallOp::create(b, push, arguments);
  }

private:
  Value scratch;
  func::FuncOp push;
  SmallVector<Value> operands;
};

/// Pools into a row beside the pruner's state, and feeds the tiny buffer with
/// it when its last step is done.
class PooledPackedSink : public RowSink {
public:
  PooledPackedSink(Value row, int64_t pixelBytes, PoolAttr pool,
                   int64_t columns, Value subRow, func::FuncOp push,
                   SmallVector<Value> operands)
      : RowSink(row, pixelBytes, pool.getWidth(), columns), row(row),
        pixelBytes(pixelBytes), pool(pool), columns(columns), subRow(subRow),
        push(push), operands(std::move(operands)) {}

  void stepDone(KernelBuilder &b) override {
    b.ifEqual(subRow, b.i32(pool.getHeight() - 1), [&] {
      b.loop(0, columns / pool.getWidth(), [&](Value x) {
        SmallVector<Value> arguments{b.offset(row, b.mul(x, pixelBytes))};
        arguments.append(operands);
        func::CallOp::create(b, push, arguments);
      });
    });
  }

private:
  Value row;
  int64_t pixelBytes;
  PoolAttr pool;
  int64_t columns;
  Value subRow;
  func::FuncOp push;
  SmallVector<Value> operands;
};

/// The words of a pruner's state.
constexpr int64_t droppedWord = 0, positionWord = 4, fillWord = 8,
                  quotaWord = 12;

/// Packs what is in the tiny buffer: quota, selection, append (specification,
/// section 3).
void flush(KernelBuilder &b, PruneOp prune, Value state, Value values,
           Value bitmap, Value buffer) {
  int64_t elements =
      cast<PrunedType>(prune.getPruned().getType()).getNumElements();
  int32_t zero = cast<PrunedType>(prune.getPruned().getType()).getZero();
  auto toIndex = [&](Value value) -> Value {
    return arith::IndexCastUIOp::create(b, b.getIndexType(), value);
  };
  Value dropped = b.loadWord(state, droppedWord);
  Value position = b.loadWord(state, positionWord);
  Value count = b.loadWord(state, fillWord);
  Value begin = arith::SubIOp::create(b, position, count);
  Value difference = arith::SubIOp::create(b, b.i32(prune.getDrop()), dropped);
  Value owed = arith::MaxSIOp::create(b, difference, b.i32(0));
  Value remaining = arith::SubIOp::create(b, b.i32(elements), begin);
  Value perBatch;
  if (prune.getPolicy() == QuotaPolicy::Paper)
    perBatch = toIndex(b.loadWord(state, quotaWord));
  Value owedIndex = toIndex(owed), remainingIndex = toIndex(remaining);
  Value countIndex = toIndex(count);
  Value quota =
      QuotaOp::create(b, b.getIndexType(), prune.getPolicy(), owedIndex,
                      remainingIndex, countIndex, perBatch);
  auto select = SelectLeastOp::create(b, b.getI32Type(), b.getIndexType(),
                                      quota, buffer, toIndex(count),
                                      prune.getTauQ(), zero, IntegerAttr());
  Value kept = arith::SubIOp::create(b, begin, dropped);
  Value appended = toIndex(count), keptIndex = toIndex(kept);
  Value beginIndex = toIndex(begin);
  auto append =
      AppendOp::create(b, b.getIndexType(), b.getIndexType(), buffer, appended,
                       select.getThreshold(), select.getTies(), values,
                       keptIndex, bitmap, beginIndex, zero);
  Value justDropped =
      arith::IndexCastUIOp::create(b, b.getI32Type(), append.getDropped());
  Value total = b.add(dropped, justDropped);
  b.storeWord(total, state, droppedWord);
  b.storeWord(b.i32(0), state, fillWord);
  if (perBatch) {
    Value left = arith::SubIOp::create(b, b.i32(elements), position);
    Value batches = b.divRem(b.add(left, prune.getBatch() - 1),
                             prune.getBatch(), elements + prune.getBatch())
                        .first;
    Value rest = arith::SubIOp::create(b, b.i32(prune.getDrop()), total);
    Value stillOwed = arith::MaxSIOp::create(b, rest, b.i32(0));
    Value stillOwedIndex = toIndex(stillOwed), batchesIndex = toIndex(batches);
    Value next = NextQuotaOp::create(b, perBatch, append.getDropped(), quota,
                                     stillOwedIndex, batchesIndex);
    b.storeWord(arith::IndexCastUIOp::create(b, b.getI32Type(), next), state,
                quotaWord);
  }
}

/// The function that feeds one pixel of `channels` elements to the pruner.
func::FuncOp makePush(KernelContext &context, PruneOp prune, int64_t channels,
                      ArrayRef<Value> operands) {
  KernelBuilder &b = context.builder;
  int64_t elements =
      cast<PrunedType>(prune.getPruned().getType()).getNumElements();
  SmallVector<Type> types{b.pointerType()};
  for (Value operand : operands)
    types.push_back(operand.getType());
  return b.function(context.name + "_prune", types, [&](ValueRange arguments) {
    Value pixel = arguments[0], state = arguments[1], values = arguments[2],
          bitmap = arguments[3], buffer = arguments[4];
    Value bytes = b.pointerTo(buffer);
    b.loop(0, channels, [&](Value channel) {
      Value fill = b.loadWord(state, fillWord);
      Value position = b.add(b.loadWord(state, positionWord), 1);
      Value value =
          LLVM::LoadOp::create(b, b.getI8Type(), b.offset(pixel, channel), 1);
      b.storeByte(value, b.offset(bytes, fill));
      fill = b.add(fill, 1);
      b.storeWord(fill, state, fillWord);
      b.storeWord(position, state, positionWord);
      Value isFull = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, fill,
                                           b.i32(prune.getBatch()));
      Value isLast = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                           position, b.i32(elements));
      Value full = arith::OrIOp::create(b, isFull, isLast);
      auto branch = scf::IfOp::create(b, full, /*withElseRegion=*/false);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      flush(b, prune, state, values, bitmap, buffer);
    });
  });
}

/// Clears the bitmap and the state before the first element.
void startPruning(KernelContext &context, PruneOp prune, Value state,
                  Value bitmap) {
  KernelBuilder &b = context.builder;
  auto type = cast<PrunedType>(prune.getPruned().getType());
  Value position = context.step;
  if (context.channel)
    position = arith::OrIOp::create(b, position, context.channel);
  b.ifEqual(position, b.i32(0), [&] {
    Value bits = b.pointerTo(bitmap), bytes = b.i32(type.getBitmapBytes());
    b.fill(bits, bytes, 0);
    b.storeWord(b.i32(0), state, droppedWord);
    b.storeWord(b.i32(0), state, positionWord);
    b.storeWord(b.i32(0), state, fillWord);
    int64_t batches = prune.getNumBatches();
    b.storeWord(b.i32((prune.getDrop() + batches - 1) / batches), state,
                quotaWord);
  });
}

} // namespace

std::unique_ptr<Sink> rtwmc::makeSink(KernelContext &context, Value row,
                                      PoolAttr pool, Value subRow) {
  KernelBuilder &b = context.builder;
  RankedTensorType type =
      cast<RankedTensorType>(context.layer->getResult(0).getType());
  int64_t channels = type.getShape().back();
  int64_t pixelBytes = channels * ((type.getElementTypeBitWidth() + 7) / 8);
  int64_t rowBytes = getRowBytes(type);
  int64_t poolWidth = pool ? pool.getWidth() : 1;
  int64_t columns = rowBytes / pixelBytes * poolWidth;
  // One channel at a time a pixel is an element.
  if (context.channel)
    channels = pixelBytes = 1;
  PruneOp prune = getPrune(context.kernel);
  if (!prune) {
    Value memref = context.buffers.lookup(BufferRole::Rows);
    int64_t rows = getRows(type);
    auto shape = cast<MemRefType>(memref.getType()).getShape();
    int64_t capacity = shape.size() == 4 ? shape[1] : rows;
    // A reshaped output is dense.
    if (shape != type.getShape() &&
        (shape.size() != 4 || shape[2] != type.getDimSize(2) ||
         shape[3] != type.getDimSize(3)))
      capacity = rows;
    Value slot =
        capacity < rows ? b.divRem(row, capacity, rows - 1).second : row;
    Value start = b.pointerTo(memref);
    Value base = b.offset(start, b.mul(slot, rowBytes));
    return std::make_unique<RowSink>(base, pixelBytes, poolWidth, columns);
  }
  Value values = context.buffers.lookup(BufferRole::Values);
  Value bitmap = context.buffers.lookup(BufferRole::Bitmap);
  Value buffer = context.buffers.lookup(BufferRole::TinyBuffer);
  Value state = context.address(BufferRole::PrunerState);
  SmallVector<Value> operands{state, values, bitmap, buffer};
  startPruning(context, prune, state, bitmap);
  func::FuncOp push = makePush(context, prune, channels, operands);
  if (!pool) {
    Value scratch = context.address(BufferRole::Pixel);
    return std::make_unique<PackedSink>(scratch, push, operands);
  }
  return std::make_unique<PooledPackedSink>(b.offset(state, prunerStateBytes),
                                            pixelBytes, pool, columns, subRow,
                                            push, operands);
}
