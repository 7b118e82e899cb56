//===- GroupKernel.cpp - Neighbouring columns at once ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupKernel.h"
#include "Block.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

GroupKernel::GroupKernel(KernelBuilder &b, const GroupLayer &layer,
                         int64_t factor)
    : b(b), filters(layer.filters), store(layer.store), stride(layer.stride),
      inputZp(layer.inputZp), poolsPairs(layer.poolsPairs),
      addsColumns(layer.addsColumns()),
      scale(makeScale(filters, layer.requant, factor)) {}

void GroupKernel::finish(ArrayRef<Value> accumulators, Value constants,
                         Value pixel) const {
  finish(accumulators, scale.load(b, constants, 0), pixel);
}

void GroupKernel::finish(ArrayRef<Value> accumulators,
                         const ChannelScale::Loaded &loaded,
                         Value pixel) const {
  int64_t pixelBytes = filters.channels * store.elementBytes();
  // One column alone is pooled where it is stored.
  if (poolsPairs && accumulators.size() > 1) {
    for (size_t pair = 0; 2 * pair < accumulators.size(); ++pair) {
      // The larger accumulator gives the larger element.
      Value most = arith::MaxSIOp::create(b, accumulators[2 * pair],
                                          accumulators[2 * pair + 1]);
      Value to = b.offset(pixel, int64_t(pair) * pixelBytes);
      store(b, scale.apply(b, most, loaded), to, 0);
    }
    return;
  }
  if (addsColumns) {
    Value sum;
    for (Value accumulator : accumulators) {
      Value element = scale.apply(b, accumulator, loaded);
      sum = sum ? b.add(sum, element) : element;
    }
    return store(b, sum, pixel, 0);
  }
  for (auto [column, accumulator] : llvm::enumerate(accumulators)) {
    Value to = b.offset(pixel, int64_t(column) * pixelBytes);
    store(b, scale.apply(b, accumulator, loaded), to, 0);
  }
}

void rtwmc::appendWord(int32_t word, std::vector<int8_t> &bytes) {
  for (int64_t shift : {0, 8, 16, 24})
    bytes.push_back(static_cast<int8_t>(word >> shift));
}
