//===- PrunedProblem.cpp - The drops of given maps ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrunedProblem.h"
#include "SortBy.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace rtwmc::planning;

PrunedProblem::PrunedProblem(std::shared_ptr<const Schedule> schedule,
                             const Drops &nothing, const Options &options,
                             const LossCurve &unknown)
    : when(std::move(schedule)), buffers(when->time, nothing, options),
      sizes(buffers), cost(options.cost) {
  findVariables(nothing, options, unknown);
}

void PrunedProblem::findVariables(const Drops &packed, const Options &options,
                                  const LossCurve &unknown) {
  const Network &net = buffers.time.topo.net;
  for (int m = 0; m < int(packed.size()); ++m) {
    if (!packed[m].isPacked())
      continue;
    const Store &store = buffers.stores[m];
    Variable v{m,
               packed[m].unit,
               net.maps[m].elements(packed[m].unit),
               packed[m].unit == PruneUnit::Row ? store.rows : 1,
               options.losses.empty() ? &unknown : &options.losses[m],
               store.bytes};
    for (size_t b = 0; b < buffers.buffers.size(); ++b) {
      const Buffer &buffer = buffers.buffers[b];
      if (buffer.owner == m && buffer.kind == Part::Values)
        v.values = int(b);
      else if (buffer.owner == m && buffer.kind == Part::Cache)
        v.cache = int(b);
    }
    vars.push_back(v);
  }
}

void PrunedProblem::setDrop(size_t variable, int64_t drop) {
  const Variable &v = vars[variable];
  sizes.bytes[v.values] = v.units * cost.values(v.elements, drop);
  if (v.cache >= 0)
    sizes.bytes[v.cache] = cost.cache(v.elements, drop);
}

void PrunedProblem::setDrops(const std::vector<int64_t> &drops) {
  for (size_t v = 0; v < vars.size(); ++v)
    setDrop(v, drops[v]);
}

void PrunedProblem::setShare(size_t variable, int64_t quarters) {
  setDrop(variable, vars[variable].elements * quarters / 4);
}

void PrunedProblem::addOrderOfSizes() {
  auto add = [&](const Placement &placed) {
    std::vector<int> order = sizes.stackingOrder(placed);
    if (std::find(orders.begin(), orders.end(), order) == orders.end())
      orders.push_back(std::move(order));
  };
  add(sizes.place(0));
  // What is good for one size may not be so for others.
  if (sizes.hasRows())
    add(sizes.placeWhole(0));
}

void PrunedProblem::addOrder(const Drops &drops) {
  for (size_t v = 0; v < vars.size(); ++v)
    setDrop(v, std::max<int64_t>(drops[vars[v].map].drop, 0));
  addOrderOfSizes();
}

/// So few that all ways to store or exchange them can be tried.
static constexpr size_t fewMaps = 4;

void PrunedProblem::addOrders() {
  for (int64_t quarters : {4, 0, 2, 1, 3}) {
    for (size_t v = 0; v < vars.size(); ++v)
      setShare(v, quarters);
    addOrderOfSizes();
  }
  if (vars.size() < 2 || vars.size() > fewMaps)
    return;
  for (int64_t alone : {0, 4})
    for (size_t one = 0; one < vars.size(); ++one) {
      for (size_t v = 0; v < vars.size(); ++v)
        setShare(v, v == one ? alone : 4 - alone);
      addOrderOfSizes();
    }
}

double PrunedProblem::lossOf(const std::vector<int64_t> &drops) const {
  double sum = 0.0;
  for (size_t v = 0; v < vars.size(); ++v)
    sum += vars[v].lossAt(drops[v]);
  return sum;
}

Placement PrunedProblem::place(const std::vector<int> &order,
                               const std::vector<int64_t> &drops) {
  setDrops(drops);
  return sizes.stack(order);
}

void PrunedProblem::pay(double price, const std::vector<bool> &isOpen,
                        const std::vector<int64_t> &least,
                        std::vector<int64_t> &drops) const {
  for (size_t v = 0; v < vars.size(); ++v) {
    if (!isOpen[v])
      continue;
    double bytes = double(vars[v].units * vars[v].elements);
    double share = vars[v].loss->shareAt(price * bytes);
    drops[v] = std::max(least[v],
                        int64_t(std::floor(share * double(vars[v].elements))));
  }
}

bool PrunedProblem::fits(const std::vector<int> &order, int64_t budget,
                         const std::vector<int64_t> &drops) {
  setDrops(drops);
  return sizes.stackHeight(order) <= budget;
}

void PrunedProblem::lower(size_t variable, const std::vector<int> &order,
                          int64_t budget, int64_t least,
                          std::vector<int64_t> &drops) {
  int64_t &high = drops[variable];
  setDrops(drops);
  while (least < high) {
    int64_t middle = least + (high - least) / 2;
    setDrop(variable, middle);
    if (sizes.stackHeight(order) <= budget)
      high = middle;
    else
      least = middle + 1;
  }
}

std::optional<std::vector<int64_t>>
PrunedProblem::leastLoss(const std::vector<int> &order, int64_t budget,
                         const std::vector<int64_t> &least) {
  std::vector<int64_t> drops;
  for (const Variable &v : vars)
    drops.push_back(v.elements);
  if (!fits(order, budget, drops))
    return std::nullopt;
  // One price for all is right where all are alive at the one tight moment.
  // Where not, maps that are at the tightest keep what it asks of them, and the
  // others go on at a lower price.
  constexpr int halvings = 24;
  double top = std::log(1e3);
  std::vector<bool> isOpen(vars.size(), true);
  for (size_t round = 0; round < vars.size(); ++round) {
    double low = std::log(1e-12), high = top;
    for (int i = 0; i < halvings; ++i) {
      std::vector<int64_t> tried = drops;
      pay(std::exp((low + high) / 2), isOpen, least, tried);
      if (fits(order, budget, tried)) {
        high = (low + high) / 2;
        drops = std::move(tried);
      } else {
        low = (low + high) / 2;
      }
    }
    top = high;
    bool isAnyOpen = false, isAnyTight = false;
    for (size_t v = 0; v < vars.size(); ++v) {
      if (!isOpen[v])
        continue;
      std::vector<int64_t> less = drops;
      less[v] = std::max(least[v], drops[v] - 1 - vars[v].elements / 64);
      bool isTight = less[v] == drops[v] || !fits(order, budget, less);
      isOpen[v] = !isTight;
      isAnyOpen |= !isTight;
      isAnyTight |= isTight;
    }
    if (!isAnyOpen || !isAnyTight)
      break;
  }
  // What is dropped for none, the greatest losses first.
  std::vector<size_t> byLoss(vars.size());
  std::iota(byLoss.begin(), byLoss.end(), 0);
  sortBy(byLoss, [&](size_t v) { return -vars[v].lossAt(drops[v]); });
  for (size_t v : byLoss)
    lower(v, order, budget, least[v], drops);
  if (vars.size() <= fewMaps)
    exchange(order, budget, least, drops);
  return drops;
}

void PrunedProblem::exchange(const std::vector<int> &order, int64_t budget,
                             const std::vector<int64_t> &least,
                             std::vector<int64_t> &drops) {
  for (bool improved = true; improved;) {
    improved = false;
    for (size_t v = 0; v < vars.size(); ++v)
      for (int64_t more = 1; drops[v] + more <= vars[v].elements; more *= 2) {
        std::vector<int64_t> other = drops;
        other[v] += more;
        for (size_t w = 0; w < vars.size(); ++w)
          if (w != v)
            lower(w, order, budget, least[w], other);
        if (lossOf(other) >= lossOf(drops))
          continue;
        drops = std::move(other);
        improved = true;
      }
  }
}
