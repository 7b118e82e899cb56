//===- BlockProducts.cpp - The products of a block ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockProducts.h"
#include "../Builder/Instructions.h"
#include "WidenedWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

int64_t BlockUnrolling::pairsAtOnce(int64_t pairs) const {
  int64_t best = most;
  for (int64_t count = most; count >= least; --count)
    if (pairs % count < pairs % best)
      best = count;
  return best;
}

void BlockProducts::multiplyWord(KernelBuilder &b, ArrayRef<Value> x,
                                 Value weights, int64_t weightAt,
                                 MutableArrayRef<Value> accumulators) const {
  for (int64_t channel = 0; channel < channels; ++channel) {
    Value w = loadHalfInOrder(b, weights, weightAt + 2 * channel);
    for (int64_t column = 0; column < columns; ++column) {
      Value &accumulator = accumulators[channel * columns + column];
      Value product = arith::MulIOp::create(b, x[column], w);
      accumulator = b.add(accumulator, product);
    }
  }
}

void BlockProducts::multiplyPair(KernelBuilder &b, Value room, int64_t at,
                                 Value weights, int64_t weightAt,
                                 MutableArrayRef<Value> accumulators) const {
  SmallVector<Value> x;
  if (columns == 2) {
    auto [first, second] = loadPair(b, room, at);
    x = {first, second};
  } else {
    x = {loadInOrder(b, room, at)};
  }
  if (form == BlockForm::Words)
    return multiplyWord(b, x, weights, weightAt, accumulators);
  bool isMixed = form == BlockForm::Mixed;
  auto multiply = [&](int64_t channel, Value w) {
    for (int64_t column = 0; column < columns; ++column) {
      Value &accumulator = accumulators[channel * columns + column];
      accumulator = smlad(b, w, x[column], accumulator);
    }
  };
  int64_t wordsPerPair = isMixed ? channels / 2 : channels;
  for (int64_t word = 0; word < wordsPerPair; word += 2) {
    SmallVector<Value> w;
    if (word + 1 < wordsPerPair) {
      auto [first, second] = loadPair(b, weights, weightAt + 4 * word);
      w = {first, second};
    } else {
      w = {loadInOrder(b, weights, weightAt + 4 * word)};
    }
    for (auto [i, each] : llvm::enumerate(w)) {
      int64_t which = word + i;
      if (!isMixed) {
        multiply(which, each);
        continue;
      }
      multiply(2 * which + 1, each);
      multiply(2 * which, sxtb16(b, each));
    }
  }
}

BlockProducts::Ends
BlockProducts::multiply(KernelBuilder &b, Value room, Value weights,
                        int64_t behind,
                        SmallVector<Value> &accumulators) const {
  int64_t done = 0;
  int64_t xBytes = columns * pairBytes;
  int64_t wBytes = weightBytes() / pairs;
  if (pairs > unrolling.straight) {
    int64_t atOnce = unrolling.pairsAtOnce(pairs), turns = pairs / atOnce;
    done = turns * atOnce;
    SmallVector<Value> initial{room};
    initial.push_back(b.offset(weights, behind));
    initial.append(accumulators);
    Value end = b.offset(room, done * xBytes);
    SmallVector<Value> after =
        b.loopTo(end, turns, initial, [&](ValueRange inner) {
          Value x = b.opaque(inner[0]), w = b.opaque(inner[1]);
          SmallVector<Value> sums(inner.drop_front(2));
          for (int64_t i = 0; i < atOnce; ++i)
            multiplyPair(b, x, i * xBytes, w, i * wBytes, sums);
          SmallVector<Value> next{b.offset(x, atOnce * xBytes)};
          next.push_back(b.offset(w, atOnce * wBytes));
          next.append(sums);
          return next;
        });
    room = after[0];
    weights = b.opaque(after[1]);
    behind = 0;
    accumulators.assign(after.begin() + 2, after.end());
  }
  for (int64_t i = 0; i < pairs - done; ++i)
    multiplyPair(b, room, i * xBytes, weights, behind + i * wBytes,
                 accumulators);
  Value roomEnd = b.offset(room, (pairs - done) * xBytes);
  return {roomEnd, b.offset(weights, behind + (pairs - done) * wBytes)};
}
