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

Value rtwmc::smlad(KernelBuilder &b, Value x, Value y, Value accumulator) {
  if (b.core.dsp)
    return b.intrinsic("llvm.arm.smlad", {x, y, accumulator});
  Value lowX = shiftRight(b, shiftLeft(b, x, 16), 16);
  Value lowY = shiftRight(b, shiftLeft(b, y, 16), 16);
  Value low = arith::MulIOp::create(b, lowX, lowY);
  Value highX = shiftRight(b, x, 16), highY = shiftRight(b, y, 16);
  Value high = arith::MulIOp::create(b, highX, highY);
  return b.add(b.add(accumulator, low), high);
}
