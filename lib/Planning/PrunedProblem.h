//===- PrunedProblem.h - The drops of given maps ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_PRUNEDPROBLEM_H
#define RTWMC_LIB_PLANNING_PRUNEDPROBLEM_H

#include "PrunedSearch.h"

namespace rtwmc::planning {

/// A partition whose packed maps are settled, with its buffers and stacking
/// orders: how much is dropped of each map?
class PrunedProblem {
public:
  /// `nothing` says what is packed.
  PrunedProblem(std::shared_ptr<const Schedule> schedule, const Drops &nothing,
                const Options &options, const LossCurve &unknown);

  struct Variable {
    int map;
    PruneUnit unit;
    /// Elements of a unit, and units that are stored at a time.
    int64_t elements, units;
    const LossCurve *loss;
    /// Bytes of the store of which nothing is dropped.
    int64_t wholeBytes;
    int values = -1, cache = -1;

    double lossAt(int64_t drop) const {
      return loss->at(double(drop) / double(elements));
    }
  };
  const std::vector<Variable> &variables() const { return vars; }

  /// Adds the stacking orders that are good with those drops, or for various
  /// shares: all maps alike, and each map alone or alone spared.
  void addOrder(const Drops &drops);
  void addOrders();
  const std::vector<std::vector<int>> &stackings() const { return orders; }

  /// The drops, each at least `least`, that lose least for this order within
  /// `budget` bytes; nothing if none do.
  std::optional<std::vector<int64_t>>
  leastLoss(const std::vector<int> &order, int64_t budget,
            const std::vector<int64_t> &least);
  double lossOf(const std::vector<int64_t> &drops) const;
  /// The placement with these drops.
  Placement place(const std::vector<int> &order,
                  const std::vector<int64_t> &drops);

private:
  void findVariables(const Drops &packed, const Options &options,
                     const LossCurve &unknown);
  void setDrop(size_t variable, int64_t drop);
  void setDrops(const std::vector<int64_t> &drops);
  void setShare(size_t variable, int64_t quarters);
  void addOrderOfSizes();
  bool fits(const std::vector<int> &order, int64_t budget,
            const std::vector<int64_t> &drops);
  /// Sets what is dropped of the maps that are open to what `price` lets go:
  /// the loss that saving a byte may cost.
  void pay(double price, const std::vector<bool> &isOpen,
           const std::vector<int64_t> &least,
           std::vector<int64_t> &drops) const;
  /// Where alignment makes sizes jump, dropping a little more of one map can
  /// save more of the others.
  void exchange(const std::vector<int> &order, int64_t budget,
                const std::vector<int64_t> &least, std::vector<int64_t> &drops);
  /// Lowers one of `drops`, which fit, to the least that does.
  void lower(size_t variable, const std::vector<int> &order, int64_t budget,
             int64_t least, std::vector<int64_t> &drops);

  std::shared_ptr<const Schedule> when;
  Layout buffers;
  PlacementProblem sizes;
  PackedCost cost;
  std::vector<Variable> vars;
  std::vector<std::vector<int>> orders;
};

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_PRUNEDPROBLEM_H
