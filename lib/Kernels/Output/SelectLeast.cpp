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
static constexpr int64_t guesses = 6, halvings = 8;
/// Above all magnitudes.
static constexpr int64_t highest = 256;

/// How many elements of the batch have a magnitude less than `bound`, which is
/// not 0.
Value BatchPruner::countBelow(Value bound) {
  ByteRange range(b, parameter(PruneParameter::Zero), bound,
                  /*mayBeEmpty=*/false);
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
  Value isRest = compare(Predicate::ne, left, none);
  Type word = b.getI32Type();
  return either(
      isOne, word,
      [&] {
        return either(
            isRest, word,
            [&] {
              Value end = b.offset(after[1], left);
              Value last = b.loadWord(b.offset(end, -4), 0, /*alignment=*/1);
              Value before = subtract(b.i32(4), left);
              Value ofOnes = b.i32(everyByte);
              Value shift = shiftLeft(before, b.i32(3));
              Value valid = shiftLeft(ofOnes, shift);
              Value found = bitAnd(range.find(last), valid);
              Value sums = arith::MulIOp::create(b, found, ofOnes);
              Value bitsBelow = b.i32(24);
              return SmallVector<Value>{
                  b.add(single, shiftRight(sums, bitsBelow))};
            },
            [&] { return SmallVector<Value>{single}; });
      },
      [&] { return SmallVector<Value>{singly(after[1], left, single)[0]}; })[0];
}

Value BatchPruner::lowHalf(Value word) { return bitAnd(word, b.i32(0xffff)); }

/// A round of the search: `ends` has the lower and the higher end of what is
/// left, `below` is what the lower one counts, and `turn` has the guess and the
/// rounds before. Returns these three, and whether there is another round.
SmallVector<Value> BatchPruner::look(Value ends, Value below, Value turn) {
  Value guess = lowHalf(turn);
  Value counted = countBelow(guess), quota = due();
  Value missing = subtract(quota, counted);
  Value none = b.i32(0);
  Value isMore = compare(Predicate::slt, missing, none);
  Value isFound = either(
      isMore, b.getI1Type(),
      [&] {
        Value tauQ = parameter(PruneParameter::TauQ);
        return SmallVector<Value>{compare(Predicate::sle, guess, tauQ)};
      },
      [&] {
        return SmallVector<Value>{compare(Predicate::eq, missing, none)};
      })[0];
  SmallVector<Type> types(3, b.getI32Type());
  types.push_back(b.getI1Type());
  auto found = [&]() -> SmallVector<Value> {
    // No ties.
    Value isOpen = arith::ConstantOp::create(b, b.getBoolAttr(false));
    return {packHalves(b, guess, guess), quota, turn, isOpen};
  };
  auto goOn = [&]() -> SmallVector<Value> {
    Value spread = parameter(PruneParameter::Spread);
    Value scaled = arith::MulIOp::create(b, missing, spread);
    Value fraction = b.i32(8);
    Value step = arith::ShRSIOp::create(b, scaled, fraction);
    Value next = b.add(guess, step);
    // The end that stays, the sum and the distance of both, and whether the
    // next guess is between them.
    SmallVector<Type> halves(4, b.getI32Type());
    halves.push_back(b.getI1Type());
    SmallVector<Value> left = either(
        isMore, halves,
        [&] {
          Value low = lowHalf(ends);
          Value both = packHalves(b, low, guess), sum = b.add(low, guess);
          Value width = subtract(guess, low);
          Value isInside = compare(Predicate::sgt, next, low);
          return SmallVector<Value>{both, below, sum, width, isInside};
        },
        [&] {
          Value high = shiftRight(ends, b.i32(16));
          Value both = packHalves(b, guess, high), sum = b.add(guess, high);
          Value width = subtract(high, guess);
          Value isInside = compare(Predicate::slt, next, high);
          return SmallVector<Value>{both, counted, sum, width, isInside};
        });
    Value middle = shiftRight(left[2], b.i32(1));
    Value isEarly = compare(Predicate::ult, turn, b.i32((guesses - 1) << 16));
    next = choose(bitAnd(left[4], isEarly), next, middle);
    // It is a half: said so, for whoever counts the rounds.
    Value rounds = subtract(turn, guess);
    Value nextTurn = b.add(b.add(rounds, lowHalf(next)), 1 << 16);
    Value isOpen = compare(Predicate::sgt, left[3], b.i32(1));
    // It is over before; this says so to whoever reads the code.
    Value isSoon =
        compare(Predicate::ult, turn, b.i32((guesses + halvings - 1) << 16));
    return {left[0], left[1], nextTurn, bitAnd(isOpen, isSoon)};
  };
  return either(isFound, types, found, goOn);
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
  auto search = [&]() -> SmallVector<Value> {
    // Two numbers a word: registers are few. Rounds count above the guess.
    SmallVector<Value> start{packHalves(b, low, b.i32(highest)), none, first};
    SmallVector<Type> types(start.size(), b.getI32Type());
    auto loop = scf::WhileOp::create(
        b, types, start,
        [&](OpBuilder &, Location, ValueRange carried) {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToEnd(carried.front().getParentBlock());
          SmallVector<Value> next = look(carried[0], carried[1], carried[2]);
          Value goesOn = next.pop_back_val();
          scf::ConditionOp::create(b, goesOn, next);
        },
        [&](OpBuilder &builder, Location loc, ValueRange carried) {
          scf::YieldOp::create(builder, loc, carried);
        });
    Value quota = due();
    Value ties = subtract(quota, loop.getResult(1));
    return {lowHalf(loop.getResult(0)), ties};
  };
  Value owes = compare(Predicate::ne, due(), none);
  SmallVector<Type> types(2, b.getI32Type());
  SmallVector<Value> found = either(
      owes, types, search, [&] { return SmallVector<Value>{tauQ, none}; });
  return {found[0], found[1]};
}
