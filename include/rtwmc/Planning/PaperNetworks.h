//===- PaperNetworks.h - The paper's three networks -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LeNet-A, SpArSeNet-A and SonicNet-A (spec section 2) as the planners see
// them, for benchmarks, tests and as an example of how to describe a network.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_PAPERNETWORKS_H
#define RTWMC_PLANNING_PAPERNETWORKS_H

#include "rtwmc/Planning/Shapes.h"

#include <string>
#include <vector>

namespace rtwmc::planning {

struct PaperNetwork {
  std::string name;
  NetworkShape shape;
  PaperOptions paperOptions;
  /// What Algorithm 1 is given.
  std::vector<PaperLayer> paperLayers;
  /// Row by row, as code is generated for it: poolings moved into the
  /// convolutions before them.
  Network streamed;
  /// The paper's setting: every layer of its own, whole maps.
  Network layered;
};

/// All three; input and output external.
std::vector<PaperNetwork> paperNetworks();

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_PAPERNETWORKS_H
