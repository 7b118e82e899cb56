//===- BufferTimeline.cpp - The schedule run on paper ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferTimeline.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace rtwmc;
using planning::Interval;

/// The number that `value` is when loops are where `indices` says.
static std::optional<int64_t>
evaluate(Value value, const DenseMap<Value, int64_t> &indices) {
  if (auto found = indices.find(value); found != indices.end())
    return found->second;
  if (auto constant = value.getDefiningOp<arith::ConstantIntOp>())
    return constant.value();
  Operation *op = value.getDefiningOp();
  if (!op || !isa<arith::AddIOp, arith::MulIOp>(op))
    return std::nullopt;
  std::optional<int64_t> left = evaluate(op->getOperand(0), indices);
  std::optional<int64_t> right = evaluate(op->getOperand(1), indices);
  if (!left || !right)
    return std::nullopt;
  return isa<arith::AddIOp>(op) ? *left + *right : *left * *right;
}

static FunctionOpInterface findKernel(StepOp step) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<FunctionOpInterface>(
      step, step.getKernelAttr());
  if (!kernel || !isKernel(kernel) || kernel.isExternal())
    return {};
  return kernel;
}

std::optional<BufferTimeline::Rows>
BufferTimeline::rowsUsed(StepOp step, StepBuffer which, Value buffer) {
  if (which.role != BufferRole::Rows)
    return std::nullopt;
  auto kernel = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      step, step.getKernelAttr());
  std::optional<int64_t> index = evaluate(step.getIndex(), indices);
  if (!kernel || !getLayer(kernel) || runsByChannel(kernel) || !index)
    return std::nullopt;
  // Of a map that is read reshaped, rows are others.
  bool isRead = which.input >= 0;
  RankedTensorType map =
      getMapType(isRead ? kernel.getArgumentTypes()[which.input]
                        : kernel.getResultTypes()[0]);
  auto rows = cast<MemRefType>(buffer.getType()).getShape();
  if (map.getRank() != 4 || rows.size() != 4 ||
      rows.drop_front(2) != map.getShape().drop_front(2))
    return std::nullopt;
  auto [found, isNew] = layers.try_emplace(kernel);
  planning::Layer &layer = found->second;
  if (isNew)
    layer = describeKernel(kernel,
                           SmallVector<bool>(kernel.getNumArguments(), false),
                           StreamOrder::NHWC);
  if (isRead)
    return layer.inputs[which.input].window.rowsAt(*index, getRows(map));
  if (layer.steps == 1)
    return Rows(0, getRows(map));
  int64_t row = *index / layer.stepsPerRow;
  return Rows(row, row + 1);
}

void BufferTimeline::runStep(StepOp step) {
  SmallVector<StepBuffer> roles;
  int64_t stepsPerRow = 1;
  if (auto kernel = findKernel(step)) {
    roles = listStepBuffers(kernel);
    LayerOpInterface layer = getLayer(kernel);
    if (PoolAttr pool = layer ? layer.getFusedPool() : PoolAttr())
      stepsPerRow = pool.getHeight();
  }
  for (auto [index, buffer] : llvm::enumerate(step.getBuffers())) {
    Use use;
    use.position = position;
    if (index < roles.size()) {
      use.rows = rowsUsed(step, roles[index], buffer);
      use.isWritten = roles[index].input < 0;
      use.isPruners = roles[index].role == BufferRole::PrunerState;
      // None of the rows exist.
      if (!use.isWritten && use.rows && use.rows->first == use.rows->second)
        continue;
    }
    use.beginsRow = int64_t(uses[buffer].size()) % stepsPerRow == 0;
    uses[buffer].push_back(use);
  }
}

LogicalResult BufferTimeline::run(Block &block) {
  for (Operation &op : block)
    if (auto step = dyn_cast<StepOp>(op)) {
      runStep(step);
      ++position;
    } else if (auto read = dyn_cast<ReadRowOp>(op)) {
      Use use;
      use.position = position++;
      use.isWritten = true;
      if (std::optional<int64_t> row = evaluate(read.getRow(), indices))
        use.rows = {*row, *row + 1};
      uses[read.getRows()].push_back(use);
    } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
      std::optional<APInt> trips = loop.getStaticTripCount();
      if (!trips)
        return loop.emitOpError("expects a constant number of iterations");
      std::optional<int64_t> begin = evaluate(loop.getLowerBound(), indices);
      std::optional<int64_t> by = evaluate(loop.getStep(), indices);
      for (uint64_t i = 0; i < trips->getZExtValue(); ++i) {
        if (begin && by)
          indices[loop.getInductionVar()] = *begin + i * *by;
        if (failed(run(*loop.getBody())))
          return failure();
      }
      indices.erase(loop.getInductionVar());
    }
  return success();
}

SmallVector<Interval> BufferTimeline::livesOf(BufferOp buffer) const {
  int64_t first = buffer.getFirst(), last = buffer.getLast();
  if (!buffer.getTransient() && !buffer.getIntermittent())
    return {{first, last}};
  SmallVector<Interval> lives;
  auto found = uses.find(buffer);
  if (found == uses.end())
    return lives;
  bool wasRead = true;
  for (const Use &use : found->second) {
    // A row begins where something is written after the last was read; in
    // the state of its pruner, with the first of the steps that write it.
    bool begins = buffer.getTransient() ||
                  (use.isPruners ? use.beginsRow : use.isWritten && wasRead);
    if (begins || lives.empty())
      lives.push_back({use.position, use.position});
    lives.back().last = use.position;
    wasRead = !use.isWritten;
  }
  return lives;
}

/// Whether only steps use `buffer`, or what is copied there before the first.
static bool isUsedByStepsAlone(BufferOp buffer) {
  return llvm::all_of(buffer->getUsers(), [&](Operation *user) {
    auto copy = dyn_cast<memref::CopyOp>(user);
    return isa<StepOp, ReadRowOp>(user) ||
           (copy && copy.getTarget() == buffer.getResult());
  });
}

SmallVector<Interval> BufferTimeline::rowsOf(BufferOp buffer) const {
  ArrayRef<int64_t> shape = buffer.getType().getShape();
  auto found = uses.find(buffer);
  if (shape.size() != 4 || shape[1] == 1 || found == uses.end() ||
      buffer.getTransient() || buffer.getIntermittent() ||
      !isUsedByStepsAlone(buffer))
    return {};
  int64_t rows = shape[1];
  constexpr int64_t never = std::numeric_limits<int64_t>::max();
  SmallVector<Interval> lives(rows, {never, -1});
  for (const Use &use : found->second) {
    auto [first, end] = use.rows.value_or(Rows(0, rows));
    // The rows of a ring are not those of the map.
    if (end > rows)
      return {};
    for (Interval &life : MutableArrayRef(lives).slice(first, end - first)) {
      if (use.isWritten)
        life.first = std::min(life.first, use.position);
      life.last = use.position;
    }
  }
  // What is copied there is there from the start.
  for (Interval &life : lives) {
    if (life.first == never)
      life.first = buffer.getFirst();
    life.last = std::max(life.first, life.last);
  }
  return lives;
}
