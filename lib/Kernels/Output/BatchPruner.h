//===- BatchPruner.h - The code that prunes batches -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the one function that prunes all maps of a module (PruneBatch.h). How
// the least elements are selected is in SelectLeast.cpp, how the others are
// packed in AppendKept.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_OUTPUT_BATCHPRUNER_H
#define RTWMC_LIB_KERNELS_OUTPUT_BATCHPRUNER_H

#include "../Builder/Instructions.h"
#include "PruneBatch.h"
#include "rtwmc/Planning/PackedState.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace rtwmc {

class ByteRange;

class BatchPruner {
public:
  /// `zero` is the zero point where the code is for that alone.
  BatchPruner(KernelBuilder &b, QuotaPolicy policy, std::optional<int64_t> zero,
              mlir::ValueRange arguments)
      : b(b), policy(policy), zero(zero), from(arguments[0]),
        base(arguments[1]), parameters(arguments[2]), slot(arguments[3]) {}

  /// Everything between the elements and the map: little code and stack, as
  /// single pixels ask for.
  void build();
  /// The same of rows: faster, at the price of both.
  void buildRows();

private:
  using State = planning::PrunerState;
  using Predicate = mlir::arith::CmpIPredicate;
  /// Less than `threshold` is dropped, and so many that equal it.
  struct Selected {
    mlir::Value threshold, ties;
  };

  /// What the code for rows holds of a batch, which it prunes where it finds
  /// it: where it is, its elements, how many are in the map up to its end, how
  /// many were dropped before, and what is due.
  struct Batch {
    mlir::Value at, count, position, dropped, owed, due;
  };

  void copy(mlir::Value from, mlir::Value to, mlir::Value bytes);
  void flush();
  void flushRow();
  mlir::Value quota();
  /// The quota of this batch, found again rather than held.
  mlir::Value due();
  void nextQuota(mlir::Value quota, mlir::Value dropped, mlir::Value owed);
  Selected select();
  llvm::SmallVector<mlir::Value> look(mlir::Value ends, mlir::Value below,
                                      mlir::Value turn);
  mlir::Value lowHalf(mlir::Value word);
  mlir::Value countBelow(mlir::Value bound);
  /// Appends; returns how many are kept of the map, or row, so far.
  mlir::Value append(Selected selected);
  /// The same of a batch where it is found, eight elements at a time.
  mlir::Value appendRow(Selected selected);
  void dropTies(Selected selected);
  /// What is carried from element to element, before the first one and, to say
  /// how many are kept, behind the last.
  llvm::SmallVector<mlir::Value> startWalk(mlir::Value ties);
  mlir::Value endWalk(mlir::ValueRange carried);
  llvm::SmallVector<mlir::Value> appendOne(mlir::ValueRange carried,
                                           const ByteRange &least);
  /// What is dropped of the bytes that `find` finds some of, and the ties that
  /// are left.
  llvm::SmallVector<mlir::Value>
  drop(const ByteRange &least, mlir::Value ties,
       llvm::function_ref<mlir::Value(const ByteRange &)> find);
  llvm::SmallVector<mlir::Value> appendEights(mlir::ValueRange carried,
                                              const ByteRange &least);

  // What is in memory is loaded where it is needed: no register, and nothing on
  // the stack, holds it in between.
  mlir::Value parameter(PruneParameter which) {
    if (which == PruneParameter::Zero && zero)
      return b.i32(*zero);
    return loadInOrder(b, parameters, 4 * int64_t(which));
  }
  mlir::Value state() {
    return foundState ? foundState : inArena(PruneParameter::State);
  }
  mlir::Value buffer() {
    return batch ? batch->at : inArena(PruneParameter::Buffer);
  }
  mlir::Value values() {
    return inRow(PruneParameter::Values, PruneParameter::RowValues);
  }
  mlir::Value bitmap() {
    return inRow(PruneParameter::Bitmap, PruneParameter::RowBitmap);
  }
  mlir::Value inArena(PruneParameter offset) {
    return b.offset(base, parameter(offset));
  }
  /// The same of the row that is pruned.
  mlir::Value inRow(PruneParameter offset, PruneParameter rowBytes);
  mlir::Value load(int64_t counter) { return loadInOrder(b, state(), counter); }
  mlir::Value loadHalf(int64_t counter) {
    return loadHalfInOrder(b, state(), counter, /*isUnsigned=*/true);
  }
  void store(mlir::Value value, int64_t counter) {
    b.storeWord(value, state(), counter);
  }
  void storeHalf(mlir::Value value, int64_t counter) {
    b.storeUnsigned(value, b.offset(state(), counter), 2);
  }
  /// Elements in the tiny buffer, and the place of the first in the stream.
  mlir::Value count() { return batch ? batch->count : load(State::fill); }
  mlir::Value position() {
    return batch ? batch->position : load(State::position);
  }
  mlir::Value dropped() {
    return batch ? batch->dropped : load(State::dropped);
  }
  mlir::Value begin();
  mlir::Value owed();

  mlir::Value subtract(mlir::Value x, mlir::Value y) {
    return mlir::arith::SubIOp::create(b, x, y);
  }
  mlir::Value shiftLeft(mlir::Value x, mlir::Value by) {
    return mlir::arith::ShLIOp::create(b, x, by);
  }
  mlir::Value shiftRight(mlir::Value x, mlir::Value by) {
    return mlir::arith::ShRUIOp::create(b, x, by);
  }
  mlir::Value bitAnd(mlir::Value x, mlir::Value y) {
    return mlir::arith::AndIOp::create(b, x, y);
  }
  mlir::Value bitOr(mlir::Value x, mlir::Value y) {
    return mlir::arith::OrIOp::create(b, x, y);
  }
  mlir::Value compare(Predicate how, mlir::Value x, mlir::Value y) {
    return mlir::arith::CmpIOp::create(b, how, x, y);
  }
  mlir::Value choose(mlir::Value condition, mlir::Value yes, mlir::Value no) {
    return mlir::arith::SelectOp::create(b, condition, yes, no);
  }
  /// `if (condition)`, with values.
  using Branch = llvm::function_ref<llvm::SmallVector<mlir::Value>()>;
  llvm::SmallVector<mlir::Value>
  either(mlir::Value condition, mlir::TypeRange types, Branch yes, Branch no);

  KernelBuilder &b;
  QuotaPolicy policy;
  std::optional<int64_t> zero;
  mlir::Value from, base, parameters, slot;
  std::optional<Batch> batch;
  /// Where the code for rows has found the state.
  mlir::Value foundState;
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_OUTPUT_BATCHPRUNER_H
