//===- AppendRow.cpp - The elements of a row's batch that are kept --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A batch is appended eight elements at a time, which are a byte of the bitmap.
// Ties that are dropped are overwritten with the zero point first: they are
// below the threshold then, and no code behind it knows of ties. A threshold of
// 0 has nothing below it: there, and in batches of fewer than eight, elements
// go one by one. Only maps without a tau have one; it is asked for as well, so
// that whoever reads the code sees which maps never go that way.
//
//===----------------------------------------------------------------------===//

#include "../Builder/ByteRange.h"
#include "AppendWalk.h"
#include "BatchPruner.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t atOnce = 8;

/// The elements of the word at `from` whose bit in `passed`, from `first` on,
/// is clear go to `to`. Returns where the next one goes.
static Value keepWord(KernelBuilder &b, Value word, Value passed, int64_t first,
                      Value to) {
  Value mask = b.i32(int64_t(0xf) << first);
  Value bits = arith::AndIOp::create(b, passed, mask);
  Value isSome = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, bits, mask);
  auto branch = scf::IfOp::create(b, TypeRange{b.pointerType()}, isSome,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  Value next = to;
  for (int64_t element = 0; element < 4; ++element)
    next = keepByte(b, word, 8 * element, passed, first + element, next);
  scf::YieldOp::create(b, next);
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, to);
  return branch.getResult(0);
}

/// Overwrites so many of the first elements that equal the threshold, which is
/// not 0.
void BatchPruner::dropTies(Selected selected) {
  Value zero = parameter(PruneParameter::Zero), none = b.i32(0);
  Type word = b.getI32Type();
  // Whether there is more of the batch, and more is due.
  auto loop = [&](int64_t step,
                  function_ref<Value(Value at, Value ties)> body) {
    scf::WhileOp::create(
        b, TypeRange{word, word}, ValueRange{none, selected.ties},
        [&](OpBuilder &, Location, ValueRange carried) {
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToEnd(carried.front().getParentBlock());
          Value ties = body(carried[0], carried[1]);
          Value next = b.add(carried[0], step);
          Value isLeft = compare(Predicate::ne, ties, none);
          Value isInside = compare(Predicate::slt, next, count());
          scf::ConditionOp::create(b, bitAnd(isLeft, isInside),
                                   ValueRange{next, ties});
        },
        [&](OpBuilder &builder, Location loc, ValueRange carried) {
          scf::YieldOp::create(builder, loc, carried);
        });
  };
  if (!b.core.unaligned) {
    loop(1, [&](Value at, Value ties) {
      Value place = b.offset(buffer(), at);
      Value difference = subtract(b.loadByte(place), zero);
      Value magnitude =
          arith::MaxSIOp::create(b, difference, subtract(b.i32(0), difference));
      Value isTie = compare(Predicate::eq, magnitude, selected.threshold);
      return either(
          isTie, word,
          [&] {
            b.storeByte(zero, place);
            return SmallVector<Value>{b.add(ties, -1)};
          },
          [&] { return SmallVector<Value>{ties}; })[0];
    });
    return;
  }
  ByteRange below(b, zero, selected.threshold, /*mayBeEmpty=*/false);
  ByteRange upTo(b, zero, b.add(selected.threshold, 1), /*mayBeEmpty=*/false);
  Value last = b.add(count(), -4);
  loop(4, [&](Value at, Value ties) {
    // The last word may begin in the one before, of whose ties none is left.
    Value first = arith::MinSIOp::create(b, at, last);
    Value place = b.offset(buffer(), first);
    Value four = b.loadWord(place, 0, /*alignment=*/1);
    Value within = upTo.find(four);
    Value equal = arith::XOrIOp::create(b, within, below.find(four));
    Value isSome = compare(Predicate::ne, equal, none);
    return either(
        isSome, word,
        [&] {
          SmallVector<Value> taken = takeTies(b, none, equal, ties);
          Value mask = b.mul(taken[0], 0xff);
          Value lowByte = b.i32(0xff);
          Value byte = bitAnd(parameter(PruneParameter::Zero), lowByte);
          Value zeros = b.mul(byte, everyByte);
          Value changed = bitAnd(arith::XOrIOp::create(b, four, zeros), mask);
          Value result = arith::XOrIOp::create(b, four, changed);
          LLVM::StoreOp::create(b, result, place, 1);
          return SmallVector<Value>{taken[1]};
        },
        [&] { return SmallVector<Value>{ties}; })[0];
  });
}

/// Elements from `from` on, `count` of them, one by one; of each a bit.
static SmallVector<Value> appendFew(KernelBuilder &b, const ByteRange &least,
                                    Value from, Value to, Value count) {
  Value none = b.i32(0);
  SmallVector<Value> start{from, to, none, b.i32(1)};
  return SmallVector<Value>(
      b.loop(none, count, start, [&](Value, ValueRange carried) {
        Value byte = b.loadByte(carried[0], 0, /*isUnsigned=*/true);
        SmallVector<Value> next = keepUnless(
            b, least.has(byte), byte, carried[1], carried[2], carried[3]);
        Value bit = b.add(carried[3], carried[3]);
        return SmallVector<Value>{b.offset(carried[0], 1), next[0], next[1],
                                  bit};
      }));
}

SmallVector<Value> BatchPruner::appendEights(ValueRange carried,
                                             const ByteRange &least) {
  Value none = b.i32(0);
  Walk start(carried);
  bool hasWords = b.core.unaligned;
  auto findEight = [&](Value low, Value high) {
    Value first = least.findBits(low);
    Value second = shiftLeft(least.findBits(high), b.i32(4));
    return bitOr(first, second);
  };
  Value three = b.i32(3);
  Value turns = shiftRight(count(), three);
  SmallVector<Value> eights{start.from, start.to, start.marks, start.bits};
  eights = SmallVector<Value>(
      b.loop(none, turns, eights, [&](Value, ValueRange inner) {
        Value from = inner[0], to = inner[1], bits = none;
        if (hasWords) {
          Value low = b.loadWord(from, 0, /*alignment=*/1);
          Value high = b.loadWord(from, 4, /*alignment=*/1);
          bits = findEight(low, high);
          to = keepWord(b, low, bits, 0, to);
          to = keepWord(b, high, bits, 4, to);
        } else {
          for (int64_t element = 0; element < atOnce; ++element) {
            Value byte = b.loadByte(from, element, /*isUnsigned=*/true);
            SmallVector<Value> next =
                keepUnless(b, least.has(byte), byte, to, bits,
                           b.i32(int64_t(1) << element));
            to = next[0];
            bits = next[1];
          }
        }
        Value marks = bitOr(inner[2], shiftLeft(bits, start.place));
        b.storeByte(marks, inner[3]);
        Value nextFrom = b.offset(from, atOnce);
        Value nextBits = b.offset(inner[3], 1);
        // Neither becomes a distance from where it began, which takes more.
        if (hasWords) {
          nextFrom = b.opaque(nextFrom);
          nextBits = b.opaque(nextBits);
        }
        return SmallVector<Value>{nextFrom, to, shiftRight(marks, b.i32(8)),
                                  nextBits};
      }));
  Walk behind = start;
  behind.from = eights[0];
  behind.to = eights[1];
  behind.marks = eights[2];
  behind.bits = eights[3];
  Value all = count();
  Value rest = bitAnd(all, b.i32(atOnce - 1));
  Value isRest = compare(Predicate::ne, rest, none);
  SmallVector<Value> before = behind.list();
  return either(
      isRest, ValueRange(before).getTypes(),
      [&] {
        Walk at = behind;
        Value bits;
        if (hasWords) {
          // With those before them, of which there are enough.
          Value end = b.offset(at.from, rest);
          Value low = b.loadWord(end, -8, /*alignment=*/1);
          Value high = b.loadWord(end, -4, /*alignment=*/1);
          Value found = findEight(low, high);
          Value others = shiftRight(b.i32(0xff), rest);
          Value passed = bitOr(found, others);
          at.to = keepWord(b, low, passed, 0, at.to);
          at.to = keepWord(b, high, passed, 4, at.to);
          Value count = subtract(b.i32(atOnce), rest);
          bits = shiftRight(found, count);
        } else {
          SmallVector<Value> few = appendFew(b, least, at.from, at.to, rest);
          at.to = few[1];
          bits = few[2];
        }
        return mark(b, at, bits, rest).list();
      },
      [&] { return before; });
}

Value BatchPruner::appendRow(Selected selected) {
  Value none = b.i32(0);
  Value eight = b.i32(atOnce);
  Value isLong = compare(Predicate::sge, count(), eight);
  Value hasTies = compare(Predicate::ne, selected.ties, none);
  Value no = arith::ConstantOp::create(b, b.getBoolAttr(false));
  // Nothing is below it, so ties are not to be hidden.
  Value isHard = either(
      hasTies, b.getI1Type(),
      [&] {
        Value tauQ = parameter(PruneParameter::TauQ);
        Value least = bitOr(selected.threshold, tauQ);
        return SmallVector<Value>{compare(Predicate::eq, least, b.i32(0))};
      },
      [&] { return SmallVector<Value>{no}; })[0];
  Value one = arith::ConstantOp::create(b, b.getBoolAttr(true));
  Value isEasy = bitAnd(isLong, arith::XOrIOp::create(b, isHard, one));
  b.ifTrue(bitAnd(isEasy, hasTies), 0, [&] { dropTies(selected); });
  SmallVector<Value> carried = startWalk(selected.ties);
  carried = either(
      isEasy, ValueRange(carried).getTypes(),
      [&] {
        ByteRange least(b, parameter(PruneParameter::Zero), selected.threshold);
        return appendEights(carried, least);
      },
      [&] {
        ByteRange least(b, parameter(PruneParameter::Zero), selected.threshold);
        // Fewer than eight are their own rest; this says so, too.
        Value all = count(), odd = b.i32(atOnce - 1);
        Value few = bitAnd(all, odd);
        Value singles = choose(isHard, all, few);
        return SmallVector<Value>(
            b.loop(none, singles, carried, [&](Value, ValueRange inner) {
              return appendOne(inner, least);
            }));
      });
  return endWalk(carried);
}
