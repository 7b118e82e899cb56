//===- ChannelReduction.cpp - The most, or the sum, of windows ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelReduction.h"
#include "Builder/Instructions.h"
#include "Builder/Vectors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

/// Elements whose sum halfwords hold.
static constexpr int64_t mostInHalves = 255;

static Value loadElement(KernelBuilder &b, Value element, int64_t bytes) {
  Type type = b.getIntegerType(static_cast<unsigned>(8 * bytes));
  Value loaded = LLVM::LoadOp::create(b, type, element, unsigned(bytes));
  return bytes == 4 ? loaded
                    : arith::ExtSIOp::create(b, b.getI32Type(), loaded);
}

namespace {

/// One channel.
class MaxOfChannel : public ChannelReduction {
public:
  explicit MaxOfChannel(int64_t bytes) : ChannelReduction(1, bytes, bytes) {}

  SmallVector<Value> start(KernelBuilder &b) const override {
    return {b.i32(llvm::minIntN(8 * elementBytes()))};
  }
  SmallVector<Value> next(KernelBuilder &b, ValueRange carried,
                          Value element) const override {
    Value x = loadElement(b, element, elementBytes());
    return {arith::MaxSIOp::create(b, carried[0], x)};
  }
  void store(KernelBuilder &b, ValueRange carried,
             Value result) const override {
    Value most = carried[0];
    Type type = b.getIntegerType(static_cast<unsigned>(8 * resultBytes()));
    if (resultBytes() != 4)
      most = arith::TruncIOp::create(b, type, most);
    LLVM::StoreOp::create(b, most, result, unsigned(resultBytes()));
  }
};

class SumOfChannel : public ChannelReduction {
public:
  SumOfChannel(int64_t bytes, std::optional<int64_t> from)
      : ChannelReduction(1, bytes, 4), from(from) {}

  SmallVector<Value> start(KernelBuilder &b) const override {
    return {b.i32(from.value_or(0))};
  }
  SmallVector<Value> next(KernelBuilder &b, ValueRange carried,
                          Value element) const override {
    Value x = loadElement(b, element, elementBytes());
    return {b.add(carried[0], x)};
  }
  void store(KernelBuilder &b, ValueRange carried,
             Value result) const override {
    Value sum = carried[0];
    if (!from)
      sum = b.add(b.loadWord(result), sum);
    b.storeWord(sum, result);
  }

private:
  std::optional<int64_t> from;
};

/// Four bytes of a word: SSUB8 compares them, SEL selects.
class MaxOfWord : public ChannelReduction {
public:
  MaxOfWord() : ChannelReduction(4, 1, 1) {}

  SmallVector<Value> start(KernelBuilder &b) const override {
    return {b.i32(static_cast<int32_t>(0x80808080))};
  }
  SmallVector<Value> first(KernelBuilder &b, Value element) const override {
    return {b.loadWord(element, 0, /*alignment=*/1)};
  }
  SmallVector<Value> next(KernelBuilder &b, ValueRange carried,
                          Value element) const override {
    Value x = b.loadWord(element, 0, /*alignment=*/1);
    b.intrinsic("llvm.arm.ssub8", {carried[0], x});
    return {b.intrinsic("llvm.arm.sel", {carried[0], x})};
  }
  void store(KernelBuilder &b, ValueRange carried,
             Value result) const override {
    LLVM::StoreOp::create(b, carried[0], result, 1);
  }
};

/// The same, as sums in two words of two halfwords each.
class SumOfWord : public ChannelReduction {
public:
  explicit SumOfWord(std::optional<int64_t> from)
      : ChannelReduction(4, 1, 4), from(from) {}

  SmallVector<Value> start(KernelBuilder &b) const override {
    return {b.i32(0), b.i32(0)};
  }
  SmallVector<Value> first(KernelBuilder &b, Value element) const override {
    Value x = b.loadWord(element, 0, /*alignment=*/1);
    Value even = sxtb16(b, x);
    return {even, sxtb16Ror8(b, x)};
  }
  SmallVector<Value> next(KernelBuilder &b, ValueRange carried,
                          Value element) const override {
    Value x = b.loadWord(element, 0, /*alignment=*/1);
    Value even = addHalves(b, carried[0], x, /*isRotated=*/false,
                           /*isUnsigned=*/false);
    Value odd = addHalves(b, carried[1], x, /*isRotated=*/true,
                          /*isUnsigned=*/false);
    return {even, odd};
  }
  void store(KernelBuilder &b, ValueRange carried,
             Value result) const override {
    Value half = b.i32(16);
    for (int64_t lane = 0; lane < 4; ++lane) {
      Value sum = carried[lane % 2];
      if (lane < 2)
        sum = arith::ShLIOp::create(b, sum, half);
      sum = arith::ShRSIOp::create(b, sum, half);
      Value before = from ? b.i32(*from) : b.loadWord(result, 4 * lane);
      b.storeWord(b.add(before, sum), result, 4 * lane);
    }
  }

private:
  std::optional<int64_t> from;
};

/// Up to 16 bytes of a vector.
class MaxOfVector : public ChannelReduction {
public:
  explicit MaxOfVector(int64_t channels) : ChannelReduction(channels, 1, 1) {}

  SmallVector<Value> start(KernelBuilder &b) const override {
    return {splat(b, -128, vectorBytes)};
  }
  SmallVector<Value> next(KernelBuilder &b, ValueRange carried,
                          Value element) const override {
    Value x = loadVector(b, element, 0, lanes());
    return {arith::MaxSIOp::create(b, carried[0], x)};
  }
  void store(KernelBuilder &b, ValueRange carried,
             Value result) const override {
    storeVector(b, carried[0], result, lanes());
  }
};

/// Four words of a vector.
class SumOfVector : public ChannelReduction {
public:
  explicit SumOfVector(std::optional<int64_t> from)
      : ChannelReduction(4, 1, 4), from(from) {}

  SmallVector<Value> start(KernelBuilder &b) const override {
    return {splat(b, from.value_or(0))};
  }
  SmallVector<Value> next(KernelBuilder &b, ValueRange carried,
                          Value element) const override {
    Value x = loadBytesAsWords(b, element);
    return {arith::AddIOp::create(b, carried[0], x)};
  }
  void store(KernelBuilder &b, ValueRange carried,
             Value result) const override {
    Value sum = carried[0];
    if (!from)
      sum = arith::AddIOp::create(b, loadWords(b, result), sum);
    LLVM::StoreOp::create(b, sum, result, 4);
  }

private:
  std::optional<int64_t> from;
};

} // namespace

SmallVector<ChannelGroups>
rtwmc::maxReductions(const Core &core, int64_t channels, int64_t elementBytes) {
  SmallVector<ChannelGroups> result;
  auto add = [&](std::unique_ptr<ChannelReduction> reduction, int64_t first,
                 int64_t groups) {
    if (groups > 0)
      result.push_back({std::move(reduction), first, groups});
  };
  constexpr int64_t word = 4;
  if (elementBytes == 1 && core.mve) {
    int64_t rest = channels % vectorBytes;
    add(std::make_unique<MaxOfVector>(vectorBytes), 0, channels / vectorBytes);
    add(std::make_unique<MaxOfVector>(rest), channels - rest, rest > 0);
  } else if (elementBytes == 1 && core.dsp && channels >= word) {
    add(std::make_unique<MaxOfWord>(), 0, channels / word);
    add(std::make_unique<MaxOfWord>(), channels - word, channels % word > 0);
  } else {
    add(std::make_unique<MaxOfChannel>(elementBytes), 0, channels);
  }
  return result;
}

SmallVector<ChannelGroups>
rtwmc::sumReductions(const Core &core, int64_t channels, int64_t elementBytes,
                     int64_t elements, std::optional<int64_t> start) {
  SmallVector<ChannelGroups> result;
  constexpr int64_t word = 4;
  int64_t single = channels;
  if (elementBytes == 1 && channels >= word &&
      (core.mve || (core.dsp && elements <= mostInHalves))) {
    ChannelGroups words;
    if (core.mve)
      words.reduction = std::make_unique<SumOfVector>(start);
    else
      words.reduction = std::make_unique<SumOfWord>(start);
    words.first = 0;
    words.groups = channels / word;
    result.push_back(std::move(words));
    single = channels % word;
  }
  if (single > 0)
    result.push_back({std::make_unique<SumOfChannel>(elementBytes, start),
                      channels - single, single});
  return result;
}
