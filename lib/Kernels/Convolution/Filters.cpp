//===- Filters.cpp - Weights as inner loops see them ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Filters.h"

using namespace mlir;
using namespace rtwmc;

int64_t Filters::sum(int64_t channel) const {
  int64_t result = 0;
  for (int64_t i = 0; i < perChannel(); ++i)
    result += weights[channel * perChannel() + i];
  return result;
}

void Filters::joinRows() {
  length *= height;
  height = 1;
}

Filters Filters::ofRow(int64_t index) const {
  Filters row = *this;
  row.height = 1;
  row.weights.clear();
  for (int64_t channel = 0; channel < channels; ++channel)
    for (int64_t element = 0; element < length; ++element)
      row.weights.push_back(at(channel, index, element));
  return row;
}

static bool needTwoBytes(ArrayRef<int16_t> weights) {
  return llvm::any_of(weights, [](int16_t w) { return w != int8_t(w); });
}

/// The weights less their zero point, in the order of the attribute.
static std::vector<int16_t> effectiveWeights(ElementsAttr weight,
                                             int32_t zeroPoint) {
  std::vector<int16_t> result;
  for (int8_t value : weight.getValues<int8_t>())
    result.push_back(static_cast<int16_t>(value - zeroPoint));
  return result;
}

Filters rtwmc::makeFilters(Conv2DOp op) {
  auto type = cast<RankedTensorType>(op.getWeight().getType());
  Filters filters;
  filters.channels = type.getDimSize(0);
  filters.height = type.getDimSize(1);
  filters.columnElements = type.getDimSize(3);
  filters.length = type.getDimSize(2) * filters.columnElements;
  filters.weights = effectiveWeights(op.getWeight(), op.getWeightZp());
  filters.areWide = needTwoBytes(filters.weights);
  filters.readUnsigned = op.getInputUnsigned();
  filters.bias = foldZeroPoint(op.getBias(), op.getInputZp(), filters);
  filters.outputColumns = op.getConvolvedSize().second;
  filters.readRowsInTurn = op.getKernelShape().accumulatesRows();
  filters.columnStep = op.getStride()[1];
  filters.needPatch = op.getKernelShape().needsPatch();
  return filters;
}

Filters rtwmc::makeFilters(DepthwiseConv2DOp op, int64_t columnStride) {
  auto type = cast<RankedTensorType>(op.getWeight().getType());
  Filters filters;
  filters.channels = type.getDimSize(2) * type.getDimSize(3);
  filters.height = type.getDimSize(0);
  filters.length = type.getDimSize(1);
  filters.multiplier = type.getDimSize(3);
  filters.elementStride = columnStride;
  filters.areTogether = false;
  // The taps of an output channel side by side.
  std::vector<int16_t> given =
      effectiveWeights(op.getWeight(), op.getWeightZp());
  for (int64_t channel = 0; channel < filters.channels; ++channel)
    for (int64_t tap = 0; tap < filters.perChannel(); ++tap)
      filters.weights.push_back(given[tap * filters.channels + channel]);
  filters.areWide = needTwoBytes(filters.weights);
  filters.readUnsigned = op.getInputUnsigned();
  filters.bias = foldZeroPoint(op.getBias(), op.getInputZp(), filters);
  filters.outputColumns = op.getConvolvedSize().second;
  return filters;
}

std::vector<int32_t> rtwmc::foldZeroPoint(ElementsAttr bias, int32_t inputZp,
                                          const Filters &filters) {
  std::vector<int32_t> result;
  for (auto [channel, value] : llvm::enumerate(bias.getValues<int32_t>()))
    result.push_back(
        static_cast<int32_t>(value - int64_t(inputZp) * filters.sum(channel)));
  return result;
}
