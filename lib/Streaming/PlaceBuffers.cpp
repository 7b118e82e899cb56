//===- PlaceBuffers.cpp - Buffers as views of one arena -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferTimeline.h"
#include "rtwmc/Streaming/BufferLives.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

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

namespace {

/// Whether `a` and `b` hold something at the same time.
bool liveTogether(BufferOp a, BufferOp b, const BufferTimeline &timeline) {
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

/// Bytes of the arena and the steps in which they hold something.
struct Part {
  int64_t offset, bytes;
  SmallVector<Interval> lives;
};

/// The rows of `buffer` where each has a life of its own, else all of it.
SmallVector<Part> partsOf(BufferOp buffer, const BufferTimeline &timeline) {
  SmallVector<Interval> rows = timeline.rowsOf(buffer);
  int64_t offset = buffer.getOffset(), bytes = bytesOf(buffer);
  if (rows.empty())
    return {{offset, bytes, timeline.livesOf(buffer)}};
  SmallVector<Part> parts;
  bytes /= int64_t(rows.size());
  for (Interval row : rows) {
    parts.push_back({offset, bytes, {row}});
    offset += bytes;
  }
  return parts;
}

bool overlap(int64_t a, int64_t bytesOfA, int64_t b, int64_t bytesOfB) {
  return bytesOfA > 0 && bytesOfB > 0 && a < b + bytesOfB && b < a + bytesOfA;
}

/// Whether `a` and `b` share bytes, one of them or both row by row.
bool slide(BufferOp a, BufferOp b, const BufferTimeline &timeline) {
  return overlap(a.getOffset(), bytesOf(a), b.getOffset(), bytesOf(b)) &&
         !isSameStore(a, b) && liveTogether(a, b, timeline);
}

/// Whether some byte holds something of both at the same time.
bool collide(BufferOp a, BufferOp b, const BufferTimeline &timeline) {
  SmallVector<Part> partsOfB = partsOf(b, timeline);
  for (const Part &left : partsOf(a, timeline))
    for (const Part &right : partsOfB)
      if (overlap(left.offset, left.bytes, right.offset, right.bytes) &&
          planning::meet(left.lives, right.lives))
        return true;
  return false;
}

} // namespace

FailureOr<std::vector<BufferLife>>
rtwmc::listBufferLives(func::FuncOp network) {
  BufferTimeline timeline;
  if (failed(timeline.run(network.front())))
    return failure();
  std::vector<BufferLife> result;
  SmallVector<BufferOp> buffers(network.front().getOps<BufferOp>());
  for (BufferOp buffer : buffers) {
    BufferLife life{buffer.getName().str(),
                    int64_t(buffer.getOffset()),
                    bytesOf(buffer),
                    {},
                    {}};
    for (Interval interval : timeline.livesOf(buffer))
      if (life.lives.empty() || interval.first > life.lives.back().last + 1)
        life.lives.push_back(interval);
      else
        life.lives.back().last =
            std::max(life.lives.back().last, interval.last);
    if (llvm::any_of(buffers, [&](BufferOp other) {
          return other != buffer && slide(buffer, other, timeline);
        }))
      llvm::append_range(life.rows, timeline.rowsOf(buffer));
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
    BufferTimeline timeline;
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
                      const BufferTimeline &timeline) {
    for (size_t index = 0; index < buffers.size(); ++index) {
      BufferOp a = buffers[index];
      int64_t end = a.getOffset() + bytesOf(a);
      if (end > arenaBytes)
        return a.emitOpError("ends at byte ")
               << end << " of an arena of " << arenaBytes;
      for (BufferOp b : buffers.take_front(index))
        if (slide(a, b, timeline) && collide(a, b, timeline))
          return a.emitOpError("shares bytes with '")
                 << b.getName() << "' while both are live";
    }
    return success();
  }
};

} // namespace
