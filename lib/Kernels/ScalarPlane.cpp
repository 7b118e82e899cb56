//===- ScalarPlane.cpp - Scalar programs that are planes ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program is run on all pairs of bytes, and once on what its values would be
// if they were real numbers and never clamped: the slopes.
//
//===----------------------------------------------------------------------===//

#include "ScalarPlane.h"
#include "Builder/ScaleSearch.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace rtwmc;

namespace {

/// Slopes and offset.
struct Reals {
  double first = 0, second = 0, offset = 0;

  bool isConstant() const { return first == 0 && second == 0; }
};

/// An operation on numbers; operands are those of earlier steps, of which the
/// first two are the bytes.
struct Step {
  enum Kind { Constant, Add, Subtract, ShiftLeft, Most, Least, Scale, Wrap };

  Kind kind;
  size_t x = 0, y = 0;
  int64_t constant = 0;
  Rescale rescale;
  int64_t bits = 32;
};

class Numbers {
public:
  /// Whether `op` consists of what there are steps for.
  bool read(ElementwiseOp op);

  int8_t run(int64_t first, int64_t second);
  std::optional<Reals> findReals() const;
  ByteRanges ranges;

private:
  bool readArgument(BlockArgument argument, int64_t &low);
  std::optional<Step> makeStep(Operation &op) const;

  static constexpr size_t numBytes = 2;

  SmallVector<Step> steps;
  SmallVector<int64_t> values;
  DenseMap<Value, size_t> places;
};

} // namespace

bool Numbers::readArgument(BlockArgument argument, int64_t &low) {
  auto isUsedAs = [&](auto check) {
    return llvm::all_of(argument.getUsers(), check);
  };
  if (isUsedAs([](Operation *user) { return isa<arith::ExtSIOp>(user); }))
    low = -128;
  else if (isUsedAs([](Operation *user) { return isa<arith::ExtUIOp>(user); }))
    low = 0;
  else
    return false;
  return argument.getType().isInteger(8);
}

std::optional<Step> Numbers::makeStep(Operation &op) const {
  if (op.getNumResults() != 1)
    return std::nullopt;
  auto type = dyn_cast<IntegerType>(op.getResult(0).getType());
  if (!type || type.getWidth() > 32)
    return std::nullopt;
  Step step{};
  step.bits = type.getWidth();
  if (op.getNumOperands() > 0)
    step.x = places.lookup(op.getOperand(0));
  if (op.getNumOperands() > 1)
    step.y = places.lookup(op.getOperand(1));
  auto as = [&](Step::Kind kind) {
    step.kind = kind;
    return std::optional(step);
  };
  return TypeSwitch<Operation *, std::optional<Step>>(&op)
      .Case([&](arith::ConstantOp constant) -> std::optional<Step> {
        auto value = dyn_cast<IntegerAttr>(constant.getValue());
        if (!value)
          return std::nullopt;
        step.constant = value.getValue().getSExtValue();
        return as(Step::Constant);
      })
      .Case([&](arith::AddIOp) { return as(Step::Add); })
      .Case([&](arith::SubIOp) { return as(Step::Subtract); })
      .Case([&](arith::ShLIOp) { return as(Step::ShiftLeft); })
      .Case([&](arith::MaxSIOp) { return as(Step::Most); })
      .Case([&](arith::MinSIOp) { return as(Step::Least); })
      .Case([&](arith::TruncIOp) { return as(Step::Wrap); })
      // Bytes are read as numbers.
      .Case<arith::ExtSIOp, arith::ExtUIOp>(
          [&](Operation *extension) -> std::optional<Step> {
            if (!isa<BlockArgument>(extension->getOperand(0)))
              return std::nullopt;
            return as(Step::Wrap);
          })
      .Case([&](ApplyScaleOp scale) {
        step.rescale.multiplier = static_cast<int32_t>(scale.getMultiplier());
        step.rescale.shift = scale.getShift();
        step.rescale.isDouble = scale.getRounding() == Rounding::Double;
        return as(Step::Scale);
      })
      .Default([](Operation *) { return std::nullopt; });
}

bool Numbers::read(ElementwiseOp op) {
  Block &body = op.getBody().front();
  if (body.getNumArguments() < 1 || body.getNumArguments() > numBytes ||
      !body.getTerminator()->getOperand(0).getType().isInteger(8))
    return false;
  int64_t *lows[] = {&ranges.firstLow, &ranges.secondLow};
  for (BlockArgument argument : body.getArguments()) {
    if (!readArgument(argument, *lows[argument.getArgNumber()]))
      return false;
    places[argument] = argument.getArgNumber();
  }
  for (Operation &scalar : body.without_terminator()) {
    std::optional<Step> step = makeStep(scalar);
    if (!step)
      return false;
    places[scalar.getResult(0)] = numBytes + steps.size();
    steps.push_back(*step);
  }
  Value result = body.getTerminator()->getOperand(0);
  values.resize(numBytes + steps.size());
  return !steps.empty() && places.lookup(result) == values.size() - 1;
}

int8_t Numbers::run(int64_t first, int64_t second) {
  values[0] = first;
  values[1] = second;
  for (auto [index, step] : llvm::enumerate(steps)) {
    int64_t x = values[step.x], y = values[step.y], result = 0;
    switch (step.kind) {
    case Step::Constant:
      result = step.constant;
      break;
    case Step::Add:
      result = x + y;
      break;
    case Step::Subtract:
      result = x - y;
      break;
    case Step::ShiftLeft:
      result = y >= 0 && y < 32 ? int64_t(uint64_t(x) << y) : 0;
      break;
    case Step::Most:
      result = std::max(x, y);
      break;
    case Step::Least:
      result = std::min(x, y);
      break;
    case Step::Scale:
      result = step.rescale.scale(x);
      break;
    case Step::Wrap:
      result = x;
      break;
    }
    values[numBytes + index] = llvm::SignExtend64(result, step.bits);
  }
  return static_cast<int8_t>(values.back());
}

std::optional<Reals> Numbers::findReals() const {
  SmallVector<Reals> reals{{1, 0, 0}, {0, 1, 0}};
  for (const Step &step : steps) {
    const Reals &x = reals[step.x], &y = reals[step.y];
    auto scaleBy = [](Reals value, double by) {
      return Reals{value.first * by, value.second * by, value.offset * by};
    };
    Reals result;
    switch (step.kind) {
    case Step::Constant:
      result.offset = double(step.constant);
      break;
    case Step::Add:
      result = {x.first + y.first, x.second + y.second, x.offset + y.offset};
      break;
    case Step::Subtract:
      result = {x.first - y.first, x.second - y.second, x.offset - y.offset};
      break;
    case Step::ShiftLeft:
      if (!y.isConstant())
        return std::nullopt;
      result = scaleBy(x, std::exp2(y.offset));
      break;
    // A limit is a constant.
    case Step::Most:
    case Step::Least:
      if (!x.isConstant() && !y.isConstant())
        return std::nullopt;
      result = x.isConstant() ? y : x;
      break;
    case Step::Scale:
      result = scaleBy(x, std::ldexp(double(step.rescale.multiplier),
                                     -int(step.rescale.shift)));
      break;
    case Step::Wrap:
      result = x;
      break;
    }
    reals.push_back(result);
  }
  return reals.back();
}

std::optional<ScalarPlane> rtwmc::findScalarPlane(ElementwiseOp op) {
  // What is not scaled is shorter as it is.
  Numbers numbers;
  if (op.getBody().front().getOps<ApplyScaleOp>().empty() || !numbers.read(op))
    return std::nullopt;
  std::optional<Reals> slopes = numbers.findReals();
  if (!slopes || slopes->isConstant())
    return std::nullopt;
  std::vector<int8_t> results;
  results.reserve(bytesInRange * bytesInRange);
  for (int64_t i = 0; i < bytesInRange; ++i)
    for (int64_t j = 0; j < bytesInRange; ++j)
      results.push_back(numbers.run(numbers.ranges.firstLow + i,
                                    numbers.ranges.secondLow + j));
  std::optional<Plane> plane =
      findPlane(results, numbers.ranges, slopes->first, slopes->second);
  if (!plane)
    return std::nullopt;
  return ScalarPlane{*plane, numbers.ranges};
}
