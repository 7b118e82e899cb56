//===- ByteRange.cpp - Four bytes compared at once ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A byte is in a range of `size` values from `least` on if `(byte - least) mod
// 256 < size`, so any zero point will do. USUB8 subtracts four bytes, and says
// of each whether it wrapped around, which SEL reads. Elsewhere two bytes have
// a halfword each, whose bit 8 says it. Of zero point -128 a magnitude is what
// the byte is more than that: SSUB8 compares it as it is, and halfwords have it
// once the highest bit is turned.
//
//===----------------------------------------------------------------------===//

#include "ByteRange.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t everyHalf = 0x00010001;
/// Byte k has bit k.
static constexpr int64_t bitOfByte = 0x08040201;
static constexpr int64_t evenBytes = 0x00ff00ff, ninthBits = 0x01000100;
static constexpr int64_t highestBits = 0x80808080;

/// Where SSAT does it, both bounds are an instruction.
static Value toByte(KernelBuilder &b, Value x, bool isBelow) {
  if (b.core.unaligned)
    return b.clamp(x, -128, 127);
  if (isBelow)
    return arith::MaxSIOp::create(b, x, b.i32(-128));
  return arith::MinSIOp::create(b, x, b.i32(127));
}

static bool isLowest(Value zero) {
  APInt value;
  return matchPattern(zero, m_ConstantInt(&value)) &&
         value.getSExtValue() == ByteRange::lowest;
}

ByteRange::ByteRange(KernelBuilder &b, Value zero, Value bound, bool mayBeEmpty)
    : b(b), isOneSided(isLowest(zero)) {
  if (b.core.dsp) {
    ones = b.i32(everyByte);
    bits = b.i32(bitOfByte);
    if (mayBeEmpty) {
      // Of no values, a subtraction would find one.
      Value isEmpty =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, bound, b.i32(0));
      Value none = b.i32(0);
      ones = arith::SelectOp::create(b, isEmpty, none, ones);
      bits = arith::SelectOp::create(b, isEmpty, none, bits);
    }
  }
  if (isOneSided) {
    reached = b.add(bound, lowest);
    if (b.core.dsp) {
      Value most = b.add(bound, -129);
      Value byte = arith::AndIOp::create(b, most, b.i32(0xff));
      reach = b.mul(byte, everyByte);
    } else {
      reach = b.mul(arith::SubIOp::create(b, b.i32(256), bound), everyHalf);
    }
    return;
  }
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
  Value moved = arith::AndIOp::create(b, halves, even);
  if (!isOneSided) {
    moved = b.add(moved, start);
    moved = arith::AndIOp::create(b, moved, even);
  }
  moved = b.add(moved, reach);
  Value mask = b.i32(ninthBits);
  return arith::AndIOp::create(b, moved, mask);
}

std::pair<Value, Value> ByteRange::outsideBoth(Value word) const {
  if (isOneSided)
    word = arith::XOrIOp::create(b, word, b.i32(highestBits));
  Value even = outside(word);
  Value odd = outside(arith::ShRUIOp::create(b, word, b.i32(8)));
  return {even, odd};
}

Value ByteRange::select(Value word, Value marks) const {
  if (isOneSided) {
    b.intrinsic("llvm.arm.ssub8", {reach, word});
  } else {
    Value moved = b.intrinsic("llvm.arm.usub8", {word, start});
    b.intrinsic("llvm.arm.usub8", {reach, moved});
  }
  return b.intrinsic("llvm.arm.sel", {marks, b.i32(0)});
}

Value ByteRange::find(Value word) const {
  if (b.core.dsp)
    return select(word, ones);
  auto [even, odd] = outsideBoth(word);
  Value low = arith::ShRUIOp::create(b, even, b.i32(8));
  Value both = arith::OrIOp::create(b, low, odd);
  return arith::XOrIOp::create(b, both, b.i32(everyByte));
}

Value ByteRange::findBits(Value word) const {
  if (b.core.dsp) {
    Value found = select(word, bits);
    return b.intrinsic("llvm.arm.usad8", {found, b.i32(0)});
  }
  Value gathered = b.mul(find(word), marksToBits);
  return arith::ShRUIOp::create(b, gathered, b.i32(24));
}

Value ByteRange::has(Value byte) const {
  if (isOneSided) {
    Value bitsAbove = b.i32(24);
    Value top = arith::ShLIOp::create(b, byte, bitsAbove);
    Value value = arith::ShRSIOp::create(b, top, bitsAbove);
    return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, value, reached);
  }
  Value moved = arith::SubIOp::create(b, byte, least);
  Value inByte = arith::AndIOp::create(b, moved, b.i32(0xff));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::sle, inByte, reached);
}

Value ByteRange::findOne(Value word) const {
  if (b.core.dsp)
    return arith::AndIOp::create(b, find(word), b.i32(1));
  Value ninth = arith::ShRUIOp::create(b, outsideBoth(word).first, b.i32(8));
  Value bit = arith::AndIOp::create(b, ninth, b.i32(1));
  return arith::XOrIOp::create(b, bit, b.i32(1));
}

Value ByteRange::count(Value word, Value sum) const {
  if (b.core.dsp)
    return b.intrinsic("llvm.arm.usada8", {find(word), b.i32(0), sum});
  auto [even, odd] = outsideBoth(word);
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
