//===- my-search.cpp - The planner as a cost function, without MLIR -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PaperNetworks.h"
#include "rtwmc/Planning/Planner.h"

#include <iostream>

int main() {
  for (const auto &network : rtwmc::planning::paperNetworks())
    if (auto plan = rtwmc::planning::planNetwork(network.streamed, {}))
      std::cout << network.name << ": " << plan->arenaBytes << " bytes\n";
}
