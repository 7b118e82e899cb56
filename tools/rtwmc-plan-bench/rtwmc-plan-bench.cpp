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
  double best = 1e30;
  for (int round = 0; round < 5; ++round) {
    int calls = 0;
    Clock::time_point start = Clock::now();
    std::chrono::duration<double, std::micro> taken{};
    do {
      function();
      ++calls;
      taken = Clock::now() - start;
    } while (taken.count() < 20000);
    best = std::min(best, taken.count() / calls);
  }
  return best;
}

static void printPlan(const char *what, const Network &network,
                      const Options &options) {
  PlanResult r = planNetwork(network, options);
  double time = microseconds([&] { (void)planNetwork(network, options); });
  if (!r) {
    std::printf("  %-28s %10.1f us   %s\n", what, time,
                r.error().message.c_str());
    return;
  }
  size_t runs = 0, loops = 0;
  for (const Loop &piece : foldSteps(r->steps)) {
    ++loops;
    runs += piece.body.size();
  }
  std::printf("  %-28s %10.1f us   arena %6lld B, %4.1f %% dropped, %zu "
              "segments, %zu steps in %zu loops of %zu runs\n",
              what, time, static_cast<long long>(r->arenaBytes),
              100 * r->lossFraction, r->segments.size(), r->steps.size(), loops,
              runs);
}

/// From layer shapes, as a search over architectures asks.
static void printCost(const char *what, const PaperNetwork &network,
                      const CostOptions &options) {
  Expected<Cost, std::string> found = costOf(network.shape, options);
  double time = microseconds([&] { (void)costOf(network.shape, options); });
  std::printf("  %-28s %10.1f us   arena %6lld B, %4.1f %% dropped\n", what,
              time, static_cast<long long>(found->arena),
              100 * found->lossFraction);
}

static void bench(const PaperNetwork &network) {
  std::printf("%s\n", network.name.c_str());
  PaperResult paper = planPaper(network.paperLayers, network.paperOptions);
  std::string drops;
  if (paper)
    for (const PaperLayerPlan &each : *paper)
      drops += " " + std::to_string(each.drop);
  double time = microseconds(
      [&] { (void)planPaper(network.paperLayers, network.paperOptions); });
  std::printf("  %-28s %10.1f us   D_p%s\n", "paper (Algorithm 1)", time,
              drops.c_str());

  Options o;
  o.cost.batch = network.paperOptions.batch;
  printPlan("exact, lossless", network.streamed, o);
  o.arenaBudget = 0;
  PlanResult none = planNetwork(network.streamed, o);
  o.arenaBudget =
      (none.error().smallestArena + none.error().smallestLosslessArena) / 2;
  printPlan("exact, half way to smallest", network.streamed, o);
  o.arenaBudget = none.error().smallestArena;
  printPlan("exact, smallest arena", network.streamed, o);

  o.layerByLayer = true;
  o.alpha = network.paperOptions.alpha;
  o.arenaBudget = network.paperOptions.ram;
  printPlan("exact, layer by layer", network.layered, o);

  CostOptions c;
  c.batch = network.paperOptions.batch;
  c.alpha = network.paperOptions.alpha;
  printCost("shapes, lossless", network, c);
  c.mode = Mode::Paper;
  c.ram = network.paperOptions.ram;
  printCost("shapes, paper", network, c);
}

int main() {
  for (const PaperNetwork &network : paperNetworks())
    bench(network);
  return 0;
}
