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

#include "rtwmc/Planning/Network.h"
#include "rtwmc/Planning/PaperPlanner.h"

#include <string>
#include <vector>

namespace rtwmc::planning {

struct PaperNetwork {
  std::string name;
  /// What Algorithm 1 is given.
  std::vector<PaperLayer> paperLayers;
  PaperOptions paperOptions;
  /// Row by row, as code is generated for it: pooling and averages fused into
  /// the convolution before them (a pooled row collects two steps, an average
  /// all of them), the first fully connected layer adding up row by row.
  Network streamed;
  /// The paper's setting: every layer of its own, whole maps.
  Network layered;
};

/// All three; input and output external, every map between packable.
std::vector<PaperNetwork> paperNetworks();

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_PAPERNETWORKS_H
