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
#include "AppendWalk.h"
#include "BatchPruner.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t bytesOfWord = 4;

SmallVector<Value> rtwmc::takeTies(KernelBuilder &b, Value below, Value equal,
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

SmallVector<Value> rtwmc::keepUnless(KernelBuilder &b, Value isDropped,
                                     Value byte, Value to, Value bits,
                                     Value bit) {
  auto branch = scf::IfOp::create(b, TypeRange{b.pointerType(), b.getI32Type()},
                                  isDropped, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  Value more = arith::OrIOp::create(b, bits, bit);
  scf::YieldOp::create(b, ValueRange{to, more});
  b.setInsertionPointToStart(branch.elseBlock());
  b.storeByte(byte, to);
  scf::YieldOp::create(b, ValueRange{b.offset(to, 1), bits});
  return SmallVector<Value>(branch.getResults());
}

Value rtwmc::keepByte(KernelBuilder &b, Value word, int64_t at, Value dropped,
                      int64_t mark, Value to) {
  Value bit = arith::AndIOp::create(b, dropped, b.i32(int64_t(1) << mark));
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

SmallVector<Value>
BatchPruner::drop(const ByteRange &least, Value ties,
                  function_ref<Value(const ByteRange &)> find) {
  Value below = find(least);
  Value hasTies = compare(Predicate::ne, ties, b.i32(0));
  SmallVector<Type> types(2, b.getI32Type());
  return either(
      hasTies, types,
      [&] {
        // One range is enough for the registers that there are: the other is
        // made again where ties are left.
        Value next = b.add(loadHalf(State::threshold), 1);
        Value upTo = find(ByteRange(b, parameter(PruneParameter::Zero), next));
        Value equal = arith::XOrIOp::create(b, upTo, below);
        return takeTies(b, below, equal, ties);
      },
      [&] { return SmallVector<Value>{below, ties}; });
}

SmallVector<Value> BatchPruner::startWalk(Value ties) {
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
  return {buffer(), to, marks, bits, ties, phase};
}

Value BatchPruner::endWalk(ValueRange carried) {
  Walk end(carried);
  // What is after it in the byte is written later.
  Value isOpen = compare(Predicate::ne, end.place, b.i32(0));
  b.ifTrue(isOpen, 1, [&] { b.storeByte(end.marks, end.bits); });
  return b.distance(values(), end.to);
}

Walk rtwmc::mark(KernelBuilder &b, Walk at, Value bits, Value count) {
  Value shifted = arith::ShLIOp::create(b, bits, at.place);
  at.marks = arith::OrIOp::create(b, at.marks, shifted);
  at.place = b.add(at.place, count);
  Value isWhole =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sge, at.place, b.i32(8));
  Walk next = at;
  auto branch = scf::IfOp::create(b, ValueRange(at.list()).getTypes(), isWhole,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  b.storeByte(at.marks, at.bits);
  next.bits = b.offset(at.bits, 1);
  next.marks = arith::ShRUIOp::create(b, at.marks, b.i32(8));
  next.place = b.add(at.place, -8);
  scf::YieldOp::create(b, next.list());
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, at.list());
  return Walk(branch.getResults());
}

SmallVector<Value> BatchPruner::appendOne(ValueRange carried,
                                          const ByteRange &least) {
  Walk at(carried);
  Value byte = b.loadByte(at.from, 0, /*isUnsigned=*/true);
  SmallVector<Value> found = drop(least, at.ties, [&](const ByteRange &range) {
    return range.findOne(byte);
  });
  at.ties = found[1];
  at.to = keepByte(b, byte, 0, found[0], 0, at.to);
  at.from = b.offset(at.from, 1);
  return mark(b, at, found[0], b.i32(1)).list();
}

Value BatchPruner::append(Selected selected) {
  Value none = b.i32(0), eight = b.i32(8);
  ByteRange least(b, parameter(PruneParameter::Zero), selected.threshold);
  SmallVector<Value> carried = startWalk(selected.ties);
  auto appendWord = [&](Walk &at) {
    Value word = b.loadWord(at.from, 0, /*alignment=*/1);
    SmallVector<Value> found =
        drop(least, at.ties,
             [&](const ByteRange &range) { return range.find(word); });
    at.ties = found[1];
    Value isSome = compare(Predicate::ne, found[0], b.i32(everyByte));
    at.to = either(
        isSome, b.pointerType(),
        [&] {
          Value next = at.to;
          for (int64_t bit = 0; bit < 32; bit += 8)
            next = keepByte(b, word, bit, found[0], bit, next);
          return SmallVector<Value>{next};
        },
        [&] { return SmallVector<Value>{at.to}; })[0];
    at.from = b.offset(at.from, 4);
    Value gathered = b.mul(found[0], marksToBits);
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
    return mark(b, at, four, b.i32(4)).list();
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
  carried = SmallVector<Value>(
      b.loop(none, rest, carried,
             [&](Value, ValueRange inner) { return appendOne(inner, least); }));
  return endWalk(carried);
}
