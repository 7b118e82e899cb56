//===- Pruner.cpp - Pixels on their way into a pruned map -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pruner.h"
#include "PruneBatch.h"
#include "rtwmc/Planning/PackedState.h"
#include "rtwmc/Streaming/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace rtwmc;
using planning::PrunerState;

namespace {

/// Feeds the pruner of a map, pixel by pixel; a pixel has one channel where the
/// layer runs by channel.
class PackedSink : public Sink {
public:
  PackedSink(Value scratch, func::FuncOp prune, SmallVector<Value> operands)
      : scratch(scratch), prune(prune), operands(std::move(operands)) {}

  Value pixel(KernelBuilder &, Value) override { return scratch; }
  bool holdsRow() const override { return false; }
  void pixelDone(KernelBuilder &b, Value) override {
    SmallVector<Value> arguments{scratch};
    arguments.append(operands);
    func::CallOp::create(b, prune, arguments);
  }

private:
  Value scratch;
  func::FuncOp prune;
  SmallVector<Value> operands;
};

/// The same, row by row.
class PackedRowSink : public RowSink {
public:
  PackedRowSink(const KernelContext &context, Value row, int64_t pixelBytes,
                int64_t columns, func::FuncOp prune,
                SmallVector<Value> operands)
      : RowSink(row, pixelBytes, 1, columns, context.firstColumn), row(row),
        prune(prune), operands(std::move(operands)) {}

  void stepDone(KernelBuilder &b) override {
    SmallVector<Value> arguments{row};
    arguments.append(operands);
    func::CallOp::create(b, prune, arguments);
  }

private:
  Value row;
  func::FuncOp prune;
  SmallVector<Value> operands;
};

/// Prepares the place where a row is packed; returns with what else elements
/// are pruned.
using StartPacking = std::function<SmallVector<Value>(KernelBuilder &)>;

/// Pools into a row beside the pruner's state, and feeds the pruner with it
/// when its last step is done.
class PooledPackedSink : public RowSink {
public:
  PooledPackedSink(const KernelContext &context, Value row, int64_t pixelBytes,
                   PoolAttr pool, int64_t columns, Value subRow,
                   func::FuncOp prune, StartPacking start)
      : RowSink(row, pixelBytes, pool.getWidth(), columns), context(context),
        row(row), pixelBytes(pixelBytes), pool(pool), subRow(subRow),
        prune(prune), start(std::move(start)) {}

  void stepDone(KernelBuilder &b) override {
    b.ifEqual(
        subRow, b.i32(pool.getHeight() - 1),
        [&] {
          SmallVector<Value> operands = start(b);
          Value first = context.column(b.i32(0));
          SmallVector<Value> arguments{b.offset(row, b.mul(first, pixelBytes))};
          arguments.append(operands);
          func::CallOp::create(b, prune, arguments);
        },
        /*period=*/pool.getHeight());
  }

private:
  const KernelContext &context;
  Value row;
  int64_t pixelBytes;
  PoolAttr pool;
  Value subRow;
  func::FuncOp prune;
  StartPacking start;
};

void clearPruner(KernelBuilder &b, PruneOp prune, Value state) {
  b.storeWord(b.i32(0), state, PrunerState::dropped);
  b.storeWord(b.i32(0), state, PrunerState::position);
  b.storeWord(b.i32(0), state, PrunerState::fill);
  // No threshold is less.
  Value tauQ = b.i32(prune.getTauQ());
  Value threshold = b.offset(state, PrunerState::threshold);
  b.storeUnsigned(tauQ, threshold, 2);
  int64_t batches = prune.getNumBatches();
  Value quota = b.i32((prune.getDrop() + batches - 1) / batches);
  b.storeUnsigned(quota, b.offset(state, PrunerState::quota), 2);
}

/// Clears the state before the first element of a map.
void startMap(KernelContext &context, PruneOp prune, Value state) {
  KernelBuilder &b = context.builder;
  Value position = context.step;
  if (context.channel)
    position = arith::OrIOp::create(b, position, context.channel);
  if (context.firstColumn)
    position = arith::OrIOp::create(b, position, context.firstColumn);
  b.ifEqual(position, b.i32(0), [&] { clearPruner(b, prune, state); });
}

/// The arena that `buffer` is a view of, and where it begins there. Prices are
/// of buffers that are not in one.
std::pair<Value, int64_t> findInArena(Value buffer) {
  auto view = buffer.getDefiningOp<memref::ViewOp>();
  APInt offset;
  if (!view || !matchPattern(view.getByteShift(), m_ConstantInt(&offset)))
    return {buffer, 0};
  return {view.getSource(), offset.getSExtValue()};
}

} // namespace

std::unique_ptr<Sink> rtwmc::makePruningSink(KernelContext &context,
                                             const OutputRow &output, Value row,
                                             PoolAttr pool, Value subRow) {
  KernelBuilder &b = context.builder;
  PruneOp prune = getPrune(context.kernel);
  auto find = [&](BufferRole role) {
    return findInArena(context.buffers.lookup(role));
  };
  PrunerPlaces places;
  Value arena;
  std::tie(arena, places.state) = find(BufferRole::PrunerState);
  places.buffer = find(BufferRole::TinyBuffer).second;
  places.values = find(BufferRole::Values).second;
  places.bitmap = find(BufferRole::Bitmap).second;
  places.arena = b.pointerTo(arena);
  int64_t elements = output.channels;
  bool holdsRow = holdsOutputRow(context.kernel);
  if (pool)
    elements *= context.countColumns(output.columns / pool.getWidth());
  else if (holdsRow)
    elements *= context.countColumns(output.columns);
  bool ofRows = context.kernel->hasAttr(holdsOutputRowAttrName);
  func::FuncOp function = getPruneFunction(b, prune, ofRows);
  LLVM::GlobalOp known =
      pruneParameters(b, context.name + "_prune", prune, places, elements);
  Value state = b.offset(places.arena, places.state);
  auto type = cast<PrunedType>(prune.getPruned().getType());
  bool byRow = type.getUnit() == PruneUnit::Row;
  Value bitmap = context.buffers.lookup(BufferRole::Bitmap);
  int64_t slots = cast<MemRefType>(bitmap.getType()).getNumElements() /
                  type.getUnitBitmapBytes();
  if (!byRow)
    startMap(context, prune, state);
  // What elements are pruned with, once the row may be packed.
  auto start = [=](KernelBuilder &b) {
    Value slot = b.i32(0);
    if (byRow) {
      slot = b.divRem(row, slots, type.getNumUnits() - 1).second;
      clearPruner(b, prune, state);
    }
    Value parameters = b.addressOf(known);
    return SmallVector<Value>{places.arena, parameters, slot};
  };
  if (!pool) {
    Value scratch = context.address(BufferRole::Pixel);
    if (holdsRow)
      return std::make_unique<PackedRowSink>(context, scratch,
                                             output.pixelBytes, output.columns,
                                             function, start(b));
    return std::make_unique<PackedSink>(scratch, function, start(b));
  }
  return std::make_unique<PooledPackedSink>(
      context, b.offset(state, PrunerState::pooledRow), output.pixelBytes, pool,
      output.columns, subRow, function, start);
}
