//===- Pooling.cpp - Pixels that a layer pools itself ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pooling.h"
#include "../Builder/Vectors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

int64_t PixelStore::elementBytes() const {
  bool isWord = !requantized || (pool && pool.getReduction() == Reduction::Sum);
  return isWord ? 4 : 1;
}

void PixelStore::operator()(KernelBuilder &b, Value value, Value out,
                            int64_t channel) const {
  if (!requantized)
    return b.storeWord(value, out, 4 * channel);
  if (!pool)
    return b.storeByte(value, out, channel);
  if (pool.getReduction() == Reduction::Max)
    return b.storeByte(
        arith::MaxSIOp::create(b, value, b.loadByte(out, channel)), out,
        channel);
  b.storeWord(b.add(value, b.loadWord(out, 4 * channel)), out, 4 * channel);
}

void PixelStore::storeChannels(KernelBuilder &b, Value words, Value out) const {
  if (elementBytes() == 4) {
    Value sum = arith::AddIOp::create(b, words, loadWords(b, out));
    LLVM::StoreOp::create(b, sum, out, 4);
    return;
  }
  if (takesMost())
    words = arith::MaxSIOp::create(b, words, loadBytesAsWords(b, out));
  storeWordsAsBytes(b, words, out);
}

SmallVector<int64_t> PixelStore::places(int64_t channels,
                                        int64_t pixelBytes) const {
  SmallVector<int64_t> result;
  for (int64_t column = 0; column < 4; ++column)
    for (int64_t channel = 0; channel < channels; ++channel)
      result.push_back((takesMost() ? column / 2 : column) * pixelBytes +
                       channel);
  return result;
}

void PixelStore::storeColumns(KernelBuilder &b, Value words, Value out,
                              int64_t pixelBytes) const {
  SmallVector<int64_t> offsets = places(1, pixelBytes);
  if (takesMost()) {
    words = arith::MaxSIOp::create(b, words, swapWordPairs(b, words));
    words = arith::MaxSIOp::create(b, words, gatherBytes(b, out, offsets));
  }
  scatterBytes(b, words, out, offsets);
}

Value PixelStore::poolPairs(KernelBuilder &b, Value halves, Value out,
                            int64_t pixelBytes) const {
  if (!takesMost())
    return halves;
  Value columns = LLVM::BitcastOp::create(b, vectorType(b, 4, 32), halves);
  Value others =
      LLVM::BitcastOp::create(b, halves.getType(), swapWordPairs(b, columns));
  Value most = arith::MaxSIOp::create(b, halves, others);
  Value old = gatherBytes(b, out, places(2, pixelBytes));
  return arith::MaxSIOp::create(b, most, old);
}

void PixelStore::storePairs(KernelBuilder &b, Value halves, Value out,
                            int64_t pixelBytes) const {
  scatterBytes(b, halves, out, places(2, pixelBytes));
}

void PixelStore::addColumns(KernelBuilder &b, Value words, Value out,
                            int64_t channel) const {
  Value sum = LLVM::vector_reduce_add::create(b, b.getI32Type(), words);
  Value old = b.loadWord(out, 4 * channel);
  b.storeWord(b.add(old, sum), out, 4 * channel);
}

void rtwmc::startPooling(KernelContext &context, PoolAttr pool, Value row,
                         Value subRow) {
  if (!pool)
    return;
  KernelBuilder &b = context.builder;
  auto type = cast<RankedTensorType>(context.layer->getResult(0).getType());
  int64_t elements = context.countColumns(type.getDimSize(2)) *
                     (context.channel ? 1 : type.getDimSize(3));
  b.ifEqual(subRow, b.i32(0), [&] {
    if (pool.getReduction() == Reduction::Max)
      return b.fill(row, b.i32(elements), -128);
    Value start = b.i32(static_cast<int32_t>(
        -int64_t(pool.getZeroPoint()) * pool.getHeight() * pool.getWidth()));
    startSums(context, row, elements, start);
  });
}

void rtwmc::startSums(KernelContext &context, Value sums, int64_t count,
                      Value start) {
  KernelBuilder &b = context.builder;
  bool goesOn = getContinuedArgument(context.kernel).has_value();
  b.loop(0, count, [&](Value i) {
    Value at = b.offset(sums, b.mul(i, 4));
    b.storeWord(goesOn ? b.add(b.loadWord(at), start) : start, at);
  });
}
