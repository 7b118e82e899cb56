//===- SelectLeast.cpp - The threshold of a batch -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A threshold is found by counting how many elements of the batch are below a
// guess, a word at a time. The first guess is the threshold of the batch
// before. The next one is as far away as the count is off, and the middle of
// what is left where that is outside, or has not led there soon.
//
//===----------------------------------------------------------------------===//

#include "../Builder/ByteRange.h"
#include "BatchPruner.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

/// Guesses that follow the counts; behind them halving ends the search.
static constexpr int64_t guesses = 4, halvings = 8;
/// Above all magnitudes.
static constexpr int64_t highest = 256;

/// How many elements of the batch have a magnitude less than `bound`.
Value BatchPruner::countBelow(Value bound) {
  ByteRange range(b, parameter(PruneParameter::Zero), bound);
  Value none = b.i32(0), two = b.i32(2);
  auto singly = [&](Value at, Value bytes, Value sum) -> ValueRange {
    return b.loop(none, bytes, {sum, at}, [&](Value, ValueRange carried) {
      Value byte = b.loadByte(carried[1], 0, /*isUnsigned=*/true);
      Value more = b.add(carried[0], range.findOne(byte));
      return SmallVector<Value>{more, b.offset(carried[1], 1)};
    });
  };
  Value at = buffer(), rest = count(), single = none;
  // Words are loaded from where they may be.
  if (!b.core.unaligned) {
    Value address = LLVM::PtrToIntOp::create(b, b.getI32Type(), at);
    Value negated = subtract(none, address);
    Value ofWord = b.i32(3);
    Value before = bitAnd(negated, ofWord);
    before = arith::MinSIOp::create(b, before, rest);
    ValueRange after = singly(at, before, none);
    single = after[0];
    at = after[1];
    rest = subtract(rest, before);
  }
  Value words = shiftRight(rest, two);
  ValueRange after =
      b.loop(none, words, {none, at}, [&](Value, ValueRange carried) {
        Value word = b.loadWord(carried[1], 0, b.core.unaligned ? 1 : 4);
        Value sum = range.count(word, carried[0]);
        return SmallVector<Value>{sum, b.offset(carried[1], 4)};
      });
  Value bytes = shiftLeft(words, two);
  single = b.add(single, range.total(after[0], bytes));
  Value left = subtract(rest, bytes);
  if (!batch || !b.core.unaligned)
    return singly(after[1], left, single)[0];
  // The last bytes are of a word that begins before them, if there is one.
  Value isOne = compare(Predicate::ne, words, none);
  Type word = b.getI32Type();
  return either(
      isOne, word,
      [&] {
        Value end = b.offset(after[1], left);
        Value last = b.loadWord(b.offset(end, -4), 0, /*alignment=*/1);
        Value before = subtract(b.i32(4), left);
        Value ofOnes = b.i32(everyByte);
        // None of them: nothing is left in two shifts by 16.
        Value shift = shiftLeft(before, b.i32(2));
        Value valid = shiftLeft(shiftLeft(ofOnes, shift), shift);
        Value found = bitAnd(range.find(last), valid);
        Value sums = arith::MulIOp::create(b, found, ofOnes);
        Value bitsBelow = b.i32(24);
        return SmallVector<Value>{b.add(single, shiftRight(sums, bitsBelow))};
      },
      [&] { return SmallVector<Value>{singly(after[1], left, single)[0]}; })[0];
}

/// The threshold below which, with so many ties, as many elements are as are
/// due, or more if those below `tau_q` are more.
BatchPruner::Selected BatchPruner::select() {
  Value tauQ = parameter(PruneParameter::TauQ), none = b.i32(0);
  // Fewer than the quota are below `low`, more below `high`. Nothing is below
  // 0, and below `tau_q` more than the quota are enough.
  Value low = arith::MaxSIOp::create(b, b.add(tauQ, -1), none);
  Value old = loadHalf(State::threshold);
  Value first = arith::MaxSIOp::create(b, old, tauQ);
  first = arith::MaxSIOp::create(b, first, b.i32(1));
  auto unpack = [&](Value word) {
    Value low = bitAnd(word, b.i32(0xffff));
    return std::pair(low, shiftRight(word, b.i32(16)));
  };
  auto search = [&]() -> SmallVector<Value> {
    // Two numbers a word: registers are few.
    SmallVector<Value> start{packHalves(b, low, b.i32(highest)), none, first};
    SmallVector<Type> types(start.size(), b.getI32Type());
    auto loop = scf::WhileOp::create(
        b, types, start,
        [&](OpBuilder &, Location, ValueRange carried) {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToEnd(carried.front().getParentBlock());
          auto [low, high] = unpack(carried[0]);
          auto [guess, rounds] = unpack(carried[2]);
          Value below = carried[1], round = b.add(rounds, 1);
          Value counted = countBelow(guess), quota = due();
          Value isMore = compare(Predicate::sgt, counted, quota);
          Value isExact = compare(Predicate::eq, counted, quota);
          Value isLeast =
              compare(Predicate::sle, guess, parameter(PruneParameter::TauQ));
          Value isEnough = bitAnd(isMore, isLeast);
          Value isFound = bitOr(isExact, isEnough);
          Value missing = subtract(quota, counted);
          low = choose(isMore, low, guess);
          below = choose(isMore, below, counted);
          high = choose(isMore, guess, high);
          // No ties.
          low = choose(isFound, guess, low);
          high = choose(isFound, guess, high);
          below = choose(isFound, quota, below);
          Value spread = parameter(PruneParameter::Spread);
          Value scaled = arith::MulIOp::create(b, missing, spread);
          Value fraction = b.i32(8);
          Value step = arith::ShRSIOp::create(b, scaled, fraction);
          Value next = b.add(guess, step);
          Value ends = b.add(low, high);
          Value one = b.i32(1);
          Value middle = shiftRight(ends, one);
          Value isAbove = compare(Predicate::sgt, next, low);
          Value isBelow = compare(Predicate::slt, next, high);
          Value isEarly = compare(Predicate::slt, round, b.i32(guesses));
          Value isInside = bitAnd(bitAnd(isAbove, isBelow), isEarly);
          next = choose(isInside, next, middle);
          Value width = subtract(high, low);
          Value isOpen = compare(Predicate::sgt, width, b.i32(1));
          // It is over before; this says so to whoever reads the code.
          Value isSoon =
              compare(Predicate::slt, round, b.i32(guesses + halvings));
          SmallVector<Value> values{packHalves(b, low, high), below};
          values.push_back(packHalves(b, next, round));
          scf::ConditionOp::create(b, bitAnd(isOpen, isSoon), values);
        },
        [&](OpBuilder &builder, Location loc, ValueRange carried) {
          scf::YieldOp::create(builder, loc, carried);
        });
    Value quota = due();
    Value ties = subtract(quota, loop.getResult(1));
    return {unpack(loop.getResult(0)).first, ties};
  };
  Value owes = compare(Predicate::ne, due(), none);
  SmallVector<Type> types(2, b.getI32Type());
  SmallVector<Value> found = either(
      owes, types, search, [&] { return SmallVector<Value>{tauQ, none}; });
  return {found[0], found[1]};
}
