//===- Schedule.h - Step lists and their loops ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A schedule is a list of steps (layer, step of that layer). Layer by layer is
// one such list, depth-first another. Code generation wants it as few loops.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_SCHEDULE_H
#define RTWMC_PLANNING_SCHEDULE_H

#include <cstdint>
#include <vector>

namespace rtwmc::planning {

/// One step of one layer.
struct Step {
  /// Index into `Network::layers`.
  int layer = -1;
  /// Which of the layer's steps, `0..steps-1`.
  int64_t step = 0;

  friend bool operator==(const Step &, const Step &) = default;
};

/// `count` consecutive steps of `layer` in each iteration of a loop.
struct Run {
  int layer = -1;
  /// Step index in iteration 0.
  int64_t firstStep = 0;
  /// Consecutive steps per iteration.
  int64_t count = 1;

  friend bool operator==(const Run &, const Run &) = default;
};

/// A periodic piece of a schedule. In iteration `i`, a run executes the steps
/// `firstStep + i * C + [0, count)`, where `C` is the sum of the counts of all
/// runs of that layer in `body`. `tripCount == 1` is straight-line code.
struct Loop {
  using Run = planning::Run;

  int64_t tripCount = 1;
  std::vector<Run> body;

  friend bool operator==(const Loop &, const Loop &) = default;
};

/// Turns a step list into loops, with few runs in total. The steps of each
/// layer must appear in order, as in every plan. Executing the result yields
/// exactly `steps`; what cannot be folded becomes a loop of one iteration.
std::vector<Loop> foldSteps(const std::vector<Step> &steps);

/// The inverse of `foldSteps`.
std::vector<Step> expandLoops(const std::vector<Loop> &loops);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_SCHEDULE_H
