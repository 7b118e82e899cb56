//===- ChannelScale.cpp - Requantization, as short as is exact ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelScale.h"
#include "Instructions.h"
#include "Requantize.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/APInt.h"

using namespace mlir;
using namespace rtwmc;

ChannelScale::ChannelScale(RequantizationAttr requant, ArrayRef<Reach> reaches,
                           int64_t factor)
    : requant(requant), factor(factor) {
  for (const Reach &reach : reaches)
    starts.push_back(static_cast<int32_t>(factor * reach.bias));
  if (!requant)
    return;
  std::vector<Rescale> rescales = rescalesOf(requant, reaches.size());
  if (auto scales = findShortScales(rescales, reaches, factor)) {
    form = Form::Short;
    shift = scales->shift;
    count = 2;
    starts.clear();
    for (const ShortScale &scale : scales->channels) {
      starts.push_back(scale.start);
      constants.insert(constants.end(), {scale.multiplier, scale.offset});
    }
    return;
  }
  for (bool isSigned : {false, true})
    if (auto scales = findRoundedScales(rescales, reaches, isSigned, factor)) {
      form = isSigned ? Form::SignedRounded : Form::Rounded;
      setRounded(*scales);
      return;
    }
  form = Form::General;
  count = 2;
  for (const Rescale &rescale : rescales)
    constants.insert(constants.end(), {static_cast<int32_t>(rescale.multiplier),
                                       static_cast<int32_t>(rescale.shift)});
}

void ChannelScale::setRounded(ArrayRef<RoundedScale> scales) {
  bool isSame = llvm::all_of(scales, [&](const RoundedScale &scale) {
    return scale.shift == scales.front().shift;
  });
  if (isSame)
    shift = scales.front().shift;
  count = isSame ? 2 : 3;
  for (auto [channel, scale] : llvm::enumerate(scales)) {
    starts[channel] += scale.start;
    constants.insert(constants.end(), {scale.multiplier, scale.offset});
    if (!isSame)
      constants.push_back(scale.shift);
  }
}

ChannelScale::Loaded ChannelScale::load(KernelBuilder &b, Value pointer,
                                        int64_t at) const {
  if (form == Form::Words)
    return {};
  auto [first, second] = loadPair(b, pointer, at);
  Loaded loaded{first, second};
  if (count > 2)
    loaded.push_back(loadInOrder(b, pointer, at + 8));
  return loaded;
}

Value ChannelScale::divide(KernelBuilder &b, Value accumulator) const {
  if (factor == 1)
    return accumulator;
  // A product with the inverse of the odd part is exact modulo 2^32.
  int64_t shift = llvm::countr_zero(uint64_t(factor));
  llvm::APInt inverse =
      llvm::APInt(32, factor >> shift).multiplicativeInverse();
  Value product = b.mul(accumulator, inverse.getSExtValue());
  return arith::ShRSIOp::create(b, product, b.i32(shift));
}

Value ChannelScale::apply(KernelBuilder &b, Value accumulator,
                          const Loaded &loaded) const {
  if (form == Form::Words)
    return divide(b, accumulator);
  int64_t min = requant.getMin(), max = requant.getMax();
  if (form == Form::Short) {
    Value high = smmla(b, accumulator, loaded[0], loaded[1]);
    return shiftAndClamp(b, high, shift, min, max);
  }
  if (form == Form::General) {
    Shift by{loaded[1], *llvm::min_element(requant.getShift())};
    return requantize(b, requant, divide(b, accumulator), loaded[0], by);
  }
  Value offset = loaded[1];
  if (form == Form::SignedRounded) {
    Value sign = arith::ShRSIOp::create(b, accumulator, b.i32(31));
    offset = b.add(offset, sign);
  }
  Value value = accumulator;
  if (factor == 1)
    value = b.add(accumulator, accumulator);
  Value high = smmlar(b, value, loaded[0], offset);
  if (shift >= 0)
    return shiftAndClamp(b, high, shift, min, max);
  high = arith::ShRSIOp::create(b, high, loaded[2]);
  return shiftAndClamp(b, high, 0, min, max);
}
