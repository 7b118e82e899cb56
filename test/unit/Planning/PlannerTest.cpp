//===- PlannerTest.cpp - The exact planner, case by case ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Planner.h"
#include "MakeNetwork.h"
#include "rtwmc/Planning/PaperNetworks.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <optional>

using namespace rtwmc::planning;

namespace {

/// External input -> a -> b -> external output, kernels of three rows.
Network chain(int64_t rows, int64_t bytesA, int64_t bytesB) {
  Network net;
  net.maps = {map("in", rows, 8, external), map("a", rows, bytesA, arena, true),
              map("b", rows, bytesB, arena, true),
              map("out", rows, 8, external)};
  net.layers = {layer("first", {input(0, {1, -1, 3})}, 1, rows),
                layer("second", {input(1, {1, -1, 3})}, 2, rows),
                layer("third", {input(2, {1, -1, 3})}, 3, rows)};
  net.inputMap = 0;
  net.outputMap = 3;
  return net;
}

/// The maps of a chain, and two more: `side`, an input in the arena that the
/// last layer reads whole, and `a`, which is an output as well.
Network withMorePorts() {
  Network net = chain(6, 4, 4);
  net.maps.push_back(map("side", 3, 5, arena));
  net.layers[2].inputs.push_back(input(4, {0, 0, 3}));
  net.maps[1].residence = external;
  net.moreInputs = {4};
  net.moreOutputs = {1};
  return net;
}

TEST(Planner, HasSeveralInputsAndOutputs) {
  Network net = withMorePorts();
  Plan p = mustPlan(net);
  EXPECT_EQ(p.stores[1].kind, StoreKind::External);
  // It lives from the start to the end, beside whatever else does.
  EXPECT_EQ(p.stores[4].kind, StoreKind::Dense);
  EXPECT_EQ(p.stores[4].firstStep, 0);
  // Where its bytes are written to in between, it is not there at the end.
  p.stores[2].offset = p.stores[4].offset;
  EXPECT_NE(verifyPlan(net, p), "");
}

TEST(Planner, KeepsOutputsInTheArena) {
  Network net = withMorePorts();
  net.maps[1].residence = arena;
  net.maps[1].packable = net.maps[1].rowPackable = true;
  Plan p = mustPlan(net);
  EXPECT_EQ(p.stores[1].kind, StoreKind::Dense);
  EXPECT_EQ(p.stores[1].lastStep, int(p.steps.size()) - 1);
  // It must be whole at the end: it is nothing to prune.
  Options o;
  o.forcedPacking = {{1, 1}};
  EXPECT_FALSE(bool(planNetwork(net, o)));
}

TEST(Planner, RefusesPortsThatCannotBe) {
  Network net = withMorePorts();
  net.moreInputs.clear();
  EXPECT_EQ(validate(net),
            "layer 'third' reads map 'side', which no earlier layer writes");
  net = withMorePorts();
  net.moreOutputs.push_back(9);
  EXPECT_EQ(validate(net), "an input or output of the network does not exist");
  net = withMorePorts();
  net.maps.push_back(map("nobody's", 1, 1, external));
  net.moreOutputs.push_back(5);
  EXPECT_EQ(validate(net), "no layer writes the network's output");
}

TEST(Planner, StreamsThroughRings) {
  Plan p = mustPlan(chain(20, 10, 7));
  EXPECT_EQ(p.segments, std::vector<int>{0});
  EXPECT_EQ(p.stores[0].kind, StoreKind::External);
  EXPECT_EQ(p.stores[1].kind, StoreKind::Ring);
  EXPECT_EQ(p.stores[1].rows, 3);
  EXPECT_EQ(p.stores[2].rows, 3);
  EXPECT_EQ(p.arenaBytes, 30 + 21);
  EXPECT_EQ(p.peakBytes, 51);
}

TEST(Planner, WindowsThatAreDivided) {
  using Rows = std::pair<int64_t, int64_t>;
  // Every row twice; rounded down before the map as well.
  Window twice{1, -1, 1, 2};
  EXPECT_EQ(twice.rowsAt(0, 4), Rows(0, 0));
  EXPECT_EQ(twice.rowsAt(1, 4), Rows(0, 1));
  EXPECT_EQ(twice.rowsAt(2, 4), Rows(0, 1));
  EXPECT_EQ(twice.rowsAt(8, 4), Rows(3, 4));
  EXPECT_EQ(twice.rowsAt(9, 4), Rows(4, 4));
  // The nearest rows of the map, of three out of five from row -2 on.
  Window clamped{3, -10, 2, 5, true};
  EXPECT_EQ(clamped.rowsAt(0, 3), Rows(0, 1));
  EXPECT_EQ(clamped.rowsAt(2, 3), Rows(0, 1));
  EXPECT_EQ(clamped.rowsAt(4, 3), Rows(0, 2));
  EXPECT_EQ(clamped.rowsAt(7, 3), Rows(2, 3));
  EXPECT_EQ(clamped.rowsAt(20, 3), Rows(2, 3));
}

TEST(Planner, WindowsBelowTheMap) {
  // Rows of padding alone, several of them: nothing of the map is read.
  EXPECT_EQ((Window{1, 0, 1}.rowsAt(6, 4)),
            (std::pair<int64_t, int64_t>(4, 4)));
  Network net;
  net.maps = {map("in", 4, 8, external), map("a", 4, 8),
              map("out", 8, 8, external)};
  net.layers = {layer("first", {input(0, {1, 0, 1})}, 1, 4),
                layer("second", {input(1, {1, 0, 1})}, 2, 8)};
  net.inputMap = 0;
  net.outputMap = 2;
  PlanResult plan = planNetwork(net, {});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(verifyPlan(net, *plan), "");
  EXPECT_EQ(plan->stores[1].rows, 1);
  EXPECT_EQ(plan->steps.size(), 12u);
}

TEST(Planner, PaperNetworksStreamed) {
  // Nothing dropped; sliding windows and 32-bit sums, nothing else.
  std::vector<PaperNetwork> networks = paperNetworks();
  // 5 rows of 14x6, sums of 32 channels.
  EXPECT_EQ(mustPlan(networks[0].streamed).arenaBytes, 5 * 84 + 4 * 32);
  // 4 rows of 27x9, one of 12x11, 5 of 12x17, one of 4x39, 10 accumulators.
  EXPECT_EQ(mustPlan(networks[1].streamed).arenaBytes,
            4 * 243 + 132 + 5 * 204 + 156 + 40);
  // 5 rows of 14x20, one of 5x80, 10 accumulators.
  EXPECT_EQ(mustPlan(networks[2].streamed).arenaBytes, 5 * 280 + 400 + 40);
}

TEST(Planner, PaperNetworksLayerByLayer) {
  // The working memory of spec section 2, and with it the pooled map, which is
  // there at the same time (finding 5 of that section).
  int64_t expected[] = {28 * 28 * 6 + 14 * 14 * 6, 30 * 30 * 9 + 27 * 27 * 11,
                        28 * 28 * 20 + 14 * 14 * 20};
  Options o;
  o.layerByLayer = true;
  std::vector<PaperNetwork> networks = paperNetworks();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(mustPlan(networks[i].layered, o).arenaBytes, expected[i])
        << networks[i].name;
}

// The paper's setting: its own drops, forced on its own schedule.
TEST(Planner, ForcedPacking) {
  PaperNetwork leNet = paperNetworks()[0];
  Options o;
  o.layerByLayer = true;
  o.cost.batch = 10;
  o.forcedPacking = {{1, 2026}, {3, 696}};
  Plan p = mustPlan(leNet.layered, o);
  EXPECT_EQ(p.stores[1].kind, StoreKind::Packed);
  EXPECT_EQ(p.stores[1].drop, 2026);
  EXPECT_EQ(p.stores[1].keep, 4704 - 2026);
  EXPECT_EQ(p.stores[1].bitmapBytes, 588);
  EXPECT_EQ(p.stores[1].bufferBytes, 10);
  EXPECT_EQ(p.stores[1].cacheBytes, 0);
  EXPECT_EQ(p.stores[2].kind, StoreKind::Dense);
  EXPECT_NEAR(p.lossFraction,
              2722.0 / (4704 + 1176 + 3200 + 32 + 32 + 120 + 84 + 10), 1e-12);

  o.cost.chargeCache = true;
  p = mustPlan(leNet.layered, o);
  EXPECT_EQ(p.stores[1].cacheBytes, 10); // 2 * ceil(2026 * 10 / 4704)
  EXPECT_EQ(p.stores[3].cacheBytes, 6);
  // What is forced is kept whatever the budget, or there is no plan.
  o.arenaBudget = p.arenaBytes;
  EXPECT_EQ(mustPlan(leNet.layered, o).arenaBytes, p.arenaBytes);
  --o.arenaBudget;
  PlanResult r = planNetwork(leNet.layered, o);
  ASSERT_FALSE(bool(r));
  EXPECT_EQ(r.error().smallestArena, p.arenaBytes);

  // Packed maps are barriers in a streamed schedule, too.
  o = Options();
  o.forcedPacking = {{1, 100}};
  p = mustPlan(leNet.streamed, o);
  EXPECT_EQ(p.stores[1].kind, StoreKind::Packed);
  EXPECT_GT(p.segments.size(), 1u);
}

/// One packable map of 1,000 bytes, read as a whole in one step that takes so
/// much scratch.
Network readAsAWhole(int64_t scratch) {
  Network net;
  net.maps = {map("in", 1, 8, external), map("a", 10, 100, arena, true),
              map("out", 1, 8, external)};
  net.layers = {layer("first", {input(0, {0, 0, 1})}, 1, 10),
                layer("second", {input(1, {0, 0, 10})}, 2, 1)};
  net.layers[1].scratch = scratch;
  net.inputMap = 0;
  net.outputMap = 2;
  return net;
}

// The least integer drop, from the arithmetic of the layout.
TEST(Planner, LeastDropIsExact) {
  Network net = readAsAWhole(50);
  // While it is written: values + bitmap + tiny buffer + state, less than
  // 125 + 32 + 18 more than the values; while it is read: 125 + 50 more.
  for (int64_t budget : {175, 176, 500, 1000, 1049}) {
    Options o;
    o.arenaBudget = budget;
    Plan p = mustPlan(net, o);
    EXPECT_EQ(p.stores[1].drop, 1000 + 175 - budget);
    EXPECT_EQ(p.arenaBytes, budget);
  }
  Options o;
  o.arenaBudget = 1050;
  EXPECT_EQ(mustPlan(net, o).stores[1].kind, StoreKind::Dense);
  o.arenaBudget = 174;
  PlanResult r = planNetwork(net, o);
  ASSERT_FALSE(bool(r));
  EXPECT_EQ(r.error().message,
            "second needs 175 bytes of 174; the smallest arena that works is "
            "175 bytes (1,050 bytes without dropping anything)");
  EXPECT_EQ(r.error().layer, "second");
  EXPECT_EQ(r.error().bytesNeeded, 175);
  EXPECT_EQ(r.error().smallestArena, 175);
  EXPECT_EQ(r.error().smallestLosslessArena, 1050);

  o.lossless = true;
  o.arenaBudget = 1049;
  r = planNetwork(net, o);
  ASSERT_FALSE(bool(r));
  EXPECT_EQ(r.error().smallestArena, 1050);
}

// Reading takes 82 bytes more than what writing takes beside the tiny buffer.
TEST(Planner, BatchesGrowWhereThatIsFree) {
  Network net = readAsAWhole(82 + PrunerState::bytes);
  Options o;
  o.arenaBudget = 500;
  Plan as = mustPlan(net, o);
  EXPECT_EQ(as.stores[1].bufferBytes, 32);
  o.growBatches = true;
  Plan grown = mustPlan(net, o);
  EXPECT_EQ(grown.arenaBytes, as.arenaBytes);
  EXPECT_EQ(grown.stores[1].drop, as.stores[1].drop);
  // Thirteen batches of at most 77 elements; twelve would be of 84.
  EXPECT_EQ(grown.stores[1].bufferBytes, 77);
  // Not beyond its share of the RAM, nor where a batch is given.
  o.alpha = double(as.stores[1].bytes) / 500;
  EXPECT_EQ(mustPlan(net, o).stores[1].bufferBytes, 32);
  o.alpha = 1.0;
  o.forcedPacking = {{1, as.stores[1].drop}};
  EXPECT_EQ(mustPlan(net, o).stores[1].bufferBytes, 77);
  o.forcedPacking->front().batch = 5;
  EXPECT_EQ(mustPlan(net, o).stores[1].bufferBytes, 5);
}

// Against every pair of drops: nothing that fits loses less.
TEST(Planner, TwoMapsLoseTheLeast) {
  Network net = chain(6, 8, 5);
  Options o;
  o.layerByLayer = true;
  o.cost.batch = 4;
  for (int64_t budget = 40; budget < 100; budget += 3) {
    o.arenaBudget = budget;
    o.forcedPacking.reset();
    PlanResult r = planNetwork(net, o);
    std::optional<int64_t> least;
    for (int64_t a = -1; a <= 48; ++a)
      for (int64_t b = -1; b <= 30; ++b) {
        std::vector<Packing> forced;
        if (a >= 0)
          forced.push_back({1, a});
        if (b >= 0)
          forced.push_back({2, b});
        o.forcedPacking = forced;
        int64_t dropped = std::max<int64_t>(a, 0) + std::max<int64_t>(b, 0);
        if ((!least || dropped < *least) && planNetwork(net, o))
          least = dropped;
      }
    ASSERT_EQ(bool(r), bool(least)) << budget;
    if (r) {
      EXPECT_EQ(r->stores[1].drop + r->stores[2].drop, *least) << budget;
    }
  }
}

TEST(Planner, AlphaBoundsPackedMaps) {
  Network net = chain(20, 100, 10);
  Options o;
  o.layerByLayer = true;
  o.arenaBudget = 2000;
  Plan p = mustPlan(net, o);
  ASSERT_EQ(p.stores[1].kind, StoreKind::Packed);
  o.alpha = 0.5;
  p = mustPlan(net, o);
  ASSERT_EQ(p.stores[1].kind, StoreKind::Packed);
  EXPECT_EQ(p.stores[1].bytes, 1000);
  // Out of reach: as small as it gets, which is still a plan.
  o.alpha = 0.01;
  p = mustPlan(net, o);
  EXPECT_EQ(p.stores[1].keep, 0);
}

/// in -> a -> (relu in place) b -> out
Network inPlaceChain() {
  Network net = chain(10, 6, 6);
  net.layers[1].inputs[0].window = {1, 0, 1};
  net.layers[1].inPlace = 0;
  return net;
}

TEST(Planner, OverwritesInPlace) {
  Plan p = mustPlan(inPlaceChain());
  EXPECT_EQ(p.stores[2].kind, StoreKind::Alias);
  EXPECT_EQ(p.stores[2].aliasOf, 1);
  EXPECT_EQ(p.stores[2].offset, p.stores[1].offset);
  EXPECT_EQ(p.arenaBytes, 3 * 6);
  Options o;
  o.layerByLayer = true;
  EXPECT_EQ(mustPlan(inPlaceChain(), o).stores[2].kind, StoreKind::Dense);
}

/// in -> a -> (window of three) b -> (product of both) c -> (window of three)
/// out
Network productOfLayers() {
  Network net = chain(10, 6, 6);
  net.maps.insert(net.maps.begin() + 3, map("c", 10, 6, arena));
  net.layers[2].output = 4;
  net.layers[2].inputs[0].map = 3;
  net.layers.insert(
      net.layers.begin() + 2,
      layer("product", {input(1, {1, 0, 1}), input(2, {1, 0, 1})}, 3, 10));
  net.outputMap = 4;
  net.layers[2].inPlace = 0;
  net.layers[2].overwritesAny = true;
  return net;
}

TEST(Planner, OverwritesTheOtherInput) {
  // Rows of the first are still read by the window.
  Plan p = mustPlan(productOfLayers());
  EXPECT_EQ(p.stores[3].kind, StoreKind::Alias);
  EXPECT_EQ(p.stores[3].aliasOf, 2);
  EXPECT_EQ(p.stores[3].rows, 3);
  EXPECT_EQ(p.arenaBytes, (3 + 3) * 6);
  // Unless only one of them may be.
  Network net = productOfLayers();
  net.layers[2].overwritesAny = false;
  p = mustPlan(net);
  EXPECT_EQ(p.stores[3].kind, StoreKind::Ring);
  EXPECT_EQ(p.arenaBytes, (3 + 1 + 3) * 6);
  // The first, where both can be.
  net = productOfLayers();
  net.layers[1].inputs[0].window = {1, 0, 1};
  EXPECT_EQ(mustPlan(net).stores[3].aliasOf, 1);
}

TEST(Planner, DoesNotOverwriteWhatIsStillNeeded) {
  auto hasAlias = [](const Network &network) {
    for (const Store &s : mustPlan(network).stores)
      if (s.kind == StoreKind::Alias)
        return true;
    return false;
  };
  EXPECT_TRUE(hasAlias(inPlaceChain()));
  // Read again by a window of three rows.
  Network net = inPlaceChain();
  net.layers[1].inputs[0].window = {1, -1, 3};
  EXPECT_FALSE(hasAlias(net));
  // A residual reads it later.
  net = inPlaceChain();
  net.layers[2].inputs.push_back(input(1, {1, 0, 1}));
  EXPECT_FALSE(hasAlias(net));
  // Of another shape.
  net = inPlaceChain();
  net.maps[2].rowBytes = 7;
  EXPECT_FALSE(hasAlias(net));
  net = inPlaceChain();
  net.maps[2].elementBytes = 2;
  net.maps[2].packable = false;
  EXPECT_FALSE(hasAlias(net));
  // It is the network's output.
  net = inPlaceChain();
  net.outputMap = 1;
  EXPECT_FALSE(hasAlias(net));
  // Even if the step that would overwrite it is the very last.
  net = inPlaceChain();
  net.layers.pop_back();
  net.layers[1].steps = 1;
  net.layers[1].inputs[0].window = {0, 0, 10};
  net.outputMap = 2;
  EXPECT_TRUE(hasAlias(net));
  net.outputMap = 1;
  EXPECT_FALSE(hasAlias(net));
  // Another operand needs other rows of it in the same step.
  net = inPlaceChain();
  net.layers[1].steps = 1;
  net.layers[1].inputs[0].window = {0, 0, 10};
  EXPECT_TRUE(hasAlias(net));
  net.layers[1].inputs.push_back(input(1, {0, 0, 9}));
  EXPECT_FALSE(hasAlias(net));
  net.layers[1].inputs[1].window = {0, 0, 10};
  EXPECT_TRUE(hasAlias(net));
}

// Two layers take turns, so their scratch is shared; state is not.
TEST(Planner, ScratchIsTransient) {
  Network net = chain(20, 10, 7);
  for (Layer &self : net.layers)
    self.scratch = 100;
  EXPECT_EQ(mustPlan(net).arenaBytes, 51 + 100);
  for (Layer &self : net.layers) {
    self.scratch = 0;
    self.state = 50;
  }
  EXPECT_EQ(mustPlan(net).arenaBytes, 51 + 150);
}

TEST(Planner, AlignsEverything) {
  Network net = chain(20, 10, 7);
  net.layers[1].scratch = 3;
  net.layers[1].scratchAlign = 8;
  net.layers[2].state = 5;
  net.layers[2].stateAlign = 16;
  Plan p = mustPlan(net);
  EXPECT_EQ(p.arenaAlign, 16);
  EXPECT_EQ(p.scratchOffset[1] % 8, 0);
  EXPECT_EQ(p.stateOffset[2] % 16, 0);
  EXPECT_EQ(p.scratchOffset[0], -1);
}

TEST(Planner, PackedExtras) {
  Network net = chain(20, 10, 7);
  net.layers[0].packedOutputScratch = 10;
  net.layers[0].packedOutputState = 20;
  net.layers[1].inputs[0].packedScratch = 30;
  net.layers[1].inputs[0].packedState = 24;
  Options o;
  o.forcedPacking = {{1, 50}};
  Plan p = mustPlan(net, o);
  EXPECT_EQ(p.stores[1].stateBytes, o.cost.stateBytes + 20);
  EXPECT_GE(p.packedOutputScratchOffset[0], 0);
  EXPECT_GE(p.packedScratchOffset[1][0], 0);
  EXPECT_GE(p.packedStateOffset[1][0], 0);
  // Unpacked, none of it exists.
  p = mustPlan(net);
  EXPECT_EQ(p.arenaBytes, 51);
  EXPECT_EQ(p.packedScratchOffset[1][0], -1);
}

// A layer that runs channel by channel when its output is packed needs all of
// its input at once, and other memory besides.
TEST(Planner, RunsByChannelWhenPacked) {
  Network net = chain(20, 10, 7);
  Layer byChannel = net.layers[1];
  byChannel.steps = 1;
  byChannel.inputs[0].window = {0, 0, 20};
  byChannel.packedOutputScratch = 1;
  byChannel.packedOutputState = 6;
  net.layers[1].packedOutputScratch = 10;
  net.layers[1].whenPacked = {byChannel};
  // Unpacked it streams as ever.
  EXPECT_EQ(mustPlan(net).arenaBytes, 51);
  Options o;
  o.forcedPacking = {{2, 50}};
  Plan p = mustPlan(net, o);
  EXPECT_EQ(p.stores[1].kind, StoreKind::Dense);
  EXPECT_EQ(p.stores[2].stateBytes, o.cost.stateBytes + 6);
  EXPECT_EQ(std::count_if(p.steps.begin(), p.steps.end(),
                          [](Step s) { return s.layer == 1; }),
            1);
  Network run = networkAsRun(net, p);
  EXPECT_EQ(run.layers[1].steps, 1);
  EXPECT_TRUE(run.layers[1].whenPacked.empty());
  EXPECT_EQ(run.layers[0].steps, 20);
  // The plan is of the network as it runs; of another it is not.
  net.layers[1].whenPacked.clear();
  EXPECT_NE(verifyPlan(net, p), "");
}

TEST(Planner, InputAndOutputInTheArena) {
  Network net = chain(20, 10, 7);
  net.maps[0].residence = arena;
  Plan p = mustPlan(net);
  EXPECT_EQ(p.stores[0].kind, StoreKind::Dense);
  // `b` goes over the rows of the input, which die before there are as many.
  EXPECT_EQ(p.arenaBytes, 20 * 8 + 3 * 10);
  EXPECT_EQ(p.stores[2].kind, StoreKind::Dense);
  net.maps[3].residence = arena;
  p = mustPlan(net);
  EXPECT_EQ(p.stores[3].kind, StoreKind::Dense);
}

TEST(Planner, RejectsMalformedNetworks) {
  auto message = [](auto change) {
    Network net = chain(20, 10, 7);
    change(net);
    PlanResult r = planNetwork(net);
    return r ? std::string() : r.error().message;
  };
  EXPECT_EQ(message([](Network &) {}), "");
  EXPECT_NE(message([](Network &n) { n.layers.clear(); }), "");
  EXPECT_NE(message([](Network &n) { n.layers[0].inputs[0].map = 9; }), "");
  EXPECT_NE(message([](Network &n) { n.layers[0].output = -1; }), "");
  EXPECT_NE(message([](Network &n) { n.layers[1].output = 1; }), "");
  EXPECT_NE(message([](Network &n) { n.layers[0].inputs[0].map = 2; }), "");
  EXPECT_NE(message([](Network &n) { n.layers[0].steps = 19; }), "");
  EXPECT_NE(message([](Network &n) { n.layers[0].stepsPerRow = 2; }), "");
  EXPECT_NE(message([](Network &n) { n.layers[0].scratch = -1; }), "");
  EXPECT_NE(message([](Network &n) { n.layers[0].packedOutputState = -1; }),
            "");
  EXPECT_NE(message([](Network &n) { n.layers[0].scratchAlign = 3; }), "");
  EXPECT_NE(message([](Network &n) { n.layers[0].inPlace = 1; }), "");
  EXPECT_NE(message([](Network &n) { n.maps[1].rows = 0; }), "");
  EXPECT_NE(message([](Network &n) { n.maps[1].rowBytes = 0; }), "");
  EXPECT_NE(message([](Network &n) { n.maps[1].elementBytes = 4; }), "");
  EXPECT_NE(message([](Network &n) { n.maps[1].align = 0; }), "");
  EXPECT_NE(message([](Network &n) { n.outputMap = 7; }), "");
  EXPECT_NE(
      message([](Network &n) { n.layers[0].inputs[0].window.stride = -1; }),
      "");
  auto whenPacked = [&](auto change) {
    return message([&](Network &n) {
      Layer packed = n.layers[1];
      change(packed);
      n.layers[1].whenPacked = {packed};
    });
  };
  EXPECT_EQ(whenPacked([](Layer &l) { l.steps = 1; }), "");
  EXPECT_NE(whenPacked([](Layer &l) { l.steps = 19; }), "");
  EXPECT_NE(whenPacked([](Layer &l) { l.output = 3; }), "");
  EXPECT_NE(whenPacked([](Layer &l) { l.inputs[0].map = 0; }), "");
  EXPECT_NE(whenPacked([](Layer &l) { l.inputs.clear(); }), "");
  EXPECT_NE(whenPacked([](Layer &l) { l.whenPacked = {Layer(l)}; }), "");
}

TEST(Planner, RejectsMalformedOptions) {
  Network net = chain(20, 10, 7);
  auto fails = [&](auto change) {
    Options o;
    change(o);
    PlanResult r = planNetwork(net, o);
    return !r && !r.error().message.empty();
  };
  EXPECT_FALSE(fails([](Options &) {}));
  EXPECT_TRUE(fails([](Options &o) { o.arenaBudget = -1; }));
  EXPECT_TRUE(fails([](Options &o) { o.cost.batch = 0; }));
  EXPECT_TRUE(fails([](Options &o) { o.alpha = 0; }));
  EXPECT_TRUE(fails([](Options &o) { o.forcedPacking = {{9, 1}}; }));
  EXPECT_TRUE(fails([](Options &o) { o.forcedPacking = {{0, 1}}; }));
  EXPECT_TRUE(fails([](Options &o) { o.forcedPacking = {{3, 1}}; }));
  EXPECT_TRUE(fails([](Options &o) { o.forcedPacking = {{1, 201}}; }));
}

} // namespace
