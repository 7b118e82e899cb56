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
constexpr int MaxPeriod = 2048;

/// What code costs: a run is a call's worth, a loop a counter's.
constexpr int64_t RunCost = 4, LoopCost = 3;

class Folder {
public:
  explicit Folder(const std::vector<Step> &steps)
      : Steps(steps), Size(int(steps.size())), Best(Size + 1) {}

  std::vector<Loop> fold() {
    findRuns();
    search();
    return write();
  }

private:
  struct Choice {
    int64_t Cost = 0;
    /// `Trips` times the next `Period` steps.
    int Period = 0, Trips = 1;
  };

  void findRuns();
  void search();
  std::vector<Loop> write() const;
  std::vector<Run> runsOf(int begin, int length) const;

  const std::vector<Step> &Steps;
  int Size;
  std::vector<Choice> Best;
  /// By position: how many positions up to here start another layer's run, and
  /// where the run at this position ends.
  std::vector<int> Starts, RunEnd;
};

void Folder::findRuns() {
  Starts.assign(Size, 0);
  RunEnd.assign(Size, Size);
  for (int P = 1; P < Size; ++P)
    Starts[P] = Starts[P - 1] + (Steps[P].layer != Steps[P - 1].layer);
  for (int P = Size - 2; P >= 0; --P)
    RunEnd[P] = Steps[P].layer == Steps[P + 1].layer ? RunEnd[P + 1] : P + 1;
}

void Folder::search() {
  // Common[q]: how far the sequence at the current position agrees with the
  // sequence q further on.
  std::vector<int> Common(std::min(Size, MaxPeriod) + 1, 0);
  for (int P = Size - 1; P >= 0; --P) {
    Choice &Here = Best[P];
    Here = {RunCost + Best[RunEnd[P]].Cost, RunEnd[P] - P, 1};
    auto Try = [&](int period, int trips, int64_t bodyCost) {
      int64_t Cost = bodyCost + Best[P + period * trips].Cost;
      if (Cost < Here.Cost)
        Here = {Cost, period, trips};
    };
    for (int End = RunEnd[P] - 1; End > P; --End)
      Try(End - P, 1, RunCost);
    for (int Q = 1; Q < int(Common.size()) && P + Q < Size; ++Q) {
      if (Steps[P].layer != Steps[P + Q].layer) {
        Common[Q] = 0;
        continue;
      }
      int Trips = 1 + ++Common[Q] / Q;
      if (Trips < 2)
        continue;
      int64_t Body = RunCost * (Starts[P + Q - 1] - Starts[P] + 1) + LoopCost;
      Try(Q, Trips, Body);
      if (Trips > 2)
        Try(Q, Trips - 1, Body);
    }
  }
}

std::vector<Run> Folder::runsOf(int begin, int length) const {
  std::vector<Run> Runs;
  for (int P = begin; P < begin + length;) {
    int End = std::min(RunEnd[P], begin + length);
    Runs.push_back({Steps[P].layer, Steps[P].step, End - P});
    P = End;
  }
  return Runs;
}

std::vector<Loop> Folder::write() const {
  std::vector<Loop> Loops;
  bool Straight = false;
  for (int P = 0; P < Size;) {
    const Choice &C = Best[P];
    std::vector<Run> Body = runsOf(P, C.Period);
    P += C.Period * C.Trips;
    if (C.Trips == 1 && Straight) {
      std::vector<Run> &Into = Loops.back().body;
      for (const Run &R : Body)
        if (Into.back().layer == R.layer)
          Into.back().count += R.count;
        else
          Into.push_back(R);
      continue;
    }
    Straight = C.Trips == 1;
    Loops.push_back({C.Trips, std::move(Body)});
  }
  return Loops;
}

} // namespace

std::vector<Loop> rtwmc::planning::foldSteps(const std::vector<Step> &steps) {
  return Folder(steps).fold();
}

std::vector<Step> rtwmc::planning::expandLoops(const std::vector<Loop> &loops) {
  std::vector<Step> Steps;
  for (const Loop &L : loops)
    for (int64_t I = 0; I < L.tripCount; ++I)
      for (const Run &R : L.body) {
        int64_t PerIteration = 0;
        for (const Run &Other : L.body)
          if (Other.layer == R.layer)
            PerIteration += Other.count;
        for (int64_t S = 0; S < R.count; ++S)
          Steps.push_back({R.layer, R.firstStep + I * PerIteration + S});
      }
  return Steps;
}
