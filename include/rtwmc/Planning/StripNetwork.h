//===- StripNetwork.h - A network with a segment in strips ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_STRIPNETWORK_H
#define RTWMC_PLANNING_STRIPNETWORK_H

#include "rtwmc/Planning/Network.h"
#include "rtwmc/Planning/StripSearch.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rtwmc::planning {

/// A network, and by layer what strips must know of it; nothing is a layer that
/// has no strips, or is one.
struct StripNetwork {
  Network network;
  std::vector<std::optional<SegmentLayer>> layers;
};

/// The map that strips go on in which end with `last` and make `result`.
Map mapInStrips(const Map &result, const SegmentLayer &last);

/// The layers of `choice`, with producers counted from its first.
std::vector<SegmentLayer>
segmentOf(std::span<const std::optional<SegmentLayer>> layers,
          const StripChoice &choice);

/// `whole` with the layers of `choice`, of a cut of `findStrips`, in strips:
/// the network that the compiler plans then. Maps that only strips make are not
/// packable here.
StripNetwork splitNetwork(const StripNetwork &whole, const StripChoice &choice);

/// A segment by the names of its layers.
struct NamedStrips {
  std::string first, last;
  int64_t count = 0;
};

/// A network with segments in strips.
struct StripVariant {
  std::vector<NamedStrips> segments;
  StripNetwork network;
  /// Multiply-accumulates that are computed more than once.
  int64_t extraMacs = 0;
};

/// The networks of the cuts that `findStrips` gives.
std::vector<StripVariant> findStripVariants(const StripNetwork &whole,
                                            int64_t maxExtraMacs);

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_STRIPNETWORK_H
