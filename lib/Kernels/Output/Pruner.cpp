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

/// Pools into a row beside the pruner's state, and feeds the tiny buffer with
/// it when its last step is done.
class PooledPackedSink : public RowSink {
public:
  PooledPackedSink(const KernelContext &context, Value row, int64_t pixelBytes,
                   PoolAttr pool, int64_t columns, Value subRow,
                   func::FuncOp push, SmallVector<Value> operands)
      : RowSink(row, pixelBytes, pool.getWidth(), columns), context(context),
        row(row), pixelBytes(pixelBytes), pool(pool), columns(columns),
        subRow(subRow), push(push), operands(std::move(operands)) {}

  void stepDone(KernelBuilder &b) override {
    b.ifEqual(
        subRow, b.i32(pool.getHeight() - 1),
        [&] {
          int64_t count = context.countColumns(columns / pool.getWidth());
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
  SmallVector<Value> operands;
};

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
               [&] { flush(b, prune, state, values, bitmap, buffer); });
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
  if (context.firstColumn)
    position = arith::OrIOp::create(b, position, context.firstColumn);
  b.ifEqual(position, b.i32(0), [&] {
    Value bits = b.pointerTo(bitmap), bytes = b.i32(type.getBitmapBytes());
    b.fill(bits, bytes, 0);
    b.storeWord(b.i32(0), state, PrunerState::dropped);
    b.storeWord(b.i32(0), state, PrunerState::position);
    b.storeWord(b.i32(0), state, PrunerState::fill);
    int64_t batches = prune.getNumBatches();
    b.storeWord(b.i32((prune.getDrop() + batches - 1) / batches), state,
                PrunerState::quota);
  });
}

} // namespace

std::unique_ptr<Sink> rtwmc::makePruningSink(KernelContext &context,
                                             const OutputRow &output,
                                             PoolAttr pool, Value subRow) {
  KernelBuilder &b = context.builder;
  PruneOp prune = getPrune(context.kernel);
  Value values = context.buffers.lookup(BufferRole::Values);
  Value bitmap = context.buffers.lookup(BufferRole::Bitmap);
  Value buffer = context.buffers.lookup(BufferRole::TinyBuffer);
  Value state = context.address(BufferRole::PrunerState);
  SmallVector<Value> operands{state, values, bitmap, buffer};
  startPruning(context, prune, state, bitmap);
  func::FuncOp push = makePush(context, prune, output.channels, operands);
  if (!pool) {
    Value scratch = context.address(BufferRole::Pixel);
    return std::make_unique<PackedSink>(scratch, push, operands);
  }
  return std::make_unique<PooledPackedSink>(
      context, b.offset(state, PrunerState::pooledRow), output.pixelBytes, pool,
      output.columns, subRow, push, operands);
}
