//===- Requantize.cpp - Scaling accumulators in a kernel ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Requantize.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace rtwmc;

std::vector<Rescale> rtwmc::rescalesOf(RequantizationAttr requant,
                                       int64_t channels) {
  std::vector<Rescale> result;
  for (int64_t channel = 0; channel < channels; ++channel)
    result.push_back({.multiplier = requant.getMultiplierOf(channel),
                      .shift = requant.getShiftOf(channel),
                      .isDouble = requant.getRounding() == Rounding::Double,
                      .zeroPoint = requant.getZeroPoint(),
                      .min = requant.getMin(),
                      .max = requant.getMax()});
  return result;
}

Value rtwmc::applyScale(KernelBuilder &b, Value value, Value multiplier,
                        Shift shift, Rounding rounding,
                        bool negativeIsClamped) {
  Type i64 = b.getI64Type();
  auto constant64 = [&](int64_t c) -> Value {
    return arith::ConstantOp::create(b, b.getI64IntegerAttr(c));
  };
  auto widen = [&](Value v) -> Value {
    return arith::ExtSIOp::create(b, i64, v);
  };
  // 1 << 30 with the sign of the value.
  auto signedHalf = [&]() -> Value {
    Value sign = arith::ShRSIOp::create(b, value, b.i32(31));
    Value half = b.i32(int64_t(1) << 30);
    return arith::SubIOp::create(b, arith::XOrIOp::create(b, half, sign), sign);
  };
  Value wide = widen(value), wideMultiplier = widen(multiplier);
  Value product = arith::MulIOp::create(b, wide, wideMultiplier);
  bool twice = rounding == Rounding::Double;
  if (shift.least >= 33) {
    if (twice)
      product =
          arith::AddIOp::create(b, product,
                                negativeIsClamped ? constant64(int64_t(1) << 30)
                                                  : widen(signedHalf()));
    Value high = arith::TruncIOp::create(
        b, b.getI32Type(), arith::ShRSIOp::create(b, product, constant64(32)));
    Value by = arith::SubIOp::create(b, shift.value, b.i32(33));
    Value round = arith::ShLIOp::create(b, b.i32(1), by);
    high = b.add(high, round);
    return arith::ShRSIOp::create(b, high, b.add(by, 1));
  }
  Value by = arith::ExtUIOp::create(b, i64, shift.value);
  Value one = constant64(1);
  Value round = arith::ShLIOp::create(
      b, one, arith::SubIOp::create(b, by, constant64(1)));
  if (twice) {
    Value large = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt,
                                        shift.value, b.i32(31));
    Value half = widen(signedHalf()), none = constant64(0);
    Value second = arith::SelectOp::create(b, large, half, none);
    round = arith::AddIOp::create(b, round, second);
  }
  Value sum = arith::AddIOp::create(b, product, round);
  return arith::TruncIOp::create(b, b.getI32Type(),
                                 arith::ShRSIOp::create(b, sum, by));
}

ChannelParameters::ChannelParameters(KernelBuilder &b, StringRef name,
                                     ArrayRef<int32_t> bias,
                                     RequantizationAttr requant,
                                     bool hasVectors)
    : requant(requant), hasVectors(hasVectors) {
  if (requant) {
    for (size_t channel = 0; channel < bias.size(); ++channel) {
      multipliers.push_back(requant.getMultiplierOf(channel));
      shifts.push_back(requant.getShiftOf(channel));
    }
  }
  layout.multiplierEach = !llvm::all_equal(multipliers);
  layout.shiftEach = !llvm::all_equal(shifts);
  if (layout.shiftEach) {
    SmallVector<int8_t> bytes;
    for (int32_t shift : shifts)
      bytes.push_back(static_cast<int8_t>(
          hasVectors ? VectorScale::distance(shift) : shift));
    shiftBytes = b.constantBytes((name + "_shifts").str(), bytes);
  }
  SmallVector<int32_t> interleaved;
  for (auto [channel, value] : llvm::enumerate(bias)) {
    interleaved.push_back(value);
    if (layout.multiplierEach)
      interleaved.push_back(multipliers[channel]);
  }
  words = b.constantWords((name + "_channels").str(), interleaved);
}

Value rtwmc::requantize(KernelBuilder &b, RequantizationAttr requant,
                        Value accumulator, Value multiplier, Shift shift) {
  bool negativeIsClamped = requant.getMin() == requant.getZeroPoint();
  Value value = applyScale(b, accumulator, multiplier, shift,
                           requant.getRounding(), negativeIsClamped);
  return b.clamp(b.add(value, requant.getZeroPoint()), requant.getMin(),
                 requant.getMax());
}

SmallVector<Value> ChannelParameters::pointers(KernelBuilder &b) const {
  SmallVector<Value> result{b.addressOf(words)};
  if (layout.shiftEach)
    result.push_back(b.addressOf(shiftBytes));
  return result;
}

SmallVector<Value> ChannelParameters::advance(KernelBuilder &b,
                                              ValueRange pointers,
                                              int64_t channels) const {
  SmallVector<Value> result{b.offset(pointers[0], channels * stride())};
  if (layout.shiftEach)
    result.push_back(b.offset(pointers[1], channels));
  return result;
}

SmallVector<Value> ChannelParameters::advance(KernelBuilder &b,
                                              ValueRange pointers,
                                              Value channels) const {
  SmallVector<Value> result{b.offset(pointers[0], b.mul(channels, stride()))};
  if (layout.shiftEach)
    result.push_back(b.offset(pointers[1], channels));
  return result;
}

Value ChannelParameters::bias(KernelBuilder &b, ValueRange pointers,
                              int64_t channel) const {
  return b.loadWord(pointers[0], channel * stride() + layout.bias);
}

Value ChannelParameters::finish(KernelBuilder &b, Value accumulator,
                                ValueRange pointers, int64_t channel) const {
  if (!requant)
    return accumulator;
  Value multiplier =
      layout.multiplierEach
          ? b.loadWord(pointers[0], channel * stride() + layout.multiplier)
          : b.i32(multipliers.front());
  Shift shift;
  shift.least = *llvm::min_element(shifts);
  if (!layout.shiftEach) {
    shift.value = b.i32(shifts.front());
  } else {
    shift.value = b.loadByte(pointers[1], channel);
    if (hasVectors) {
      Value least = b.i32(VectorScale::distance(0));
      shift.value = arith::SubIOp::create(b, least, shift.value);
    }
  }
  return requantize(b, requant, accumulator, multiplier, shift);
}
