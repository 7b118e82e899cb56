//===- PlaceBuffers.cpp - Buffers as views of one arena -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Interval.h"
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
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

namespace {

/// When each buffer is given to a step: the schedule run on paper. A step need
/// not touch a map it is given, where its windows lie in the padding.
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
          if (index < roles.size()) {
            use.isWritten = roles[index].input < 0;
            use.isPruners = roles[index].role == BufferRole::PrunerState;
          }
          use.beginsRow = int64_t(uses[buffer].size()) % stepsPerRow == 0;
          uses[buffer].push_back(use);
        }
        ++position;
      } else if (auto loop = dyn_cast<scf::ForOp>(op)) {
        std::optional<APInt> trips = loop.getStaticTripCount();
        if (!trips)
          return loop.emitOpError("expects a constant number of iterations");
        for (uint64_t i = 0; i < trips->getZExtValue(); ++i)
          if (failed(run(*loop.getBody())))
            return failure();
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

  static FunctionOpInterface findKernel(StepOp step) {
    auto kernel = SymbolTable::lookupNearestSymbolFrom<FunctionOpInterface>(
        step, step.getKernelAttr());
    if (!kernel || !isKernel(kernel) || kernel.isExternal())
      return {};
    return kernel;
  }

  int64_t position = 0;
  DenseMap<Value, SmallVector<Use>> uses;
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
