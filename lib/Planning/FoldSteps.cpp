//===- FoldSteps.cpp - A step list as few loops ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps of each layer appear in order, so the list is determined by its
// sequence of layers, and a stretch of it is a loop exactly if its layers
// repeat. The cheapest way to write the sequence as repetitions is found from
// the end backwards; the repetitions at each position for each period follow
// from those at the next position.
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Schedule.h"

#include <algorithm>

using namespace rtwmc::planning;

namespace {

/// The longest period that is looked for.
constexpr int maxPeriod = 2048;

/// What code costs: a run is a call's worth, a loop a counter's.
constexpr int64_t runCost = 4, loopCost = 3;

class Folder {
public:
  explicit Folder(const std::vector<Step> &steps)
      : steps(steps), size(int(steps.size())), best(size + 1) {}

  std::vector<Loop> fold() {
    findRuns();
    search();
    return write();
  }

private:
  struct Choice {
    int64_t cost = 0;
    /// `trips` times the next `period` steps.
    int period = 0, trips = 1;
  };

  void findRuns();
  void search();
  std::vector<Loop> write() const;
  std::vector<Run> runsOf(int begin, int length) const;

  const std::vector<Step> &steps;
  int size;
  std::vector<Choice> best;
  /// By position: how many positions up to here start another layer's run, and
  /// where the run at this position ends.
  std::vector<int> starts, runEnd;
};

void Folder::findRuns() {
  starts.assign(size, 0);
  runEnd.assign(size, size);
  for (int p = 1; p < size; ++p)
    starts[p] = starts[p - 1] + (steps[p].layer != steps[p - 1].layer);
  for (int p = size - 2; p >= 0; --p)
    runEnd[p] = steps[p].layer == steps[p + 1].layer ? runEnd[p + 1] : p + 1;
}

void Folder::search() {
  // Common[q]: how far the sequence at the current position agrees with the
  // sequence q further on.
  std::vector<int> common(std::min(size, maxPeriod) + 1, 0);
  for (int p = size - 1; p >= 0; --p) {
    Choice &here = best[p];
    here = {runCost + best[runEnd[p]].cost, runEnd[p] - p, 1};
    auto offer = [&](int period, int trips, int64_t bodyCost) {
      int64_t cost = bodyCost + best[p + period * trips].cost;
      if (cost < here.cost)
        here = {cost, period, trips};
    };
    for (int end = runEnd[p] - 1; end > p; --end)
      offer(end - p, 1, runCost);
    for (int q = 1; q < int(common.size()) && p + q < size; ++q) {
      if (steps[p].layer != steps[p + q].layer) {
        common[q] = 0;
        continue;
      }
      int trips = 1 + ++common[q] / q;
      if (trips < 2)
        continue;
      int64_t body = runCost * (starts[p + q - 1] - starts[p] + 1) + loopCost;
      offer(q, trips, body);
      if (trips > 2)
        offer(q, trips - 1, body);
    }
  }
}

std::vector<Run> Folder::runsOf(int begin, int length) const {
  std::vector<Run> runs;
  for (int p = begin; p < begin + length;) {
    int end = std::min(runEnd[p], begin + length);
    runs.push_back({steps[p].layer, steps[p].step, end - p});
    p = end;
  }
  return runs;
}

std::vector<Loop> Folder::write() const {
  std::vector<Loop> loops;
  bool straight = false;
  for (int p = 0; p < size;) {
    const Choice &c = best[p];
    std::vector<Run> body = runsOf(p, c.period);
    p += c.period * c.trips;
    if (c.trips == 1 && straight) {
      std::vector<Run> &into = loops.back().body;
      for (const Run &r : body)
        if (into.back().layer == r.layer)
          into.back().count += r.count;
        else
          into.push_back(r);
      continue;
    }
    straight = c.trips == 1;
    loops.push_back({c.trips, std::move(body)});
  }
  return loops;
}

} // namespace

std::vector<Loop> rtwmc::planning::foldSteps(const std::vector<Step> &steps) {
  return Folder(steps).fold();
}

std::vector<Step> rtwmc::planning::expandLoops(const std::vector<Loop> &loops) {
  std::vector<Step> steps;
  for (const Loop &piece : loops)
    for (int64_t i = 0; i < piece.tripCount; ++i)
      for (const Run &r : piece.body) {
        int64_t perIteration = 0;
        for (const Run &other : piece.body)
          if (other.layer == r.layer)
            perIteration += other.count;
        for (int64_t s = 0; s < r.count; ++s)
          steps.push_back({r.layer, r.firstStep + i * perIteration + s});
      }
  return steps;
}
