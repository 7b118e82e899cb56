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
constexpr int64_t Unit = 1'000'000;

/// Nothing that runs on a microcontroller is larger; keeps products of three
/// sizes inside 128 bits and of two inside 64.
constexpr int64_t MaxElements = int64_t(1) << 31;

__extension__ using Wide = __int128;

/// Quotients beyond `MaxElements` all mean "more than there is".
int64_t ceilDiv(Wide numerator, Wide denominator) {
  Wide Quotient = (numerator + denominator - 1) / denominator;
  return static_cast<int64_t>(std::min<Wide>(Quotient, 2 * Wide(MaxElements)));
}

enum class Rule { ClosedForm, LeastInteger };

class Algorithm1 {
public:
  Algorithm1(const PaperOptions &options, Rule rule)
      : Opts(options), Rounding(rule),
        AlphaUnits(std::llround(options.alpha * double(Unit))) {}

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

  const PaperOptions &Opts;
  Rule Rounding;
  int64_t AlphaUnits;
};

std::string Algorithm1::checkOptions() const {
  if (Opts.ram <= 0 || Opts.ram > MaxElements)
    return "the RAM size must be between 1 and 2^31 elements";
  if (Opts.batch <= 0 || Opts.batch > MaxElements)
    return "the tiny buffer must hold between 1 and 2^31 elements";
  if (Opts.bitWidth <= 0 || Opts.bitWidth > 64)
    return "the bit width must be between 1 and 64";
  if (!(Opts.alpha > 0.0 && Opts.alpha <= 1.0))
    return "alpha must be greater than 0 and at most 1";
  return "";
}

std::string Algorithm1::checkLayer(const PaperLayer &layer) const {
  auto Reasonable = [](int64_t elements) {
    return elements >= 0 && elements <= MaxElements;
  };
  if (layer.outputElements == 0 || !Reasonable(layer.outputElements))
    return "the output must have between 1 and 2^31 elements";
  if (!Reasonable(layer.inputElements) || !Reasonable(layer.poolElements))
    return "sizes must be between 0 and 2^31 elements";
  return "";
}

int64_t Algorithm1::layout(const PaperLayer &layer, const PaperLayerPlan &plan,
                           int64_t drop, int64_t cache) const {
  int64_t Output = layer.outputElements - drop + plan.bitmapElements + cache;
  if (plan.option == PaperOption::OutputThreshold)
    return Output;
  return plan.inputElements + Output + plan.bufferElements;
}

std::string Algorithm1::closedForm(const PaperLayer &layer,
                                   PaperLayerPlan &plan, Wide numUnits) const {
  int64_t Full = layer.outputElements + plan.bitmapElements;
  int64_t Denominator = Full - 2 * Opts.batch;
  // Finding 4: with S_b >= full/2 the cache grows as fast as the map shrinks.
  if (Denominator <= 0)
    return "a tiny buffer of " + std::to_string(Opts.batch) +
           " elements is too large for an output of " + std::to_string(Full) +
           " elements with its bitmap: it must be less than half of that";
  // D_p = num / (1 - 2*S_b/full) = num * full / (full - 2*S_b)
  plan.drop = ceilDiv(numUnits * Full, Wide(Denominator) * Unit);
  if (plan.drop > layer.outputElements)
    return "needs " + std::to_string(plan.drop) + " elements dropped of " +
           std::to_string(layer.outputElements);
  int64_t Batches = ceilDiv(layer.outputElements, Opts.batch);
  plan.dropPerBatch = ceilDiv(plan.drop, Batches);
  // Finding 2: a value and an index for each element a batch drops.
  plan.cacheElements = 2 * plan.dropPerBatch;
  return "";
}

std::string Algorithm1::leastInteger(const PaperLayer &layer,
                                     PaperLayerPlan &plan) const {
  int64_t N = layer.outputElements;
  auto Cache = [&](int64_t drop) {
    return 2 * ceilDiv(Wide(drop) * Opts.batch, N);
  };
  // The layout is not monotone in the drop (the cache grows in steps of two),
  // so binary search would skip solutions: start at the least drop that could
  // do without a cache and jump by what is missing, which a larger cache can
  // only make larger.
  int64_t Drop = 0;
  while (Drop <= N) {
    int64_t Missing =
        layout(layer, plan, Drop, Cache(Drop)) - plan.boundElements;
    if (Missing <= 0)
      break;
    Drop += Missing;
  }
  if (Drop > N)
    return "does not fit " + std::to_string(plan.boundElements) +
           " elements even with every element dropped";
  plan.drop = Drop;
  plan.cacheElements = Cache(Drop);
  plan.dropPerBatch = ceilDiv(Drop, ceilDiv(N, Opts.batch));
  return "";
}

std::string Algorithm1::planLayer(const PaperLayer &layer,
                                  PaperLayerPlan &plan) const {
  int64_t Bitmap = ceilDiv(layer.outputElements, Opts.bitWidth);
  int64_t Full = layer.outputElements + Bitmap;
  int64_t InputSize = plan.inputElements;
  Wide AlphaRam = Wide(AlphaUnits) * Opts.ram; // in units

  bool BreaksThreshold = Wide(Full) * Unit > AlphaRam;
  // Finding 1: line 10 means element `l`.
  bool BreaksRam = InputSize + Full > Opts.ram;
  if (!BreaksThreshold && !BreaksRam) {
    plan.layoutElements = InputSize + layer.outputElements;
    plan.boundElements = Opts.ram;
    return "";
  }

  plan.bitmapElements = Bitmap;
  plan.bufferElements = Opts.batch;
  bool RamIsTighter =
      Wide(InputSize + Opts.batch) * Unit >= Wide(Opts.ram) * Unit - AlphaRam;
  Wide Num;
  if (!BreaksThreshold || RamIsTighter) {
    plan.option = PaperOption::WholeRam;
    plan.boundElements = Opts.ram;
    Num = Wide(InputSize + Full + Opts.batch - Opts.ram) * Unit;
  } else {
    plan.option = PaperOption::OutputThreshold;
    plan.boundElements = static_cast<int64_t>(AlphaRam / Unit);
    Num = Wide(Full) * Unit - AlphaRam;
  }

  std::string Problem = Rounding == Rule::ClosedForm
                            ? closedForm(layer, plan, Num)
                            : leastInteger(layer, plan);
  if (Problem.empty())
    plan.layoutElements = layout(layer, plan, plan.drop, plan.cacheElements);
  return Problem;
}

PaperResult Algorithm1::run(const std::vector<PaperLayer> &layers) const {
  if (std::string Problem = checkOptions(); !Problem.empty())
    return PaperError{-1, Problem};

  std::vector<PaperLayerPlan> Plans;
  for (size_t L = 0; L < layers.size(); ++L) {
    const PaperLayer &Layer = layers[L];
    PaperLayerPlan Plan;
    if (L > 0) {
      // What the previous layer leaves. A layer that drops nothing has no
      // bitmap; eq. 4 for a pooling layer.
      const PaperLayerPlan &Prev = Plans.back();
      const PaperLayer &PrevLayer = layers[L - 1];
      Plan.inputElements =
          PrevLayer.outputElements + Prev.bitmapElements - Prev.drop;
      if (PrevLayer.poolElements > 0)
        Plan.inputElements =
            std::min(Plan.inputElements, PrevLayer.poolElements);
    } else if (!Opts.inputExternal) {
      Plan.inputElements = Layer.inputElements;
    }
    std::string Problem = checkLayer(Layer);
    if (Problem.empty())
      Problem = planLayer(Layer, Plan);
    if (!Problem.empty())
      return PaperError{static_cast<int>(L), Layer.name + ": " + Problem};
    Plans.push_back(Plan);
  }
  return Plans;
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
