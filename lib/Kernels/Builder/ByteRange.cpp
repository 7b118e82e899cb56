//===- ByteRange.cpp - Four bytes compared at once ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A byte is in a range of `size` values from `least` on if `(byte - least) mod
// 256 < size`, so any zero point will do. USUB8 subtracts four bytes, and says
// of each whether it wrapped around, which SEL reads. Elsewhere two bytes have
// a halfword each, whose bit 8 says it.
//
//===----------------------------------------------------------------------===//

#include "ByteRange.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t everyHalf = 0x00010001;
/// Byte k has bit k.
static constexpr int64_t bitOfByte = 0x08040201;
static constexpr int64_t evenBytes = 0x00ff00ff, ninthBits = 0x01000100;

/// Where SSAT does it, both bounds are an instruction.
static Value toByte(KernelBuilder &b, Value x, bool isBelow) {
  if (b.core.unaligned)
    return b.clamp(x, -128, 127);
  if (isBelow)
    return arith::MaxSIOp::create(b, x, b.i32(-128));
  return arith::MinSIOp::create(b, x, b.i32(127));
}

ByteRange::ByteRange(KernelBuilder &b, Value zero, Value bound, bool mayBeEmpty)
    : b(b) {
  Value below = arith::SubIOp::create(b, b.add(zero, 1), bound);
  Value above = b.add(b.add(zero, bound), -1);
  least = toByte(b, below, /*isBelow=*/true);
  Value most = toByte(b, above, /*isBelow=*/false);
  reached = arith::SubIOp::create(b, most, least);
  if (mayBeEmpty)
    reached = arith::MaxSIOp::create(b, reached, b.i32(-1));
  Value byte = arith::AndIOp::create(b, least, b.i32(0xff));
  if (b.core.dsp) {
    start = b.mul(byte, everyByte);
    reach = b.mul(reached, everyByte);
    ones = b.i32(everyByte);
    bits = b.i32(bitOfByte);
    if (!mayBeEmpty)
      return;
    // Of no values, USUB8 would find one.
    Value isEmpty =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, bound, b.i32(0));
    Value none = b.i32(0);
    ones = arith::SelectOp::create(b, isEmpty, none, ones);
    bits = arith::SelectOp::create(b, isEmpty, none, bits);
    return;
  }
  // Added, and not subtracted: no halfword borrows from another.
  Value negative = arith::SubIOp::create(b, b.i32(256), byte);
  Value rest = arith::SubIOp::create(b, b.i32(255), reached);
  start = b.mul(negative, everyHalf);
  reach = b.mul(rest, everyHalf);
}

Value ByteRange::outside(Value halves) const {
  Value even = b.i32(evenBytes);
  Value elements = arith::AndIOp::create(b, halves, even);
  Value moved = b.add(elements, start);
  moved = arith::AndIOp::create(b, moved, even);
  moved = b.add(moved, reach);
  Value mask = b.i32(ninthBits);
  return arith::AndIOp::create(b, moved, mask);
}

/// Where `word` is in the range, what `marks` has of that byte.
static Value selectBytes(KernelBuilder &b, Value word, Value start, Value reach,
                         Value marks) {
  Value moved = b.intrinsic("llvm.arm.usub8", {word, start});
  b.intrinsic("llvm.arm.usub8", {reach, moved});
  return b.intrinsic("llvm.arm.sel", {marks, b.i32(0)});
}

Value ByteRange::find(Value word) const {
  if (b.core.dsp)
    return selectBytes(b, word, start, reach, ones);
  Value even = outside(word);
  Value odd = outside(arith::ShRUIOp::create(b, word, b.i32(8)));
  Value low = arith::ShRUIOp::create(b, even, b.i32(8));
  Value both = arith::OrIOp::create(b, low, odd);
  return arith::XOrIOp::create(b, both, b.i32(everyByte));
}

Value ByteRange::findBits(Value word) const {
  if (b.core.dsp) {
    Value found = selectBytes(b, word, start, reach, bits);
    return b.intrinsic("llvm.arm.usad8", {found, b.i32(0)});
  }
  Value gathered = b.mul(find(word), marksToBits);
  return arith::ShRUIOp::create(b, gathered, b.i32(24));
}

Value ByteRange::has(Value byte) const {
  Value moved = arith::SubIOp::create(b, byte, least);
  Value inByte = arith::AndIOp::create(b, moved, b.i32(0xff));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::sle, inByte, reached);
}

Value ByteRange::findOne(Value word) const {
  if (b.core.dsp)
    return arith::AndIOp::create(b, find(word), b.i32(1));
  Value ninth = arith::ShRUIOp::create(b, outside(word), b.i32(8));
  Value bit = arith::AndIOp::create(b, ninth, b.i32(1));
  return arith::XOrIOp::create(b, bit, b.i32(1));
}

Value ByteRange::count(Value word, Value sum) const {
  if (b.core.dsp)
    return b.intrinsic("llvm.arm.usada8", {find(word), b.i32(0), sum});
  Value even = outside(word);
  Value odd = outside(arith::ShRUIOp::create(b, word, b.i32(8)));
  Value both = b.add(even, odd);
  return b.add(sum, arith::ShRUIOp::create(b, both, b.i32(8)));
}

Value ByteRange::total(Value sum, Value bytes) const {
  if (b.core.dsp)
    return sum;
  Value low = arith::AndIOp::create(b, sum, b.i32(0xffff));
  Value high = arith::ShRUIOp::create(b, sum, b.i32(16));
  Value others = b.add(low, high);
  return arith::SubIOp::create(b, bytes, others);
}
