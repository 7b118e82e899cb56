//===- GrowBatches.cpp - Larger tiny buffers where they are free ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GrowBatches.h"
#include "PlacementProblem.h"
#include "SortBy.h"

#include <algorithm>

using namespace rtwmc::planning;

Placement rtwmc::planning::growBatches(const Timeline &time, Drops &drops,
                                       const Placement &placed,
                                       const Options &options) {
  Layout before(time, drops, options);
  std::vector<int> order = PlacementProblem(before).stackingOrder(placed);
  double allowed = options.alpha * double(options.arenaBudget);
  Placement best = placed;
  // Whether a map's tiny buffer may be of `batch` elements; then it is.
  auto grow = [&](int map, int64_t batch) {
    Drops tried = drops;
    tried[map].batch = batch;
    Layout layout(time, tried, options);
    Placement after = PlacementProblem(layout).stack(order);
    if (after.arenaBytes > placed.arenaBytes ||
        (double(layout.stores[map].bytes) > allowed &&
         layout.stores[map].bytes > before.stores[map].bytes))
      return false;
    drops = std::move(tried);
    best = std::move(after);
    return true;
  };
  std::vector<int> maps;
  for (int m = 0; m < int(drops.size()); ++m)
    if (drops[m].isPacked() && drops[m].batch == 0)
      maps.push_back(m);
  sortBy(maps, [&](int m) {
    return -before.stores[m].totalDrop(time.topo.net.maps[m]);
  });
  for (int m : maps) {
    int64_t elements = time.topo.net.maps[m].elements(drops[m].unit);
    // The fewest batches there is room for.
    int64_t fewest = ceilDiv(elements, maxBatch);
    int64_t most = ceilDiv(elements, std::min(elements, options.cost.batch));
    while (fewest < most) {
      int64_t middle = fewest + (most - fewest) / 2;
      if (grow(m, ceilDiv(elements, middle)))
        most = middle;
      else
        fewest = middle + 1;
    }
  }
  return best;
}
