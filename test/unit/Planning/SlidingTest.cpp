//===- SlidingTest.cpp - Maps over the dead rows of others ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeNetwork.h"
#include "gtest/gtest.h"

using namespace rtwmc::planning;

namespace {

/// How a layer makes a map from another, both whole.
struct TwoMaps {
  int64_t rows = 10, rowBytes = 10;
  Window window{1, -1, 3};
  int64_t outRows = 10, outRowBytes = 10;
  int64_t stepsPerRow = 1;
};

/// `a` is made, and `b` read, by layers of one step, so that neither streams.
Network betweenWholeMaps(const TwoMaps &shape) {
  Network net;
  net.maps = {map("in", 1, 8, external), map("a", shape.rows, shape.rowBytes),
              map("b", shape.outRows, shape.outRowBytes),
              map("out", 1, 8, external)};
  net.layers = {layer("first", {input(0, {0, 0, 1})}, 1, 1),
                layer("second", {input(1, shape.window)}, 2,
                      shape.outRows * shape.stepsPerRow),
                layer("third", {input(2, {0, 0, shape.outRows})}, 3, 1)};
  net.layers[1].stepsPerRow = shape.stepsPerRow;
  net.inputMap = 0;
  net.outputMap = 3;
  return net;
}

/// `b` ends as many bytes before `a` as the windows ask for, and not one less.
void expectDistance(const TwoMaps &shape, int64_t bytes) {
  Network net = betweenWholeMaps(shape);
  Plan plan = mustPlan(net);
  EXPECT_EQ(plan.stores[1].kind, StoreKind::Dense);
  EXPECT_EQ(plan.stores[2].kind, StoreKind::Dense);
  EXPECT_EQ(plan.stores[1].offset - plan.stores[2].offset, bytes);
  EXPECT_EQ(plan.arenaBytes, std::max(bytes + shape.rows * shape.rowBytes,
                                      shape.outRows * shape.outRowBytes));
  Plan closer = plan;
  closer.stores[2].offset += 1;
  EXPECT_NE(verifyPlan(net, closer), "");
  closer.stores[2].offset = plan.stores[2].offset + shape.outRowBytes;
  EXPECT_NE(verifyPlan(net, closer), "");
  Plan apart = plan;
  apart.arenaBytes += 1;
  apart.stores[1].offset += 1;
  EXPECT_EQ(verifyPlan(net, apart), "");
}

TEST(Sliding, FollowsTheWindows) {
  // Row r is written while rows from r - 1 on are needed.
  expectDistance({}, 2 * 10);
  expectDistance({.window = {1, 0, 1}, .outRowBytes = 5}, 5);
  expectDistance({.window = {1, -2, 5}}, 3 * 10);
  // Padding above only: rows from r - 2 on.
  expectDistance({.window = {1, -2, 3}}, 3 * 10);
  // Nothing above: rows from r on.
  expectDistance({.window = {1, 0, 3}}, 10);
  // Two rows of one: rows from 2r - 1 on.
  expectDistance({.window = {2, -1, 3}, .outRows = 5, .outRowBytes = 20},
                 2 * 20 - 10);
  // One row of two, as a gather makes them.
  expectDistance({.rows = 5, .rowBytes = 20, .window = {1, 0, 1, 2}}, 2 * 10);
}

// Several steps write a row, which is there from the first of them.
TEST(Sliding, RowsOfSeveralSteps) {
  expectDistance(
      {.window = {1, -1, 3}, .outRows = 5, .outRowBytes = 20, .stepsPerRow = 2},
      2 * 20 - 10);
}

TEST(Sliding, OnlyOverRowsThatAreDead) {
  Network net = betweenWholeMaps({});
  // Everything is read by every step.
  net.layers[1].inputs[0].window = {0, 0, 10};
  EXPECT_EQ(mustPlan(net).arenaBytes, 200);
  // Somebody else reads all of it later.
  net = betweenWholeMaps({});
  net.layers[2].inputs.push_back(input(1, {0, 0, 10}));
  EXPECT_EQ(mustPlan(net).arenaBytes, 200);
  // All rows are written at once.
  net = betweenWholeMaps({});
  net.layers[1].steps = 1;
  net.layers[1].inputs[0].window = {0, 0, 10};
  EXPECT_EQ(mustPlan(net).arenaBytes, 200);
  // Of an output of the network, nothing is dead.
  net = betweenWholeMaps({});
  net.moreOutputs = {1};
  EXPECT_EQ(mustPlan(net).arenaBytes, 200);
}

TEST(Sliding, NotWhereMapsAreKept) {
  Network net = betweenWholeMaps({});
  Options options;
  options.layerByLayer = true;
  EXPECT_EQ(mustPlan(net, options).arenaBytes, 200);
  options = {};
  options.keepMaps = true;
  EXPECT_EQ(mustPlan(net, options).arenaBytes, 200);
}

// What the caller gave is in nobody's way, and over nothing.
TEST(Sliding, NotOverMemoryOfTheCaller) {
  Network net = betweenWholeMaps({});
  net.maps[1].residence = external;
  Plan plan = mustPlan(net);
  EXPECT_EQ(plan.stores[1].kind, StoreKind::External);
  EXPECT_EQ(plan.arenaBytes, 100);
}

// An input in the arena is there from the start, and dies like any map.
TEST(Sliding, OverAnInputInTheArena) {
  Network net = betweenWholeMaps({});
  net.layers.erase(net.layers.begin());
  net.maps[0].residence = external;
  net.inputMap = 1;
  EXPECT_EQ(mustPlan(net).arenaBytes, 100 + 2 * 10);
}

// Rows that a layer overwrites in place are those of both maps.
TEST(Sliding, OverMapsInPlace) {
  Network net = betweenWholeMaps({});
  net.maps.push_back(map("c", 10, 10));
  Layer inPlace = layer("inplace", {input(1, {1, 0, 1})}, 4, 10);
  inPlace.inPlace = 0;
  net.layers.insert(net.layers.begin() + 1, inPlace);
  net.layers[2].inputs[0].map = 4;
  Plan plan = mustPlan(net);
  EXPECT_EQ(plan.stores[4].kind, StoreKind::Alias);
  EXPECT_EQ(plan.arenaBytes, 100 + 2 * 10);
  plan.stores[2].offset += 1;
  EXPECT_NE(verifyPlan(net, plan), "");
}

// What is live is at most the arena, although maps are larger.
TEST(Sliding, PeakIsOfLiveRows) {
  Plan plan = mustPlan(betweenWholeMaps({}));
  EXPECT_EQ(plan.peakBytes, 100 + 2 * 10);
  EXPECT_GT(plan.stores[1].bytes + plan.stores[2].bytes, plan.arenaBytes);
}

} // namespace
