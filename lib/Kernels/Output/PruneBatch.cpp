//===- PruneBatch.cpp - Packing what is in the tiny buffer ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PruneBatch.h"
#include "../Builder/ByteRange.h"
#include "BatchPruner.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

static Value toIndex(KernelBuilder &b, Value value) {
  return arith::IndexCastUIOp::create(b, b.getIndexType(), value);
}

static Value toWord(KernelBuilder &b, Value index) {
  return arith::IndexCastUIOp::create(b, b.getI32Type(), index);
}

SmallVector<Value> BatchPruner::either(Value condition, TypeRange types,
                                       Branch yes, Branch no) {
  auto branch = scf::IfOp::create(b, types, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, yes());
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, no());
  return SmallVector<Value>(branch.getResults());
}

Value BatchPruner::inRow(PruneParameter offset, PruneParameter rowBytes) {
  Value before = arith::MulIOp::create(b, slot, parameter(rowBytes));
  return b.offset(inArena(offset), before);
}

Value BatchPruner::begin() {
  Value end = position();
  return subtract(end, count());
}

Value BatchPruner::owed() {
  Value before = dropped();
  Value difference = subtract(parameter(PruneParameter::Drop), before);
  return arith::MaxSIOp::create(b, difference, b.i32(0));
}

Value BatchPruner::due() {
  if (batch)
    return batch->due;
  return policy == QuotaPolicy::Paper ? quota() : loadHalf(State::quota);
}

/// The quota of a batch (specification, section 3).
Value BatchPruner::quota() {
  Value elements = parameter(PruneParameter::Elements);
  Value first = begin();
  Value remaining = subtract(elements, first);
  Value perBatch;
  if (policy == QuotaPolicy::Paper)
    perBatch = toIndex(b, loadHalf(State::quota));
  Value owedIndex = toIndex(b, batch ? batch->owed : owed());
  Value remainingIndex = toIndex(b, remaining);
  Value countIndex = toIndex(b, count());
  return toWord(b, QuotaOp::create(b, b.getIndexType(), policy, owedIndex,
                                   remainingIndex, countIndex, perBatch));
}

/// That of the batches to come, which the paper's policy carries along. It
/// never grows, so it is divided only where it becomes less: where `owed` is at
/// most what one less would drop in all of them.
void BatchPruner::nextQuota(Value quota, Value dropped, Value owed) {
  Value isMore = compare(Predicate::ugt, dropped, quota);
  b.ifTrue(isMore, 1, [&] {
    Value end = position();
    Value left = subtract(parameter(PruneParameter::Elements), end);
    Value elements = parameter(PruneParameter::Batch);
    Value roundedUp = b.add(left, b.add(elements, -1));
    Value perBatch = loadHalf(State::quota);
    // In elements, of which the last batch may have fewer.
    Value atMost = arith::MulIOp::create(b, b.add(perBatch, -1), roundedUp);
    Value atLeast = arith::MulIOp::create(b, owed, elements);
    Value isLess = compare(Predicate::uge, atMost, atLeast);
    b.ifTrue(isLess, 0, [&] {
      Value batches = arith::DivUIOp::create(b, roundedUp, elements);
      Value owedIndex = toIndex(b, owed), perBatchIndex = toIndex(b, perBatch);
      Value droppedIndex = toIndex(b, dropped), quotaIndex = toIndex(b, quota);
      Value batchesIndex = toIndex(b, batches);
      Value next = NextQuotaOp::create(b, perBatchIndex, droppedIndex,
                                       quotaIndex, owedIndex, batchesIndex);
      storeHalf(toWord(b, next), State::quota);
    });
  });
}

void BatchPruner::flush() {
  // Only the paper's policy carries a quota along, and has no division.
  bool isPaper = policy == QuotaPolicy::Paper;
  if (!isPaper)
    storeHalf(quota(), State::quota);
  Selected selected = select();
  storeHalf(selected.threshold, State::threshold);
  Value kept = append(selected);
  Value end = position();
  Value total = subtract(end, kept);
  if (isPaper) {
    Value before = due();
    Value justDropped = subtract(total, dropped());
    store(total, State::dropped);
    nextQuota(before, justDropped, owed());
  } else {
    store(total, State::dropped);
  }
  store(b.i32(0), State::fill);
}

void BatchPruner::flushRow() {
  Value none = b.i32(0);
  batch->due = none;
  Value owes = compare(Predicate::ne, batch->owed, none);
  batch->due = either(
      owes, b.getI32Type(), [&] { return SmallVector<Value>{quota()}; },
      [&] { return SmallVector<Value>{none}; })[0];
  Selected selected = select();
  storeHalf(selected.threshold, State::threshold);
  Value kept = appendRow(selected);
  Value total = subtract(batch->position, kept);
  store(total, State::dropped);
  b.ifTrue(owes, 1, [&] {
    if (policy == QuotaPolicy::Paper) {
      Value justDropped = subtract(total, batch->dropped), due = batch->due;
      batch->dropped = total;
      Value left = owed();
      nextQuota(due, justDropped, left);
    }
  });
  store(none, State::fill);
}

void BatchPruner::buildRows() {
  Value bytes = parameter(PruneParameter::Count);
  Value end = b.offset(from, bytes);
  foundState = state();
  Value endPosition = b.add(load(State::position), bytes);
  // Counted from the end, which is where it is whatever was held: so whoever
  // reads the code sees how often this goes on.
  auto step = [&](Value at) {
    Value none = b.i32(0);
    Value left = b.distance(at, end);
    Value fill = load(State::fill), before = load(State::dropped);
    Value size = parameter(PruneParameter::Batch);
    batch.emplace();
    batch->dropped = before;
    batch->owed = owed();
    Value isEmpty = compare(Predicate::eq, fill, none);
    Value all = b.add(fill, left);
    // Nothing more is due: what is left is one batch, whatever its size.
    Value isPaid = compare(Predicate::eq, batch->owed, none);
    Value isOne = bitAnd(isPaid, isEmpty);
    Value over = subtract(all, size);
    Value isWithin = bitOr(compare(Predicate::sle, all, size), isOne);
    batch->count = choose(isWithin, all, size);
    left = choose(isWithin, none, over);
    Value next = b.opaque(b.offset(end, subtract(none, left)));
    batch->position = subtract(endPosition, left);
    store(batch->position, State::position);
    Value isFull = compare(Predicate::sge, all, size);
    Value isLast = compare(Predicate::eq, batch->position,
                           parameter(PruneParameter::Elements));
    Value isComplete = bitOr(bitOr(isFull, isLast), isOne);
    // Only what is not complete here is held.
    Value one = arith::ConstantOp::create(b, b.getBoolAttr(true));
    Value isWhole = bitAnd(isComplete, isEmpty);
    Value isPart = arith::XOrIOp::create(b, isWhole, one);
    Value held = inArena(PruneParameter::Buffer);
    b.ifTrue(isPart, 1, [&] {
      Value taken = subtract(batch->count, fill);
      copy(at, b.offset(held, fill), taken);
      store(batch->count, State::fill);
    });
    batch->at = arith::SelectOp::create(b, isWhole, at, held);
    b.ifTrue(isComplete, 1, [&] { flushRow(); });
    batch.reset();
    return next;
  };
  scf::WhileOp::create(
      b, TypeRange{b.pointerType()}, ValueRange{from},
      [&](OpBuilder &, Location, ValueRange carried) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToEnd(carried.front().getParentBlock());
        Value next = step(carried[0]);
        Value goesOn =
            LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::ne, next, end);
        scf::ConditionOp::create(b, goesOn, next);
      },
      [&](OpBuilder &builder, Location loc, ValueRange carried) {
        scf::YieldOp::create(builder, loc, carried);
      });
}

void BatchPruner::build() {
  Value end = b.offset(from, parameter(PruneParameter::Count));
  scf::WhileOp::create(
      b, TypeRange{b.pointerType()}, ValueRange{from},
      [&](OpBuilder &, Location, ValueRange carried) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToEnd(carried.front().getParentBlock());
        Value at = carried[0];
        Value left = b.distance(at, end);
        Value fill = count(), batch = parameter(PruneParameter::Batch);
        Value room = subtract(batch, fill);
        Value taken = arith::MinSIOp::create(b, left, room);
        // What is known before a batch is pruned is not found out behind it.
        Value next = b.opaque(b.offset(at, taken));
        copy(at, b.offset(buffer(), fill), taken);
        fill = b.add(fill, taken);
        Value position = load(State::position);
        position = b.add(position, taken);
        store(fill, State::fill);
        store(position, State::position);
        Value isFull = compare(Predicate::eq, fill, batch);
        Value isLast = compare(Predicate::eq, position,
                               parameter(PruneParameter::Elements));
        b.ifTrue(bitOr(isFull, isLast), 1, [&] { flush(); });
        Value goesOn =
            LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::ne, next, end);
        scf::ConditionOp::create(b, goesOn, next);
      },
      [&](OpBuilder &builder, Location loc, ValueRange carried) {
        scf::YieldOp::create(builder, loc, carried);
      });
}

/// Copies `bytes` bytes from anywhere to anywhere.
void BatchPruner::copy(Value from, Value to, Value bytes) {
  Value copied = b.i32(0);
  if (b.core.unaligned) {
    Value words = shiftRight(bytes, b.i32(2));
    b.loop(copied, words, [&](Value i) {
      Value at = b.mul(i, 4);
      Value word = b.loadWord(b.offset(from, at), 0, /*alignment=*/1);
      LLVM::StoreOp::create(b, word, b.offset(to, at), 1);
    });
    copied = b.mul(words, 4);
  }
  b.loop(copied, bytes, [&](Value i) {
    Value byte = b.loadByte(b.offset(from, i));
    b.storeByte(byte, b.offset(to, i));
  });
}

func::FuncOp rtwmc::getPruneFunction(KernelBuilder &b, PruneOp prune,
                                     bool ofRows) {
  SmallVector<Type> types(3, b.pointerType());
  types.push_back(b.getI32Type());
  bool isPaper = prune.getPolicy() == QuotaPolicy::Paper;
  std::string name = ofRows ? "prune_rows_" : "prune_";
  name += isPaper ? "paper" : "proportional";
  // The least zero point, which most rows have, has faster code of its own.
  auto type = cast<PrunedType>(prune.getPruned().getType());
  std::optional<int64_t> zero;
  if (ofRows && type.getZero() == ByteRange::lowest)
    zero = ByteRange::lowest;
  else if (ofRows)
    name += "_any";
  return b.sharedFunction(name, types, [&](ValueRange arguments) {
    BatchPruner pruner(b, prune.getPolicy(), zero, arguments);
    if (ofRows)
      pruner.buildRows();
    else
      pruner.build();
  });
}

LLVM::GlobalOp rtwmc::pruneParameters(KernelBuilder &b, StringRef name,
                                      PruneOp prune, const PrunerPlaces &places,
                                      int64_t elements) {
  auto type = cast<PrunedType>(prune.getPruned().getType());
  // Of a batch of 32 elements the threshold moves by two for each one that is
  // missing.
  int64_t batch = prune.getBatch(), drop = prune.getDrop();
  int64_t spread = std::max<int64_t>(256 * 64 / batch, 1);
  SmallVector<int32_t> words;
  for (int64_t word :
       {elements, type.getUnitElements(), drop, batch, int64_t(type.getZero()),
        int64_t(prune.getTauQ()), spread, places.state, places.buffer,
        places.values, places.bitmap, type.getKeep(),
        type.getUnitBitmapBytes()})
    words.push_back(static_cast<int32_t>(word));
  return b.constantWords(name, words);
}
