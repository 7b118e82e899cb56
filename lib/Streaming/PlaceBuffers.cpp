//===- PlaceBuffers.cpp - Buffers as views of one arena -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Streaming/BufferLives.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace rtwmc {
#define GEN_PASS_DEF_PLACEBUFFERS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;
using planning::Interval;

static int64_t bytesOf(BufferOp buffer) {
  MemRefType type = buffer.getType();
  return type.getNumElements() * getElementBytes(type);
}

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

namespace {

/// When each buffer is used by a step: the schedule run on paper. A step does
/// not touch a map it is given, where what it reads lies in the padding.
class Timeline {
public:
  LogicalResult run(Block &block) {
    for (Operation &op : block)
      if (auto step = dyn_cast<StepOp>(op)) {
        SmallVector<StepBuffer> roles;
        int64_t stepsPerRow = 1;
        if (auto kernel = findKernel(step)) {
          roles = listStepBuffers(kernel);
          LayerOpInterface layer = getLayer(kernel);
          if (PoolAttr pool = layer ? layer.getFusedPool() : PoolAttr())
            stepsPerRow = pool.getHeight();
        }
        for (auto [index, buffer] : llvm::enumerate(step.getBuffers())) {
          Use use{position};
          if (index < roles.size() && isOutside(step, roles[index], buffer))
            continue;
          if (index < roles.size()) {
            use.isWritten = roles[index].input < 0;
            use.isPruners = roles[index].role == BufferRole::PrunerState;
          }
          use.beginsRow = int64_t(uses[buffer].size()) % stepsPerRow == 0;
          uses[buffer].push_back(use);
        }
        ++position;
      } else if (auto read = dyn_cast<ReadRowOp>(op)) {
        Use use{position++};
        use.isWritten = true;
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

  /// The steps in which `buffer` holds something: intervals in order.
  SmallVector<Interval> livesOf(BufferOp buffer) const {
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

private:
  struct Use {
    int64_t position;
    bool isWritten = false, isPruners = false, beginsRow = false;
  };

  /// Whether none of the rows of an input that `step` reads exist.
  bool isOutside(StepOp step, StepBuffer which, Value buffer) {
    if (which.role != BufferRole::Rows || which.input < 0)
      return false;
    auto kernel = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        step, step.getKernelAttr());
    std::optional<int64_t> index = evaluate(step.getIndex(), indices);
    if (!kernel || !getLayer(kernel) || runsByChannel(kernel) || !index)
      return false;
    // Of a map that is read reshaped, rows are others.
    RankedTensorType map = getMapType(kernel.getArgumentTypes()[which.input]);
    auto rows = cast<MemRefType>(buffer.getType()).getShape();
    if (map.getRank() != 4 || rows.size() != 4 ||
        rows.drop_front(2) != map.getShape().drop_front(2))
      return false;
    auto [layer, isNew] = layers.try_emplace(kernel);
    if (isNew)
      layer->second = describeKernel(
          kernel, SmallVector<bool>(kernel.getNumArguments(), false),
          StreamOrder::NHWC);
    auto [first, end] =
        layer->second.inputs[which.input].window.rowsAt(*index, getRows(map));
    return first == end;
  }

  static FunctionOpInterface findKernel(StepOp step) {
    auto kernel = SymbolTable::lookupNearestSymbolFrom<FunctionOpInterface>(
        step, step.getKernelAttr());
    if (!kernel || !isKernel(kernel) || kernel.isExternal())
      return {};
    return kernel;
  }

  int64_t position = 0;
  DenseMap<Value, SmallVector<Use>> uses;
  /// Where the loops around the current step are.
  DenseMap<Value, int64_t> indices;
  DenseMap<Operation *, planning::Layer> layers;
};

/// Whether `a` and `b` hold something at the same time.
bool liveTogether(BufferOp a, BufferOp b, const Timeline &timeline) {
  SmallVector<Interval> left = timeline.livesOf(a), right = timeline.livesOf(b);
  return planning::meet(left, right);
}

/// Whether two buffers are one map overwritten in place: the same bytes, for
/// the same time, under two types.
bool isSameStore(BufferOp a, BufferOp b) {
  return a.getOffset() == b.getOffset() && bytesOf(a) == bytesOf(b) &&
         a.getFirst() == b.getFirst() && a.getLast() == b.getLast() &&
         a.getIntermittent() == b.getIntermittent() && !a.getTransient() &&
         !b.getTransient();
}

} // namespace

FailureOr<std::vector<BufferLife>>
rtwmc::listBufferLives(func::FuncOp network) {
  Timeline timeline;
  if (failed(timeline.run(network.front())))
    return failure();
  std::vector<BufferLife> result;
  for (BufferOp buffer : network.front().getOps<BufferOp>()) {
    BufferLife life{buffer.getName().str(),
                    int64_t(buffer.getOffset()),
                    bytesOf(buffer),
                    {}};
    for (Interval interval : timeline.livesOf(buffer))
      if (life.lives.empty() || interval.first > life.lives.back().last + 1)
        life.lives.push_back(interval);
      else
        life.lives.back().last =
            std::max(life.lives.back().last, interval.last);
    if (life.bytes > 0)
      result.push_back(std::move(life));
  }
  return result;
}

namespace {

struct PlaceBuffersPass : rtwmc::impl::PlaceBuffersBase<PlaceBuffersPass> {
  void runOnOperation() override {
    func::FuncOp network = findNetwork(getOperation());
    if (!network || network.getNumArguments() < 3) {
      getOperation().emitError("expects a network with an input, an output and "
                               "an arena");
      return signalPassFailure();
    }
    Value arena = getArena(network);
    auto arenaType = dyn_cast<MemRefType>(arena.getType());
    if (!arenaType || !arenaType.hasStaticShape() || arenaType.getRank() != 1 ||
        !arenaType.getElementType().isInteger(8)) {
      network.emitError("expects an arena of bytes, got ") << arena.getType();
      return signalPassFailure();
    }
    SmallVector<BufferOp> buffers(network.front().getOps<BufferOp>());
    Timeline timeline;
    if (failed(timeline.run(network.front())) ||
        failed(check(buffers, arenaType.getNumElements(), timeline)))
      return signalPassFailure();
    for (BufferOp buffer : buffers) {
      OpBuilder builder(buffer);
      Value offset = arith::ConstantIndexOp::create(builder, buffer.getLoc(),
                                                    buffer.getOffset());
      Value view =
          memref::ViewOp::create(builder, buffer.getLoc(), buffer.getType(),
                                 arena, offset, ValueRange());
      buffer.replaceAllUsesWith(view);
      buffer.erase();
    }
  }

  LogicalResult check(ArrayRef<BufferOp> buffers, int64_t arenaBytes,
                      const Timeline &timeline) {
    for (size_t index = 0; index < buffers.size(); ++index) {
      BufferOp a = buffers[index];
      int64_t begin = a.getOffset(), end = begin + bytesOf(a);
      if (end > arenaBytes)
        return a.emitOpError("ends at byte ")
               << end << " of an arena of " << arenaBytes;
      for (BufferOp b : buffers.take_front(index)) {
        int64_t otherBegin = b.getOffset(), otherEnd = otherBegin + bytesOf(b);
        bool apart = begin == end || otherBegin == otherEnd ||
                     end <= otherBegin || otherEnd <= begin;
        if (apart || isSameStore(a, b))
          continue;
        if (liveTogether(a, b, timeline))
          return a.emitOpError("shares bytes with '")
                 << b.getName() << "' while both are live";
      }
    }
    return success();
  }
};

} // namespace
