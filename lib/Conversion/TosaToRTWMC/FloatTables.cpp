//===- FloatTables.cpp - Functions of one byte, computed in floating point ===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TensorFlow's converter leaves operators in floating point between quantized
// ones, for which it has no quantized form: ELU, NEG, SQRT, SPLIT, ... What
// goes from bytes to bytes and combines no two elements is a table of 256
// entries, whatever it computes.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

#include <array>
#include <cmath>

using namespace mlir;
using namespace rtwmc;

namespace {

/// A value whose elements are `entries[b + 128]`, `b` being those of `source`.
/// A double holds all integers of 32 bits, floats and truth values.
struct Table {
  Value source;
  std::array<double, 256> entries{};
};

bool isOf(Value value, unsigned bits) {
  return getElementTypeOrSelf(value.getType()).isSignlessInteger(bits);
}

bool isFloat(Value value) {
  return getElementTypeOrSelf(value.getType()).isF32();
}

float asFloat(double value) { return static_cast<float>(value); }

/// The function of one float that `op` is; null where it is none.
float (*functionOf(Operation *op))(float) {
  using Function = float (*)(float);
  return llvm::TypeSwitch<Operation *, Function>(op)
      .Case([](tosa::AbsOp) -> Function { return std::fabs; })
      .Case([](tosa::CeilOp) -> Function { return std::ceil; })
      .Case([](tosa::CosOp) -> Function { return std::cos; })
      .Case([](tosa::ErfOp) -> Function { return std::erf; })
      .Case([](tosa::ExpOp) -> Function { return std::exp; })
      .Case([](tosa::FloorOp) -> Function { return std::floor; })
      .Case([](tosa::LogOp) -> Function { return std::log; })
      .Case([](tosa::SinOp) -> Function { return std::sin; })
      .Case([](tosa::TanhOp) -> Function { return std::tanh; })
      .Case(
          [](tosa::NegateOp) -> Function { return [](float x) { return -x; }; })
      .Case([](tosa::ReciprocalOp) -> Function {
        return [](float x) { return 1.0F / x; };
      })
      .Case([](tosa::RsqrtOp) -> Function {
        return [](float x) { return 1.0F / std::sqrt(x); };
      })
      .Case([](tosa::SigmoidOp) -> Function {
        return [](float x) { return 1.0F / (1.0F + std::exp(-x)); };
      })
      .Default([](Operation *) -> Function { return nullptr; });
}

/// The function of two numbers that `op` is, floats if `isReal`.
std::optional<double> combine(Operation *op, double a, double b, bool isReal) {
  auto round = [&](double value) {
    return isReal ? double(asFloat(value)) : value;
  };
  // Sums, differences and products of floats are exact, or rounded as those of
  // floats are, when they are rounded after.
  return llvm::TypeSwitch<Operation *, std::optional<double>>(op)
      .Case([&](tosa::AddOp) { return round(a + b); })
      .Case([&](tosa::SubOp) { return round(a - b); })
      .Case([&](tosa::MulOp) { return round(a * b); })
      .Case([&](tosa::MaximumOp) { return std::max(a, b); })
      .Case([&](tosa::MinimumOp) { return std::min(a, b); })
      .Case([&](tosa::PowOp) -> double {
        return std::pow(asFloat(a), asFloat(b));
      })
      .Case([&](tosa::GreaterOp) { return double(a > b); })
      .Case([&](tosa::GreaterEqualOp) { return double(a >= b); })
      .Case([&](tosa::EqualOp) { return double(a == b); })
      .Default([](Operation *) { return std::nullopt; });
}

/// `value` as `tosa.cast` makes it an integer of `bits`, or 32-bit integers of
/// fewer bits.
double castTo(double value, unsigned bits, bool fromReal) {
  double limit = std::ldexp(1.0, static_cast<int>(bits) - 1);
  if (!fromReal) {
    double wrapped = std::fmod(value + limit, 2 * limit);
    return (wrapped < 0 ? wrapped + 2 * limit : wrapped) - limit;
  }
  if (std::isnan(value))
    return 0;
  // Halves to the even one, which is how the host rounds.
  return std::clamp(std::nearbyint(value), -limit, limit - 1);
}

/// A limit of a clamp.
std::optional<double> limitOf(Attribute limit) {
  if (auto real = dyn_cast<FloatAttr>(limit))
    return real.getValue().convertToDouble();
  if (auto integer = dyn_cast<IntegerAttr>(limit))
    return double(integer.getValue().getSExtValue());
  return std::nullopt;
}

/// Finds what is a table of the bytes before.
class Finder {
public:
  explicit Finder(Block &body) : body(body) {}

  /// Replaces each value of bytes that is one.
  void run();

private:
  std::optional<Table> tableOf(Operation *op);
  std::optional<Table> move(Operation *op, const Table &from);
  std::optional<Table> convert(tosa::CastOp op);
  std::optional<Table> combineAll(Operation *op);
  /// The table that operand `index` of `op` is, or a constant for all elements.
  bool read(Operation *op, unsigned index, Table &result);
  void replace(Operation *op, const Table &table);

  Block &body;
  llvm::DenseMap<Value, Table> known;
};

/// Moves the bytes as `op` moves what is computed of them.
std::optional<Table> Finder::move(Operation *op, const Table &from) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type)
    return std::nullopt;
  OpBuilder builder(op);
  Operation *copy = builder.clone(*op);
  copy->setOperand(0, from.source);
  copy->getResult(0).setType(type.clone(builder.getI8Type()));
  return Table{copy->getResult(0), from.entries};
}

std::optional<Table> Finder::convert(tosa::CastOp op) {
  Value input = op.getInput();
  Table table;
  if (isOf(input, 8) && isFloat(op)) {
    table.source = input;
    for (int index = 0; index < 256; ++index)
      table.entries[index] = index - 128;
    return table;
  }
  bool fromReal = isFloat(input);
  if (!read(op, 0, table) || !table.source || !(isOf(op, 8) || isOf(op, 32)) ||
      (!fromReal && !isOf(input, 32)))
    return std::nullopt;
  unsigned bits = getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth();
  for (double &entry : table.entries)
    entry = castTo(entry, bits, fromReal);
  return table;
}

bool Finder::read(Operation *op, unsigned index, Table &result) {
  Value value = op->getOperand(index);
  if (auto found = known.find(value); found != known.end()) {
    result = found->second;
    return true;
  }
  DenseElementsAttr constant = getConstant(value);
  if (!constant || !constant.isSplat())
    return false;
  Type element = constant.getElementType();
  if (!element.isF32() && !element.isSignlessInteger(32))
    return false;
  result.source = {};
  result.entries.fill(
      element.isF32()
          ? double(constant.getSplatValue<APFloat>().convertToFloat())
          : double(constant.getSplatValue<APInt>().getSExtValue()));
  return true;
}

/// Of two or three operands that are tables of the same bytes, or constants.
std::optional<Table> Finder::combineAll(Operation *op) {
  std::array<Table, 3> from;
  unsigned count = isa<tosa::SelectOp>(op) ? 3 : 2;
  if (op->getNumOperands() < count)
    return std::nullopt;
  Value source;
  for (unsigned i = 0; i < count; ++i) {
    if (!read(op, i, from[i]))
      return std::nullopt;
    if (from[i].source && source && source != from[i].source)
      return std::nullopt;
    source = source ? source : from[i].source;
  }
  // A product of integers may be shifted.
  bool isReal = isFloat(op->getOperand(0));
  if (!source || (isa<tosa::MulOp>(op) && !isReal))
    return std::nullopt;
  Table result{source, {}};
  for (auto [i, entry] : llvm::enumerate(result.entries)) {
    if (count == 3) {
      entry = (from[0].entries[i] != 0 ? from[1] : from[2]).entries[i];
      continue;
    }
    std::optional<double> value =
        combine(op, from[0].entries[i], from[1].entries[i], isReal);
    if (!value)
      return std::nullopt;
    entry = isReal ? *value : castTo(*value, 32, /*fromReal=*/false);
  }
  return result;
}

std::optional<Table> Finder::tableOf(Operation *op) {
  if (auto cast = dyn_cast<tosa::CastOp>(op))
    return convert(cast);
  if (op->getNumOperands() == 0 || op->getNumResults() != 1)
    return std::nullopt;
  Table table;
  bool isKnown = read(op, 0, table) && table.source;
  if (isKnown && isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp>(op))
    return move(op, table);
  if (isKnown && isFloat(op->getOperand(0)))
    if (auto *function = functionOf(op)) {
      for (double &entry : table.entries)
        entry = function(asFloat(entry));
      return table;
    }
  if (auto clamp = dyn_cast<tosa::ClampOp>(op)) {
    auto least = limitOf(clamp.getMinValAttr());
    auto most = limitOf(clamp.getMaxValAttr());
    if (!isKnown || !least || !most)
      return std::nullopt;
    for (double &entry : table.entries)
      entry = std::min(std::max(entry, *least), *most);
    return table;
  }
  return combineAll(op);
}

void Finder::replace(Operation *op, const Table &table) {
  SmallVector<int8_t> values;
  for (double entry : table.entries)
    values.push_back(static_cast<int8_t>(entry));
  OpBuilder builder(op);
  auto type = RankedTensorType::get(256, builder.getI8Type());
  Value constant =
      tosa::ConstOp::create(builder, op->getLoc(), type,
                            DenseElementsAttr::get(type, ArrayRef(values)));
  Value result =
      tosa::TableOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                            table.source, constant);
  op->getResult(0).replaceAllUsesWith(result);
}

void Finder::run() {
  for (Operation &op : llvm::make_early_inc_range(body)) {
    std::optional<Table> table = tableOf(&op);
    // A constant may give the result more elements.
    if (!table || shapeOf(op.getResult(0)) != shapeOf(table->source))
      continue;
    if (isOf(op.getResult(0), 8))
      replace(&op, *table);
    else
      known[op.getResult(0)] = *table;
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (op.use_empty() && isa<tosa::TosaDialect>(op.getDialect()) &&
        isMemoryEffectFree(&op))
      op.erase();
}

} // namespace

void rtwmc::makeFloatTables(func::FuncOp network) {
  Finder(network.front()).run();
}
