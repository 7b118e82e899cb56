//===- PlaceBuffers.cpp - Buffers as views of one arena -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Streaming/Kernel.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace rtwmc {
#define GEN_PASS_DEF_PLACEBUFFERS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

static int64_t bytesOf(BufferOp buffer) {
  MemRefType type = buffer.getType();
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

/// The step operations that use `buffer`.
static SmallVector<Operation *> usersOf(BufferOp buffer) {
  SmallVector<Operation *> users(buffer->getUsers());
  return users;
}

/// Whether two buffers may share bytes although both are live: one is the
/// other overwritten in place (the same bytes under two types), or both are
/// scratch, which holds nothing between the steps of its own kernel.
static bool mayShare(BufferOp a, BufferOp b) {
  if (a.getOffset() == b.getOffset() && bytesOf(a) == bytesOf(b) &&
      a.getFirst() == b.getFirst() && a.getLast() == b.getLast())
    return true;
  auto isTransient = [](BufferOp buffer) {
    return buffer.getName().ends_with("_scratch") ||
           buffer.getName().ends_with("_patch") ||
           buffer.getName().ends_with("_pixel");
  };
  if (!isTransient(a) && !isTransient(b))
    return false;
  for (Operation *user : usersOf(a))
    if (llvm::is_contained(usersOf(b), user))
      return false;
  return isTransient(a) && isTransient(b);
}

namespace {

struct PlaceBuffersPass : rtwmc::impl::PlaceBuffersBase<PlaceBuffersPass> {
  void runOnOperation() override {
    func::FuncOp network = findNetwork(getOperation());
    if (!network || network.getNumArguments() != 3) {
      getOperation().emitError("expects a network with an input, an output and "
                               "an arena");
      return signalPassFailure();
    }
    Value arena = network.getArgument(2);
    auto arenaType = dyn_cast<MemRefType>(arena.getType());
    if (!arenaType || !arenaType.hasStaticShape() || arenaType.getRank() != 1 ||
        !arenaType.getElementType().isInteger(8)) {
      network.emitError("expects an arena of bytes, got ") << arena.getType();
      return signalPassFailure();
    }
    SmallVector<BufferOp> buffers(network.front().getOps<BufferOp>());
    if (failed(check(buffers, arenaType.getNumElements())))
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

  LogicalResult check(ArrayRef<BufferOp> buffers, int64_t arenaBytes) {
    for (size_t index = 0; index < buffers.size(); ++index) {
      BufferOp a = buffers[index];
      int64_t begin = a.getOffset(), end = begin + bytesOf(a);
      if (end > arenaBytes)
        return a.emitOpError("ends at byte ")
               << end << " of an arena of " << arenaBytes;
      for (BufferOp b : buffers.take_front(index)) {
        int64_t otherBegin = b.getOffset(), otherEnd = otherBegin + bytesOf(b);
        bool apart = end <= otherBegin || otherEnd <= begin;
        bool disjoint =
            a.getLast() < b.getFirst() || b.getLast() < a.getFirst();
        if (!apart && !disjoint && !mayShare(a, b))
          return a.emitOpError("shares bytes with '")
                 << b.getName() << "' while both are live";
      }
    }
    return success();
  }
};

} // namespace
