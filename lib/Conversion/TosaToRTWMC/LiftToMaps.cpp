//===- LiftToMaps.cpp - Tensors of fewer dimensions as maps ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Networks over time, and what lies between fully connected layers, are often
// written with two or three dimensions. With dimensions of 1 before them they
// are maps, which layers of ours read and write. Normalizations of groups have
// five; without one of 1 they are maps too.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

using namespace mlir;
using namespace rtwmc;

/// How many operands of `op` are elements of maps; 0 if it is not lifted.
static unsigned countMaps(Operation *op) {
  if (isa<tosa::ConcatOp>(op))
    return op->getNumOperands();
  if (isa<tosa::SelectOp>(op))
    return 3;
  if (isa<tosa::AddOp, tosa::SubOp, tosa::MulOp, tosa::MaximumOp,
          tosa::MinimumOp, tosa::EqualOp, tosa::GreaterOp, tosa::GreaterEqualOp,
          tosa::LogicalLeftShiftOp, tosa::ArithmeticRightShiftOp,
          tosa::BitwiseAndOp, tosa::BitwiseOrOp, tosa::BitwiseXorOp>(op))
    return 2;
  return isa<tosa::RescaleOp, tosa::ClampOp, tosa::TableOp, tosa::ClzOp,
             tosa::CastOp, tosa::AbsOp, tosa::ReduceSumOp, tosa::ReduceMaxOp,
             tosa::ReduceMinOp>(op);
}

static constexpr int64_t mapRank = 4;

/// `type` with dimensions of 1 before its own, and without those of `surplus`;
/// null if that is no map, or `type` is one already.
static RankedTensorType asMap(Type type, ArrayRef<int64_t> surplus = {}) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || tensor.getRank() == 0 ||
      tensor.getRank() == mapRank || tensor.getNumElements() == 0 ||
      !tensor.getElementType().isSignlessInteger())
    return {};
  SmallVector<int64_t> shape(std::max<int64_t>(mapRank - tensor.getRank(), 0),
                             1);
  for (auto [dim, size] : llvm::enumerate(tensor.getShape()))
    if (!llvm::is_contained(surplus, int64_t(dim)))
      shape.push_back(size);
  if (int64_t(shape.size()) != mapRank)
    return {};
  return tensor.clone(shape);
}

/// Whether everything that `op` reads and writes is a single pixel.
static bool isPixel(Operation *op) {
  auto hasOnlyChannels = [](Type type) {
    auto tensor = cast<RankedTensorType>(type);
    return tensor.getNumElements() == tensor.getShape().back();
  };
  return llvm::all_of(op->getOperands().take_front(countMaps(op)).getTypes(),
                      hasOnlyChannels) &&
         hasOnlyChannels(op->getResult(0).getType());
}

static constexpr StringLiteral axisAttrName = "axis";

/// The axis of `op`; -1 if it has none.
static int64_t axisOf(Operation *op) {
  auto axis = op->getAttrOfType<IntegerAttr>(axisAttrName);
  return axis ? axis.getInt() : -1;
}

/// The last dimensions, as many as a map has less, that are 1 in all that `op`
/// reads and writes; fewer if there are not so many.
static SmallVector<int64_t> surplusOf(Operation *op) {
  SmallVector<int64_t> surplus;
  auto result = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!result)
    return surplus;
  auto isOne = [](Type type, int64_t dim) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && dim < tensor.getRank() && tensor.getDimSize(dim) == 1;
  };
  for (int64_t dim = result.getRank() - 1; dim > 0; --dim)
    if (int64_t(surplus.size()) < result.getRank() - mapRank &&
        dim != axisOf(op) && isOne(result, dim) &&
        llvm::all_of(op->getOperands().take_front(countMaps(op)).getTypes(),
                     [&](Type type) { return isOne(type, dim); }))
      surplus.push_back(dim);
  return surplus;
}

static bool canLift(Operation *op) {
  unsigned maps = countMaps(op);
  if (maps == 0)
    return false;
  SmallVector<int64_t> surplus = surplusOf(op);
  if (!asMap(op->getResult(0).getType(), surplus))
    return false;
  int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  return llvm::all_of(op->getOperands().take_front(maps), [&](Value operand) {
    RankedTensorType type = asMap(operand.getType(), surplus);
    return type && cast<RankedTensorType>(operand.getType()).getRank() == rank;
  });
}

/// Whether `op` and what it is connected with, of pixels, is arithmetic that
/// becomes few layers. A softmax is not: it stays together, as one small
/// kernel.
static bool isPlainArithmetic(Operation *op) {
  SmallVector<Operation *> left{op};
  llvm::SmallPtrSet<Operation *, 16> seen{op};
  while (!left.empty()) {
    Operation *each = left.pop_back_val();
    if (!canLift(each) ||
        !isa<tosa::RescaleOp, tosa::ClampOp, tosa::TableOp, tosa::AddOp,
             tosa::SubOp, tosa::MulOp, tosa::MaximumOp, tosa::MinimumOp,
             tosa::ConcatOp>(each))
      return false;
    auto visit = [&](Operation *next) {
      if (next && isa<tosa::TosaDialect>(next->getDialect()) &&
          !isa<tosa::ReshapeOp, tosa::ConstOp, tosa::ConstShapeOp,
               tosa::MatMulOp>(next) &&
          asMap(next->getResult(0).getType()) &&
          (!canLift(next) || isPixel(next)) && seen.insert(next).second)
        left.push_back(next);
    };
    for (Value operand : each->getOperands())
      visit(operand.getDefiningOp());
    for (Operation *user : each->getUsers())
      if (user->getNumResults() == 1)
        visit(user);
  }
  return true;
}

/// `value` in the shape of `type`.
static Value reshapeMap(OpBuilder &builder, Location loc, Value value,
                        RankedTensorType type) {
  if (auto before = value.getDefiningOp<tosa::ReshapeOp>();
      before && before.getInput1().getType() == type)
    return before.getInput1();
  if (DenseElementsAttr constant = getConstant(value))
    return tosa::ConstOp::create(builder, loc, type, constant.reshape(type));
  Value shape = tosa::ConstShapeOp::create(
      builder, loc, tosa::shapeType::get(builder.getContext(), type.getRank()),
      builder.getIndexTensorAttr(type.getShape()));
  return tosa::ReshapeOp::create(builder, loc, type, value, shape);
}

void rtwmc::liftToMaps(Operation *root) {
  SmallVector<Operation *> lifted;
  root->walk([&](Operation *op) {
    if (canLift(op) && (!isPixel(op) || isPlainArithmetic(op)))
      lifted.push_back(op);
  });
  for (Operation *op : lifted) {
    OpBuilder builder(op);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<int64_t> surplus = surplusOf(op);
    for (OpOperand &operand : op->getOpOperands().take_front(countMaps(op)))
      operand.set(reshapeMap(builder, op->getLoc(), operand.get(),
                             asMap(operand.get().getType(), surplus)));
    int64_t axis = axisOf(op);
    int64_t left =
        llvm::count_if(surplus, [&](int64_t dim) { return dim < axis; });
    if (axis >= 0)
      op->setAttr(
          axisAttrName,
          builder.getI32IntegerAttr(static_cast<int32_t>(
              axis + std::max<int64_t>(mapRank - type.getRank(), 0) - left)));
    Value result = op->getResult(0);
    result.setType(asMap(type, surplus));
    builder.setInsertionPointAfter(op);
    Value shaped = reshapeMap(builder, op->getLoc(), result, type);
    result.replaceAllUsesExcept(shaped, shaped.getDefiningOp());
  }
}
