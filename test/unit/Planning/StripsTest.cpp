//===- StripsTest.cpp - Ranges of columns, and which strips to take -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeNetwork.h"
#include "rtwmc/Planning/Planner.h"
#include "rtwmc/Planning/StripNetwork.h"

#include <gtest/gtest.h>

using namespace rtwmc::planning;

namespace {

/// A convolution of 3x3 with padding over maps of 12 rows; `stride` 1 or 2.
SegmentLayer makeLayer(int producer, int64_t width, int64_t stride) {
  SegmentLayer layer;
  KernelShape &shape = layer.shape;
  shape.kind = KernelKind::Convolution;
  shape.mixesChannels = true;
  shape.kernelHeight = shape.kernelWidth = 3;
  shape.strideHeight = shape.strideWidth = stride;
  shape.pad = {1, 1, 1, 1};
  shape.input = {12, width, 4, 1};
  shape.output = {12 / stride, width / stride, 4, 1};
  layer.inputs = {{producer, width}};
  layer.macs = shape.output.elements() * 36;
  return layer;
}

TEST(Strips, RangesOfAChain) {
  // Columns 0 to 3 and 4 to 5 of 6: the second layer reads 2x - 1 to 2x + 1.
  std::vector<SegmentLayer> chain{makeLayer(-1, 12, 1), makeLayer(0, 12, 2)};
  auto strips = splitIntoStrips(chain, 2);
  ASSERT_TRUE(bool(strips));
  ASSERT_EQ(strips->size(), 2u);
  const Strip &left = (*strips)[0], &right = (*strips)[1];
  EXPECT_EQ(left[1].output, (ColumnRange{0, 3}));
  EXPECT_EQ(left[1].inputs[0], (ColumnRange{0, 6}));
  EXPECT_EQ(left[1].padLeft, 1);
  EXPECT_EQ(left[1].padRight, 0);
  EXPECT_EQ(left[0].output, (ColumnRange{0, 6}));
  EXPECT_EQ(left[0].inputs[0], (ColumnRange{0, 7}));
  EXPECT_EQ(right[1].inputs[0], (ColumnRange{5, 12}));
  EXPECT_EQ(right[1].padLeft, 0);
  EXPECT_EQ(right[0].inputs[0], (ColumnRange{4, 12}));
  EXPECT_EQ(right[0].padRight, 1);
  // 13 columns instead of 12.
  EXPECT_EQ(macsInStrips(chain, *strips, 0), chain[0].macs / 12 * 13);
  EXPECT_EQ(macsInStrips(chain, *strips, 1), chain[1].macs);
}

TEST(Strips, EqualWidthsTakeFewer) {
  std::vector<SegmentLayer> one{makeLayer(-1, 12, 1)};
  EXPECT_EQ(splitIntoStrips(one, 12)->size(), 12u);
  EXPECT_EQ(splitIntoStrips(one, 7)->size(), 6u);
  EXPECT_FALSE(bool(splitIntoStrips(one, 13)));
  EXPECT_FALSE(bool(splitIntoStrips(one, 1)));
}

TEST(Strips, NothingButPadding) {
  std::vector<SegmentLayer> one{makeLayer(-1, 2, 1)};
  one[0].shape.pad = {1, 1, 5, 1};
  one[0].shape.output.width = 6;
  auto strips = splitIntoStrips(one, 6);
  ASSERT_FALSE(bool(strips));
  EXPECT_EQ(strips.error(), "a strip would read nothing but padding");
}

/// Three convolutions, the second with stride 2, then one that is not in
/// strips and makes the output.
struct Chain {
  Network network;
  std::vector<std::optional<SegmentLayer>> layers;

  Chain() {
    layers = {makeLayer(-1, 12, 1), makeLayer(0, 12, 2), std::nullopt};
    network.maps = {map("input", 12, 48, Residence::External), map("a", 12, 48),
                    map("b", 6, 24), map("out", 6, 24, Residence::External)};
    network.inputMap = 0;
    network.outputMap = 3;
    network.layers = {layer("a", {input(0, {1, -1, 3})}, 1, 12),
                      layer("b", {input(1, {2, -1, 3})}, 2, 6),
                      layer("out", {input(2, {0, 0, 6})}, 3, 6)};
  }
};

TEST(Strips, SearchTakesNarrowRings) {
  Chain chain;
  auto front = findStrips(chain.network, chain.layers, 1 << 20);
  ASSERT_FALSE(front.empty());
  // Three rows of 48 bytes and a map of 144, as a whole.
  EXPECT_EQ(planNetwork(chain.network)->peakBytes, 144 + 3 * 48);
  for (size_t i = 0; i < front.size(); ++i) {
    ASSERT_EQ(front[i].segments.size(), 1u);
    EXPECT_EQ(front[i].segments[0].first, 0);
    EXPECT_EQ(front[i].segments[0].last, 1);
    EXPECT_LT(front[i].peakBytes, 144 + 3 * 48);
    if (i > 0) {
      EXPECT_GT(front[i].extraMacs, front[i - 1].extraMacs);
      EXPECT_LT(front[i].peakBytes, front[i - 1].peakBytes);
    }
  }
  // Two strips: rings of 3 rows of 7 columns at most.
  EXPECT_EQ(front[0].segments[0].count, 2);
  EXPECT_EQ(front[0].extraMacs, chain.layers[0]->macs / 12);
  EXPECT_EQ(front[0].peakBytes, 144 + 3 * 7 * 4);
}

TEST(Strips, SearchKeepsToItsBounds) {
  Chain chain;
  EXPECT_TRUE(
      findStrips(chain.network, chain.layers, chain.layers[0]->macs / 12 - 1)
          .empty());
  // What is read behind the segment cannot be in strips.
  chain.network.layers[2].inputs.push_back(input(1, {0, 0, 12}));
  for (const StripCut &cut : findStrips(chain.network, chain.layers, 1 << 20))
    for (const StripChoice &choice : cut.segments)
      EXPECT_EQ(choice.first, choice.last);
}

/// Bytes of the arena of a variant, whose plan is checked.
int64_t arenaOf(const StripVariant &variant) {
  const Network &network = variant.network.network;
  EXPECT_EQ(validate(network), "");
  PlanResult plan = planNetwork(network);
  EXPECT_TRUE(bool(plan));
  EXPECT_EQ(verifyPlan(network, *plan), "");
  return plan->arenaBytes;
}

TEST(Strips, NetworkInStrips) {
  Chain chain;
  StripVariant two =
      findStripVariants({chain.network, chain.layers}, 1 << 20).front();
  ASSERT_EQ(two.segments.size(), 1u);
  EXPECT_EQ(two.segments[0].first, "a");
  EXPECT_EQ(two.segments[0].last, "b");
  EXPECT_EQ(two.segments[0].count, 2);
  EXPECT_EQ(arenaOf(two), 144 + 3 * 7 * 4);
  // Twice a and b, then the layer behind, which reads the second b.
  const std::vector<Layer> &layers = two.network.network.layers;
  ASSERT_EQ(layers.size(), 5u);
  EXPECT_EQ(layers[3].inPlace, 1);
  EXPECT_TRUE(layers[3].goesOn);
  EXPECT_EQ(layers[4].inputs[0].map, layers[3].output);
  for (const std::optional<SegmentLayer> &layer : two.network.layers)
    EXPECT_FALSE(layer.has_value());
}

/// A convolution, and a fully connected layer of 10 units that makes the
/// output.
struct Connected {
  StripNetwork whole;

  Connected() {
    SegmentLayer connected = makeLayer(0, 12, 1);
    connected.shape.kernelHeight = connected.shape.kernelWidth = 12;
    connected.shape.pad = {0, 0, 0, 0};
    connected.shape.output = {1, 1, 10, 1};
    connected.macs = 12 * 12 * 4 * 10;
    whole.layers = {makeLayer(-1, 12, 1), connected};
    whole.network.maps = {map("input", 12, 48, Residence::External),
                          map("a", 12, 48),
                          map("out", 1, 10, Residence::External)};
    whole.network.inputMap = 0;
    whole.network.outputMap = 2;
    whole.network.layers = {layer("a", {input(0, {1, -1, 3})}, 1, 12),
                            layer("out", {input(1, {1, 0, 1})}, 2, 12)};
    whole.network.layers[1].stepsPerRow = 12;
    whole.network.layers[1].state = 40;
    whole.network.layers[1].stateAlign = 4;
  }
};

TEST(Strips, FullyConnectedSumsStripByStrip) {
  Connected net;
  const SegmentLayer &connected = *net.whole.layers[1];
  EXPECT_TRUE(connected.sumsColumns());
  EXPECT_TRUE(connected.finishesSums());
  EXPECT_EQ(connected.dividedColumns(), 12);
  EXPECT_EQ(whyNotInStrips(connected, /*isLast=*/true), "");
  EXPECT_NE(whyNotInStrips(connected, /*isLast=*/false), "");
  // A row and the accumulators.
  EXPECT_EQ(planNetwork(net.whole.network)->peakBytes, 48 + 40);
  auto front = findStripVariants(net.whole, 1 << 20);
  ASSERT_FALSE(front.empty());
  // Nothing is computed twice: windows of the fully connected layer do not
  // overlap, and before it is only a convolution of 3x3 over the input.
  EXPECT_EQ(front[0].extraMacs, 0);
  EXPECT_EQ(front[0].segments[0].count, 12);
  EXPECT_EQ(arenaOf(front[0]), 4 + 40);
  // The last strip makes the output of what the others have summed.
  const Layer &last = front[0].network.network.layers.back();
  EXPECT_EQ(last.output, net.whole.network.outputMap);
  EXPECT_FALSE(last.goesOn);
  EXPECT_EQ(front[0].network.network.maps[last.inputs.back().map].rowBytes, 40);
}

/// `b` goes on with `a`, in the same bytes.
TEST(Strips, GoesOnInTheSameBytes) {
  Network network;
  network.maps = {map("input", 4, 8, Residence::External), map("a", 4, 8),
                  map("b", 4, 8), map("out", 4, 8, Residence::External)};
  network.inputMap = 0;
  network.outputMap = 3;
  network.layers = {
      layer("a", {input(0, {1, 0, 1})}, 1, 4),
      layer("b", {input(0, {1, 0, 1}), input(1, {0, 0, 4})}, 2, 4),
      layer("out", {input(2, {1, 0, 1})}, 3, 4)};
  network.layers[1].inPlace = 1;
  network.layers[1].goesOn = true;
  PlanResult plan = planNetwork(network);
  ASSERT_TRUE(bool(plan));
  EXPECT_EQ(plan->arenaBytes, 32);
  EXPECT_EQ(verifyPlan(network, *plan), "");
  // All of `a` comes before any of `b`.
  for (int step = 0; step < 4; ++step)
    EXPECT_EQ(plan->steps[step].layer, 0);

  // Elsewhere it cannot go on, nor in a map that another layer reads.
  Plan apart = *plan;
  apart.arenaBytes = 64;
  apart.stores[2].offset = 32;
  EXPECT_EQ(verifyPlan(network, apart), "'b' cannot go on with row 0 of 'a'");
  network.layers[2].inputs.push_back(input(1, {1, 0, 1}));
  EXPECT_EQ(validate(network),
            "layer 'b' goes on with a map in which it cannot");
}

} // namespace
