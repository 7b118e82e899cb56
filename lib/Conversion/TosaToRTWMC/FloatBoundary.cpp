//===- FloatBoundary.cpp - Quantization that is left to the caller --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Converters let networks take and give floating point unless told otherwise:
// the first operation quantizes, the last dequantizes. In TOSA the first is a
// product with the reciprocal of the scale, a cast to integers and the addition
// of the zero point, the second a cast, a difference and a product. What
// changes nothing is left out, and reshapes may come in between.
//
//===----------------------------------------------------------------------===//

#include "Boundary.h"
#include "Patterns.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// `integer = round(value * factor) + zeroPoint`, and back.
struct Quantization {
  APFloat factor = APFloat(1.0F);
  int64_t zeroPoint = 0;
  Type element;

  bool operator==(const Quantization &other) const {
    return factor.bitwiseIsEqual(other.factor) &&
           zeroPoint == other.zeroPoint && element == other.element;
  }
};

bool isFloat(Type type) { return getElementTypeOrSelf(type).isF32(); }

/// Whether `type` is of integers that a network can take or give.
bool isQuantized(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isSignlessInteger(8) || element.isSignlessInteger(16);
}

/// Whether `op` moves elements and nothing else.
bool isMove(Operation *op) {
  return isa<tosa::ReshapeOp, tosa::TransposeOp>(op);
}

/// The one value that a constant of numbers of type `T` consists of.
template <typename T> std::optional<T> splat(Value value) {
  DenseElementsAttr constant = getConstant(value);
  bool isWanted =
      constant && constant.isSplat() &&
      isa<FloatType>(constant.getElementType()) == std::is_same_v<T, APFloat>;
  return isWanted ? std::optional(constant.getSplatValue<T>()) : std::nullopt;
}

/// The factor of a product of `value` and a constant above 0.
std::optional<APFloat> factorOf(tosa::MulOp mul, Value value) {
  Value other = mul.getInput1() == value ? mul.getInput2() : mul.getInput1();
  std::optional<APFloat> factor = splat<APFloat>(other);
  if (!factor || !factor->isFiniteNonZero() || factor->isNegative())
    return std::nullopt;
  return factor;
}

/// The network's inputs, as far as they are quantized first.
class QuantizedInput {
public:
  /// Whether all that reads `input` quantizes it, and all alike.
  bool match(Value input) { return read(input, {}) && !ends.empty(); }
  const Quantization &quantization() const { return *found; }
  /// Lets `input` be what it is quantized to.
  void replace(BlockArgument input);

private:
  /// Follows the readers of `value`, of which `before` is known.
  bool read(Value value, Quantization before);
  bool follow(Operation *user, Value value, Quantization before);
  bool finish(Operation *cast, const Quantization &quantization);

  std::optional<Quantization> found;
  /// What moves floating point, and what gives integers.
  SmallVector<Operation *> moves, ends;
};

bool QuantizedInput::read(Value value, Quantization before) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    return follow(user, value, before);
  });
}

bool QuantizedInput::follow(Operation *user, Value value, Quantization before) {
  bool isInteger = !isFloat(value.getType());
  if (isMove(user) && !isInteger && before.factor.isExactlyValue(1.0)) {
    moves.push_back(user);
    return read(user->getResult(0), before);
  }
  if (auto mul = dyn_cast<tosa::MulOp>(user); mul && !isInteger) {
    std::optional<APFloat> factor = factorOf(mul, value);
    if (!factor || !before.factor.isExactlyValue(1.0))
      return false;
    before.factor = *factor;
    return read(mul, before);
  }
  if (auto add = dyn_cast<tosa::AddOp>(user); add && isInteger) {
    auto amount = splat<APInt>(add.getInput1() == value ? add.getInput2()
                                                        : add.getInput1());
    if (!amount)
      return false;
    before.zeroPoint += amount->getSExtValue();
    return read(add, before);
  }
  auto cast = dyn_cast<tosa::CastOp>(user);
  if (!cast)
    return false;
  if (isQuantized(cast.getType()))
    return finish(cast, before);
  return !isInteger && getElementTypeOrSelf(cast.getType()).isInteger(32) &&
         read(cast, before);
}

bool QuantizedInput::finish(Operation *cast, const Quantization &quantization) {
  Quantization complete = quantization;
  complete.element = getElementTypeOrSelf(cast->getResult(0).getType());
  if (found && !(*found == complete))
    return false;
  found = complete;
  ends.push_back(cast);
  return true;
}

void QuantizedInput::replace(BlockArgument input) {
  auto retype = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    value.setType(type.clone(found->element));
  };
  // What an end reads, through the arithmetic before it.
  auto sourceOf = [&](Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (isMove(op))
        break;
      bool isSecond =
          op->getNumOperands() > 1 && getConstant(op->getOperand(0));
      value = op->getOperand(isSecond ? 1 : 0);
    }
    return value;
  };
  for (Operation *end : ends)
    end->getResult(0).replaceAllUsesWith(sourceOf(end->getOperand(0)));
  retype(input);
  for (Operation *move : moves)
    retype(move->getResult(0));
}

/// An output of the network, if it is dequantized last.
class DequantizedOutput {
public:
  bool match(Value output);
  const Quantization &quantization() const { return result; }
  /// The integers that the output is made from, in its shape.
  Value integers(OpBuilder &builder) const;

private:
  Quantization result;
  Value source;
  SmallVector<Operation *> moves;
};

bool DequantizedOutput::match(Value output) {
  auto skipMoves = [&] {
    while (Operation *op = output.getDefiningOp()) {
      if (!isMove(op))
        break;
      moves.push_back(op);
      output = op->getOperand(0);
    }
  };
  skipMoves();
  if (auto mul = output.getDefiningOp<tosa::MulOp>()) {
    bool isSecond = getConstant(mul.getInput1()) != nullptr;
    output = isSecond ? mul.getInput2() : mul.getInput1();
    std::optional<APFloat> factor = factorOf(mul, output);
    if (!factor)
      return false;
    result.factor = *factor;
  }
  if (auto sub = output.getDefiningOp<tosa::SubOp>()) {
    std::optional<APFloat> amount = splat<APFloat>(sub.getInput2());
    APSInt zeroPoint(32, /*isUnsigned=*/false);
    bool isExact = false;
    if (!amount || amount->convertToInteger(zeroPoint, APFloat::rmTowardZero,
                                            &isExact) != APFloat::opOK)
      return false;
    result.zeroPoint = zeroPoint.getSExtValue();
    output = sub.getInput1();
  }
  skipMoves();
  auto cast = output.getDefiningOp<tosa::CastOp>();
  if (!cast || !isQuantized(cast.getInput().getType()))
    return false;
  source = cast.getInput();
  return true;
}

Value DequantizedOutput::integers(OpBuilder &builder) const {
  Value value = source;
  for (Operation *move : llvm::reverse(moves)) {
    Operation *copy = builder.clone(*move);
    copy->setOperand(0, value);
    auto type = cast<RankedTensorType>(copy->getResult(0).getType());
    copy->getResult(0).setType(
        type.clone(getElementTypeOrSelf(source.getType())));
    value = copy->getResult(0);
  }
  return value;
}

} // namespace

void Boundary::dropFloats(func::FuncOp network) {
  Block &body = network.front();
  OpBuilder builder(body.getTerminator());
  for (auto [use, port] :
       llvm::zip(body.getTerminator()->getOpOperands(), outputs)) {
    DequantizedOutput output;
    if (!isFloat(use.get().getType()) || !output.match(use.get()))
      continue;
    use.set(output.integers(builder));
    const Quantization &quantization = output.quantization();
    port.zeroPoint = quantization.zeroPoint;
    if (!port.scale)
      port.scale =
          builder.getFloatAttr(builder.getF32Type(), quantization.factor);
  }
  // Outputs first: an input that became one is read by nothing else then.
  auto eraseDead = [&] {
    SmallVector<Operation *> all;
    for (Operation &op : body.without_terminator())
      all.push_back(&op);
    for (Operation *op : llvm::reverse(all))
      if (isOpTriviallyDead(op))
        op->erase();
  };
  eraseDead();
  for (auto [argument, port] : llvm::zip(body.getArguments(), inputs)) {
    QuantizedInput input;
    if (!isFloat(argument.getType()) || !input.match(argument))
      continue;
    input.replace(argument);
    const Quantization &quantization = input.quantization();
    port.zeroPoint = quantization.zeroPoint;
    APFloat scale(1.0F);
    scale.divide(quantization.factor, APFloat::rmNearestTiesToEven);
    if (!port.scale)
      port.scale = builder.getFloatAttr(builder.getF32Type(), scale);
  }
  eraseDead();
}
