//===- ReadBack.cpp - Elements of a pruned map ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadBack.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

bool rtwmc::areRunsAligned(const Source &source, int64_t elements) {
  // Rows that are packed each on its own begin at a byte.
  return elements % 8 == 0 &&
         (source.hasRowUnits() || source.rowBytes % 8 == 0);
}

/// The bitmap's byte `index`, as i32.
static Value loadBits(KernelBuilder &b, Value bitmap, Value index) {
  Value byte =
      LLVM::LoadOp::create(b, b.getI8Type(), b.offset(bitmap, index), 1);
  return arith::ExtUIOp::create(b, b.getI32Type(), byte);
}

/// Where the bit of `bits` under `mask` is clear, the value at `rank` is
/// written to `target`, and the next has the next rank.
static Value readIfKept(KernelBuilder &b, Value values, Value bits, Value mask,
                        Value rank, Value target) {
  Value bit = arith::AndIOp::create(b, bits, mask);
  Value isKept =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, bit, b.i32(0));
  auto read = scf::IfOp::create(b, TypeRange{b.getI32Type()}, isKept,
                                /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(read.thenBlock());
  Value value =
      LLVM::LoadOp::create(b, b.getI8Type(), b.offset(values, rank), 1);
  LLVM::StoreOp::create(b, value, target, 1);
  scf::YieldOp::create(b, b.add(rank, 1));
  b.setInsertionPointToStart(read.elseBlock());
  scf::YieldOp::create(b, rank);
  return read.getResult(0);
}

/// The same of a whole byte: where `mask` is clear in `bits`, what is at `from`
/// goes to `target`. Returns where the next one is.
static Value takeIfKept(KernelBuilder &b, Value bits, int64_t mask, Value from,
                        Value target) {
  Value bit = arith::AndIOp::create(b, bits, b.i32(mask));
  Value isKept =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, bit, b.i32(0));
  auto read = scf::IfOp::create(b, TypeRange{b.pointerType()}, isKept,
                                /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(read.thenBlock());
  Value value = LLVM::LoadOp::create(b, b.getI8Type(), from, 1);
  LLVM::StoreOp::create(b, value, target, 1);
  scf::YieldOp::create(b, b.offset(from, 1));
  b.setInsertionPointToStart(read.elseBlock());
  scf::YieldOp::create(b, from);
  return read.getResult(0);
}

/// A byte of the bitmap at a time, `bytes` of them from `bits` on. What is
/// carried is where values are, and where they go.
static SmallVector<Value> readBytes(KernelBuilder &b, Value bits, Value bytes,
                                    int64_t expected, int32_t zero,
                                    ValueRange carried) {
  Value none = b.i32(0);
  ValueRange after =
      b.loop(none, bytes, carried, [&](Value i, ValueRange inner) {
        Value from = inner[0], to = inner[1];
        Value byte = loadBits(b, bits, i);
        int64_t step = b.core.unaligned ? 4 : 1;
        Value dropped = b.i32(int32_t(uint32_t(uint8_t(zero)) * 0x01010101u));
        for (int64_t element = 0; element < 8; element += step) {
          Value place = b.offset(to, element);
          if (step == 4)
            LLVM::StoreOp::create(b, dropped, place, 1);
          else
            b.storeByte(dropped, place);
        }
        for (int64_t element = 0; element < 8; ++element)
          from = takeIfKept(b, byte, int64_t(1) << element, from,
                            b.offset(to, element));
        return SmallVector<Value>{from, b.offset(to, 8)};
      });
  b.expectTurns(after, expected);
  return SmallVector<Value>(after);
}

/// Element by element, `count` from the place of the first one's bit on.
static Value readSingly(KernelBuilder &b, const PackedRun &run, Value target) {
  auto zero = static_cast<int8_t>(run.zero);
  ValueRange rank =
      b.loop(b.i32(0), run.count, run.rank, [&](Value i, ValueRange carried) {
        Value position = b.add(run.bit, i);
        Value index = arith::ShRUIOp::create(b, position, b.i32(3));
        Value bits = loadBits(b, run.bitmap, index);
        Value inByte = arith::AndIOp::create(b, position, b.i32(7));
        Value shifted = arith::ShRUIOp::create(b, bits, inByte);
        Value to = b.offset(target, i);
        Value byte = arith::ConstantOp::create(b, b.getI8IntegerAttr(zero));
        LLVM::StoreOp::create(b, byte, to, 1);
        return SmallVector<Value>{
            readIfKept(b, run.values, shifted, b.i32(1), carried[0], to)};
      });
  b.expectTurns(rank, run.expected);
  return rank[0];
}

Value rtwmc::readBack(KernelBuilder &b, const PackedRun &run, Value target) {
  if (!run.isAligned)
    return readSingly(b, run, target);
  Value three = b.i32(3);
  Value first = arith::ShRUIOp::create(b, run.bit, three);
  Value bytes = arith::ShRUIOp::create(b, run.count, three);
  Value from = b.offset(run.values, run.rank);
  SmallVector<Value> carried{from, target};
  carried = readBytes(b, b.offset(run.bitmap, first), bytes, run.expected / 8,
                      run.zero, carried);
  return b.distance(run.values, carried[0]);
}

Value rtwmc::readBackRow(KernelBuilder &b, const PackedRun &run, Value target) {
  if (run.isAligned)
    return readBack(b, run, target);
  // Whole bytes of the bitmap between parts of one.
  Value none = b.i32(0), seven = b.i32(7), three = b.i32(3);
  Value negated = arith::SubIOp::create(b, none, run.bit);
  Value before = arith::AndIOp::create(b, negated, seven);
  PackedRun head = run, rest = run;
  head.expected = 3;
  head.count = arith::MinSIOp::create(b, before, run.count);
  rest.rank = readSingly(b, head, target);
  target = b.offset(target, head.count);
  rest.bit = b.add(run.bit, head.count);
  Value left = arith::SubIOp::create(b, run.count, head.count);
  Value bytes = arith::ShRUIOp::create(b, left, three);
  Value whole = b.mul(bytes, 8);
  rest.count = whole;
  rest.isAligned = true;
  PackedRun tail = run;
  tail.expected = 3;
  tail.rank = readBack(b, rest, target);
  tail.bit = b.add(rest.bit, whole);
  tail.count = arith::SubIOp::create(b, left, whole);
  return readSingly(b, tail, b.offset(target, whole));
}
