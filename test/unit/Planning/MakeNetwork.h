//===- MakeNetwork.h - Networks for tests, piece by piece -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TEST_UNIT_PLANNING_MAKENETWORK_H
#define RTWMC_TEST_UNIT_PLANNING_MAKENETWORK_H

#include "rtwmc/Planning/Planner.h"
#include "gtest/gtest.h"

namespace rtwmc::planning {

inline constexpr Residence arena = Residence::Arena,
                           external = Residence::External;

inline Map map(std::string name, int64_t rows, int64_t rowBytes,
               Residence where = arena, bool packable = false) {
  Map m;
  m.name = std::move(name);
  m.rows = rows;
  m.rowBytes = rowBytes;
  m.residence = where;
  m.packable = packable;
  return m;
}

inline Layer layer(std::string name, std::vector<Input> inputs, int output,
                   int64_t steps) {
  Layer self;
  self.name = std::move(name);
  self.inputs = std::move(inputs);
  self.output = output;
  self.steps = steps;
  return self;
}

inline Input input(int map, Window window) {
  Input in;
  in.map = map;
  in.window = window;
  return in;
}

/// A plan that the verifier has nothing against.
inline Plan mustPlan(const Network &network, const Options &options = {}) {
  PlanResult r = planNetwork(network, options);
  EXPECT_TRUE(bool(r)) << (r ? "" : r.error().message);
  if (!r)
    return {};
  EXPECT_EQ(verifyPlan(network, *r), "");
  return *r;
}

} // namespace rtwmc::planning

#endif // RTWMC_TEST_UNIT_PLANNING_MAKENETWORK_H
