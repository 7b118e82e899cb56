//===- Pooling.cpp - Pixels that a layer pools itself ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pooling.h"

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
    b.loop(0, elements,
           [&](Value i) { b.storeWord(start, b.offset(row, b.mul(i, 4))); });
  });
}
