//===- Work.cpp - What kernels cost, read off their loops -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Kernels/Work.h"
#include "rtwmc/Kernels/KernelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// What a call takes where vectors are saved: VPUSH, VPOP and frames as they
/// are; and such functions begin with more addresses and constants than others.
constexpr Work savedVectors = {12, 30};

class Counter {
public:
  explicit Counter(const Core &core) : core(core), prices(core.prices) {}

  Work count(func::FuncOp function);

private:
  Work count(Region &region);
  Work count(Operation &op);
  Work countLoop(scf::ForOp loop);
  Work countWhile(scf::WhileOp loop);
  Work countBranch(scf::IfOp branch);

  static Work times(Price price, int64_t count = 1) {
    return {price.instructions * count, price.cycles * count};
  }
  /// So many instructions of the plain kind, of one cycle each.
  static Work plain(int64_t count) { return {count, count}; }

  /// A simple operation on a value of that type; the vectors of a core take two
  /// beats, a cycle each.
  Work simple(Type type) const {
    int64_t words = wordsOf(type);
    return {words, isVector(type) ? 2 * words : words};
  }
  bool isVector(Type type) const { return core.mve && isa<VectorType>(type); }
  /// Instructions of a simple operation on a value of that type: without
  /// vectors, one for each lane.
  int64_t wordsOf(Type type) const;

  const Core &core;
  const Prices &prices;
  DenseMap<Operation *, Work> known;
};

} // namespace

int64_t Counter::wordsOf(Type type) const {
  if (auto vector = dyn_cast<VectorType>(type))
    return core.mve ? 1 : vector.getNumElements();
  return type.isInteger(64) ? 2 : 1;
}

/// The multiplication whose only reader is the addition `op`.
static arith::MulIOp multiplicationIn(arith::AddIOp op) {
  for (Value operand : op->getOperands())
    if (auto product = operand.getDefiningOp<arith::MulIOp>();
        product && product->hasOneUse())
      return product;
  return {};
}

static bool isAdded(arith::MulIOp op) {
  if (!op->hasOneUse())
    return false;
  auto sum = dyn_cast<arith::AddIOp>(*op->user_begin());
  return sum && multiplicationIn(sum) == op;
}

/// Both halves of a rotation, which the backend makes part of its reader.
static bool isRotation(arith::OrIOp op) {
  auto low = op.getLhs().getDefiningOp<arith::ShRUIOp>();
  auto high = op.getRhs().getDefiningOp<arith::ShLIOp>();
  return low && high && low.getLhs() == high.getLhs();
}

static bool isPartOfRotation(Operation *op) {
  if (!op->hasOneUse())
    return false;
  auto both = dyn_cast<arith::OrIOp>(*op->user_begin());
  return both && isRotation(both);
}

/// On Armv6-M a byte that is loaded with its sign from the sum of two
/// registers, which takes no more than any load.
static bool isIndexed(Operation *load, const Core &core) {
  auto byte = dyn_cast<LLVM::LoadOp>(load);
  if (core.registers != 8 || !byte || !byte.getType().isInteger(8))
    return false;
  auto address = byte.getAddr().getDefiningOp<LLVM::GEPOp>();
  return address && !address.getDynamicIndices().empty() &&
         address->hasOneUse() && llvm::all_of(byte->getUsers(), [](auto *user) {
           return isa<arith::ExtSIOp>(user);
         });
}

/// How far an address is from what it starts at, by constants.
static int64_t distanceOf(LLVM::GEPOp op) {
  int64_t bytes = 0;
  while (op && op.getElemType().isInteger(8) &&
         op.getDynamicIndices().empty() &&
         op.getRawConstantIndices().size() == 1) {
    bytes += op.getRawConstantIndices()[0];
    op = op.getBase().getDefiningOp<LLVM::GEPOp>();
  }
  return bytes;
}

/// Whether a word is loaded together with the one before it (LDRD), as the
/// multiplier of a channel is with its bias.
static bool isSecondOfPair(LLVM::LoadOp load, const Core &core) {
  auto place = load.getAddr().getDefiningOp<LLVM::GEPOp>();
  if (!core.mve || !place || !load.getType().isInteger(32))
    return false;
  int64_t distance = distanceOf(place);
  auto isLoaded = [&](Value address) {
    return llvm::any_of(address.getUsers(), [&](Operation *user) {
      auto other = dyn_cast<LLVM::LoadOp>(user);
      return other && other.getType().isInteger(32) &&
             other->getBlock() == load->getBlock();
    });
  };
  Value first = place.getBase();
  if (distance == 4 && isLoaded(first))
    return true;
  return distance % 8 == 4 &&
         llvm::any_of(first.getUsers(), [&](Operation *user) {
           auto other = dyn_cast<LLVM::GEPOp>(user);
           return other && distanceOf(other) == distance - 4 && isLoaded(other);
         });
}

/// Whether a function computes with vectors, which it saves on the stack.
static bool computesVectors(func::FuncOp function) {
  WalkResult result = function.walk([](Operation *op) {
    bool isVector =
        llvm::any_of(op->getResultTypes(), llvm::IsaPred<VectorType>);
    return isVector ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// Whether a load or store of a vector reaches so far: 7 bits of elements.
static bool isReached(Operation *user, int64_t bytes) {
  Type type;
  if (isa<LLVM::LoadOp, LLVM::MaskedLoadOp>(user))
    type = user->getResult(0).getType();
  else if (auto store = dyn_cast<LLVM::StoreOp>(user))
    type = store.getValue().getType();
  auto vector = dyn_cast_or_null<VectorType>(type);
  return !vector ||
         std::abs(bytes) / (vector.getElementTypeBitWidth() / 8) < 128;
}

/// Whether an address is computed by the loads and stores that use it.
static bool isFolded(LLVM::GEPOp op, const Core &core) {
  if (op->hasOneUse() && isIndexed(*op->user_begin(), core))
    return true;
  int64_t distance = core.mve ? distanceOf(op) : 0;
  return op.getDynamicIndices().empty() &&
         llvm::all_of(op->getUsers(), [&](Operation *user) {
           // What assembly hides is moved by a load on the way.
           return isa<LLVM::LoadOp, LLVM::MaskedLoadOp, LLVM::StoreOp,
                      LLVM::GEPOp, LLVM::InlineAsmOp>(user) &&
                  isReached(user, distance);
         });
}

Work Counter::countLoop(scf::ForOp loop) {
  Work body = count(loop.getRegion());
  body += times(prices.branch);
  std::optional<APInt> trips = loop.getStaticTripCount();
  if (trips)
    return body * trips->getZExtValue();
  auto turns = loop->getAttrOfType<IntegerAttr>(turnsAttrName);
  return body * (turns ? turns.getInt() : 1);
}

Work Counter::countWhile(scf::WhileOp loop) {
  Work body = count(loop.getBefore());
  body += times(prices.branch);
  auto turns = loop->getAttrOfType<IntegerAttr>(turnsAttrName);
  return body * (turns ? turns.getInt() : 1);
}

Work Counter::countBranch(scf::IfOp branch) {
  Work work = plain(1);
  Work taken = count(branch.getThenRegion());
  auto period = branch->getAttrOfType<IntegerAttr>(periodAttrName);
  if (!period)
    return work += taken;
  if (int64_t times = period.getInt()) {
    work.instructions += taken.instructions / times;
    work.cycles += taken.cycles / times;
  }
  if (!branch.getElseRegion().empty())
    work += count(branch.getElseRegion());
  return work;
}

/// Whether `op` is folded away: everything it is computed from is constant.
static bool isConstant(Operation *op) {
  return op && op->getNumRegions() == 0 && op->getNumResults() == 1 &&
         isa<arith::ArithDialect>(op->getDialect()) &&
         llvm::all_of(op->getOperands(), [](Value operand) {
           return isConstant(operand.getDefiningOp());
         });
}

Work Counter::count(Operation &op) {
  if (isConstant(&op) || op.hasAttr(foldedAttrName))
    return {};
  return TypeSwitch<Operation *, Work>(&op)
      .Case([&](scf::ForOp loop) { return countLoop(loop); })
      .Case([&](scf::WhileOp loop) { return countWhile(loop); })
      .Case([&](scf::IfOp branch) { return countBranch(branch); })
      .Case([&](func::CallOp call) {
        Work work = times(prices.call);
        if (auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
                call, call.getCalleeAttr())) {
          work += count(callee);
          if (core.mve && computesVectors(callee))
            work += savedVectors;
        }
        return work;
      })
      .Case<LLVM::LoadOp, memref::LoadOp>([&](Operation *load) {
        Type type = load->getResult(0).getType();
        // LDRD (Builder/Instructions.cpp).
        auto plain = dyn_cast<LLVM::LoadOp>(load);
        if (plain && plain.getVolatile_() && type.isInteger(64))
          return Work{prices.load.instructions, prices.load.cycles + 1};
        if (isVector(type))
          return simple(type);
        if (plain && isSecondOfPair(plain, core))
          return Work{0, prices.load.cycles};
        bool isByte = type.isInteger(8) && !isIndexed(load, core);
        return times(isByte ? prices.loadByte : prices.load, wordsOf(type));
      })
      .Case<LLVM::StoreOp, memref::StoreOp>([&](Operation *store) {
        auto plain = dyn_cast<LLVM::StoreOp>(store);
        Type type = store->getOperand(0).getType();
        if (plain && plain.getVolatile_() && type.isInteger(64))
          return Work{prices.store.instructions, prices.store.cycles + 1};
        return isVector(type) ? simple(type)
                              : times(prices.store, wordsOf(type));
      })
      .Case([&](LLVM::MaskedLoadOp load) {
        Type type = load.getType();
        return isVector(type) ? simple(type)
                              : times(prices.load, wordsOf(type));
      })
      .Case(
          [&](LLVM::GEPOp address) { return plain(!isFolded(address, core)); })
      .Case([&](LLVM::CallIntrinsicOp call) {
        auto is = [&](Type type) { return isVector(type); };
        bool isOfVectors = llvm::any_of(call->getOperandTypes(), is) ||
                           llvm::any_of(call->getResultTypes(), is);
        return isOfVectors ? Work{1, 2} : plain(1);
      })
      .Case([&](arith::MulIOp product) {
        if (product.getType().isInteger(64))
          return times(prices.longMultiply);
        if (isa<VectorType>(product.getType()))
          return simple(product.getType());
        return isAdded(product) ? Work() : times(prices.multiply);
      })
      .Case([&](arith::AddIOp sum) {
        if (sum.getType().isInteger(32) && multiplicationIn(sum))
          return times(prices.multiplyAdd);
        return simple(sum.getType());
      })
      .Case<arith::DivUIOp, arith::DivSIOp, arith::RemUIOp, arith::RemSIOp>(
          [&](Operation *) { return times(prices.divide); })
      .Case<arith::MinSIOp, arith::MaxSIOp, arith::MinUIOp, arith::MaxUIOp,
            arith::SelectOp>([&](Operation *op) {
        Type type = op->getResult(0).getType();
        return isa<VectorType>(type) ? simple(type) : plain(2);
      })
      .Case<LLVM::SAddSat, LLVM::vector_reduce_add>(
          [&](Operation *op) { return simple(op->getOperand(0).getType()); })
      // One instruction moves two words into a vector.
      .Case([&](LLVM::InsertElementOp insert) {
        APInt lane;
        return plain(matchPattern(insert.getPosition(), m_ConstantInt(&lane)) &&
                     lane[0]);
      })
      .Case([&](arith::OrIOp both) { return plain(!isRotation(both)); })
      .Case<arith::ShRUIOp, arith::ShLIOp>([&](Operation *shift) {
        return isPartOfRotation(shift) ? Work()
                                       : simple(shift->getResult(0).getType());
      })
      .Case<arith::SubIOp, arith::AndIOp, arith::XOrIOp, arith::ShRSIOp,
            arith::CmpIOp>(
          [&](Operation *op) { return simple(op->getOperand(0).getType()); })
      .Case<LLVM::ICmpOp>([&](Operation *) { return plain(1); })
      // Constants, casts and views cost nothing in a loop.
      .Default([&](Operation *) { return Work(); });
}

Work Counter::count(Region &region) {
  Work work;
  for (Operation &op : region.getOps())
    work += count(op);
  return work;
}

Work Counter::count(func::FuncOp function) {
  auto found = known.find(function);
  if (found != known.end())
    return found->second;
  Work work = function.isExternal() ? Work() : count(function.getBody());
  known[function] = work;
  return work;
}

Work rtwmc::countWork(func::FuncOp function, const Core &core) {
  return Counter(core).count(function);
}
