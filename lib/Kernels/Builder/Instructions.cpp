//===- Instructions.cpp - Instructions with a meaning ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Instructions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

static Value shiftLeft(KernelBuilder &b, Value x, int64_t by) {
  return arith::ShLIOp::create(b, x, b.i32(by));
}

static Value shiftRight(KernelBuilder &b, Value x, int64_t by) {
  return arith::ShRSIOp::create(b, x, b.i32(by));
}

Value rtwmc::sxtb16(KernelBuilder &b, Value word) {
  if (b.core.dsp)
    return b.intrinsic("llvm.arm.sxtb16", word);
  Value low = shiftRight(b, shiftLeft(b, word, 24), 24);
  low = arith::AndIOp::create(b, low, b.i32(0xffff));
  Value high = shiftLeft(b, shiftRight(b, shiftLeft(b, word, 8), 24), 16);
  return arith::OrIOp::create(b, low, high);
}

/// The backend knows this pair of shifts as the rotation of an extension.
static Value rotateBy8(KernelBuilder &b, Value word) {
  Value low = arith::ShRUIOp::create(b, word, b.i32(8));
  Value high = shiftLeft(b, word, 24);
  return arith::OrIOp::create(b, low, high);
}

Value rtwmc::sxtb16Ror8(KernelBuilder &b, Value word) {
  return sxtb16(b, rotateBy8(b, word));
}

Value rtwmc::uxtb16(KernelBuilder &b, Value word) {
  if (b.core.dsp)
    return b.intrinsic("llvm.arm.uxtb16", word);
  return arith::AndIOp::create(b, word, b.i32(0x00ff00ff));
}

Value rtwmc::uxtb16Ror8(KernelBuilder &b, Value word) {
  return uxtb16(b, rotateBy8(b, word));
}

Value rtwmc::addHalves(KernelBuilder &b, Value to, Value word, bool isRotated,
                       bool isUnsigned) {
  if (isRotated)
    word = rotateBy8(b, word);
  if (b.core.dsp)
    return b.intrinsic(isUnsigned ? "llvm.arm.uxtab16" : "llvm.arm.sxtab16",
                       {to, word});
  Value halves = isUnsigned ? uxtb16(b, word) : sxtb16(b, word);
  Value sums = b.add(to, halves);
  Value lowMask = b.i32(0xffff);
  Value low = arith::AndIOp::create(b, sums, lowMask);
  Value mask = b.i32(static_cast<int32_t>(0xffff0000));
  Value highTo = arith::AndIOp::create(b, to, mask);
  Value high = arith::AndIOp::create(b, halves, mask);
  return arith::OrIOp::create(b, low, b.add(highTo, high));
}

/// The product of the low halfwords of two words.
static Value lowProduct(KernelBuilder &b, Value x, Value y) {
  Value lowX = shiftRight(b, shiftLeft(b, x, 16), 16);
  Value lowY = shiftRight(b, shiftLeft(b, y, 16), 16);
  return arith::MulIOp::create(b, lowX, lowY);
}

/// The product of the high ones.
static Value highProduct(KernelBuilder &b, Value x, Value y) {
  Value highX = shiftRight(b, x, 16), highY = shiftRight(b, y, 16);
  return arith::MulIOp::create(b, highX, highY);
}

Value rtwmc::smlad(KernelBuilder &b, Value x, Value y, Value accumulator) {
  if (b.core.dsp)
    return b.intrinsic("llvm.arm.smlad", {x, y, accumulator});
  Value low = lowProduct(b, x, y), high = highProduct(b, x, y);
  return b.add(b.add(accumulator, low), high);
}

Value rtwmc::smlabb(KernelBuilder &b, Value x, Value y, Value accumulator) {
  if (b.core.dsp)
    return b.intrinsic("llvm.arm.smlabb", {x, y, accumulator});
  Value product = lowProduct(b, x, y);
  return b.add(accumulator, product);
}

Value rtwmc::smlatt(KernelBuilder &b, Value x, Value y, Value accumulator) {
  if (b.core.dsp)
    return b.intrinsic("llvm.arm.smlatt", {x, y, accumulator});
  Value product = highProduct(b, x, y);
  return b.add(accumulator, product);
}

/// Marks what becomes part of another instruction.
static Value fold(KernelBuilder &b, Value value) {
  value.getDefiningOp()->setAttr(foldedAttrName, b.getUnitAttr());
  return value;
}

static Value foldedConstant64(KernelBuilder &b, int64_t value) {
  return arith::ConstantOp::create(b, b.getI64IntegerAttr(value));
}

static Value highWord(KernelBuilder &b, Value x, Value y, Value accumulator,
                      bool isRounded) {
  Type wide = b.getI64Type();
  Value wideX = arith::ExtSIOp::create(b, wide, x);
  Value wideY = arith::ExtSIOp::create(b, wide, y);
  // The product stands for all of the instruction.
  Value product = arith::MulIOp::create(b, wideX, wideY);
  Value high = arith::ExtSIOp::create(b, wide, accumulator);
  Value by = foldedConstant64(b, 32);
  high = fold(b, arith::ShLIOp::create(b, high, by));
  Value sum = fold(b, arith::AddIOp::create(b, high, product));
  if (isRounded) {
    Value half = foldedConstant64(b, int64_t(1) << 31);
    sum = fold(b, arith::AddIOp::create(b, sum, half));
  }
  sum = fold(b, arith::ShRSIOp::create(b, sum, by));
  return arith::TruncIOp::create(b, b.getI32Type(), sum);
}

Value rtwmc::smmla(KernelBuilder &b, Value x, Value y, Value accumulator) {
  return highWord(b, x, y, accumulator, /*isRounded=*/false);
}

Value rtwmc::smmlar(KernelBuilder &b, Value x, Value y, Value accumulator) {
  return highWord(b, x, y, accumulator, /*isRounded=*/true);
}

Value rtwmc::shiftAndClamp(KernelBuilder &b, Value x, int64_t shift,
                           int64_t min, int64_t max) {
  bool isSaturation = (min == -128 && max == 127) || (min == 0 && max == 255);
  if (shift)
    x = shiftRight(b, x, shift);
  Value low = arith::MaxSIOp::create(b, x, b.i32(min));
  Value result = arith::MinSIOp::create(b, low, b.i32(max));
  // The shift stands for all of the instruction.
  if (isSaturation && shift) {
    fold(b, low);
    fold(b, result);
  }
  return result;
}

Value rtwmc::packHalves(KernelBuilder &b, Value low, Value high) {
  low = fold(b, arith::AndIOp::create(b, low, b.i32(0xffff)));
  high = fold(b, shiftLeft(b, high, 16));
  return arith::OrIOp::create(b, low, high);
}

// Of plain loads and stores LLVM makes pairs by luck; a volatile one of 64 bits
// is always one instruction, and stays where it is.

std::pair<Value, Value> rtwmc::loadPair(KernelBuilder &b, Value pointer,
                                        int64_t bytes) {
  Value pair = LLVM::LoadOp::create(b, b.getI64Type(), b.offset(pointer, bytes),
                                    /*alignment=*/4, /*isVolatile=*/true);
  Value first = arith::TruncIOp::create(b, b.getI32Type(), pair);
  Value by = foldedConstant64(b, 32);
  Value high = fold(b, arith::ShRUIOp::create(b, pair, by));
  return {first, arith::TruncIOp::create(b, b.getI32Type(), high)};
}

void rtwmc::storePair(KernelBuilder &b, Value first, Value second,
                      Value pointer, int64_t bytes) {
  Value low = arith::ExtUIOp::create(b, b.getI64Type(), first);
  Value high = arith::ExtUIOp::create(b, b.getI64Type(), second);
  Value by = foldedConstant64(b, 32);
  high = fold(b, arith::ShLIOp::create(b, high, by));
  Value pair = fold(b, arith::OrIOp::create(b, low, high));
  LLVM::StoreOp::create(b, pair, b.offset(pointer, bytes), /*alignment=*/4,
                        /*isVolatile=*/true);
}

Value rtwmc::loadInOrder(KernelBuilder &b, Value pointer, int64_t bytes,
                         int64_t alignment) {
  return LLVM::LoadOp::create(b, b.getI32Type(), b.offset(pointer, bytes),
                              alignment, /*isVolatile=*/true);
}

Value rtwmc::loadHalfInOrder(KernelBuilder &b, Value pointer, int64_t bytes,
                             bool isUnsigned) {
  Value half = LLVM::LoadOp::create(b, b.getI16Type(), b.offset(pointer, bytes),
                                    /*alignment=*/2, /*isVolatile=*/true);
  if (isUnsigned)
    return arith::ExtUIOp::create(b, b.getI32Type(), half);
  return arith::ExtSIOp::create(b, b.getI32Type(), half);
}

Value rtwmc::loadByteInOrder(KernelBuilder &b, Value pointer, int64_t bytes) {
  Value byte = LLVM::LoadOp::create(b, b.getI8Type(), b.offset(pointer, bytes),
                                    /*alignment=*/1, /*isVolatile=*/true);
  return arith::ExtSIOp::create(b, b.getI32Type(), byte);
}

Value rtwmc::addShiftedLeft(KernelBuilder &b, Value x, Value y, int64_t by) {
  Value shifted = fold(b, shiftLeft(b, y, by));
  return b.add(x, shifted);
}

Value rtwmc::subtractShiftedLeft(KernelBuilder &b, Value x, Value y,
                                 int64_t by) {
  Value shifted = fold(b, shiftLeft(b, y, by));
  return arith::SubIOp::create(b, x, shifted);
}

Value rtwmc::addShiftedRight(KernelBuilder &b, Value x, Value y, int64_t by) {
  Value shifted = fold(b, shiftRight(b, y, by));
  return b.add(x, shifted);
}
