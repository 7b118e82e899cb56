//===- TapDepthwise.cpp - Depthwise windows tap by tap --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signed bytes are loaded from the sum of two registers: one of a few columns
// of the first row, which move on from channel to channel, and how far a row is
// from that. Constants lie in the order in which a channel reads them: where
// accumulators start, weights, a word each, what requantization needs.
//
//===----------------------------------------------------------------------===//

#include "TapDepthwise.h"
#include "Block.h"
#include "Variant.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Taps are straight-line code.
static constexpr int64_t mostTaps = 25;
/// Addresses of columns that stay in registers.
static constexpr int64_t mostAddresses = 3;
/// The farthest word that a load reaches on Armv6-M.
static constexpr int64_t wordReach = 31;

TapDepthwise::TapDepthwise(KernelBuilder &b, StringRef name,
                           const Filters &filters, RequantizationAttr requant,
                           PixelStore store, ArrayRef<Part> parts,
                           int32_t inputZp)
    : DepthwiseKernel(filters, parts, inputZp), b(b), store(store),
      scale(makeSplitScale(filters, requant)) {
  std::vector<int32_t> words;
  for (int64_t channel = 0; channel < filters.channels; ++channel) {
    int32_t start = scale.startOf(channel);
    words.push_back(start);
    for (Part part : parts)
      words.push_back(startOfPart(part, channel, start));
    for (int64_t tap = 0; tap < filters.perChannel(); ++tap)
      words.push_back(filters.weights[channel * filters.perChannel() + tap]);
    llvm::append_range(words, scale.constantsOf(channel));
  }
  constants = b.constantWords((name + "_weights").str(), words);
}

SmallVector<Value> TapDepthwise::compute(ValueRange carried,
                                         ValueRange distances,
                                         std::optional<int64_t> part) const {
  Part columns = inside(part);
  Value at = b.opaque(carried[0]), out = carried[1];
  ValueRange places = carried.drop_front(2);
  Value sum = b.loadWord(at, 4 * (part ? 1 + *part : 0));
  int64_t behind = startBytes();
  auto reach = [&](int64_t words) {
    if (behind / 4 + words <= wordReach + 1)
      return;
    at = b.opaque(b.offset(at, behind));
    behind = 0;
  };
  for (int64_t ky = 0; ky < filters.height; ++ky) {
    reach(filters.length);
    for (int64_t kx = columns.first; kx < columns.last; ++kx) {
      int64_t which = std::min<int64_t>(kx, places.size() - 1);
      Value place = b.offset(places[which], distances[ky]);
      Value x = b.loadByte(place, (kx - which) * filters.elementStride,
                           filters.readUnsigned);
      Value w = b.loadWord(at, behind + 4 * kx);
      Value product = arith::MulIOp::create(b, x, w);
      sum = b.add(sum, product);
    }
    behind += 4 * filters.length;
  }
  reach(scale.bytes() / 4);
  store(b, scale.apply(b, sum, at, behind), out, 0);
  SmallVector<Value> next{b.offset(at, behind + scale.bytes())};
  next.push_back(b.offset(out, store.elementBytes()));
  for (Value place : places)
    next.push_back(b.offset(b.opaque(place), 1));
  return next;
}

void TapDepthwise::build(Value rows, Value output,
                         std::optional<int64_t> part) const {
  int64_t pointerBytes = b.core.pointerBits / 8;
  Type number = b.getIntegerType(b.core.pointerBits);
  SmallVector<Value> carried{b.opaque(b.addressOf(constants)), output};
  SmallVector<Value> distances;
  Value first, start;
  for (int64_t ky = 0; ky < filters.height; ++ky) {
    Value place = b.offset(rows, ky * pointerBytes);
    Value row = LLVM::LoadOp::create(b, b.pointerType(), place);
    Value address = LLVM::PtrToIntOp::create(b, number, row);
    if (!first) {
      first = row;
      start = address;
    }
    distances.push_back(arith::SubIOp::create(b, address, start));
  }
  for (int64_t kx = 0; kx < std::min(filters.length, mostAddresses); ++kx)
    carried.push_back(b.offset(first, kx * filters.elementStride));
  int64_t bytes = startBytes() + 4 * filters.perChannel() + scale.bytes();
  Value end = b.offset(carried[0], filters.channels * bytes);
  b.loopTo(end, filters.channels, carried,
           [&](ValueRange values) { return compute(values, distances, part); });
}

namespace {

class Taps final : public Variant {
public:
  StringRef name() const override { return "taps"; }
  bool computesQuads() const override { return true; }
  bool computesTaps() const override { return true; }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    bool isSmall = core.registers == 8 || core.isHost();
    if (!isSmall || filters.multiplier != 1 || filters.perChannel() == 0 ||
        filters.perChannel() > mostTaps)
      return {};
    return {Tile{1, 1}};
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    return std::vector<int8_t>(4 * filters.channels * filters.perChannel());
  }

  const Variant &forOneChannel() const override { return directVariant(); }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("taps are of whole windows");
  }
};

} // namespace

const Variant &rtwmc::tapsVariant() {
  static const Taps variant;
  return variant;
}
