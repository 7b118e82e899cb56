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
LayerShape layerShape(LayerKind kind, int input, int64_t channels = 0,
                      int64_t kernel = 1, int64_t stride = 1, int64_t pad = 0) {
  LayerShape result;
  result.kind = kind;
  result.inputs = {input};
  result.channels = channels;
  result.kernelHeight = result.kernelWidth = kernel;
  result.strideHeight = result.strideWidth = stride;
  result.pad = {pad, pad, pad, pad};
  return result;
}

LayerShape sum(int first, int second) {
  LayerShape result = layerShape(LayerKind::Add, first);
  result.inputs.push_back(second);
  return result;
}

/// SpArSeNet-A (spec section 2).
NetworkShape sparseNet() {
  return {{32, 32, 3, 1},
          {layerShape(LayerKind::Convolution, -1, 9, 3),
           layerShape(LayerKind::Convolution, 0, 11, 4),
           layerShape(LayerKind::MaxPool, 1, 0, 2, 2),
           layerShape(LayerKind::Convolution, 2, 17, 1),
           layerShape(LayerKind::Convolution, 3, 39, 5),
           layerShape(LayerKind::MaxPool, 4, 0, 2, 2),
           layerShape(LayerKind::Dense, 5, 10)}};
}

/// A residual block, its output average pooled and classified.
NetworkShape residual() {
  return {{12, 10, 4, 1},
          {layerShape(LayerKind::Convolution, -1, 8, 3, 1, 1),
           layerShape(LayerKind::Convolution, 0, 8, 3, 1, 1),
           layerShape(LayerKind::Depthwise, 1, 1, 3, 1, 1), sum(2, 0),
           layerShape(LayerKind::GlobalAverage, 3),
           layerShape(LayerKind::Dense, 4, 10)}};
}

std::string problemOf(const NetworkShape &shape, CostOptions options = {}) {
  Expected<Cost, std::string> found = costOf(shape, options);
  return found ? "" : found.error();
}

TEST(Shapes, CountsAndShapes) {
  Expected<ShapedNetwork, std::string> net = makeNetwork(sparseNet());
  ASSERT_TRUE(bool(net));
  EXPECT_EQ(net->parameters, 24915);
  // Less what the poolings leave out.
  EXPECT_EQ(net->macs, 2183499);
  EXPECT_EQ(net->shapes[1], (MapShape{27, 27, 11, 1}));
  EXPECT_EQ(net->shapes[5], (MapShape{4, 4, 39, 1}));
  // Both poolings are done by the convolutions before them.
  EXPECT_EQ(net->mapOf[1], -1);
  EXPECT_EQ(net->mapOf[4], -1);
  ASSERT_EQ(net->network.layers.size(), 5u);
  EXPECT_EQ(net->network.layers[1].steps, 24);
  EXPECT_EQ(net->network.layers[1].stepsPerRow, 2);
  EXPECT_EQ(validate(net->network), "");
  EXPECT_TRUE(net->network.maps[net->mapOf[3]].packable);
  // The dense layer takes its input row by row.
  EXPECT_TRUE(net->network.maps[net->mapOf[5]].packable);
  EXPECT_EQ(net->network.layers[4].steps, 4);
  EXPECT_EQ(net->network.layers[4].state, 4 * 10);
}

TEST(Shapes, WholeMaps) {
  Expected<ShapedNetwork, std::string> net =
      makeNetwork(sparseNet(), {.wholeMaps = true});
  ASSERT_TRUE(bool(net));
  ASSERT_EQ(net->network.layers.size(), 7u);
  // The dense layer reads a whole map, so that it is not worth packing.
  EXPECT_EQ(net->network.layers[6].steps, 1);
  EXPECT_FALSE(net->network.maps[net->mapOf[5]].packable);
}

TEST(Shapes, OneRowStreamsAlongItsColumns) {
  LayerShape wide = layerShape(LayerKind::Convolution, -1, 16, 1, 1, 0);
  wide.kernelWidth = 5;
  wide.pad = {0, 0, 2, 2};
  LayerShape tall = layerShape(LayerKind::Convolution, -1, 16, 1, 1, 0);
  tall.kernelHeight = 5;
  tall.pad = {2, 2, 0, 0};
  auto plan = [](int64_t height, int64_t width, LayerShape first) {
    LayerShape second = first;
    second.inputs = {0};
    return costOf({{height, width, 8, 1},
                   {first, second, layerShape(LayerKind::Dense, 1, 4)}},
                  {});
  };
  Expected<Cost, std::string> row = plan(1, 128, wide),
                              column = plan(128, 1, tall);
  ASSERT_TRUE(row && column);
  EXPECT_EQ(row->arena, column->arena);
  EXPECT_EQ(row->shapes[0], (MapShape{1, 128, 16, 1}));
  EXPECT_EQ(column->shapes[0], (MapShape{128, 1, 16, 1}));
}

TEST(Shapes, Residual) {
  Expected<ShapedNetwork, std::string> net =
      makeNetwork(residual(), {.input = InputPlace::Arena});
  ASSERT_TRUE(bool(net));
  EXPECT_EQ(validate(net->network), "");
  // conv, conv, depthwise, add, sums, average, dense.
  ASSERT_EQ(net->network.layers.size(), 7u);
  EXPECT_EQ(net->network.layers[3].inputs.size(), 2u);
  EXPECT_EQ(net->network.layers[3].inPlace, 0);
  EXPECT_EQ(net->network.maps[5].elementBytes, 4);
  // Nobody knows the zero point of a map that is added and averaged only.
  EXPECT_FALSE(net->network.maps[net->mapOf[3]].packable);
  EXPECT_TRUE(net->network.maps[net->mapOf[0]].packable);
  EXPECT_EQ(net->network.maps[0].residence, Residence::Arena);
}

TEST(Shapes, InputByRows) {
  Expected<ShapedNetwork, std::string> net =
      makeNetwork(residual(), {.input = InputPlace::Rows});
  ASSERT_TRUE(bool(net));
  EXPECT_EQ(validate(net->network), "");
  // The same network behind a layer whose rows the caller gives, and which
  // nobody prunes.
  ASSERT_EQ(net->network.layers.size(), 8u);
  const Layer &rows = net->network.layers[0];
  EXPECT_EQ(rows.steps, net->network.maps[0].rows);
  EXPECT_EQ(net->network.maps[0].residence, Residence::External);
  EXPECT_EQ(net->network.maps[rows.output].denseBytes(),
            net->network.maps[0].denseBytes());
  EXPECT_FALSE(net->network.maps[rows.output].packable);
  EXPECT_EQ(net->network.layers[1].inputs[0].map, rows.output);
  PlanResult plan = planNetwork(net->network);
  ASSERT_TRUE(bool(plan));
  EXPECT_EQ(verifyPlan(net->network, *plan), "");
  EXPECT_EQ(plan->stores[rows.output].kind, StoreKind::Ring);
}

TEST(Shapes, SumsOfSumsAreOneLayer) {
  NetworkShape shape{{8, 8, 4, 1},
                     {layerShape(LayerKind::Convolution, -1, 4),
                      layerShape(LayerKind::Convolution, 0, 4), sum(0, 1),
                      sum(2, 1), layerShape(LayerKind::Dense, 3, 2)}};
  Expected<ShapedNetwork, std::string> net = makeNetwork(shape);
  ASSERT_TRUE(bool(net));
  ASSERT_EQ(net->network.layers.size(), 4u);
  EXPECT_EQ(net->network.layers[2].inputs.size(), 3u);
  EXPECT_EQ(net->mapOf[2], -1);
  // Read twice, the first sum is a map.
  shape.layers[3] = sum(2, 2);
  net = makeNetwork(shape);
  ASSERT_TRUE(bool(net));
  EXPECT_EQ(net->network.layers.size(), 5u);
}

TEST(Shapes, PoolingThatCannotMove) {
  NetworkShape shape{{9, 9, 2, 1},
                     {layerShape(LayerKind::Convolution, -1, 4, 2),
                      layerShape(LayerKind::MaxPool, 0, 0, 2, 2),
                      layerShape(LayerKind::Dense, 1, 3)}};
  auto layers = [&](bool fuse = true) {
    Expected<ShapedNetwork, std::string> net =
        makeNetwork(shape, {.wholeMaps = !fuse});
    return net ? net->network.layers.size() : 0;
  };
  EXPECT_EQ(layers(), 2u);
  EXPECT_EQ(layers(false), 3u);
  // Windows that overlap.
  shape.layers[1].strideHeight = 1;
  EXPECT_EQ(layers(), 3u);
  // Padding below the last row.
  shape.layers[1] = layerShape(LayerKind::MaxPool, 0, 0, 3, 3);
  EXPECT_EQ(layers(), 2u);
  shape.layers[1].pad = {0, 1, 0, 0};
  EXPECT_EQ(layers(), 3u);
  // A result that somebody else reads too.
  shape.layers = {layerShape(LayerKind::Convolution, -1, 4, 2),
                  layerShape(LayerKind::GlobalAverage, 0),
                  layerShape(LayerKind::Dense, 0, 4), sum(1, 2)};
  EXPECT_EQ(layers(), 4u);
  Expected<ShapedNetwork, std::string> net = makeNetwork(shape);
  ASSERT_TRUE(bool(net));
  // The average is computed by the sum that reads it.
  EXPECT_EQ(net->mapOf[1], -1);
}

TEST(Shapes, ChannelByChannel) {
  Expected<ShapedNetwork, std::string> net =
      makeNetwork(residual(), {.order = StreamOrder::NCHW});
  ASSERT_TRUE(bool(net));
  EXPECT_EQ(validate(net->network), "");
  const Layer &depthwise = net->network.layers[2];
  ASSERT_EQ(depthwise.whenPacked.size(), 1u);
  // One channel of the padded windows, in one step.
  EXPECT_EQ(depthwise.scratch, 3 * 3 * 8);
  EXPECT_EQ(depthwise.whenPacked[0].scratch, 3 * 3);
  EXPECT_EQ(depthwise.whenPacked[0].steps, 1);
  EXPECT_EQ(depthwise.whenPacked[0].inputs[0].map, depthwise.inputs[0].map);
  // A vector has one order only.
  EXPECT_TRUE(net->network.layers.back().whenPacked.empty());
}

TEST(Cost, EveryBudget) {
  for (int variant = 0; variant < 8; ++variant) {
    NetworkShape shape = variant % 2 ? sparseNet() : residual();
    CostOptions options;
    bool hasStrips = variant >= 4;
    if (!hasStrips)
      options.maxRecompute = 0;
    options.order = variant % 4 >= 2 ? StreamOrder::NCHW : StreamOrder::NHWC;
    options.stack = 100;
    options.findSmallest = true;
    Expected<Cost, std::string> free = costOf(shape, options);
    ASSERT_TRUE(bool(free));
    EXPECT_TRUE(free->fits);
    EXPECT_EQ(free->lossFraction, 0.0);
    EXPECT_EQ(free->ram, free->arena + 100);
    EXPECT_EQ(free->ram, free->smallestLossless);
    EXPECT_LE(free->smallest, free->smallestLossless);

    options.findSmallest = false;
    for (int64_t ram : {free->smallest, (free->smallest + free->ram) / 2,
                        free->smallestLossless - 1, free->smallestLossless}) {
      options.ram = ram;
      Expected<Cost, std::string> found = costOf(shape, options);
      ASSERT_TRUE(bool(found));
      EXPECT_TRUE(found->fits && found->planned) << ram;
      EXPECT_LE(found->ram, ram);
      bool mayDrop = ram < free->smallestLossless;
      EXPECT_EQ(found->lossFraction > 0 || found->recomputedMacs > 0, mayDrop);
      if (hasStrips) {
        EXPECT_EQ(found->lossFraction > 0, ram < free->smallestRecomputing);
      }
      int64_t dropped = 0;
      for (const Store &s : found->stores)
        dropped += s.drop;
      EXPECT_EQ(dropped > 0, found->lossFraction > 0);
    }
    options.ram = free->smallest - 1;
    Expected<Cost, std::string> less = costOf(shape, options);
    ASSERT_TRUE(bool(less));
    EXPECT_FALSE(less->fits || less->planned);
    EXPECT_EQ(less->ram, free->smallest);
    EXPECT_EQ(less->smallest, free->smallest);
    EXPECT_NE(less->message, "");
    // Less than the stack alone.
    options.ram = 1;
    less = costOf(shape, options);
    ASSERT_TRUE(bool(less));
    EXPECT_FALSE(less->fits);
  }
}

/// Spec section 2.
TEST(Cost, PaperGolden) {
  CostOptions options;
  options.mode = Mode::Paper;
  options.ram = 8192;
  options.batch = 40;
  options.alpha = 0.5;
  Expected<Cost, std::string> found = costOf(sparseNet(), options);
  ASSERT_TRUE(bool(found));
  std::vector<int64_t> drops;
  for (const Store &s : found->stores)
    drops.push_back(s.drop);
  EXPECT_EQ(drops, (std::vector<int64_t>{5062, 4971, 0, 0, 0, 0, 0}));
  // The real layout has what the paper does not count.
  EXPECT_GT(found->arena, 8192);
  EXPECT_FALSE(found->fits);
  EXPECT_TRUE(found->planned);
  EXPECT_NE(found->message, "");

  options.ram = 1 << 20;
  found = costOf(sparseNet(), options);
  ASSERT_TRUE(bool(found));
  EXPECT_TRUE(found->fits && found->planned);
  EXPECT_EQ(found->lossFraction, 0.0);
  EXPECT_EQ(found->ram, found->smallestLossless);

  // Algorithm 1 has no answer.
  options.ram = 1024;
  found = costOf(sparseNet(), options);
  ASSERT_TRUE(bool(found));
  EXPECT_FALSE(found->fits || found->planned);
  EXPECT_EQ(found->ram, found->smallestLossless);
}

TEST(Cost, StripsBeforePruning) {
  CostOptions options;
  options.maxRecompute = 20;
  options.findSmallest = true;
  Expected<Cost, std::string> whole = costOf(sparseNet(), options);
  ASSERT_TRUE(bool(whole));
  // Without a budget nothing is computed again.
  EXPECT_EQ(whole->recomputedMacs, 0);
  EXPECT_EQ(whole->ram, whole->smallestLossless);
  // Two strips from the input to the fully connected layer.
  EXPECT_EQ(whole->smallestRecomputing, 1570 + options.stack);

  options.ram = whole->smallestRecomputing;
  Expected<Cost, std::string> strips = costOf(sparseNet(), options);
  ASSERT_TRUE(bool(strips));
  EXPECT_TRUE(strips->fits);
  EXPECT_EQ(strips->lossFraction, 0.0);
  EXPECT_GT(strips->recomputedMacs, 0);
  EXPECT_LE(strips->recomputedMacs, strips->macs / 5);
  EXPECT_EQ(strips->macs, whole->macs);
  // A byte less, and something is dropped.
  --*options.ram;
  Expected<Cost, std::string> pruned = costOf(sparseNet(), options);
  ASSERT_TRUE(bool(pruned));
  EXPECT_GT(pruned->lossFraction, 0.0);
  EXPECT_EQ(pruned->recomputedMacs, 0);
  // As it is where strips may not be.
  options.maxRecompute = 0;
  Expected<Cost, std::string> never = costOf(sparseNet(), options);
  ASSERT_TRUE(bool(never));
  EXPECT_EQ(never->arena, pruned->arena);
  EXPECT_EQ(never->smallestRecomputing, 0);
}

TEST(Cost, Nonsense) {
  const NetworkShape good = sparseNet();
  EXPECT_EQ(problemOf(good), "");
  auto broken = [&](size_t index, auto change) {
    NetworkShape shape = good;
    change(shape.layers[index]);
    return problemOf(shape);
  };
  EXPECT_EQ(problemOf({good.input, {}}), "the network has no layers");
  EXPECT_EQ(problemOf({{0, 32, 3, 1}, good.layers}),
            "an input of 0x32x3 bytes is empty or too large");
  EXPECT_EQ(problemOf({{1 << 16, 1 << 16, 1, 1}, good.layers}),
            "an input of 65536x65536x1 bytes is empty or too large");
  EXPECT_EQ(broken(0, [](LayerShape &l) { l.inputs = {0}; }),
            "layer 1: reads layer 1, which is not before it");
  EXPECT_EQ(broken(0, [](LayerShape &l) { l.inputs = {-2}; }),
            "layer 1: reads layer -1, which is not before it");
  EXPECT_EQ(broken(1, [](LayerShape &l) { l.inputs = {}; }),
            "layer 2: reads 0 maps instead of 1");
  EXPECT_EQ(broken(2, [](LayerShape &l) { l.inputs = {0}; }),
            "layer 2: no layer reads its result");
  EXPECT_EQ(broken(1, [](LayerShape &l) { l.channels = 0; }),
            "layer 2: filters, multipliers and units are 1 to 65536, not 0");
  EXPECT_EQ(broken(1,
                   [](LayerShape &l) {
                     l.name = "late";
                     l.strideWidth = 0;
                   }),
            "layer 2 ('late'): sizes of windows, strides and dilations are 1 "
            "to 256, not 0");
  EXPECT_EQ(broken(1, [](LayerShape &l) { l.pad[3] = -1; }),
            "layer 2: padding is 0 to 65536, not -1");
  EXPECT_EQ(broken(1, [](LayerShape &l) { l.kernelWidth = 31; }),
            "layer 2: a window of 4x31 does not fit its input of 30x30x9");
  EXPECT_EQ(broken(1, [](LayerShape &l) { l.dilationHeight = 10; }),
            "layer 2: a window of 31x4 does not fit its input of 30x30x9");
  EXPECT_EQ(broken(2, [](LayerShape &l) { l.dilationWidth = 2; }),
            "layer 3: windows of a pooling are not dilated");
  EXPECT_EQ(broken(2,
                   [](LayerShape &l) {
                     l.kind = LayerKind::AveragePool;
                     l.pad[0] = 1;
                   }),
            "layer 3: an average over padding is not supported");
  EXPECT_EQ(broken(6,
                   [](LayerShape &l) {
                     l.kind = LayerKind::Add;
                     l.inputs = {4, 5};
                   }),
            "layer 7: adds maps of 9x9x39 and 4x4x39");
  EXPECT_EQ(broken(1,
                   [](LayerShape &l) {
                     l.channels = 1 << 16;
                     l.pad = {100, 100, 100, 100};
                   }),
            "layer 2: a result of 227x227x65536 is too large");

  CostOptions options;
  options.stack = -1;
  EXPECT_EQ(problemOf(good, options),
            "the allowance for the stack must not be negative");
  options = {};
  options.maxRecompute = 1001;
  EXPECT_EQ(problemOf(good, options),
            "what is computed again must be 0 to 1000 percent");
  options = {};
  options.ram = 0;
  EXPECT_EQ(problemOf(good, options), "the budget must be at least one byte");
  options = {};
  options.mode = Mode::Paper;
  EXPECT_EQ(problemOf(good, options), "the paper's planner needs a budget");
  for (Mode mode : {Mode::Exact, Mode::Paper}) {
    options = {};
    options.mode = mode;
    options.ram = 8192;
    options.batch = 0;
    EXPECT_NE(problemOf(good, options), "");
    options.batch = 32;
    options.alpha = 0.0;
    EXPECT_NE(problemOf(good, options), "");
  }
}

} // namespace
