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

/// A byte of the bitmap at a time.
static Value readBytes(KernelBuilder &b, const PackedRun &run, Value target) {
  auto zero = static_cast<int8_t>(run.zero);
  Value first = arith::ShRUIOp::create(b, run.bit, b.i32(3));
  Value bytes = arith::ShRUIOp::create(b, run.count, b.i32(3));
  Value start = b.offset(run.bitmap, first);
  ValueRange rank =
      b.loop(b.i32(0), bytes, run.rank, [&](Value i, ValueRange carried) {
        Value bits = loadBits(b, start, i);
        Value to = b.offset(target, b.mul(i, 8));
        for (int64_t element = 0; element < 8; ++element) {
          Value byte = arith::ConstantOp::create(b, b.getI8IntegerAttr(zero));
          LLVM::StoreOp::create(b, byte, b.offset(to, element), 1);
        }
        Value next = carried[0];
        for (int64_t element = 0; element < 8; ++element) {
          Value mask = b.i32(1 << element), place = b.offset(to, element);
          next = readIfKept(b, run.values, bits, mask, next, place);
        }
        return SmallVector<Value>{next};
      });
  return rank[0];
}

Value rtwmc::readBack(KernelBuilder &b, const PackedRun &run, Value target) {
  if (run.isAligned)
    return readBytes(b, run, target);
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
  return rank[0];
}
