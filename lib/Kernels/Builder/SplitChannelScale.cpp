//===- SplitChannelScale.cpp - Requantization without long products -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitChannelScale.h"
#include "Requantize.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;

SplitChannelScale::SplitChannelScale(RequantizationAttr requant,
                                     ArrayRef<Reach> reaches)
    : requant(requant) {
  for (const Reach &reach : reaches)
    starts.push_back(reach.bias);
  if (!requant)
    return;
  std::vector<Rescale> rescales = rescalesOf(requant, reaches.size());
  std::optional<SplitScales> scales = findSplitScales(rescales, reaches);
  if (!scales) {
    form = Form::General;
    count = 2;
    for (const Rescale &rescale : rescales)
      constants.insert(constants.end(),
                       {static_cast<int32_t>(rescale.multiplier),
                        static_cast<int32_t>(rescale.shift)});
    return;
  }
  form = Form::Split;
  isSided = scales->isSided;
  drop = scales->drop;
  shift = scales->shift;
  valueShift = scales->valueShift;
  areHalves = llvm::all_of(scales->channels, [](const SplitScale &scale) {
    return (scale.high | scale.low) >> 16 == 0;
  });
  count = 3 + !areHalves + 2 * isSided;
  for (auto [channel, scale] : llvm::enumerate(scales->channels)) {
    starts[channel] -= scale.first;
    constants.insert(constants.end(),
                     {scale.limit, static_cast<int32_t>(scale.offset)});
    if (areHalves)
      constants.push_back(static_cast<int32_t>(scale.high | scale.low << 16));
    else
      constants.insert(constants.end(), {static_cast<int32_t>(scale.high),
                                         static_cast<int32_t>(scale.low)});
    if (isSided)
      constants.insert(constants.end(),
                       {scale.from, static_cast<int32_t>(scale.offsetFrom)});
  }
}

/// `if (condition) result = value; else result = otherwise()`.
static Value valueIf(KernelBuilder &b, Value condition, int64_t value,
                     function_ref<Value()> otherwise) {
  auto branch = scf::IfOp::create(b, b.getI32Type(), condition,
                                  /*withElseRegion=*/true);
  // About half of what a rectifier gives is the least.
  branch->setAttr(periodAttrName, b.getI64IntegerAttr(2));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, b.i32(value));
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, otherwise());
  return branch.getResult(0);
}

Value SplitChannelScale::applySplit(KernelBuilder &b, Value u, Value pointer,
                                    int64_t at) const {
  auto compare = [&](arith::CmpIPredicate predicate, Value x, Value y) {
    return arith::CmpIOp::create(b, predicate, x, y).getResult();
  };
  auto shiftRight = [&](Value x, int64_t by) -> Value {
    return arith::ShRUIOp::create(b, x, b.i32(by));
  };
  auto multiply = [&] {
    int64_t bytes = areHalves ? 2 : 4;
    Value high = b.loadUnsigned(b.offset(pointer, at + 8), bytes);
    Value word = arith::MulIOp::create(b, u, high);
    Value low = b.loadUnsigned(b.offset(pointer, at + 8 + bytes), bytes);
    Value rest = drop ? shiftRight(u, drop) : u;
    rest = arith::MulIOp::create(b, rest, low);
    rest = shiftRight(rest, shift);
    word = b.add(word, rest);
    Value offset = b.loadWord(pointer, at + 4);
    word = b.add(word, offset);
    if (isSided) {
      int64_t behind = at + 8 + 2 * bytes;
      Value from = b.loadWord(pointer, behind);
      Value isFrom = compare(arith::CmpIPredicate::sge, u, from);
      Value offsetFrom = b.loadWord(pointer, behind + 4);
      Value more = b.add(word, offsetFrom);
      word = arith::SelectOp::create(b, isFrom, more, word);
    }
    return b.add(shiftRight(word, valueShift), requant.getMin() + 1);
  };
  Value zero = b.i32(0);
  Value isLeast = compare(arith::CmpIPredicate::slt, u, zero);
  return valueIf(b, isLeast, requant.getMin(), [&] {
    Value limit = b.loadWord(pointer, at);
    Value isMost = compare(arith::CmpIPredicate::sge, u, limit);
    return valueIf(b, isMost, requant.getMax(), multiply);
  });
}

Value SplitChannelScale::apply(KernelBuilder &b, Value accumulator,
                               Value pointer, int64_t at) const {
  if (form == Form::Words)
    return accumulator;
  if (form == Form::Split)
    return applySplit(b, accumulator, pointer, at);
  Value multiplier = b.loadWord(pointer, at);
  Value shift = b.loadWord(pointer, at + 4);
  Shift by{shift, *llvm::min_element(requant.getShift())};
  return requantize(b, requant, accumulator, multiplier, by);
}
