//===- AppendKept.cpp - The elements of a batch that are kept -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of words of four elements a mask has a one in each byte that is dropped; two
// of them are a byte of the bitmap. Armv6-M, which loads no words from
// anywhere, takes elements one by one, as all do behind the last two words.
//
//===----------------------------------------------------------------------===//

#include "../Builder/ByteRange.h"
#include "BatchPruner.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t bytesOfWord = 4;
/// Multiplied by it, byte k of a mask is bit 24 + k.
static constexpr int64_t gather = 0x01020408;

namespace {

/// What is carried from element to element: where they are and go, the byte of
/// the bitmap that is not complete and where it goes, ties that are left, bits
/// of that byte.
struct Walk {
  Value from, to, marks, bits, ties, place;

  explicit Walk(ValueRange values)
      : from(values[0]), to(values[1]), marks(values[2]), bits(values[3]),
        ties(values[4]), place(values[5]) {}
  SmallVector<Value> list() const {
    return {from, to, marks, bits, ties, place};
  }
};

} // namespace

/// Adds the first of the bytes in `equal`, as many as there are `ties`, to
/// those in `below`. Returns these, and the ties that are left.
static SmallVector<Value> takeTies(KernelBuilder &b, Value below, Value equal,
                                   Value ties) {
  // Without a loop, whose rounds nobody could bound.
  Value none = b.i32(0), taken = below, open = equal, left = ties;
  for (int64_t byte = 0; byte < bytesOfWord; ++byte) {
    Value less = b.add(open, -1);
    Value others = arith::AndIOp::create(b, open, less);
    Value first = arith::XOrIOp::create(b, open, others);
    Value isLeft =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, left, none);
    Value one = arith::SelectOp::create(b, isLeft, first, none);
    Value isTaken =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, one, none);
    Value count = arith::ExtUIOp::create(b, b.getI32Type(), isTaken);
    taken = arith::OrIOp::create(b, taken, one);
    left = arith::SubIOp::create(b, left, count);
    open = others;
  }
  return {taken, left};
}

/// Where the byte of `word` at bit `at` goes to `to` unless it is dropped.
/// Returns where the next one goes.
static Value keep(KernelBuilder &b, Value word, Value dropped, int64_t at,
                  Value to) {
  Value bit = arith::AndIOp::create(b, dropped, b.i32(int64_t(1) << at));
  Value isKept =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, bit, b.i32(0));
  auto branch = scf::IfOp::create(b, TypeRange{b.pointerType()}, isKept,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  Value byte = word;
  if (at)
    byte = arith::ShRUIOp::create(b, word, b.i32(at));
  b.storeByte(byte, to);
  scf::YieldOp::create(b, b.offset(to, 1));
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, to);
  return branch.getResult(0);
}

Value BatchPruner::append(Selected selected) {
  Value none = b.i32(0), eight = b.i32(8);
  ByteRange least(b, parameter(PruneParameter::Zero), selected.threshold);
  // One range is enough for the registers that there are: the other is made
  // again where ties are left.
  auto findTies = [&] {
    Value next = b.add(loadHalf(State::threshold), 1);
    return ByteRange(b, parameter(PruneParameter::Zero), next);
  };
  // What is dropped of the bytes that `find` finds some of.
  auto drop = [&](Value ties, auto find) {
    Value below = find(least);
    Value hasTies = compare(Predicate::ne, ties, none);
    SmallVector<Type> types(2, b.getI32Type());
    return either(
        hasTies, types,
        [&] {
          Value upTo = find(findTies());
          Value equal = arith::XOrIOp::create(b, upTo, below);
          return takeTies(b, below, equal, ties);
        },
        [&] { return SmallVector<Value>{below, ties}; });
  };

  Value place = begin();
  Value phase = bitAnd(place, b.i32(7));
  Value map = bitmap();
  Value byteOfPlace = shiftRight(place, b.i32(3));
  Value bits = b.offset(map, byteOfPlace);
  // What is there of the byte in which the batch begins.
  Value bit = shiftLeft(b.i32(1), phase);
  Value marks = b.loadByte(bits, 0, /*isUnsigned=*/true);
  marks = bitAnd(marks, b.add(bit, -1));
  Value kept = subtract(place, dropped());
  Value to = b.offset(values(), kept);
  SmallVector<Value> carried{buffer(), to, marks, bits, selected.ties};

  carried.push_back(phase);
  // Stores the byte of the bitmap if it is complete.
  auto storeWhole = [&](const Walk &at) {
    Value isWhole = compare(Predicate::sge, at.place, eight);
    SmallVector<Value> open = at.list();
    return either(
        isWhole, ValueRange(open).getTypes(),
        [&] {
          Walk next = at;
          b.storeByte(at.marks, at.bits);
          next.bits = b.offset(at.bits, 1);
          next.marks = shiftRight(at.marks, eight);
          next.place = b.add(at.place, -8);
          return next.list();
        },
        [&] { return open; });
  };
  auto appendWord = [&](Walk &at) {
    Value word = b.loadWord(at.from, 0, /*alignment=*/1);
    SmallVector<Value> found =
        drop(at.ties, [&](const ByteRange &range) { return range.find(word); });
    at.ties = found[1];
    Value isSome = compare(Predicate::ne, found[0], b.i32(everyByte));
    at.to = either(
        isSome, b.pointerType(),
        [&] {
          Value next = at.to;
          for (int64_t bit = 0; bit < 32; bit += 8)
            next = keep(b, word, found[0], bit, next);
          return SmallVector<Value>{next};
        },
        [&] { return SmallVector<Value>{at.to}; })[0];
    at.from = b.offset(at.from, 4);
    Value gathered = b.mul(found[0], gather);
    Value bitsBelow = b.i32(24);
    return shiftRight(gathered, bitsBelow);
  };
  auto appendTwo = [&](ValueRange inner) {
    Walk at(inner);
    Value low = appendWord(at);
    Value high = appendWord(at);
    Value bitsOfLow = b.i32(4);
    high = shiftLeft(high, bitsOfLow);
    Value byte = bitOr(low, high);
    at.marks = bitOr(at.marks, shiftLeft(byte, at.place));
    b.storeByte(at.marks, at.bits);
    at.marks = shiftRight(at.marks, eight);
    at.bits = b.offset(at.bits, 1);
    return at.list();
  };
  auto appendFour = [&](ValueRange inner) {
    Walk at(inner);
    Value four = appendWord(at);
    at.marks = bitOr(at.marks, shiftLeft(four, at.place));
    at.place = b.add(at.place, 4);
    return storeWhole(at);
  };
  auto appendOne = [&](ValueRange inner) {
    Walk at(inner);
    Value byte = b.loadByte(at.from, 0, /*isUnsigned=*/true);
    SmallVector<Value> found = drop(
        at.ties, [&](const ByteRange &range) { return range.findOne(byte); });
    at.ties = found[1];
    at.to = keep(b, byte, found[0], 0, at.to);
    at.marks = bitOr(at.marks, shiftLeft(found[0], at.place));
    at.from = b.offset(at.from, 1);
    at.place = b.add(at.place, 1);
    return storeWhole(at);
  };
  // The last ones, fewer than four, in a word that begins before them.
  auto appendLast = [&](ValueRange inner, Value left) {
    Walk at(inner);
    Value before = subtract(b.i32(4), left);
    Value shift = shiftLeft(before, b.i32(3));
    Value start = b.offset(b.offset(at.from, left), -bytesOfWord);
    Value word = b.loadWord(start, 0, /*alignment=*/1);
    word = shiftRight(word, shift);
    Value every = b.i32(everyByte);
    Value valid = shiftRight(every, shift);
    SmallVector<Value> found = drop(at.ties, [&](const ByteRange &range) {
      return bitAnd(range.find(word), valid);
    });
    at.ties = found[1];
    Value others = arith::XOrIOp::create(b, valid, every);
    Value passed = bitOr(found[0], others);
    for (int64_t bit = 0; bit < 24; bit += 8)
      at.to = keep(b, word, passed, bit, at.to);
    Value gathered = b.mul(found[0], gather);
    Value bitsBelow = b.i32(24);
    Value bits = shiftRight(gathered, bitsBelow);
    at.marks = bitOr(at.marks, shiftLeft(bits, at.place));
    at.from = b.offset(at.from, left);
    at.place = b.add(at.place, left);
    return storeWhole(at);
  };
  // Two words at once take more registers than cores have that compare in more
  // than one.
  int64_t atOnce = b.core.dsp ? 8 : b.core.unaligned ? 4 : 1;
  Value rest = count();
  if (atOnce > 1) {
    Value shift = b.i32(llvm::Log2_64(atOnce));
    Value turns = shiftRight(rest, shift);
    carried = SmallVector<Value>(
        b.loop(none, turns, carried, [&](Value, ValueRange inner) {
          return atOnce == 8 ? appendTwo(inner) : appendFour(inner);
        }));
    Value all = count();
    Value odd = b.i32(atOnce - 1);
    rest = bitAnd(all, odd);
  }
  auto appendSingly = [&] {
    return SmallVector<Value>(
        b.loop(none, rest, carried,
               [&](Value, ValueRange inner) { return appendOne(inner); }));
  };
  if (batch && atOnce > 1) {
    SmallVector<Type> types(ValueRange(carried).getTypes());
    SmallVector<Value> before = carried;
    if (atOnce == 8) {
      Value four = b.i32(4);
      Value isFour = compare(Predicate::ne, bitAnd(rest, four), none);
      before = either(
          isFour, types, [&] { return appendFour(carried); },
          [&] { return carried; });
      rest = bitAnd(rest, b.i32(3));
    }
    carried = before;
    Value isRest = compare(Predicate::ne, rest, none);
    carried = either(
        isRest, types,
        [&] {
          Value left = count();
          Value four = b.i32(4);
          Value isWord = compare(Predicate::sge, left, four);
          return either(
              isWord, types, [&] { return appendLast(carried, rest); },
              appendSingly);
        },
        [&] { return carried; });
  } else {
    carried = appendSingly();
  }
  Walk end(carried);
  // What is after it in the byte is written later.
  Value isOpen = compare(Predicate::ne, end.place, none);
  b.ifTrue(isOpen, 1, [&] { b.storeByte(end.marks, end.bits); });

  Type word = b.getI32Type();
  Value first = LLVM::PtrToIntOp::create(b, word, values());
  Value last = LLVM::PtrToIntOp::create(b, word, end.to);
  return subtract(last, first);
}
