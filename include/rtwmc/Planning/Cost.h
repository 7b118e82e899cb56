//===- Cost.h - What a network of given shapes costs ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The planner as a cost function: layer shapes in; RAM, elements to drop and
// feasibility out, fast enough to sit inside a search over architectures.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_COST_H
#define RTWMC_PLANNING_COST_H

#include "rtwmc/Planning/Expected.h"
#include "rtwmc/Planning/Planner.h"
#include "rtwmc/Planning/Shapes.h"
#include "rtwmc/Planning/StripSearch.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rtwmc::planning {

/// Stack that a network is assumed to need, bytes. The real stack is known only
/// after code generation; docs/cost-function.md says what was measured.
inline constexpr int64_t defaultStackAllowance = 384;

struct CostOptions {
  Mode mode = Mode::Exact;
  /// Budget of arena and stack, bytes. None (mode `Exact` only): what a network
  /// needs that drops nothing.
  std::optional<int64_t> ram;
  /// Allowance for the stack, bytes.
  int64_t stack = defaultStackAllowance;
  /// `S_b`, elements.
  int64_t batch = 32;
  /// A packed map with its overhead takes at most this share: of the arena's
  /// budget (`Exact`), of `ram` (`Paper`).
  double alpha = 0.8;
  InputPlace input = InputPlace::External;
  /// Of packed maps.
  StreamOrder order = StreamOrder::NHWC;
  /// Multiply-accumulates that may be computed again, in strips, before
  /// anything is dropped (mode `Exact`): percent. Tens of milliseconds where
  /// the network does not fit otherwise.
  int64_t maxRecompute = defaultMaxRecompute;
  /// Also look for the smallest budget (mode `Exact`): milliseconds instead of
  /// microseconds.
  bool findSmallest = false;
};

/// What a network costs. Bytes unless said otherwise.
struct Cost {
  /// `ram` is within the budget.
  bool fits = false;
  /// There is a plan, which `stores` describes; else `message` says why not.
  /// In mode `Paper` it need not fit.
  bool planned = false;
  /// Of the plan; where there is none that fits, of the smallest plan.
  int64_t arena = 0;
  /// `arena` and the allowance for the stack.
  int64_t ram = 0;
  /// The smallest `ram` that fits; 0 where it was not looked for.
  int64_t smallest = 0;
  /// The smallest `ram` for which nothing is dropped, nor computed again.
  int64_t smallestLossless = 0;
  /// The smallest `ram` for which nothing is dropped with as much computed
  /// again as may be; 0 where it was not looked for.
  int64_t smallestRecomputing = 0;
  /// Elements dropped, over the elements of all maps that layers write.
  double lossFraction = 0.0;
  /// By given layer: the shape of its result, and what is stored of it.
  /// `StoreKind::None` where nothing is because the layer behind it was moved
  /// into it, and everywhere if there is no plan.
  std::vector<MapShape> shapes;
  std::vector<Store> stores;
  int64_t macs = 0, parameters = 0, constantBytes = 0;
  /// Multiply-accumulates that the plan computes again, which are not in
  /// `macs`. Of the maps of a segment in strips, `stores` are those of its
  /// first strip.
  int64_t recomputedMacs = 0;
  /// Why it does not fit; empty if it does.
  std::string message;
};

/// What `shape` costs. Where nothing fits that is no error, but `Cost::fits` is
/// false; the error is a sentence about shapes or options that make no sense.
Expected<Cost, std::string> costOf(const NetworkShape &shape,
                                   const CostOptions &options);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_COST_H
