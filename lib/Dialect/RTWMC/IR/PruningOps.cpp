//===- PruningOps.cpp - Pruned maps and their streaming -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Compression.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace rtwmc;

//===----------------------------------------------------------------------===//
// The reference semantics, on constants
//===----------------------------------------------------------------------===//

/// `position[i]` is where element `i` of the stream is in raster order.
static SmallVector<int64_t> streamPositions(PrunedType type) {
  SmallVector<int64_t> positions;
  positions.reserve(type.getNumElements());
  if (type.getOrder() == StreamOrder::NHWC) {
    for (int64_t i = 0, e = type.getNumElements(); i < e; ++i)
      positions.push_back(i);
    return positions;
  }
  int64_t channels = type.getShape().back();
  int64_t pixels = type.getNumElements() / channels;
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t pixel = 0; pixel < pixels; ++pixel)
      positions.push_back(pixel * channels + c);
  return positions;
}

/// The elements of a constant map in stream order.
static std::vector<int8_t> streamOf(DenseElementsAttr map, PrunedType type) {
  auto raster = llvm::to_vector(map.getValues<int8_t>());
  std::vector<int8_t> stream;
  stream.reserve(raster.size());
  for (int64_t position : streamPositions(type))
    stream.push_back(raster[position]);
  return stream;
}

static planning::PackedMap compressConstant(PruneOp op, DenseElementsAttr map) {
  planning::PruneSpec spec;
  spec.batch = op.getBatch();
  spec.drop = op.getDrop();
  spec.zeroPoint = op.getPruned().getType().getZero();
  spec.tauQ = op.getTauQ();
  spec.policy = op.getPolicy();
  PrunedType type = op.getPruned().getType();
  return planning::compressUnits(streamOf(map, type), type.getNumUnits(), spec);
}

//===----------------------------------------------------------------------===//
// PruneOp
//===----------------------------------------------------------------------===//

void PruneOp::build(OpBuilder &builder, OperationState &state, Value input,
                    PlanAttr plan) {
  auto map = cast<RankedTensorType>(input.getType());
  auto type =
      PrunedType::get(map, plan.getDrop(), plan.getZero(), plan.getOrder());
  build(builder, state, type, builder.getIndexType(), input, plan.getDrop(),
        plan.getBatch(), plan.getTauQ(), plan.getPolicy());
}

int64_t PruneOp::getNumBatches() {
  return llvm::divideCeil(getPruned().getType().getUnitElements(), getBatch());
}

static LogicalResult verifyTau(Operation *op, int32_t tauQ) {
  if (tauQ < 0 || tauQ > 256)
    return op->emitOpError() << "tau_q = " << tauQ
                             << " is outside [0, 256]: magnitudes have 8 bits";
  return success();
}

LogicalResult PruneOp::verify() {
  PrunedType pruned = getPruned().getType();
  if (getInput().getType() != pruned.getDenseType())
    return emitOpError() << "prunes a map of type " << getInput().getType()
                         << " into one of " << pruned.getDenseType();
  int64_t elements = pruned.getUnitElements();
  if (static_cast<int64_t>(getDrop()) < 0 ||
      static_cast<int64_t>(getDrop()) > elements)
    return emitOpError() << "drop = " << static_cast<int64_t>(getDrop())
                         << " is outside [0, " << elements
                         << "], the elements of "
                         << (pruned.getUnit() == PruneUnit::Row ? "a row"
                                                                : "the map");
  if (pruned.getDrop() != static_cast<int64_t>(getDrop()))
    return emitOpError() << "drops " << getDrop() << " of " << elements
                         << " elements, so it keeps at most "
                         << elements - getDrop() << " and not "
                         << pruned.getKeep();
  if (static_cast<int64_t>(getBatch()) < 1)
    return emitOpError() << "a batch has at least one element, got "
                         << static_cast<int64_t>(getBatch());
  // The numerator of ceil(R * b / rem), see LowerQuota.
  if (int64_t(getDrop()) * pruned.getBufferBytes(getBatch()) + elements >
      UINT32_MAX)
    return emitOpError() << "dropping " << getDrop() << " elements in batches "
                         << "of " << getBatch()
                         << " needs quotas beyond 32 bits: use smaller batches";
  return verifyTau(*this, getTauQ());
}

namespace {
/// The number kept is known before anything runs if the map is constant, if
/// there is no threshold, or if nothing can be kept.
struct FoldKept : OpRewritePattern<PruneOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PruneOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getKept().use_empty())
      return failure();
    DenseElementsAttr map;
    PrunedType type = op.getPruned().getType();
    int64_t kept = type.getKeep() * type.getNumUnits();
    if (matchPattern(op.getInput(), m_Constant(&map)))
      kept = compressConstant(op, map).values.size();
    else if (op.getTauQ() != 0 && kept != 0)
      return failure();
    Value constant =
        arith::ConstantIndexOp::create(rewriter, op.getLoc(), kept);
    rewriter.replaceAllUsesWith(op.getKept(), constant);
    return success();
  }
};
} // namespace

void PruneOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<FoldKept>(context);
}

//===----------------------------------------------------------------------===//
// UnpruneOp
//===----------------------------------------------------------------------===//

LogicalResult UnpruneOp::verify() {
  if (getMap().getType() != getPruned().getType().getDenseType())
    return emitOpError() << "reads a map of type "
                         << getPruned().getType().getDenseType()
                         << " back as one of " << getMap().getType();
  return success();
}

OpFoldResult UnpruneOp::fold(FoldAdaptor) {
  PrunedType type = getPruned().getType();
  int8_t zero = type.getZero();
  auto prune = getPruned().getDefiningOp<PruneOp>();
  if (!prune)
    return {};
  // Nothing is dropped. A threshold of 1 would not lose anything either, but
  // makes zeros that a consumer can skip.
  if (prune.getDrop() == 0 && prune.getTauQ() == 0)
    return prune.getInput();
  DenseElementsAttr map;
  if (!matchPattern(prune.getInput(), m_Constant(&map)))
    return {};
  std::vector<int8_t> stream =
      planning::expand(compressConstant(prune, map), zero);
  SmallVector<int8_t> raster(stream.size());
  for (auto [i, position] : llvm::enumerate(streamPositions(type)))
    raster[position] = stream[i];
  return DenseElementsAttr::get(type.getDenseType(), ArrayRef<int8_t>(raster));
}

namespace {
/// A map of which nothing is kept is a constant. Not a fold: any rewriting
/// folds, also that which makes layers, and a plan that drops all of a map has
/// it produced and read all the same.
struct UnpruneNothing : OpRewritePattern<UnpruneOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(UnpruneOp op,
                                PatternRewriter &rewriter) const override {
    PrunedType type = op.getPruned().getType();
    if (type.getKeep() != 0)
      return failure();
    int8_t zero = type.getZero();
    auto zeros = DenseElementsAttr::get(type.getDenseType(), zero);
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, zeros);
    return success();
  }
};
} // namespace

void UnpruneOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<UnpruneNothing>(context);
}

//===----------------------------------------------------------------------===//
// Quotas
//===----------------------------------------------------------------------===//

/// The value of a folded index operand.
static std::optional<int64_t> constantOf(Attribute attr) {
  if (auto integer = dyn_cast_if_present<IntegerAttr>(attr))
    return integer.getInt();
  return std::nullopt;
}

LogicalResult QuotaOp::verify() {
  bool isPaper = getPolicy() == QuotaPolicy::Paper;
  if (isPaper != static_cast<bool>(getPerBatch()))
    return emitOpError() << "policy " << spell(getPolicy())
                         << (isPaper ? " needs" : " has no")
                         << " quota per batch";
  return success();
}

OpFoldResult QuotaOp::fold(FoldAdaptor adaptor) {
  auto index = [&](int64_t value) {
    return IntegerAttr::get(IndexType::get(getContext()), value);
  };
  std::optional<int64_t> owed = constantOf(adaptor.getOwed());
  if (owed && *owed == 0)
    return index(0);
  std::optional<int64_t> remaining = constantOf(adaptor.getRemaining());
  std::optional<int64_t> count = constantOf(adaptor.getCount());
  if (!owed || !remaining || !count)
    return {};
  // Beyond its contract the op means nothing that could be folded.
  if (*owed < 0 || *count < 0 || *owed > *remaining || *count > *remaining ||
      *remaining > UINT32_MAX)
    return {};
  if (getPolicy() == QuotaPolicy::Proportional)
    return index(llvm::divideCeil(*owed * *count, *remaining));
  std::optional<int64_t> perBatch = constantOf(adaptor.getPerBatch());
  if (!perBatch)
    return {};
  int64_t rest = *remaining - *count;
  return index(std::min({*owed, *count, std::max(*perBatch, *owed - rest)}));
}

OpFoldResult NextQuotaOp::fold(FoldAdaptor adaptor) {
  // Without batches to come, or without more dropped than asked, P_b stays.
  std::optional<int64_t> batches = constantOf(adaptor.getBatches());
  if ((batches && *batches == 0) || getDropped() == getQuota())
    return getPerBatch();
  std::optional<int64_t> dropped = constantOf(adaptor.getDropped());
  std::optional<int64_t> quota = constantOf(adaptor.getQuota());
  if (dropped && quota && *dropped <= *quota)
    return getPerBatch();
  std::optional<int64_t> owed = constantOf(adaptor.getOwed());
  if (!dropped || !quota || !owed || !batches || *owed < 0 || *batches < 0)
    return {};
  return IntegerAttr::get(IndexType::get(getContext()),
                          llvm::divideCeil(*owed, *batches));
}

//===----------------------------------------------------------------------===//
// Tiny buffer, packed values, bitmap
//===----------------------------------------------------------------------===//

static LogicalResult verifyZeroPoint(Operation *op, int32_t zero) {
  if (zero < -128 || zero > 127)
    return op->emitOpError() << "zero point " << zero
                             << " does not fit an int8 element, which holds "
                                "-128 to 127";
  return success();
}

std::optional<int64_t> SelectLeastOp::getQuotaBound() {
  if (std::optional<uint64_t> bound = getAtMost())
    return *bound;
  if (getBuffer().getType().hasStaticShape())
    return getBuffer().getType().getDimSize(0);
  return std::nullopt;
}

LogicalResult SelectLeastOp::verify() {
  if (getAtMost() && static_cast<int64_t>(*getAtMost()) < 0)
    return emitOpError() << "at_most = " << static_cast<int64_t>(*getAtMost())
                         << " is negative";
  if (failed(verifyTau(*this, getTauQ())))
    return failure();
  return verifyZeroPoint(*this, getZeroPoint());
}

LogicalResult AppendOp::verify() {
  return verifyZeroPoint(*this, getZeroPoint());
}

LogicalResult ReadBackOp::verify() {
  return verifyZeroPoint(*this, getZeroPoint());
}
