//===- LossCurve.h - What dropping a share of a map costs -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The planner drops where least is lost. What is lost is predicted map by map
// from the *energy* of what is dropped: the sum of `(q - z)^2` over the least
// elements of each unit, over the sum of all. Natural zeros have none, so
// dropping them is free; the last elements have nearly all of it.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_LOSSCURVE_H
#define RTWMC_PLANNING_LOSSCURVE_H

#include <vector>

namespace rtwmc::planning {

/// The predicted loss of a map, a number to compare and to add up, by the share
/// of its elements that is dropped: 0 at 0, convex, strictly increasing.
class LossCurve {
public:
  /// Where nothing was measured: a map without natural zeros, in which no
  /// element is much larger than the others.
  LossCurve();
  /// `lostEnergy[i]` is the share of the energy, 0 to 1, in the share `i / (n -
  /// 1)` of the elements, the least; `n >= 2` values that do not decrease.
  explicit LossCurve(const std::vector<double> &lostEnergy);

  /// The loss if `share` is dropped, 0 to 1.
  double at(double share) const;
  /// The largest share up to which dropping more costs at most `slope` a share.
  double shareAt(double slope) const;

private:
  void make(const std::vector<double> &lostEnergy);

  /// At equal distances from 0 to 1, and the slopes between them.
  std::vector<double> losses, slopes;
};

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_LOSSCURVE_H
