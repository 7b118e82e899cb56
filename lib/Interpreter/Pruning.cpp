//===- Pruning.cpp - What prune and unprune mean --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Section 3 of the specification is Planning/Compression.h, on a stream. What
// is added here is the order of the stream.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace rtwmc;

/// Where each element of the stream is in raster order.
static std::vector<int64_t> rasterPositions(PrunedType type) {
  int64_t elements = type.getNumElements();
  bool byChannel = type.getOrder() == StreamOrder::NCHW;
  int64_t channels = byChannel ? type.getShape().back() : 1;
  std::vector<int64_t> positions;
  for (int64_t channel = 0; channel < channels; ++channel)
    for (int64_t at = channel; at < elements; at += channels)
      positions.push_back(at);
  return positions;
}

FailureOr<Data> rtwmc::evaluate(PruneOp op, Operands operands) {
  PrunedType type = op.getPruned().getType();
  planning::PruneSpec spec;
  spec.batch = op.getBatch();
  spec.drop = op.getDrop();
  spec.zeroPoint = type.getZero();
  spec.tauQ = op.getTauQ();
  spec.policy = op.getPolicy() == QuotaPolicy::Paper
                    ? planning::QuotaPolicy::Paper
                    : planning::QuotaPolicy::Proportional;
  std::vector<int8_t> stream;
  for (int64_t position : rasterPositions(type))
    stream.push_back(operands[0].elements[position]);
  planning::PackedMap packed =
      planning::compressUnits(stream, type.getNumUnits(), spec);
  int64_t kept = packed.values.size();
  return Data{Datum{type, {}, std::move(packed)},
              Datum{op.getKept().getType(), {kept}}};
}

FailureOr<Data> rtwmc::evaluate(UnpruneOp op, Operands operands) {
  PrunedType type = op.getPruned().getType();
  std::vector<int8_t> stream =
      planning::expand(operands[0].packed, type.getZero());
  Datum map{op.getMap().getType(), std::vector<int64_t>(stream.size()), {}};
  for (auto [element, position] : llvm::zip(stream, rasterPositions(type)))
    map.elements[position] = int64_t{element};
  return Data{std::move(map)};
}
