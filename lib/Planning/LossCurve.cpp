//===- LossCurve.cpp - What dropping a share of a map costs ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/LossCurve.h"

#include <algorithm>
#include <cmath>

using namespace rtwmc::planning;

/// Points of a curve.
static constexpr int numPoints = 65;

/// The loss of losing `energy` of all. It grows faster the less is left, and a
/// map that is lost as a whole is worse than any number of others that lose
/// half.
static double lossOf(double energy) { return energy / (1.02 - energy); }

/// `values`, which are at equal distances from 0 to 1, at `x`.
static double interpolate(const std::vector<double> &values, double x) {
  double at = std::clamp(x, 0.0, 1.0) * double(values.size() - 1);
  size_t below = std::min(size_t(at), values.size() - 2);
  double part = at - double(below);
  return values[below] * (1 - part) + values[below + 1] * part;
}

LossCurve::LossCurve() {
  // Elements whose magnitudes are spread evenly: the energy of the least share
  // is its cube.
  std::vector<double> energy;
  for (int i = 0; i < numPoints; ++i)
    energy.push_back(std::pow(double(i) / (numPoints - 1), 3));
  make(energy);
}

LossCurve::LossCurve(const std::vector<double> &lostEnergy) {
  make(lostEnergy);
}

void LossCurve::make(const std::vector<double> &lostEnergy) {
  // Of two plans that lose nothing, the one that drops less is better.
  constexpr double leastSlope = 1e-6;
  double step = 1.0 / (numPoints - 1);
  std::vector<double> given;
  for (int i = 0; i < numPoints; ++i)
    given.push_back(
        lossOf(std::clamp(interpolate(lostEnergy, i * step), 0.0, 1.0)));
  for (int i = 0; i + 1 < numPoints; ++i)
    slopes.push_back((given[i + 1] - given[i]) / step);
  // What was measured is convex but for rounding.
  for (size_t i = 0; i < slopes.size(); ++i)
    slopes[i] = std::max({slopes[i], i > 0 ? slopes[i - 1] : 0.0, leastSlope});
  losses.push_back(0);
  for (double slope : slopes)
    losses.push_back(losses.back() + slope * step);
}

double LossCurve::at(double share) const { return interpolate(losses, share); }

double LossCurve::shareAt(double slope) const {
  size_t first =
      std::upper_bound(slopes.begin(), slopes.end(), slope) - slopes.begin();
  double share = double(first) / double(slopes.size());
  if (first == 0 || first == slopes.size())
    return share;
  // Between two slopes in proportion, so that a little more slope is a little
  // more share.
  double below = slopes[first - 1], above = slopes[first];
  double part = above > below ? (slope - below) / (above - below) : 0.0;
  return share + part / double(slopes.size());
}
