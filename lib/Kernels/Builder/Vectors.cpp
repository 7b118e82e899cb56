//===- Vectors.cpp - Vectors of 16 bytes ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Vectors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

VectorType rtwmc::vectorType(KernelBuilder &b, int64_t lanes, int64_t bits) {
  return VectorType::get({lanes}, b.getIntegerType(bits));
}

static Value constant(KernelBuilder &b, VectorType type, int64_t value) {
  auto element = b.getIntegerAttr(type.getElementType(), value);
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(type, Attribute(element)));
}

static Value intrinsic(KernelBuilder &b, StringRef name, Type result,
                       ValueRange arguments) {
  return LLVM::CallIntrinsicOp::create(b, result, b.getStringAttr(name),
                                       arguments)
      .getResult(0);
}

static Value extend(KernelBuilder &b, Value vector, int64_t bits) {
  auto type = cast<VectorType>(vector.getType());
  return arith::ExtSIOp::create(b, vectorType(b, type.getNumElements(), bits),
                                vector);
}

static Value truncate(KernelBuilder &b, Value vector, int64_t bits) {
  auto type = cast<VectorType>(vector.getType());
  return arith::TruncIOp::create(b, vectorType(b, type.getNumElements(), bits),
                                 vector);
}

static Value load(KernelBuilder &b, VectorType type, Value pointer,
                  int64_t alignment) {
  return LLVM::LoadOp::create(b, type, pointer, alignment);
}

Value rtwmc::splat(KernelBuilder &b, int64_t value, int64_t lanes) {
  return constant(b, vectorType(b, lanes, 128 / lanes), value);
}

Value rtwmc::splat(KernelBuilder &b, Value value) {
  Value none = LLVM::PoisonOp::create(b, vectorType(b, 4, 32));
  Value first = LLVM::InsertElementOp::create(b, none, value, b.i32(0));
  return LLVM::ShuffleVectorOp::create(b, first, none,
                                       ArrayRef<int32_t>{0, 0, 0, 0});
}

Value rtwmc::makeWords(KernelBuilder &b, ValueRange words) {
  Value result = LLVM::PoisonOp::create(b, vectorType(b, 4, 32));
  for (auto [lane, word] : llvm::enumerate(words))
    result = LLVM::InsertElementOp::create(b, result, word, b.i32(lane));
  return result;
}

/// Of 16 lanes the first `count`.
static Value maskOf(KernelBuilder &b, int64_t count) {
  VectorType type = vectorType(b, vectorBytes, 1);
  if (b.core.mve)
    return intrinsic(b, "llvm.arm.mve.vctp8", type, b.i32(count));
  SmallVector<bool> bits(vectorBytes, false);
  std::fill_n(bits.begin(), count, true);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, bits));
}

Value rtwmc::loadVector(KernelBuilder &b, Value pointer, int64_t at,
                        int64_t count) {
  VectorType type = vectorType(b, vectorBytes, 8);
  Value address = b.offset(pointer, at);
  if (count == vectorBytes)
    return load(b, type, address, 1);
  Value mask = maskOf(b, count), zeros = constant(b, type, 0);
  return LLVM::MaskedLoadOp::create(b, type, address, mask, zeros,
                                    b.getI32IntegerAttr(1), UnitAttr());
}

void rtwmc::storeVector(KernelBuilder &b, Value vector, Value pointer,
                        int64_t count) {
  if (count == vectorBytes)
    LLVM::StoreOp::create(b, vector, pointer, 1);
  else
    LLVM::MaskedStoreOp::create(b, vector, pointer, maskOf(b, count),
                                b.getI32IntegerAttr(1));
}

Value rtwmc::loadWords(KernelBuilder &b, Value pointer) {
  return load(b, vectorType(b, 4, 32), pointer, 4);
}

Value rtwmc::loadBytesAsWords(KernelBuilder &b, Value pointer) {
  return extend(b, load(b, vectorType(b, 4, 8), pointer, 1), 32);
}

void rtwmc::storeWordsAsBytes(KernelBuilder &b, Value words, Value pointer) {
  LLVM::StoreOp::create(b, truncate(b, words, 8), pointer, 1);
}

Value rtwmc::dotProduct(KernelBuilder &b, Value accumulator, Value x, Value w) {
  if (b.core.mve) {
    Value zero = b.i32(0);
    return intrinsic(
        b, "llvm.arm.mve.vmldava", b.getI32Type(),
        {zero, zero, zero, accumulator ? accumulator : zero, x, w});
  }
  Value wideX = extend(b, x, 32), wideW = extend(b, w, 32);
  Value products = arith::MulIOp::create(b, wideX, wideW);
  Value sum = LLVM::vector_reduce_add::create(b, b.getI32Type(), products);
  return accumulator ? b.add(accumulator, sum) : sum;
}

/// The even or the odd lanes of a vector.
static Value everySecond(KernelBuilder &b, Value vector, bool isOdd) {
  int64_t lanes = cast<VectorType>(vector.getType()).getNumElements();
  SmallVector<int32_t> which;
  for (int64_t lane = isOdd; lane < lanes; lane += 2)
    which.push_back(lane);
  return LLVM::ShuffleVectorOp::create(b, vector, vector, which);
}

Value rtwmc::multiplyLanes(KernelBuilder &b, Value x, Value w, bool isOdd) {
  if (b.core.mve) {
    Value isUnsigned = b.i32(0), top = b.i32(isOdd);
    return intrinsic(b, "llvm.arm.mve.vmull", vectorType(b, 8, 16),
                     {x, w, isUnsigned, top});
  }
  Value wideX = extend(b, everySecond(b, x, isOdd), 16);
  Value wideW = extend(b, everySecond(b, w, isOdd), 16);
  return arith::MulIOp::create(b, wideX, wideW);
}

Value rtwmc::widenLanes(KernelBuilder &b, Value halves, bool isOdd) {
  return extend(b, everySecond(b, halves, isOdd), 32);
}

Value rtwmc::multiplyHigh(KernelBuilder &b, Value x, Value y, bool isRounded) {
  if (b.core.mve)
    return intrinsic(
        b, isRounded ? "llvm.arm.mve.vqrdmulh" : "llvm.arm.mve.vqdmulh",
        x.getType(), {x, y});
  VectorType wide = vectorType(b, 4, 64);
  Value wideX = extend(b, x, 64), wideY = extend(b, y, 64);
  Value product = arith::MulIOp::create(b, wideX, wideY);
  if (isRounded)
    product =
        arith::AddIOp::create(b, product, constant(b, wide, int64_t(1) << 30));
  return truncate(b, arith::ShRSIOp::create(b, product, constant(b, wide, 31)),
                  32);
}

Value rtwmc::shiftRounded(KernelBuilder &b, Value x, Value by) {
  bool isVector = isa<VectorType>(by.getType());
  if (b.core.mve) {
    StringRef name =
        isVector ? "llvm.arm.mve.vshl.vector" : "llvm.arm.mve.vshl.scalar";
    Value no = b.i32(0), yes = b.i32(1);
    return intrinsic(b, name, x.getType(), {x, by, no, yes, no});
  }
  // The bit behind the result rounds it.
  VectorType wide = vectorType(b, 4, 64);
  Value one = constant(b, wide, 1);
  Value twice = arith::ShLIOp::create(b, extend(b, x, 64), one);
  Value wideBy = extend(b, isVector ? by : splat(b, by), 64);
  wideBy = arith::SubIOp::create(b, constant(b, wide, 0), wideBy);
  Value shifted = arith::ShRSIOp::create(b, twice, wideBy);
  Value rounded = arith::AddIOp::create(b, shifted, one);
  return truncate(b, arith::ShRSIOp::create(b, rounded, one), 32);
}

/// Lanes saturated to `bits` bits, as wide as they were.
static Value saturate(KernelBuilder &b, Value vector, int64_t bits) {
  auto type = cast<VectorType>(vector.getType());
  int64_t most = (int64_t(1) << (bits - 1)) - 1;
  Value low = constant(b, type, -most - 1), high = constant(b, type, most);
  vector = arith::MaxSIOp::create(b, vector, low);
  return arith::MinSIOp::create(b, vector, high);
}

Value rtwmc::interleaveHalves(KernelBuilder &b, Value even, Value odd) {
  VectorType halves = vectorType(b, 8, 16);
  if (b.core.mve) {
    Value no = b.i32(0), top = b.i32(1);
    Value none = LLVM::PoisonOp::create(b, halves);
    Value low =
        intrinsic(b, "llvm.arm.mve.vqmovn", halves, {none, even, no, no, no});
    return intrinsic(b, "llvm.arm.mve.vqmovn", halves, {low, odd, no, no, top});
  }
  Value low = truncate(b, saturate(b, even, 16), 16);
  Value high = truncate(b, saturate(b, odd, 16), 16);
  return LLVM::ShuffleVectorOp::create(
      b, low, high, ArrayRef<int32_t>{0, 4, 1, 5, 2, 6, 3, 7});
}

Value rtwmc::saturateToBytes(KernelBuilder &b, Value halves) {
  if (!b.core.mve)
    return saturate(b, halves, 8);
  VectorType bytes = vectorType(b, 16, 8);
  Value old = LLVM::BitcastOp::create(b, bytes, halves);
  Value no = b.i32(0);
  Value low =
      intrinsic(b, "llvm.arm.mve.vqmovn", bytes, {old, halves, no, no, no});
  return LLVM::BitcastOp::create(b, halves.getType(), low);
}

Value rtwmc::interleaveBytes(KernelBuilder &b, Value even, Value odd) {
  VectorType bytes = vectorType(b, 16, 8);
  if (b.core.mve) {
    Value no = b.i32(0), top = b.i32(1);
    Value none = LLVM::PoisonOp::create(b, bytes);
    Value low =
        intrinsic(b, "llvm.arm.mve.vqmovn", bytes, {none, even, no, no, no});
    return intrinsic(b, "llvm.arm.mve.vqmovn", bytes, {low, odd, no, no, top});
  }
  Value low = truncate(b, saturate(b, even, 8), 8);
  Value high = truncate(b, saturate(b, odd, 8), 8);
  SmallVector<int32_t> order;
  for (int32_t lane = 0; lane < 8; ++lane)
    order.append({lane, lane + 8});
  return LLVM::ShuffleVectorOp::create(b, low, high, order);
}

static Value offsetLanes(KernelBuilder &b, ArrayRef<int64_t> offsets) {
  VectorType type = vectorType(b, offsets.size(), 128 / offsets.size());
  SmallVector<APInt> lanes;
  for (int64_t offset : offsets)
    lanes.push_back(APInt(type.getElementTypeBitWidth(), offset));
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, lanes));
}

Value rtwmc::gatherBytes(KernelBuilder &b, Value pointer,
                         ArrayRef<int64_t> offsets) {
  VectorType type = vectorType(b, offsets.size(), 128 / offsets.size());
  if (b.core.mve) {
    Value lanes = offsetLanes(b, offsets), bits = b.i32(8), no = b.i32(0);
    return intrinsic(b, "llvm.arm.mve.vldr.gather.offset", type,
                     {pointer, lanes, bits, no, no});
  }
  Value result = LLVM::PoisonOp::create(b, type);
  for (auto [lane, offset] : llvm::enumerate(offsets)) {
    Value byte =
        LLVM::LoadOp::create(b, b.getI8Type(), b.offset(pointer, offset), 1);
    Value wide = arith::ExtSIOp::create(b, type.getElementType(), byte);
    result = LLVM::InsertElementOp::create(b, result, wide, b.i32(lane));
  }
  return result;
}

void rtwmc::scatterBytes(KernelBuilder &b, Value values, Value pointer,
                         ArrayRef<int64_t> offsets) {
  if (b.core.mve) {
    Value lanes = offsetLanes(b, offsets), bits = b.i32(8), no = b.i32(0);
    LLVM::CallIntrinsicOp::create(
        b, b.getStringAttr("llvm.arm.mve.vstr.scatter.offset"),
        ValueRange{pointer, lanes, values, bits, no});
    return;
  }
  for (auto [lane, offset] : llvm::enumerate(offsets)) {
    Value each = LLVM::ExtractElementOp::create(b, values, b.i32(lane));
    b.storeByte(each, pointer, offset);
  }
}

Value rtwmc::swapWordPairs(KernelBuilder &b, Value words) {
  Value none = LLVM::PoisonOp::create(b, words.getType());
  return LLVM::ShuffleVectorOp::create(b, words, none,
                                       ArrayRef<int32_t>{1, 0, 3, 2});
}
