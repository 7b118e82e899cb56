//===- rtwmc-plan-bench.cpp - Time and results of the planners ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plans the paper's three networks with every planner and prints what came out
// and how long it took, since planning is meant to sit inside searches over
// architectures. No arguments.
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Cost.h"
#include "rtwmc/Planning/PaperNetworks.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace rtwmc::planning;

/// Microseconds of one call: the least of several rounds.
template <typename Function> static double microseconds(Function function) {
  using Clock = std::chrono::steady_clock;
  double Best = 1e30;
  for (int Round = 0; Round < 5; ++Round) {
    int Calls = 0;
    Clock::time_point Start = Clock::now();
    std::chrono::duration<double, std::micro> Taken{};
    do {
      function();
      ++Calls;
      Taken = Clock::now() - Start;
    } while (Taken.count() < 20000);
    Best = std::min(Best, Taken.count() / Calls);
  }
  return Best;
}

static void printPlan(const char *what, const Network &network,
                      const Options &options) {
  PlanResult R = planNetwork(network, options);
  double Time = microseconds([&] { (void)planNetwork(network, options); });
  if (!R) {
    std::printf("  %-28s %10.1f us   %s\n", what, Time,
                R.error().message.c_str());
    return;
  }
  size_t Runs = 0, Loops = 0;
  for (const Loop &L : foldSteps(R->steps)) {
    ++Loops;
    Runs += L.body.size();
  }
  std::printf("  %-28s %10.1f us   arena %6lld B, %4.1f %% dropped, %zu "
              "segments, %zu steps in %zu loops of %zu runs\n",
              what, Time, static_cast<long long>(R->arenaBytes),
              100 * R->lossFraction, R->segments.size(), R->steps.size(), Loops,
              Runs);
}

/// From layer shapes, as a search over architectures asks.
static void printCost(const char *what, const PaperNetwork &network,
                      const CostOptions &options) {
  Expected<Cost, std::string> Found = costOf(network.shape, options);
  double Time = microseconds([&] { (void)costOf(network.shape, options); });
  std::printf("  %-28s %10.1f us   arena %6lld B, %4.1f %% dropped\n", what,
              Time, static_cast<long long>(Found->arena),
              100 * Found->lossFraction);
}

static void bench(const PaperNetwork &network) {
  std::printf("%s\n", network.name.c_str());
  PaperResult Paper = planPaper(network.paperLayers, network.paperOptions);
  std::string Drops;
  if (Paper)
    for (const PaperLayerPlan &L : *Paper)
      Drops += " " + std::to_string(L.drop);
  double Time = microseconds(
      [&] { (void)planPaper(network.paperLayers, network.paperOptions); });
  std::printf("  %-28s %10.1f us   D_p%s\n", "paper (Algorithm 1)", Time,
              Drops.c_str());

  Options O;
  O.batch = network.paperOptions.batch;
  printPlan("exact, lossless", network.streamed, O);
  O.arenaBudget = 0;
  PlanResult None = planNetwork(network.streamed, O);
  O.arenaBudget =
      (None.error().smallestArena + None.error().smallestLosslessArena) / 2;
  printPlan("exact, half way to smallest", network.streamed, O);
  O.arenaBudget = None.error().smallestArena;
  printPlan("exact, smallest arena", network.streamed, O);

  O.layerByLayer = true;
  O.noInPlace = true;
  O.alpha = network.paperOptions.alpha;
  O.arenaBudget = network.paperOptions.ram;
  printPlan("exact, layer by layer", network.layered, O);

  CostOptions C;
  C.batch = network.paperOptions.batch;
  C.alpha = network.paperOptions.alpha;
  printCost("shapes, lossless", network, C);
  C.mode = CostMode::Paper;
  C.ram = network.paperOptions.ram;
  printCost("shapes, paper", network, C);
}

int main() {
  for (const PaperNetwork &Network : paperNetworks())
    bench(Network);
  return 0;
}
