//===- LowerPruning.cpp - Pruned maps to buffers, pruning to loops --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Magnitude.h"

#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h"
#include "rtwmc/Dialect/RTWMC/Transforms/Transforms.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/ControlFlow/Transforms/StructuralTypeConversions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Transforms/DialectConversion.h"
#include "llvm/Support/MathExtras.h"

namespace rtwmc {
#define GEN_PASS_DEF_RTWMCLOWERPRUNING
#include "rtwmc/Dialect/RTWMC/Transforms/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

/// A map as one row of bytes.
Value flatten(ImplicitLocOpBuilder &b, Value map) {
  int64_t rank = cast<MemRefType>(map.getType()).getRank();
  if (rank == 1)
    return map;
  ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  return memref::CollapseShapeOp::create(b, map,
                                         ArrayRef<ReassociationIndices>(all));
}

/// Where in raster order the stream goes on after `offset`.
Value advance(ImplicitLocOpBuilder &b, PrunedType type, Value offset) {
  if (type.getOrder() == StreamOrder::NHWC)
    return arith::AddIOp::create(b, offset, constantIndex(b, 1));
  // The same channel of the next pixel; after the last, the next channel of
  // the first pixel.
  int64_t elements = type.getNumElements();
  Value next = arith::AddIOp::create(b, offset,
                                     constantIndex(b, type.getShape().back()));
  Value past = arith::CmpIOp::create(b, arith::CmpIPredicate::uge, next,
                                     constantIndex(b, elements));
  Value back = arith::SubIOp::create(b, next, constantIndex(b, elements - 1));
  return arith::SelectOp::create(b, past, back, next);
}

/// Where a unit of a pruned map is stored.
struct PackedParts {
  Value values, bitmap;
  /// The places of its first value and of its first bit; null: 0.
  Value firstValue, firstBit;

  /// Unit number `unit` of `type`, if these are all units.
  PackedParts ofUnit(ImplicitLocOpBuilder &b, PrunedType type,
                     Value unit) const {
    auto times = [&](int64_t size) -> Value {
      return arith::MulIOp::create(b, unit, constantIndex(b, size));
    };
    Value firstValue = times(type.getKeep());
    return {values, bitmap, firstValue, times(8 * type.getUnitBitmapBytes())};
  }
  /// The place of the bit of `element`.
  Value bitOf(ImplicitLocOpBuilder &b, Value element) const {
    return firstBit ? arith::AddIOp::create(b, firstBit, element).getResult()
                    : element;
  }
};

struct LowerPrune : OpConversionPattern<PruneOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(PruneOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    PrunedType type = op.getPruned().getType();
    int64_t batch = type.getBufferBytes(op.getBatch());

    auto mapType = MemRefType::get(type.getShape(), type.getElementType());
    Value map = flatten(
        b, bufferization::ToBufferOp::create(b, mapType, adaptor.getInput(),
                                             /*read_only=*/true));
    Value values = memref::AllocOp::create(b, type.getValuesType());
    Value bitmap = memref::AllocOp::create(b, type.getBitmapType());
    Value buffer =
        memref::AllocOp::create(b, MemRefType::get({batch}, b.getI8Type()));

    Value zero = constantIndex(b, 0);
    Value one = constantIndex(b, 1);
    scf::ForOp::create(
        b, zero, constantIndex(b, type.getBitmapBytes()), one, ValueRange{},
        [&](OpBuilder &builder, Location loc, Value i, ValueRange) {
          Value clear = arith::ConstantIntOp::create(builder, loc, 0, 8);
          memref::StoreOp::create(builder, loc, clear, bitmap, i);
          scf::YieldOp::create(builder, loc);
        });

    PackedParts parts{values, bitmap, {}, {}};
    if (type.getNumUnits() == 1) {
      auto [offset, kept] = pruneUnit(b, op, map, buffer, parts, zero);
      rewriter.replaceOpWithMultiple(
          op, {ValueRange{values, bitmap}, ValueRange{kept}});
      return success();
    }
    // Carried from unit to unit: the raster offset of the next element, and the
    // elements kept.
    auto units = scf::ForOp::create(
        b, zero, constantIndex(b, type.getNumUnits()), one,
        ValueRange{zero, zero},
        [&](OpBuilder &builder, Location loc, Value unit, ValueRange args) {
          ImplicitLocOpBuilder b(loc, builder);
          PackedParts part = parts.ofUnit(b, type, unit);
          auto [offset, end] = pruneUnit(b, op, map, buffer, part, args[0]);
          Value kept = arith::SubIOp::create(b, end, part.firstValue);
          Value total = arith::AddIOp::create(b, args[1], kept);
          scf::YieldOp::create(b, ValueRange{offset, total});
        });
    rewriter.replaceOpWithMultiple(
        op, {ValueRange{values, bitmap}, ValueRange{units.getResult(1)}});
    return success();
  }

private:
  /// Prunes one unit into `parts`, from raster offset `offset` on; returns
  /// where the next begins, and one past the last place of a kept value.
  static std::pair<Value, Value> pruneUnit(ImplicitLocOpBuilder &b, PruneOp op,
                                           Value map, Value buffer,
                                           PackedParts parts, Value offset) {
    PrunedType type = op.getPruned().getType();
    int64_t elements = type.getUnitElements();
    int64_t batch = type.getBufferBytes(op.getBatch());
    bool isPaper = op.getPolicy() == QuotaPolicy::Paper;
    Value zero = constantIndex(b, 0), one = constantIndex(b, 1);
    // Carried from batch to batch: the raster offset of the next element, the
    // elements still owed, and where the next is kept; P_b and the batches to
    // come.
    SmallVector<Value> initial = {offset, constantIndex(b, op.getDrop()),
                                  parts.firstValue ? parts.firstValue : zero};
    if (isPaper) {
      int64_t batches = op.getNumBatches();
      initial.push_back(
          constantIndex(b, llvm::divideCeil(op.getDrop(), batches)));
      initial.push_back(constantIndex(b, batches));
    }
    Value end = constantIndex(b, elements), step = constantIndex(b, batch);
    auto loop = scf::ForOp::create(
        b, zero, end, step, initial,
        [&](OpBuilder &builder, Location loc, Value first, ValueRange args) {
          ImplicitLocOpBuilder b(loc, builder);
          Value size = constantIndex(b, batch);
          Value remaining =
              arith::SubIOp::create(b, constantIndex(b, elements), first);
          Value count = elements % batch == 0
                            ? size
                            : arith::MinUIOp::create(b, size, remaining);
          Value offset = fill(b, type, map, buffer, count, args[0]);
          Value quota = QuotaOp::create(b, op.getPolicy(), args[1], remaining,
                                        count, isPaper ? args[3] : Value());
          auto selected = SelectLeastOp::create(
              b, quota, buffer, count, op.getTauQ(), type.getZero(),
              b.getI64IntegerAttr(
                  type.getMaxQuota(op.getBatch(), op.getPolicy())));
          Value position = parts.bitOf(b, first);
          auto packed = AppendOp::create(
              b, buffer, count, selected.getThreshold(), selected.getTies(),
              parts.values, args[2], parts.bitmap, position, type.getZero());
          Value dropped = packed.getDropped();
          Value owed = arith::SubIOp::create(
              b, args[1], arith::MinUIOp::create(b, args[1], dropped));
          SmallVector<Value> next = {offset, owed, packed.getNewKept()};
          if (isPaper) {
            Value left = arith::SubIOp::create(b, args[4], one);
            next.push_back(
                NextQuotaOp::create(b, args[3], dropped, quota, owed, left));
            next.push_back(left);
          }
          scf::YieldOp::create(b, next);
        });
    return {loop.getResult(0), loop.getResult(2)};
  }

  /// Fills the tiny buffer with the `count` elements of the stream that start
  /// at raster offset `offset`; returns where the stream goes on.
  static Value fill(ImplicitLocOpBuilder &b, PrunedType type, Value map,
                    Value buffer, Value count, Value offset) {
    Value zero = constantIndex(b, 0), one = constantIndex(b, 1);
    auto loop = scf::ForOp::create(
        b, zero, count, one, ValueRange{offset},
        [&](OpBuilder &builder, Location loc, Value j, ValueRange args) {
          ImplicitLocOpBuilder b(loc, builder);
          Value x = memref::LoadOp::create(b, map, args[0]);
          memref::StoreOp::create(b, x, buffer, j);
          scf::YieldOp::create(b, advance(b, type, args[0]));
        });
    return loop.getResult(0);
  }
};

struct LowerUnprune : OpConversionPattern<UnpruneOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(UnpruneOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    PrunedType type = op.getPruned().getType();
    Value values = adaptor.getPruned()[0];
    Value bitmap = adaptor.getPruned()[1];
    auto mapType = MemRefType::get(type.getShape(), type.getElementType());
    Value map = memref::AllocOp::create(b, mapType);
    Value flat = flatten(b, map);
    Value zero = constantIndex(b, 0);
    PackedParts parts{values, bitmap, {}, {}};
    if (type.getNumUnits() == 1) {
      readUnit(b, type, parts, flat, zero);
    } else {
      Value units = constantIndex(b, type.getNumUnits());
      scf::ForOp::create(
          b, zero, units, constantIndex(b, 1), ValueRange{zero},
          [&](OpBuilder &builder, Location loc, Value unit, ValueRange args) {
            ImplicitLocOpBuilder b(loc, builder);
            PackedParts part = parts.ofUnit(b, type, unit);
            scf::YieldOp::create(b, readUnit(b, type, part, flat, args[0]));
          });
    }
    rewriter.replaceOpWithNewOp<bufferization::ToTensorOp>(
        op, op.getMap().getType(), map, /*restrict=*/true, /*writable=*/true);
    return success();
  }

private:
  /// Reads one unit back into `map`, from raster offset `offset` on; returns
  /// where the next begins.
  static Value readUnit(ImplicitLocOpBuilder &b, PrunedType type,
                        PackedParts parts, Value map, Value offset) {
    Value zero = constantIndex(b, 0);
    // Carried: the cursor's rank, and the raster offset of the element.
    Value end = constantIndex(b, type.getUnitElements());
    Value one = constantIndex(b, 1);
    Value rank = parts.firstValue ? parts.firstValue : zero;
    auto loop = scf::ForOp::create(
        b, zero, end, one, ValueRange{rank, offset},
        [&](OpBuilder &builder, Location loc, Value i, ValueRange args) {
          ImplicitLocOpBuilder b(loc, builder);
          Value position = parts.bitOf(b, i);
          auto read = ReadBackOp::create(b, parts.values, args[0], parts.bitmap,
                                         position, type.getZero());
          memref::StoreOp::create(b, read.getValue(), map, args[1]);
          scf::YieldOp::create(
              b, ValueRange{read.getNewRank(), advance(b, type, args[1])});
        });
    return loop.getResult(1);
  }
};

/// The canonicalizer turns an `scf.if` that yields pruned maps into this.
struct SelectMap : OpConversionPattern<arith::SelectOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(arith::SelectOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!isa<PrunedType>(op.getType()))
      return failure();
    SmallVector<Value> selected;
    for (auto [yes, no] :
         llvm::zip_equal(adaptor.getTrueValue(), adaptor.getFalseValue()))
      selected.push_back(arith::SelectOp::create(
          rewriter, op.getLoc(), adaptor.getCondition().front(), yes, no));
    rewriter.replaceOpWithMultiple(op, {ValueRange(selected)});
    return success();
  }
};

bool isPruned(Type type) { return isa<PrunedType>(type); }

struct LowerPruningPass
    : public rtwmc::impl::RTWMCLowerPruningBase<LowerPruningPass> {
  using RTWMCLowerPruningBase::RTWMCLowerPruningBase;

  void runOnOperation() override {
    if (failed(checkOps()))
      return signalPassFailure();

    MLIRContext *context = &getContext();
    TypeConverter converter;
    populatePrunedTypeConversion(converter);
    ConversionTarget target(*context);
    target.addIllegalOp<PruneOp, UnpruneOp, QuotaOp, NextQuotaOp, SelectLeastOp,
                        AppendOp, ReadBackOp>();
    target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp op) {
      return converter.isSignatureLegal(op.getFunctionType());
    });
    target.markUnknownOpDynamicallyLegal(
        [&](Operation *op) { return converter.isLegal(op); });

    RewritePatternSet patterns(context);
    populateLowerPruningPatterns(converter, patterns);
    populateLowerStreamingPatterns(patterns, selection);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                   converter);
    populateCallOpTypeConversionPattern(patterns, converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                         target);
    cf::populateCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                       target);
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }

private:
  /// Whether a pruned map may pass through `op`.
  static bool isHandled(Operation *op) {
    return isa<PruneOp, UnpruneOp, func::FuncOp, func::CallOp, func::ReturnOp,
               arith::SelectOp, cf::BranchOp, cf::CondBranchOp, scf::IfOp,
               scf::ForOp, scf::WhileOp, scf::ConditionOp, scf::YieldOp>(op);
  }

  /// A plain word about what cannot be lowered, before anything is.
  LogicalResult checkOps() {
    auto walk = getOperation().walk([&](Operation *op) {
      if (auto prune = dyn_cast<PruneOp>(op)) {
        ++numPruned;
        storageBytes += prune.getPruned().getType().getStorageBytes();
      }
      auto select = dyn_cast<SelectLeastOp>(op);
      if (select && selection == Selection::Insertion &&
          !select.getQuotaBound()) {
        select.emitOpError() << "needs a bound for its cache: at_most, or a "
                                "buffer of static size";
        return WalkResult::interrupt();
      }
      if (isHandled(op) || (llvm::none_of(op->getOperandTypes(), isPruned) &&
                            llvm::none_of(op->getResultTypes(), isPruned)))
        return WalkResult::advance();
      op->emitOpError() << "uses a pruned map; rtwmc-lower-pruning can carry "
                           "one through functions, calls, scf, cf and "
                           "arith.select only";
      return WalkResult::interrupt();
    });
    return failure(walk.wasInterrupted());
  }
};

} // namespace

void rtwmc::populatePrunedTypeConversion(TypeConverter &converter) {
  converter.addConversion([](Type type) { return type; });
  converter.addConversion(
      [](PrunedType type, SmallVectorImpl<Type> &types) -> LogicalResult {
        types.push_back(type.getValuesType());
        types.push_back(type.getBitmapType());
        return success();
      });
}

void rtwmc::populateLowerPruningPatterns(const TypeConverter &converter,
                                         RewritePatternSet &patterns) {
  patterns.add<LowerPrune, LowerUnprune, SelectMap>(converter,
                                                    patterns.getContext());
}
