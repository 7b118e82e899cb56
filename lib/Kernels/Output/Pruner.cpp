//===- Pruner.cpp - Pixels on their way into a pruned map -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pruner.h"
#include "rtwmc/Planning/PackedState.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;
using planning::PrunerState;

namespace {

/// Feeds the tiny buffer of a pruned map, pixel by pixel; a pixel has one
/// channel where the layer runs by channel.
class PackedSink : public Sink {
public:
  PackedSink(Value scratch, func::FuncOp push, SmallVector<Value> operands)
      : scratch(scratch), push(push), operands(std::move(operands)) {}

  Value pixel(KernelBuilder &, Value) override { return scratch; }
  bool holdsRow() const override { return false; }
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

/// Prepares the place where a row is packed; returns what its pixels are pushed
/// with.
using StartPacking = std::function<SmallVector<Value>(KernelBuilder &)>;

/// Pools into a row beside the pruner's state, and feeds the tiny buffer with
/// it when its last step is done.
class PooledPackedSink : public RowSink {
public:
  PooledPackedSink(const KernelContext &context, Value row, int64_t pixelBytes,
                   PoolAttr pool, int64_t columns, Value subRow,
                   func::FuncOp push, StartPacking start)
      : RowSink(row, pixelBytes, pool.getWidth(), columns), context(context),
        row(row), pixelBytes(pixelBytes), pool(pool), columns(columns),
        subRow(subRow), push(push), start(std::move(start)) {}

  void stepDone(KernelBuilder &b) override {
    b.ifEqual(
        subRow, b.i32(pool.getHeight() - 1),
        [&] {
          int64_t count = context.countColumns(columns / pool.getWidth());
          SmallVector<Value> operands = start(b);
          b.loop(0, count, [&](Value index) {
            Value x = context.column(index);
            SmallVector<Value> arguments{b.offset(row, b.mul(x, pixelBytes))};
            arguments.append(operands);
            func::CallOp::create(b, push, arguments);
          });
        },
        /*period=*/pool.getHeight());
  }

private:
  const KernelContext &context;
  Value row;
  int64_t pixelBytes;
  PoolAttr pool;
  int64_t columns;
  Value subRow;
  func::FuncOp push;
  StartPacking start;
};

/// Where a map, or a row that is pruned on its own, is packed.
struct PackedPlace {
  Value values, bitmap;
  /// The places of its first value and of its first bit; null: 0.
  Value firstValue, firstBit;
};

/// Packs what is in the tiny buffer: quota, selection, append (specification,
/// section 3).
void flush(KernelBuilder &b, PruneOp prune, Value state, PackedPlace place,
           Value buffer) {
  int64_t elements =
      cast<PrunedType>(prune.getPruned().getType()).getUnitElements();
  int32_t zero = cast<PrunedType>(prune.getPruned().getType()).getZero();
  auto toIndex = [&](Value value) -> Value {
    return arith::IndexCastUIOp::create(b, b.getIndexType(), value);
  };
  Value dropped = b.loadWord(state, PrunerState::dropped);
  Value position = b.loadWord(state, PrunerState::position);
  Value count = b.loadWord(state, PrunerState::fill);
  Value begin = arith::SubIOp::create(b, position, count);
  Value difference = arith::SubIOp::create(b, b.i32(prune.getDrop()), dropped);
  Value owed = arith::MaxSIOp::create(b, difference, b.i32(0));
  Value remaining = arith::SubIOp::create(b, b.i32(elements), begin);
  Value perBatch;
  if (prune.getPolicy() == QuotaPolicy::Paper)
    perBatch = toIndex(b.loadWord(state, PrunerState::quota));
  Value owedIndex = toIndex(owed), remainingIndex = toIndex(remaining);
  Value countIndex = toIndex(count);
  Value quota =
      QuotaOp::create(b, b.getIndexType(), prune.getPolicy(), owedIndex,
                      remainingIndex, countIndex, perBatch);
  auto select = SelectLeastOp::create(b, b.getI32Type(), b.getIndexType(),
                                      quota, buffer, toIndex(count),
                                      prune.getTauQ(), zero, IntegerAttr());
  Value kept = arith::SubIOp::create(b, begin, dropped), bit = begin;
  if (place.firstValue) {
    kept = b.add(place.firstValue, kept);
    bit = b.add(place.firstBit, begin);
  }
  Value appended = toIndex(count), keptIndex = toIndex(kept);
  Value bitIndex = toIndex(bit);
  auto append =
      AppendOp::create(b, b.getIndexType(), b.getIndexType(), buffer, appended,
                       select.getThreshold(), select.getTies(), place.values,
                       keptIndex, place.bitmap, bitIndex, zero);
  Value justDropped =
      arith::IndexCastUIOp::create(b, b.getI32Type(), append.getDropped());
  Value total = b.add(dropped, justDropped);
  b.storeWord(total, state, PrunerState::dropped);
  b.storeWord(b.i32(0), state, PrunerState::fill);
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
                PrunerState::quota);
  }
}

bool isByRow(PruneOp prune) {
  return prune.getPruned().getType().getUnit() == PruneUnit::Row;
}

/// The function that feeds one pixel of `channels` elements to the pruner. Its
/// operands: the pixel, the pruner's state, values, bitmap and tiny buffer of
/// the map, and of a row that is pruned on its own the places of its first
/// value and its first bit.
func::FuncOp makePush(KernelContext &context, PruneOp prune, int64_t channels) {
  KernelBuilder &b = context.builder;
  int64_t elements =
      cast<PrunedType>(prune.getPruned().getType()).getUnitElements();
  SmallVector<Type> types{b.pointerType(), b.pointerType()};
  for (BufferRole role :
       {BufferRole::Values, BufferRole::Bitmap, BufferRole::TinyBuffer})
    types.push_back(context.buffers.lookup(role).getType());
  if (isByRow(prune))
    types.append(2, b.getI32Type());
  return b.function(context.name + "_prune", types, [&](ValueRange arguments) {
    Value pixel = arguments[0], state = arguments[1], buffer = arguments[4];
    PackedPlace place{arguments[2], arguments[3], {}, {}};
    if (isByRow(prune)) {
      place.firstValue = arguments[5];
      place.firstBit = arguments[6];
    }
    Value bytes = b.pointerTo(buffer);
    b.loop(0, channels, [&](Value channel) {
      Value fill = b.loadWord(state, PrunerState::fill);
      Value position = b.add(b.loadWord(state, PrunerState::position), 1);
      Value value =
          LLVM::LoadOp::create(b, b.getI8Type(), b.offset(pixel, channel), 1);
      b.storeByte(value, b.offset(bytes, fill));
      fill = b.add(fill, 1);
      b.storeWord(fill, state, PrunerState::fill);
      b.storeWord(position, state, PrunerState::position);
      Value isFull = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, fill,
                                           b.i32(prune.getBatch()));
      Value isLast = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                           position, b.i32(elements));
      Value full = arith::OrIOp::create(b, isFull, isLast);
      b.ifTrue(full, prune.getBatch(),
               [&] { flush(b, prune, state, place, buffer); });
    });
  });
}

/// Clears the state, and `bytes` bytes of bitmap at `bits`.
void clearPruner(KernelBuilder &b, PruneOp prune, Value state, Value bits,
                 int64_t bytes) {
  Value count = b.i32(bytes);
  b.fill(bits, count, 0);
  b.storeWord(b.i32(0), state, PrunerState::dropped);
  b.storeWord(b.i32(0), state, PrunerState::position);
  b.storeWord(b.i32(0), state, PrunerState::fill);
  int64_t batches = prune.getNumBatches();
  b.storeWord(b.i32((prune.getDrop() + batches - 1) / batches), state,
              PrunerState::quota);
}

/// Clears the bitmap and the state before the first element of a map.
void startMap(KernelContext &context, PruneOp prune, Value state,
              Value bitmap) {
  KernelBuilder &b = context.builder;
  auto type = cast<PrunedType>(prune.getPruned().getType());
  Value position = context.step;
  if (context.channel)
    position = arith::OrIOp::create(b, position, context.channel);
  if (context.firstColumn)
    position = arith::OrIOp::create(b, position, context.firstColumn);
  b.ifEqual(position, b.i32(0), [&] {
    Value bits = b.pointerTo(bitmap);
    clearPruner(b, prune, state, bits, type.getBitmapBytes());
  });
}

/// The same for row `row`, which is pruned on its own, and has its place in a
/// ring. Returns where its first value and its first bit are.
SmallVector<Value> startRow(KernelBuilder &b, PruneOp prune, Value state,
                            Value bitmap, Value row) {
  auto type = cast<PrunedType>(prune.getPruned().getType());
  int64_t bytes = type.getUnitBitmapBytes();
  int64_t slots = cast<MemRefType>(bitmap.getType()).getNumElements() / bytes;
  Value slot = b.divRem(row, slots, type.getNumUnits() - 1).second;
  Value firstByte = b.mul(slot, bytes);
  Value bits = b.offset(b.pointerTo(bitmap), firstByte);
  clearPruner(b, prune, state, bits, bytes);
  Value firstValue = b.mul(slot, type.getKeep());
  return {firstValue, b.mul(firstByte, 8)};
}

} // namespace

std::unique_ptr<Sink> rtwmc::makePruningSink(KernelContext &context,
                                             const OutputRow &output, Value row,
                                             PoolAttr pool, Value subRow) {
  KernelBuilder &b = context.builder;
  PruneOp prune = getPrune(context.kernel);
  Value values = context.buffers.lookup(BufferRole::Values);
  Value bitmap = context.buffers.lookup(BufferRole::Bitmap);
  Value buffer = context.buffers.lookup(BufferRole::TinyBuffer);
  Value state = context.address(BufferRole::PrunerState);
  SmallVector<Value> operands{state, values, bitmap, buffer};
  func::FuncOp push = makePush(context, prune, output.channels);
  bool byRow = isByRow(prune);
  if (!byRow)
    startMap(context, prune, state, bitmap);
  // The operands of `push`, once the row may be packed.
  auto start = [=](KernelBuilder &b) {
    SmallVector<Value> all(operands);
    if (byRow)
      all.append(startRow(b, prune, state, bitmap, row));
    return all;
  };
  if (!pool) {
    Value scratch = context.address(BufferRole::Pixel);
    return std::make_unique<PackedSink>(scratch, push, start(b));
  }
  return std::make_unique<PooledPackedSink>(
      context, b.offset(state, PrunerState::pooledRow), output.pixelBytes, pool,
      output.columns, subRow, push, start);
}
