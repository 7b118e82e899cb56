//===- QuadDepthwise.cpp - Four channels of a depthwise window ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A tap of four channels is a word, which SXTB16 makes two of: channels 0 and
// 2, 1 and 3. SMLABB and SMLATT multiply their halves by weights that lie in
// that order, a halfword each. Constants lie in the order in which they are
// read: where accumulators start, weights tap by tap, what requantization
// needs. If channels are no multiple of four, the last four overlap.
//
//===----------------------------------------------------------------------===//

#include "QuadDepthwise.h"
#include "../Builder/Instructions.h"
#include "Block.h"
#include "Variant.h"

using namespace mlir;
using namespace rtwmc;

static constexpr int64_t quad = 4;
/// Taps are straight-line code.
static constexpr int64_t mostQuadTaps = 25;
/// Addresses of rows that stay in registers.
static constexpr int64_t rowsInRegisters = 3;

QuadDepthwise::QuadDepthwise(KernelBuilder &b, StringRef name,
                             const Filters &filters, RequantizationAttr requant,
                             PixelStore store, ArrayRef<Part> parts,
                             int32_t inputZp)
    : DepthwiseKernel(filters, parts, inputZp), b(b), store(store),
      scale(makeScale(filters, requant)) {
  std::vector<int32_t> words;
  for (int64_t first = 0; first < filters.channels; first += quad)
    pack(std::min(first, filters.channels - quad), words);
  constants = b.constantWords((name + "_weights").str(), words);
}

int64_t QuadDepthwise::quadBytes() const {
  int64_t starts = 4 * quad * (1 + getParts().size());
  return starts + 8 * filters.perChannel() + quad * scale.bytes();
}

void QuadDepthwise::pack(int64_t first, std::vector<int32_t> &words) const {
  auto weight = [&](int64_t channel, int64_t tap) -> int64_t {
    return filters.weights[(first + channel) * filters.perChannel() + tap];
  };
  for (int64_t channel = 0; channel < quad; ++channel)
    words.push_back(scale.startOf(first + channel));
  for (Part part : getParts())
    for (int64_t channel = first; channel < first + quad; ++channel)
      words.push_back(startOfPart(part, channel, scale.startOf(channel)));
  for (int64_t tap = 0; tap < filters.perChannel(); ++tap)
    for (int64_t channel : {0, 1})
      words.push_back(static_cast<int32_t>((weight(channel, tap) & 0xffff) |
                                           (weight(channel + 2, tap) << 16)));
  for (int64_t channel = 0; channel < quad; ++channel)
    llvm::append_range(words, scale.constantsOf(first + channel));
}

SmallVector<Value> QuadDepthwise::compute(ValueRange carried, int64_t from,
                                          std::optional<int64_t> part) const {
  Part columns = inside(part);
  Value at = b.opaque(carried[0]), out = carried[1];
  bool inRegisters = filters.height <= rowsInRegisters;
  SmallVector<Value> sums;
  for (int64_t channel : {0, 2}) {
    int64_t start = 4 * quad * (part ? 1 + *part : 0) + 4 * channel;
    auto [first, second] = loadPair(b, at, start);
    sums.append({first, second});
  }
  int64_t behind = 4 * quad * (1 + getParts().size());
  for (int64_t ky = 0; ky < filters.height; ++ky) {
    Value row;
    if (inRegisters) {
      row = carried[2 + ky];
    } else {
      // `carried` is then where the rows' addresses are, and the channel.
      Value place = b.offset(carried[2], ky * (b.core.pointerBits / 8));
      row = LLVM::LoadOp::create(b, b.pointerType(), place);
      row = b.offset(row, carried[3]);
    }
    int64_t weights = behind + 8 * ky * filters.length;
    for (int64_t kx = columns.first; kx < columns.last; ++kx) {
      Value word = b.loadWord(row, kx * filters.elementStride, /*alignment=*/1);
      Value even = filters.readUnsigned ? uxtb16(b, word) : sxtb16(b, word);
      Value odd =
          filters.readUnsigned ? uxtb16Ror8(b, word) : sxtb16Ror8(b, word);
      auto [evenWeights, oddWeights] = loadPair(b, at, weights + 8 * kx);
      sums[0] = smlabb(b, even, evenWeights, sums[0]);
      sums[2] = smlatt(b, even, evenWeights, sums[2]);
      sums[1] = smlabb(b, odd, oddWeights, sums[1]);
      sums[3] = smlatt(b, odd, oddWeights, sums[3]);
    }
  }
  behind += 8 * filters.perChannel();
  for (int64_t channel = from; channel < quad; ++channel) {
    ChannelScale::Loaded loaded =
        scale.load(b, at, behind + channel * scale.bytes());
    store(b, scale.apply(b, sums[channel], loaded), out, channel);
  }
  SmallVector<Value> next{b.offset(at, quadBytes())};
  next.push_back(b.offset(out, quad * store.elementBytes()));
  if (inRegisters) {
    for (Value row : carried.drop_front(2))
      next.push_back(b.offset(row, quad));
  } else {
    next.push_back(carried[2]);
    next.push_back(b.add(carried[3], quad));
  }
  return next;
}

void QuadDepthwise::build(Value rows, Value output,
                          std::optional<int64_t> part) const {
  bool inRegisters = filters.height <= rowsInRegisters;
  SmallVector<Value> carried{b.opaque(b.addressOf(constants)), output};
  if (inRegisters) {
    for (int64_t ky = 0; ky < filters.height; ++ky) {
      Value place = b.offset(rows, ky * (b.core.pointerBits / 8));
      carried.push_back(LLVM::LoadOp::create(b, b.pointerType(), place));
    }
  } else {
    carried.push_back(rows);
    carried.push_back(b.i32(0));
  }
  int64_t whole = filters.channels / quad, rest = filters.channels % quad;
  Value end = b.offset(carried[0], whole * quadBytes());
  carried = b.loopTo(end, whole, carried, [&](ValueRange values) {
    return compute(values, /*from=*/0, part);
  });
  if (!rest)
    return;
  int64_t back = rest - quad;
  carried[1] = b.offset(carried[1], back * store.elementBytes());
  if (inRegisters)
    for (Value &row : llvm::drop_begin(carried, 2))
      row = b.offset(row, back);
  else
    carried[3] = b.add(carried[3], back);
  compute(carried, /*from=*/quad - rest, part);
}

namespace {

class Quads final : public Variant {
public:
  StringRef name() const override { return "quads"; }
  bool computesQuads() const override { return true; }

  SmallVector<Tile> tiles(const Filters &filters,
                          const Core &core) const override {
    bool hasPairs = (core.dsp && !core.mve) || core.isHost();
    if (!hasPairs || filters.multiplier != 1 || filters.channels < quad ||
        filters.perChannel() > mostQuadTaps)
      return {};
    return {Tile{quad, 1}};
  }

  std::vector<int8_t> pack(const Filters &filters, Tile) const override {
    int64_t channels = llvm::alignTo(filters.channels, quad);
    return std::vector<int8_t>(2 * channels * filters.perChannel());
  }

  const Variant &forOneChannel() const override { return directVariant(); }

  SmallVector<Value> row(KernelBuilder &, const Filters &, ValueRange,
                         ValueRange) const override {
    llvm_unreachable("quads are of whole windows");
  }
};

} // namespace

const Variant &rtwmc::quadsVariant() {
  static const Quads variant;
  return variant;
}
