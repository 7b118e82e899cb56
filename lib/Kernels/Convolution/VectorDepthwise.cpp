//===- VectorDepthwise.cpp - Sixteen channels of a pixel ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products are halfwords, of even channels and of odd ones. They are added as
// such as long as that is exact, and then as words, in four vectors: channels
// 0, 4, 8, 12 of a block, then 2, 6, 10, 14, then 1, 5, 9, 13 and 3, 7, 11, 15.
// Parameters lie in that order; narrowing twice undoes it. Of 16 channels they
// are biases and multipliers, vector by vector, then the biases of each part.
//
//===----------------------------------------------------------------------===//

#include "VectorDepthwise.h"
#include "../Builder/Requantize.h"
#include "../Builder/Vectors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// The first channel of each vector of words; the others follow by fours.
static constexpr int64_t firstChannels[] = {0, 2, 1, 3};

SmallVector<SmallVector<int64_t>> rtwmc::groupTaps(const Filters &filters) {
  // 255 * 128 < 2^15.
  constexpr int64_t most = 255;
  SmallVector<SmallVector<int64_t>> groups;
  SmallVector<std::vector<int64_t>> sums;
  for (int64_t tap = 0; tap < filters.perChannel(); ++tap) {
    auto magnitude = [&](int64_t channel) {
      return std::abs(filters.weights[channel * filters.perChannel() + tap]);
    };
    size_t group = 0;
    for (; group < groups.size(); ++group) {
      bool fits = true;
      for (int64_t channel = 0; channel < filters.channels; ++channel)
        fits &= sums[group][channel] + magnitude(channel) <= most;
      if (fits)
        break;
    }
    if (group == groups.size()) {
      groups.emplace_back();
      sums.emplace_back(filters.channels);
    }
    groups[group].push_back(tap);
    for (int64_t channel = 0; channel < filters.channels; ++channel)
      sums[group][channel] += magnitude(channel);
  }
  return groups;
}

VectorDepthwise::VectorDepthwise(KernelBuilder &b, StringRef name,
                                 const Filters &filters, ArrayRef<int32_t> bias,
                                 RequantizationAttr requant, bool isPooled,
                                 int64_t columns, ArrayRef<Part> parts,
                                 int32_t inputZp)
    : DepthwiseKernel(filters, parts, inputZp), b(b), requant(requant),
      isPooled(isPooled), lanes(columns * filters.channels),
      groups(groupTaps(filters)) {
  std::vector<int8_t> weightBytes, shiftBytes;
  std::vector<int32_t> parameters;
  // Lanes that are no channel have parameters of some other.
  auto channelOf = [&](int64_t lane) { return lane % filters.channels; };
  for (int64_t first = 0; first < lanes; first += vectorBytes) {
    int64_t last = std::min(first + vectorBytes, lanes);
    for (ArrayRef<int64_t> group : groups)
      for (int64_t tap : group)
        for (int64_t lane = first; lane < last; ++lane)
          weightBytes.push_back(static_cast<int8_t>(
              filters.weights[channelOf(lane) * filters.perChannel() + tap]));
    for (int64_t start : firstChannels) {
      for (int64_t lane = 0; lane < 4; ++lane)
        parameters.push_back(bias[channelOf(first + start + 4 * lane)]);
      for (int64_t lane = 0; lane < 4; ++lane)
        parameters.push_back(
            requant.getMultiplierOf(channelOf(first + start + 4 * lane)));
      for (int64_t lane = 0; lane < 4; ++lane)
        shiftBytes.push_back(static_cast<int8_t>(VectorScale::distance(
            requant.getShiftOf(channelOf(first + start + 4 * lane)))));
    }
    for (Part part : parts)
      for (int64_t start : firstChannels)
        for (int64_t lane = 0; lane < 4; ++lane) {
          int64_t channel = channelOf(first + start + 4 * lane);
          parameters.push_back(startOfPart(part, channel, bias[channel]));
        }
  }
  weights = b.constantBytes((name + "_weights").str(), weightBytes);
  words = b.constantWords((name + "_channels").str(), parameters);
  shifts = b.constantBytes((name + "_shifts").str(), shiftBytes);
}

SmallVector<Value>
VectorDepthwise::accumulate(ValueRange rows, Value weights, Value parameters,
                            int64_t channels,
                            std::optional<int64_t> part) const {
  SmallVector<Value> sums(4);
  Part columns = inside(part);
  int64_t at = 0;
  for (ArrayRef<int64_t> group : groups) {
    Value even, odd;
    for (int64_t tap : group) {
      int64_t kx = tap % filters.length, weightAt = at;
      at += channels;
      if (kx < columns.first || kx >= columns.last)
        continue;
      Value x = loadVector(b, rows[tap / filters.length],
                           kx * filters.elementStride, channels);
      Value w = loadVector(b, weights, weightAt, channels);
      Value low = multiplyLanes(b, x, w, /*isOdd=*/false);
      even = even ? arith::AddIOp::create(b, even, low) : low;
      Value high = multiplyLanes(b, x, w, /*isOdd=*/true);
      odd = odd ? arith::AddIOp::create(b, odd, high) : high;
    }
    for (int64_t i = 0; i < 4 && even; ++i) {
      Value wide = widenLanes(b, i < 2 ? even : odd, i % 2);
      sums[i] = sums[i] ? arith::AddIOp::create(b, sums[i], wide) : wide;
    }
  }
  // Last, because there is no register for it before.
  for (auto [i, sum] : llvm::enumerate(sums)) {
    int64_t at = part ? 128 + 64 * *part + 16 * int64_t(i) : 32 * int64_t(i);
    Value bias = loadWords(b, b.offset(parameters, at));
    sum = sum ? arith::AddIOp::create(b, sum, bias) : bias;
  }
  return sums;
}

SmallVector<Value> VectorDepthwise::block(ValueRange carried, int64_t channels,
                                          std::optional<int64_t> part) const {
  ValueRange rows = carried.drop_back(4);
  ValueRange others = carried.take_back(4);
  Value output = others[0], parameters = others[2];
  SmallVector<Value> sums =
      accumulate(rows, others[1], parameters, channels, part);
  VectorScale scale(requant);
  for (auto [i, sum] : llvm::enumerate(sums)) {
    Value multiplier = loadWords(b, b.offset(parameters, 32 * i + 16));
    Value distance = loadBytesAsWords(b, b.offset(others[3], 4 * i));
    sum = scale.apply(b, sum, multiplier, distance);
  }
  Value even = scale.narrowPairs(b, sums[0], sums[1]);
  Value odd = scale.narrowPairs(b, sums[2], sums[3]);
  Value bytes = interleaveBytes(b, even, odd);
  if (requant.getMin() > -128)
    bytes = arith::MaxSIOp::create(b, bytes, splat(b, requant.getMin(), 16));
  if (requant.getMax() < 127)
    bytes = arith::MinSIOp::create(b, bytes, splat(b, requant.getMax(), 16));
  if (isPooled)
    bytes =
        arith::MaxSIOp::create(b, bytes, loadVector(b, output, 0, channels));
  storeVector(b, bytes, output, channels);
  SmallVector<Value> next;
  for (Value pointer : carried.drop_back(3))
    next.push_back(b.offset(pointer, channels));
  next.push_back(b.offset(others[1], channels * filters.perChannel()));
  next.push_back(b.offset(parameters, parameterBytes()));
  next.push_back(b.offset(others[3], vectorBytes));
  return next;
}

void VectorDepthwise::build(Value rows, Value output,
                            std::optional<int64_t> part) const {
  SmallVector<Value> carried;
  for (int64_t ky = 0; ky < filters.height; ++ky) {
    Value place = b.offset(rows, ky * (b.core.pointerBits / 8));
    carried.push_back(LLVM::LoadOp::create(b, b.pointerType(), place));
  }
  carried.push_back(output);
  // Without a loop LLVM would know what is there: it would take each vector
  // from a pool, in two instructions, and put off sums until none has a
  // register.
  for (LLVM::GlobalOp constant : {weights, words, shifts}) {
    Value address = b.addressOf(constant);
    carried.push_back(b.hidden(address));
  }
  carried = SmallVector<Value>(
      b.loop(0, lanes / vectorBytes, carried, [&](Value, ValueRange values) {
        return block(values, vectorBytes, part);
      }));
  if (int64_t rest = lanes % vectorBytes)
    block(carried, rest, part);
}
