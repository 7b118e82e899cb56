//===- CostTest.cpp - The planner as a cost function ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// That the arena is the compiler's is tested in test/Integration; here is what
// can be known without it.
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Cost.h"

#include "gtest/gtest.h"

using namespace rtwmc::planning;

namespace {

/// A layer that reads the one before it.
LayerShape layer(LayerKind kind, int input, int64_t channels = 0,
                 int64_t kernel = 1, int64_t stride = 1, int64_t pad = 0) {
  LayerShape Result;
  Result.kind = kind;
  Result.inputs = {input};
  Result.channels = channels;
  Result.kernelHeight = Result.kernelWidth = kernel;
  Result.strideHeight = Result.strideWidth = stride;
  Result.pad = {pad, pad, pad, pad};
  return Result;
}

LayerShape sum(int first, int second) {
  LayerShape Result = layer(LayerKind::Add, first);
  Result.inputs.push_back(second);
  return Result;
}

/// SpArSeNet-A (spec section 2).
NetworkShape sparseNet() {
  return {{32, 32, 3, 1},
          {layer(LayerKind::Convolution, -1, 9, 3),
           layer(LayerKind::Convolution, 0, 11, 4),
           layer(LayerKind::MaxPool, 1, 0, 2, 2),
           layer(LayerKind::Convolution, 2, 17, 1),
           layer(LayerKind::Convolution, 3, 39, 5),
           layer(LayerKind::MaxPool, 4, 0, 2, 2),
           layer(LayerKind::Dense, 5, 10)}};
}

/// A residual block, its output average pooled and classified.
NetworkShape residual() {
  return {{12, 10, 4, 1},
          {layer(LayerKind::Convolution, -1, 8, 3, 1, 1),
           layer(LayerKind::Convolution, 0, 8, 3, 1, 1),
           layer(LayerKind::Depthwise, 1, 1, 3, 1, 1), sum(2, 0),
           layer(LayerKind::GlobalAverage, 3), layer(LayerKind::Dense, 4, 10)}};
}

std::string problemOf(const NetworkShape &shape, CostOptions options = {}) {
  Expected<Cost, std::string> Found = costOf(shape, options);
  return Found ? "" : Found.error();
}

TEST(Shapes, CountsAndShapes) {
  Expected<ShapedNetwork, std::string> Net = makeNetwork(sparseNet());
  ASSERT_TRUE(bool(Net));
  EXPECT_EQ(Net->parameters, 24915);
  EXPECT_EQ(Net->macs, 2753854);
  EXPECT_EQ(Net->shapes[1], (MapShape{27, 27, 11, 1}));
  EXPECT_EQ(Net->shapes[5], (MapShape{4, 4, 39, 1}));
  // Both poolings are done by the convolutions before them.
  EXPECT_EQ(Net->mapOf[1], -1);
  EXPECT_EQ(Net->mapOf[4], -1);
  ASSERT_EQ(Net->network.layers.size(), 5u);
  EXPECT_EQ(Net->network.layers[1].steps, 26);
  EXPECT_EQ(Net->network.layers[1].stepsPerRow, 2);
  EXPECT_EQ(validate(Net->network), "");
  // The dense layer reads a whole map, so that it is not worth packing.
  EXPECT_TRUE(Net->network.maps[Net->mapOf[3]].packable);
  EXPECT_FALSE(Net->network.maps[Net->mapOf[5]].packable);
}

TEST(Shapes, Residual) {
  Expected<ShapedNetwork, std::string> Net =
      makeNetwork(residual(), {.inputInArena = true});
  ASSERT_TRUE(bool(Net));
  EXPECT_EQ(validate(Net->network), "");
  // conv, conv, depthwise, add, sums, average, dense.
  ASSERT_EQ(Net->network.layers.size(), 7u);
  EXPECT_EQ(Net->network.layers[3].inputs.size(), 2u);
  EXPECT_EQ(Net->network.layers[3].inPlace, 0);
  EXPECT_EQ(Net->network.maps[5].elementBytes, 4);
  // Nobody knows the zero point of a map that is added and averaged only.
  EXPECT_FALSE(Net->network.maps[Net->mapOf[3]].packable);
  EXPECT_TRUE(Net->network.maps[Net->mapOf[0]].packable);
  EXPECT_EQ(Net->network.maps[0].residence, Residence::Arena);
}

TEST(Shapes, SumsOfSumsAreOneLayer) {
  NetworkShape Shape{{8, 8, 4, 1},
                     {layer(LayerKind::Convolution, -1, 4),
                      layer(LayerKind::Convolution, 0, 4), sum(0, 1), sum(2, 1),
                      layer(LayerKind::Dense, 3, 2)}};
  Expected<ShapedNetwork, std::string> Net = makeNetwork(Shape);
  ASSERT_TRUE(bool(Net));
  ASSERT_EQ(Net->network.layers.size(), 4u);
  EXPECT_EQ(Net->network.layers[2].inputs.size(), 3u);
  EXPECT_EQ(Net->mapOf[2], -1);
  // Read twice, the first sum is a map.
  Shape.layers[3] = sum(2, 2);
  Net = makeNetwork(Shape);
  ASSERT_TRUE(bool(Net));
  EXPECT_EQ(Net->network.layers.size(), 5u);
}

TEST(Shapes, PoolingThatCannotMove) {
  NetworkShape Shape{{9, 9, 2, 1},
                     {layer(LayerKind::Convolution, -1, 4, 2),
                      layer(LayerKind::MaxPool, 0, 0, 2, 2),
                      layer(LayerKind::Dense, 1, 3)}};
  auto Layers = [&](bool fuse = true) {
    Expected<ShapedNetwork, std::string> Net =
        makeNetwork(Shape, {.fusePooling = fuse});
    return Net ? Net->network.layers.size() : 0;
  };
  EXPECT_EQ(Layers(), 2u);
  EXPECT_EQ(Layers(false), 3u);
  // Windows that overlap.
  Shape.layers[1].strideHeight = 1;
  EXPECT_EQ(Layers(), 3u);
  // Padding below the last row.
  Shape.layers[1] = layer(LayerKind::MaxPool, 0, 0, 3, 3);
  EXPECT_EQ(Layers(), 2u);
  Shape.layers[1].pad = {0, 1, 0, 0};
  EXPECT_EQ(Layers(), 3u);
  // A result that somebody else reads too.
  Shape.layers = {layer(LayerKind::Convolution, -1, 4, 2),
                  layer(LayerKind::GlobalAverage, 0),
                  layer(LayerKind::Dense, 0, 4), sum(1, 2)};
  EXPECT_EQ(Layers(), 4u);
  Expected<ShapedNetwork, std::string> Net = makeNetwork(Shape);
  ASSERT_TRUE(bool(Net));
  // The average is computed by the sum that reads it.
  EXPECT_EQ(Net->mapOf[1], -1);
}

TEST(Shapes, ChannelByChannel) {
  Expected<ShapedNetwork, std::string> Net =
      makeNetwork(residual(), {.byChannel = true});
  ASSERT_TRUE(bool(Net));
  EXPECT_EQ(validate(Net->network), "");
  const Layer &Depthwise = Net->network.layers[2];
  ASSERT_EQ(Depthwise.whenPacked.size(), 1u);
  // One channel of the padded windows, in one step.
  EXPECT_EQ(Depthwise.scratch, 3 * 3 * 8);
  EXPECT_EQ(Depthwise.whenPacked[0].scratch, 3 * 3);
  EXPECT_EQ(Depthwise.whenPacked[0].steps, 1);
  EXPECT_EQ(Depthwise.whenPacked[0].inputs[0].map, Depthwise.inputs[0].map);
  // A vector has one order only.
  EXPECT_TRUE(Net->network.layers.back().whenPacked.empty());
}

TEST(Cost, EveryBudget) {
  for (int Case = 0; Case < 4; ++Case) {
    NetworkShape Shape = Case % 2 ? sparseNet() : residual();
    CostOptions Options;
    Options.byChannel = Case >= 2;
    Options.stack = 100;
    Options.findSmallest = true;
    Expected<Cost, std::string> Free = costOf(Shape, Options);
    ASSERT_TRUE(bool(Free));
    EXPECT_TRUE(Free->fits);
    EXPECT_EQ(Free->lossFraction, 0.0);
    EXPECT_EQ(Free->ram, Free->arena + 100);
    EXPECT_EQ(Free->ram, Free->smallestLossless);
    EXPECT_LE(Free->smallest, Free->smallestLossless);

    Options.findSmallest = false;
    for (int64_t Ram : {Free->smallest, (Free->smallest + Free->ram) / 2,
                        Free->smallestLossless - 1, Free->smallestLossless}) {
      Options.ram = Ram;
      Expected<Cost, std::string> Found = costOf(Shape, Options);
      ASSERT_TRUE(bool(Found));
      EXPECT_TRUE(Found->fits) << Ram;
      EXPECT_LE(Found->ram, Ram);
      EXPECT_EQ(Found->lossFraction > 0, Ram < Free->smallestLossless);
      int64_t Dropped = 0;
      for (const Store &S : Found->stores)
        Dropped += S.drop;
      EXPECT_EQ(Dropped > 0, Ram < Free->smallestLossless);
    }
    Options.ram = Free->smallest - 1;
    Expected<Cost, std::string> Less = costOf(Shape, Options);
    ASSERT_TRUE(bool(Less));
    EXPECT_FALSE(Less->fits);
    EXPECT_EQ(Less->ram, Free->smallest);
    EXPECT_EQ(Less->smallest, Free->smallest);
    EXPECT_NE(Less->message, "");
    // Less than the stack alone.
    Options.ram = 1;
    Less = costOf(Shape, Options);
    ASSERT_TRUE(bool(Less));
    EXPECT_FALSE(Less->fits);
  }
}

/// Spec section 2.
TEST(Cost, PaperGolden) {
  CostOptions Options;
  Options.mode = CostMode::Paper;
  Options.ram = 8192;
  Options.batch = 40;
  Options.alpha = 0.5;
  Expected<Cost, std::string> Found = costOf(sparseNet(), Options);
  ASSERT_TRUE(bool(Found));
  std::vector<int64_t> Drops;
  for (const Store &S : Found->stores)
    Drops.push_back(S.drop);
  EXPECT_EQ(Drops, (std::vector<int64_t>{5062, 4971, 0, 0, 0, 0, 0}));
  // The real layout has what the paper does not count.
  EXPECT_GT(Found->arena, 8192);
  EXPECT_FALSE(Found->fits);
  EXPECT_NE(Found->message, "");

  Options.ram = 1 << 20;
  Found = costOf(sparseNet(), Options);
  ASSERT_TRUE(bool(Found));
  EXPECT_TRUE(Found->fits);
  EXPECT_EQ(Found->lossFraction, 0.0);
  EXPECT_EQ(Found->ram, Found->smallestLossless);

  Options.ram = 1024;
  Found = costOf(sparseNet(), Options);
  ASSERT_TRUE(bool(Found));
  EXPECT_FALSE(Found->fits);
  EXPECT_EQ(Found->ram, Found->smallestLossless);
}

TEST(Cost, Nonsense) {
  const NetworkShape Good = sparseNet();
  EXPECT_EQ(problemOf(Good), "");
  auto Broken = [&](size_t index, auto change) {
    NetworkShape Shape = Good;
    change(Shape.layers[index]);
    return problemOf(Shape);
  };
  EXPECT_EQ(problemOf({Good.input, {}}), "the network has no layers");
  EXPECT_EQ(problemOf({{0, 32, 3, 1}, Good.layers}),
            "an input of 0x32x3 bytes is empty or too large");
  EXPECT_EQ(problemOf({{1 << 16, 1 << 16, 1, 1}, Good.layers}),
            "an input of 65536x65536x1 bytes is empty or too large");
  EXPECT_EQ(Broken(0, [](LayerShape &l) { l.inputs = {0}; }),
            "layer 1: reads layer 1, which is not before it");
  EXPECT_EQ(Broken(0, [](LayerShape &l) { l.inputs = {-2}; }),
            "layer 1: reads layer -1, which is not before it");
  EXPECT_EQ(Broken(1, [](LayerShape &l) { l.inputs = {}; }),
            "layer 2: reads 0 maps instead of 1");
  EXPECT_EQ(Broken(2, [](LayerShape &l) { l.inputs = {0}; }),
            "layer 2: no layer reads its result");
  EXPECT_EQ(Broken(1, [](LayerShape &l) { l.channels = 0; }),
            "layer 2: filters, multipliers and units are 1 to 65536, not 0");
  EXPECT_EQ(Broken(1,
                   [](LayerShape &l) {
                     l.name = "late";
                     l.strideWidth = 0;
                   }),
            "layer 2 ('late'): sizes of windows, strides and dilations are 1 "
            "to 256, not 0");
  EXPECT_EQ(Broken(1, [](LayerShape &l) { l.pad[3] = -1; }),
            "layer 2: padding is 0 to 65536, not -1");
  EXPECT_EQ(Broken(1, [](LayerShape &l) { l.kernelWidth = 31; }),
            "layer 2: a window of 4x31 does not fit its input of 30x30x9");
  EXPECT_EQ(Broken(1, [](LayerShape &l) { l.dilationHeight = 10; }),
            "layer 2: a window of 31x4 does not fit its input of 30x30x9");
  EXPECT_EQ(Broken(2, [](LayerShape &l) { l.dilationWidth = 2; }),
            "layer 3: windows of a pooling are not dilated");
  EXPECT_EQ(Broken(2,
                   [](LayerShape &l) {
                     l.kind = LayerKind::AveragePool;
                     l.pad[0] = 1;
                   }),
            "layer 3: an average over padding is not supported");
  EXPECT_EQ(Broken(6,
                   [](LayerShape &l) {
                     l.kind = LayerKind::Add;
                     l.inputs = {4, 5};
                   }),
            "layer 7: adds maps of 9x9x39 and 4x4x39");
  EXPECT_EQ(Broken(1,
                   [](LayerShape &l) {
                     l.channels = 1 << 16;
                     l.pad = {100, 100, 100, 100};
                   }),
            "layer 2: a result of 227x227x65536 is too large");

  CostOptions Options;
  Options.stack = -1;
  EXPECT_EQ(problemOf(Good, Options),
            "the allowance for the stack must not be negative");
  Options = {};
  Options.ram = 0;
  EXPECT_EQ(problemOf(Good, Options), "the budget must be at least one byte");
  Options = {};
  Options.mode = CostMode::Paper;
  EXPECT_EQ(problemOf(Good, Options), "the paper's planner needs a budget");
  for (CostMode Mode : {CostMode::Exact, CostMode::Paper}) {
    Options = {};
    Options.mode = Mode;
    Options.ram = 8192;
    Options.batch = 0;
    EXPECT_NE(problemOf(Good, Options), "");
    Options.batch = 32;
    Options.alpha = 0.0;
    EXPECT_NE(problemOf(Good, Options), "");
  }
}

} // namespace
