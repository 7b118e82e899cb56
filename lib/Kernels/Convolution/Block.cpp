//===- Block.cpp - Four channels of two columns by SMLAD ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Eight accumulators, two words of elements, two of weights and two pointers
// are all registers there are. One LDRD brings a pair of both columns, another
// the weights of two channels, or mixed those of four.
//
// Mixed weights: SMLAD with halfwords a + 256 b gives A + 256 B, where A and B
// are the sums of two channels, and with those of SXTB16, which are a, it gives
// A. The difference, divided by 256, is B.
//
// Constants lie in the order in which a block reads them, so that one pointer
// does: where accumulators start, weights, what requantization needs.
//
//===----------------------------------------------------------------------===//

#include "Block.h"
#include "../Builder/Instructions.h"
#include "BlockProducts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t blockChannels = 4;

/// Where weights are mixed flash is what counts.
static constexpr BlockUnrolling mixedUnrolling{14, 10, 6},
    pairUnrolling{36, 36, 16};

static Reach extremesOf(const Filters &filters, int64_t channel) {
  int64_t low = filters.readUnsigned ? 0 : -128;
  int64_t high = filters.readUnsigned ? 255 : 127;
  Reach reach;
  for (int64_t i = 0; i < filters.perChannel(); ++i) {
    int64_t w = filters.weights[channel * filters.perChannel() + i];
    reach.least += std::min(w * low, w * high);
    reach.most += std::max(w * low, w * high);
  }
  return reach;
}

Reach rtwmc::findReach(const Filters &filters, int64_t channel) {
  Reach reach = extremesOf(filters, channel);
  reach.bias = filters.bias[channel];
  return reach;
}

bool rtwmc::canMixWeights(const Filters &filters) {
  constexpr int64_t most = int64_t(1) << 23;
  if (filters.areWide)
    return false;
  for (int64_t channel = 1; channel < filters.channels; channel += 2) {
    Reach reach = extremesOf(filters, channel);
    // Requantization may choose another start than the bias.
    int64_t start =
        std::max(std::abs(int64_t(filters.bias[channel])), int64_t(mostStart));
    if (reach.least - start < -most || reach.most + start >= most)
      return false;
    for (int64_t i = 0; i < filters.perChannel(); ++i) {
      int64_t at = channel * filters.perChannel() + i;
      int64_t both = filters.weights[at - filters.perChannel()] +
                     256 * filters.weights[at];
      if (both != int16_t(both))
        return false;
    }
  }
  return true;
}

int64_t rtwmc::countBlockBytes(const Filters &filters, BlockWeights weights) {
  int64_t channels = llvm::alignTo(filters.channels, 2);
  int64_t each = weights == BlockWeights::Mixed ? 2 : 4;
  return channels * WidenedWindow(filters).pairs() * each;
}

static SmallVector<Reach> findReaches(const Filters &filters) {
  SmallVector<Reach> reaches;
  for (int64_t channel = 0; channel < filters.channels; ++channel)
    reaches.push_back(findReach(filters, channel));
  return reaches;
}

ChannelScale rtwmc::makeScale(const Filters &filters,
                              RequantizationAttr requant, int64_t factor) {
  return {requant, findReaches(filters), factor};
}

SplitChannelScale rtwmc::makeSplitScale(const Filters &filters,
                                        RequantizationAttr requant) {
  return {requant, findReaches(filters)};
}

BlockKernel::BlockKernel(KernelBuilder &b, StringRef name,
                         const Filters &filters, BlockWeights weights,
                         RequantizationAttr requant, PixelStore store)
    : b(b), filters(filters), isMixed(weights == BlockWeights::Mixed),
      store(store), window(filters), scale(makeScale(filters, requant)) {
  std::vector<int32_t> words;
  for (int64_t first = 0; first < filters.channels; first += blockChannels)
    pack(first, {std::min(blockChannels, filters.channels - first)}, words);
  constants = b.constantWords((name + "_weights").str(), words);
}

int64_t BlockKernel::weightBytes(Size size) const {
  return size.computed() * window.pairs() * (isMixed ? 2 : 4);
}

int64_t BlockKernel::blockBytes(Size size) const {
  return 4 * size.computed() + weightBytes(size) +
         size.channels * scale.bytes();
}

void BlockKernel::pack(int64_t first, Size size,
                       std::vector<int32_t> &words) const {
  int64_t last = first + size.channels;
  auto start = [&](int64_t channel) -> int64_t {
    return channel < last ? scale.startOf(channel) : 0;
  };
  auto weight = [&](int64_t channel, int64_t element) -> int64_t {
    return channel < last && element >= 0
               ? filters.weights[channel * filters.perChannel() + element]
               : 0;
  };
  for (int64_t channel = first; channel < last; channel += 2) {
    int64_t a = start(channel), c = start(channel + 1);
    words.push_back(static_cast<int32_t>(a));
    words.push_back(static_cast<int32_t>(isMixed ? a + 256 * c : c));
  }
  ArrayRef<int64_t> order = window.elements();
  for (int64_t pair = 0; pair < window.pairs(); ++pair) {
    int64_t low = order[2 * pair], high = order[2 * pair + 1];
    for (int64_t channel = first; channel < last; channel += 2) {
      if (isMixed) {
        words.push_back(
            packPair(weight(channel, low) + 256 * weight(channel + 1, low),
                     weight(channel, high) + 256 * weight(channel + 1, high)));
        continue;
      }
      for (int64_t each : {channel, channel + 1})
        words.push_back(packPair(weight(each, low), weight(each, high)));
    }
  }
  for (int64_t channel = first; channel < last; ++channel)
    llvm::append_range(words, scale.constantsOf(channel));
}

SmallVector<Value> BlockKernel::compute(const Place &place, ValueRange carried,
                                        Size size) const {
  int64_t columns = place.columns, channels = size.computed();
  Value constants = b.opaque(carried[0]);
  ValueRange out = carried.drop_front();
  SmallVector<Value> values;
  for (int64_t channel = 0; channel < channels; channel += 2) {
    auto [first, second] = loadPair(b, constants, 4 * channel);
    values.append(columns, first);
    values.append(columns, second);
  }
  BlockProducts products{isMixed ? BlockForm::Mixed : BlockForm::Pairs,
                         channels, columns, window.pairs(),
                         isMixed ? mixedUnrolling : pairUnrolling};
  Value weights =
      products.multiply(b, place.room, constants, 4 * channels, values).weights;
  finish(place, weights, out, size, values);
  SmallVector<Value> next{b.offset(weights, size.channels * scale.bytes())};
  for (Value pixel : out)
    next.push_back(b.offset(pixel, size.channels * store.elementBytes()));
  return next;
}

void BlockKernel::finish(const Place &place, Value constants, ValueRange out,
                         Size size, ValueRange accumulators) const {
  int64_t columns = place.columns;
  auto sum = [&](int64_t channel, int64_t column) -> Value {
    Value value = accumulators[channel * columns + column];
    if (!isMixed || channel % 2 == 0)
      return value;
    Value first = accumulators[(channel - 1) * columns + column];
    value = arith::SubIOp::create(b, value, first);
    return arith::ShRSIOp::create(b, value, b.i32(8));
  };
  for (int64_t channel = 0; channel < size.channels; ++channel) {
    ChannelScale::Loaded loaded =
        scale.load(b, constants, channel * scale.bytes());
    Value first = sum(channel, 0);
    if (place.isShared()) {
      // The larger accumulator gives the larger element.
      first = arith::MaxSIOp::create(b, first, sum(channel, 1));
      store(b, scale.apply(b, first, loaded), out[0], channel);
      continue;
    }
    store(b, scale.apply(b, first, loaded), out[0], channel);
    if (columns > 1) {
      Value second = scale.apply(b, sum(channel, 1), loaded);
      Value to =
          out.size() == 2 ? out[1] : b.offset(out[0], place.pixelDistance);
      store(b, second, to, channel);
    }
  }
}

void BlockKernel::build(const Place &place) const {
  window.widen(b, place.rows, place.room, place.columns, place.distance);
  SmallVector<Value> carried{b.opaque(b.addressOf(constants))};
  carried.append(place.pixels);
  int64_t blocks = filters.channels / blockChannels;
  Size whole{blockChannels};
  if (blocks > 0) {
    Value end = b.offset(carried[0], blocks * blockBytes(whole));
    carried = b.loopTo(end, blocks, carried, [&](ValueRange values) {
      return compute(place, values, whole);
    });
  }
  if (int64_t rest = filters.channels % blockChannels)
    compute(place, carried, {rest});
}
