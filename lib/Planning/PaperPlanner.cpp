//===- PaperPlanner.cpp - Algorithm 1 of the paper ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PaperPlanner.h"

#include <algorithm>
#include <cmath>

using namespace rtwmc::planning;

namespace {

/// alpha is kept in millionths: `0.8 * 4096` in binary floating point is not
/// 3276.8, and a ceiling next to an integer would notice.
constexpr int64_t unit = 1'000'000;

/// Nothing that runs on a microcontroller is larger; keeps products of three
/// sizes inside 128 bits and of two inside 64.
constexpr int64_t mostElements = int64_t(1) << 31;

__extension__ using Wide = __int128;

/// Quotients beyond `mostElements` all mean "more than there is".
int64_t ceilDiv(Wide numerator, Wide denominator) {
  Wide quotient = (numerator + denominator - 1) / denominator;
  return static_cast<int64_t>(std::min<Wide>(quotient, 2 * Wide(mostElements)));
}

enum class Rule { ClosedForm, LeastInteger };

class Algorithm1 {
public:
  Algorithm1(const PaperOptions &options, Rule rule)
      : opts(options), rounding(rule),
        alphaUnits(std::llround(options.alpha * double(unit))) {}

  PaperResult run(const std::vector<PaperLayer> &layers) const;

private:
  std::string checkOptions() const;
  std::string checkLayer(const PaperLayer &layer) const;
  /// Fills `plan`, whose `inputElements` is set; returns an error or "".
  std::string planLayer(const PaperLayer &layer, PaperLayerPlan &plan) const;
  /// The closed form, and the least integer for eq. 2 / eq. 3.
  std::string closedForm(const PaperLayer &layer, PaperLayerPlan &plan,
                         Wide numUnits) const;
  std::string leastInteger(const PaperLayer &layer, PaperLayerPlan &plan) const;
  /// The left side of eq. 2 or eq. 3, whichever `plan.option` names.
  int64_t layout(const PaperLayer &layer, const PaperLayerPlan &plan,
                 int64_t drop, int64_t cache) const;

  const PaperOptions &opts;
  Rule rounding;
  int64_t alphaUnits;
};

std::string Algorithm1::checkOptions() const {
  if (opts.ram <= 0 || opts.ram > mostElements)
    return "the RAM size must be between 1 and 2^31 elements";
  if (opts.batch <= 0 || opts.batch > mostElements)
    return "the tiny buffer must hold between 1 and 2^31 elements";
  if (opts.bitWidth <= 0 || opts.bitWidth > 64)
    return "the bit width must be between 1 and 64";
  if (!(opts.alpha > 0.0 && opts.alpha <= 1.0))
    return "alpha must be greater than 0 and at most 1";
  return "";
}

std::string Algorithm1::checkLayer(const PaperLayer &layer) const {
  auto reasonable = [](int64_t elements) {
    return elements >= 0 && elements <= mostElements;
  };
  if (layer.outputElements == 0 || !reasonable(layer.outputElements))
    return "the output must have between 1 and 2^31 elements";
  if (!reasonable(layer.inputElements) || !reasonable(layer.poolElements))
    return "sizes must be between 0 and 2^31 elements";
  return "";
}

int64_t Algorithm1::layout(const PaperLayer &layer, const PaperLayerPlan &plan,
                           int64_t drop, int64_t cache) const {
  int64_t output = layer.outputElements - drop + plan.bitmapElements + cache;
  if (plan.option == PaperOption::OutputThreshold)
    return output;
  return plan.inputElements + output + plan.bufferElements;
}

std::string Algorithm1::closedForm(const PaperLayer &layer,
                                   PaperLayerPlan &plan, Wide numUnits) const {
  int64_t full = layer.outputElements + plan.bitmapElements;
  int64_t denominator = full - 2 * opts.batch;
  // Finding 4: with S_b >= full/2 the cache grows as fast as the map shrinks.
  if (denominator <= 0)
    return "a tiny buffer of " + std::to_string(opts.batch) +
           " elements is too large for an output of " + std::to_string(full) +
           " elements with its bitmap: it must be less than half of that";
  // D_p = num / (1 - 2*S_b/full) = num * full / (full - 2*S_b)
  plan.drop = ceilDiv(numUnits * full, Wide(denominator) * unit);
  if (plan.drop > layer.outputElements)
    return "needs " + std::to_string(plan.drop) + " elements dropped of " +
           std::to_string(layer.outputElements);
  int64_t batches = ceilDiv(layer.outputElements, opts.batch);
  plan.dropPerBatch = ceilDiv(plan.drop, batches);
  // Finding 2: a value and an index for each element a batch drops.
  plan.cacheElements = 2 * plan.dropPerBatch;
  return "";
}

std::string Algorithm1::leastInteger(const PaperLayer &layer,
                                     PaperLayerPlan &plan) const {
  int64_t N = layer.outputElements;
  auto cache = [&](int64_t drop) {
    return 2 * ceilDiv(Wide(drop) * opts.batch, N);
  };
  // The layout is not monotone in the drop (the cache grows in steps of two),
  // so binary search would skip solutions: start at the least drop that could
  // do without a cache and jump by what is missing, which a larger cache can
  // only make larger.
  int64_t drop = 0;
  while (drop <= N) {
    int64_t missing =
        layout(layer, plan, drop, cache(drop)) - plan.boundElements;
    if (missing <= 0)
      break;
    drop += missing;
  }
  if (drop > N)
    return "does not fit " + std::to_string(plan.boundElements) +
           " elements even with every element dropped";
  plan.drop = drop;
  plan.cacheElements = cache(drop);
  plan.dropPerBatch = ceilDiv(drop, ceilDiv(N, opts.batch));
  return "";
}

std::string Algorithm1::planLayer(const PaperLayer &layer,
                                  PaperLayerPlan &plan) const {
  int64_t bitmap = ceilDiv(layer.outputElements, opts.bitWidth);
  int64_t full = layer.outputElements + bitmap;
  int64_t inputSize = plan.inputElements;
  Wide alphaRam = Wide(alphaUnits) * opts.ram; // in units

  bool breaksThreshold = Wide(full) * unit > alphaRam;
  // Finding 1: line 10 means element `l`.
  bool breaksRam = inputSize + full > opts.ram;
  if (!breaksThreshold && !breaksRam) {
    plan.layoutElements = inputSize + layer.outputElements;
    plan.boundElements = opts.ram;
    return "";
  }

  plan.bitmapElements = bitmap;
  plan.bufferElements = opts.batch;
  bool ramIsTighter =
      Wide(inputSize + opts.batch) * unit >= Wide(opts.ram) * unit - alphaRam;
  Wide num;
  if (!breaksThreshold || ramIsTighter) {
    plan.option = PaperOption::WholeRam;
    plan.boundElements = opts.ram;
    num = Wide(inputSize + full + opts.batch - opts.ram) * unit;
  } else {
    plan.option = PaperOption::OutputThreshold;
    plan.boundElements = static_cast<int64_t>(alphaRam / unit);
    num = Wide(full) * unit - alphaRam;
  }

  std::string problem = rounding == Rule::ClosedForm
                            ? closedForm(layer, plan, num)
                            : leastInteger(layer, plan);
  if (problem.empty())
    plan.layoutElements = layout(layer, plan, plan.drop, plan.cacheElements);
  return problem;
}

PaperResult Algorithm1::run(const std::vector<PaperLayer> &layers) const {
  if (std::string problem = checkOptions(); !problem.empty())
    return PaperError{-1, problem};

  std::vector<PaperLayerPlan> plans;
  for (size_t i = 0; i < layers.size(); ++i) {
    const PaperLayer &layer = layers[i];
    PaperLayerPlan plan;
    if (i > 0) {
      // What the previous layer leaves. A layer that drops nothing has no
      // bitmap; eq. 4 for a pooling layer.
      const PaperLayerPlan &prev = plans.back();
      const PaperLayer &prevLayer = layers[i - 1];
      plan.inputElements =
          prevLayer.outputElements + prev.bitmapElements - prev.drop;
      if (prevLayer.poolElements > 0)
        plan.inputElements =
            std::min(plan.inputElements, prevLayer.poolElements);
    } else if (opts.input != InputPlace::External) {
      plan.inputElements = layer.inputElements;
    }
    std::string problem = checkLayer(layer);
    if (problem.empty())
      problem = planLayer(layer, plan);
    if (!problem.empty())
      return PaperError{static_cast<int>(i), layer.name + ": " + problem};
    plans.push_back(plan);
  }
  return plans;
}

} // namespace

PaperResult rtwmc::planning::planPaper(const std::vector<PaperLayer> &layers,
                                       const PaperOptions &options) {
  return Algorithm1(options, Rule::ClosedForm).run(layers);
}

PaperResult rtwmc::planning::leastDrop(const std::vector<PaperLayer> &layers,
                                       const PaperOptions &options) {
  return Algorithm1(options, Rule::LeastInteger).run(layers);
}
