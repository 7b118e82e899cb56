//===- PlannerTest.cpp - The exact planner, case by case ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Planner.h"
#include "rtwmc/Planning/PaperNetworks.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <optional>

using namespace rtwmc::planning;

namespace {

constexpr Residence Arena = Residence::Arena, External = Residence::External;

Map map(std::string name, int64_t rows, int64_t rowBytes,
        Residence where = Arena, bool packable = false) {
  Map M;
  M.name = std::move(name);
  M.rows = rows;
  M.rowBytes = rowBytes;
  M.residence = where;
  M.packable = packable;
  return M;
}

Layer layer(std::string name, std::vector<Input> inputs, int output,
            int64_t steps) {
  Layer L;
  L.name = std::move(name);
  L.inputs = std::move(inputs);
  L.output = output;
  L.steps = steps;
  return L;
}

Input input(int map, Window window) {
  Input In;
  In.map = map;
  In.window = window;
  return In;
}

/// External input -> a -> b -> external output, kernels of three rows.
Network chain(int64_t rows, int64_t bytesA, int64_t bytesB) {
  Network N;
  N.maps = {map("in", rows, 8, External), map("a", rows, bytesA, Arena, true),
            map("b", rows, bytesB, Arena, true), map("out", rows, 8, External)};
  N.layers = {layer("first", {input(0, {1, -1, 3})}, 1, rows),
              layer("second", {input(1, {1, -1, 3})}, 2, rows),
              layer("third", {input(2, {1, -1, 3})}, 3, rows)};
  N.inputMap = 0;
  N.outputMap = 3;
  return N;
}

Plan mustPlan(const Network &network, const Options &options = {}) {
  PlanResult R = planNetwork(network, options);
  EXPECT_TRUE(bool(R)) << (R ? "" : R.error().message);
  if (!R)
    return {};
  EXPECT_EQ(verifyPlan(network, *R), "");
  return *R;
}

TEST(Planner, StreamsThroughRings) {
  Plan P = mustPlan(chain(20, 10, 7));
  EXPECT_EQ(P.segments, std::vector<int>{0});
  EXPECT_EQ(P.stores[0].kind, StoreKind::External);
  EXPECT_EQ(P.stores[1].kind, StoreKind::Ring);
  EXPECT_EQ(P.stores[1].rows, 3);
  EXPECT_EQ(P.stores[2].rows, 3);
  EXPECT_EQ(P.arenaBytes, 30 + 21);
  EXPECT_EQ(P.peakBytes, 51);
}

TEST(Planner, PaperNetworksStreamed) {
  // Nothing dropped; sliding windows and 32-bit sums, nothing else.
  std::vector<PaperNetwork> Networks = paperNetworks();
  // 5 rows of 14x6, sums of 32 channels.
  EXPECT_EQ(mustPlan(Networks[0].streamed).arenaBytes, 5 * 84 + 4 * 32);
  // 4 rows of 30x9, one of 13x11, 5 of 13x17, all of 4x4x39.
  EXPECT_EQ(mustPlan(Networks[1].streamed).arenaBytes,
            4 * 270 + 143 + 5 * 221 + 624);
  EXPECT_EQ(mustPlan(Networks[2].streamed).arenaBytes, 5 * 280 + 2000);
}

TEST(Planner, PaperNetworksLayerByLayer) {
  // The working memory of spec section 2, and with it the pooled map, which is
  // there at the same time (finding 5 of that section).
  int64_t Expected[] = {28 * 28 * 6 + 14 * 14 * 6, 30 * 30 * 9 + 27 * 27 * 11,
                        28 * 28 * 20 + 14 * 14 * 20};
  Options O;
  O.layerByLayer = true;
  O.noInPlace = true;
  std::vector<PaperNetwork> Networks = paperNetworks();
  for (int I = 0; I < 3; ++I)
    EXPECT_EQ(mustPlan(Networks[I].layered, O).arenaBytes, Expected[I])
        << Networks[I].name;
}

// The paper's setting: its own drops, forced on its own schedule.
TEST(Planner, ForcedPacking) {
  PaperNetwork LeNet = paperNetworks()[0];
  Options O;
  O.layerByLayer = true;
  O.noInPlace = true;
  O.batch = 10;
  O.forcedPacking = {{1, 2026}, {3, 696}};
  Plan P = mustPlan(LeNet.layered, O);
  EXPECT_EQ(P.stores[1].kind, StoreKind::Packed);
  EXPECT_EQ(P.stores[1].drop, 2026);
  EXPECT_EQ(P.stores[1].keep, 4704 - 2026);
  EXPECT_EQ(P.stores[1].bitmapBytes, 588);
  EXPECT_EQ(P.stores[1].bufferBytes, 10);
  EXPECT_EQ(P.stores[1].cacheBytes, 0);
  EXPECT_EQ(P.stores[2].kind, StoreKind::Dense);
  EXPECT_NEAR(P.lossFraction,
              2722.0 / (4704 + 1176 + 3200 + 32 + 32 + 120 + 84 + 10), 1e-12);

  O.cost.chargeCache = true;
  P = mustPlan(LeNet.layered, O);
  EXPECT_EQ(P.stores[1].cacheBytes, 10); // 2 * ceil(2026 * 10 / 4704)
  EXPECT_EQ(P.stores[3].cacheBytes, 6);
  // What is forced is kept whatever the budget, or there is no plan.
  O.arenaBudget = P.arenaBytes;
  EXPECT_EQ(mustPlan(LeNet.layered, O).arenaBytes, P.arenaBytes);
  --O.arenaBudget;
  PlanResult R = planNetwork(LeNet.layered, O);
  ASSERT_FALSE(bool(R));
  EXPECT_EQ(R.error().smallestArena, P.arenaBytes);

  // Packed maps are barriers in a streamed schedule, too.
  O = Options();
  O.forcedPacking = {{1, 100}};
  P = mustPlan(LeNet.streamed, O);
  EXPECT_EQ(P.stores[1].kind, StoreKind::Packed);
  EXPECT_GT(P.segments.size(), 1u);
}

// The least integer drop, from the arithmetic of the layout.
TEST(Planner, LeastDropIsExact) {
  // One packable map, read as a whole in one step.
  Network N;
  N.maps = {map("in", 1, 8, External), map("a", 10, 100, Arena, true),
            map("out", 1, 8, External)};
  N.layers = {layer("first", {input(0, {0, 0, 1})}, 1, 10),
              layer("second", {input(1, {0, 0, 10})}, 2, 1)};
  N.layers[1].scratch = 50;
  N.inputMap = 0;
  N.outputMap = 2;
  // While it is written: values + bitmap + tiny buffer + state, less than
  // 125 + 32 + 18 more than the values; while it is read: 125 + 50 more.
  for (int64_t Budget : {175, 176, 500, 1000, 1049}) {
    Options O;
    O.arenaBudget = Budget;
    Plan P = mustPlan(N, O);
    EXPECT_EQ(P.stores[1].drop, 1000 + 175 - Budget);
    EXPECT_EQ(P.arenaBytes, Budget);
  }
  Options O;
  O.arenaBudget = 1050;
  EXPECT_EQ(mustPlan(N, O).stores[1].kind, StoreKind::Dense);
  O.arenaBudget = 174;
  PlanResult R = planNetwork(N, O);
  ASSERT_FALSE(bool(R));
  EXPECT_EQ(R.error().message,
            "second needs 175 bytes of 174; the smallest arena that works is "
            "175 bytes (1,050 bytes without dropping anything)");
  EXPECT_EQ(R.error().layer, "second");
  EXPECT_EQ(R.error().bytesNeeded, 175);
  EXPECT_EQ(R.error().smallestArena, 175);
  EXPECT_EQ(R.error().smallestLosslessArena, 1050);

  O.lossless = true;
  O.arenaBudget = 1049;
  R = planNetwork(N, O);
  ASSERT_FALSE(bool(R));
  EXPECT_EQ(R.error().smallestArena, 1050);
}

// Against every pair of drops: nothing that fits loses less.
TEST(Planner, TwoMapsLoseTheLeast) {
  Network N = chain(6, 8, 5);
  Options O;
  O.layerByLayer = true;
  O.batch = 4;
  for (int64_t Budget = 40; Budget < 100; Budget += 3) {
    O.arenaBudget = Budget;
    O.forcedPacking.reset();
    PlanResult R = planNetwork(N, O);
    std::optional<int64_t> Least;
    for (int64_t A = -1; A <= 48; ++A)
      for (int64_t B = -1; B <= 30; ++B) {
        std::vector<Packing> Forced;
        if (A >= 0)
          Forced.push_back({1, A});
        if (B >= 0)
          Forced.push_back({2, B});
        O.forcedPacking = Forced;
        int64_t Dropped = std::max<int64_t>(A, 0) + std::max<int64_t>(B, 0);
        if ((!Least || Dropped < *Least) && planNetwork(N, O))
          Least = Dropped;
      }
    ASSERT_EQ(bool(R), bool(Least)) << Budget;
    if (R) {
      EXPECT_EQ(R->stores[1].drop + R->stores[2].drop, *Least) << Budget;
    }
  }
}

TEST(Planner, AlphaBoundsPackedMaps) {
  Network N = chain(20, 100, 10);
  Options O;
  O.layerByLayer = true;
  O.arenaBudget = 2000;
  Plan P = mustPlan(N, O);
  ASSERT_EQ(P.stores[1].kind, StoreKind::Packed);
  O.alpha = 0.5;
  P = mustPlan(N, O);
  ASSERT_EQ(P.stores[1].kind, StoreKind::Packed);
  EXPECT_EQ(P.stores[1].bytes, 1000);
  // Out of reach: as small as it gets, which is still a plan.
  O.alpha = 0.01;
  P = mustPlan(N, O);
  EXPECT_EQ(P.stores[1].keep, 0);
}

/// in -> a -> (relu in place) b -> out
Network inPlaceChain() {
  Network N = chain(10, 6, 6);
  N.layers[1].inputs[0].window = {1, 0, 1};
  N.layers[1].inPlace = 0;
  return N;
}

TEST(Planner, OverwritesInPlace) {
  Plan P = mustPlan(inPlaceChain());
  EXPECT_EQ(P.stores[2].kind, StoreKind::Alias);
  EXPECT_EQ(P.stores[2].aliasOf, 1);
  EXPECT_EQ(P.stores[2].offset, P.stores[1].offset);
  EXPECT_EQ(P.arenaBytes, 3 * 6);
  Options O;
  O.noInPlace = true;
  EXPECT_EQ(mustPlan(inPlaceChain(), O).arenaBytes, 4 * 6);
}

TEST(Planner, DoesNotOverwriteWhatIsStillNeeded) {
  auto HasAlias = [](const Network &network) {
    for (const Store &S : mustPlan(network).stores)
      if (S.kind == StoreKind::Alias)
        return true;
    return false;
  };
  EXPECT_TRUE(HasAlias(inPlaceChain()));
  // Read again by a window of three rows.
  Network N = inPlaceChain();
  N.layers[1].inputs[0].window = {1, -1, 3};
  EXPECT_FALSE(HasAlias(N));
  // A residual reads it later.
  N = inPlaceChain();
  N.layers[2].inputs.push_back(input(1, {1, 0, 1}));
  EXPECT_FALSE(HasAlias(N));
  // Of another shape.
  N = inPlaceChain();
  N.maps[2].rowBytes = 7;
  EXPECT_FALSE(HasAlias(N));
  N = inPlaceChain();
  N.maps[2].elementBytes = 2;
  N.maps[2].packable = false;
  EXPECT_FALSE(HasAlias(N));
  // It is the network's output.
  N = inPlaceChain();
  N.outputMap = 1;
  EXPECT_FALSE(HasAlias(N));
  // Even if the step that would overwrite it is the very last.
  N = inPlaceChain();
  N.layers.pop_back();
  N.layers[1].steps = 1;
  N.layers[1].inputs[0].window = {0, 0, 10};
  N.outputMap = 2;
  EXPECT_TRUE(HasAlias(N));
  N.outputMap = 1;
  EXPECT_FALSE(HasAlias(N));
  // Another operand needs other rows of it in the same step.
  N = inPlaceChain();
  N.layers[1].steps = 1;
  N.layers[1].inputs[0].window = {0, 0, 10};
  EXPECT_TRUE(HasAlias(N));
  N.layers[1].inputs.push_back(input(1, {0, 0, 9}));
  EXPECT_FALSE(HasAlias(N));
  N.layers[1].inputs[1].window = {0, 0, 10};
  EXPECT_TRUE(HasAlias(N));
}

// Two layers take turns, so their scratch is shared; state is not.
TEST(Planner, ScratchIsTransient) {
  Network N = chain(20, 10, 7);
  for (Layer &L : N.layers)
    L.scratch = 100;
  EXPECT_EQ(mustPlan(N).arenaBytes, 51 + 100);
  for (Layer &L : N.layers) {
    L.scratch = 0;
    L.state = 100;
  }
  EXPECT_EQ(mustPlan(N).arenaBytes, 51 + 300);
}

TEST(Planner, AlignsEverything) {
  Network N = chain(20, 10, 7);
  N.layers[1].scratch = 3;
  N.layers[1].scratchAlign = 8;
  N.layers[2].state = 5;
  N.layers[2].stateAlign = 16;
  Plan P = mustPlan(N);
  EXPECT_EQ(P.arenaAlign, 16);
  EXPECT_EQ(P.scratchOffset[1] % 8, 0);
  EXPECT_EQ(P.stateOffset[2] % 16, 0);
  EXPECT_EQ(P.scratchOffset[0], -1);
}

TEST(Planner, PackedExtras) {
  Network N = chain(20, 10, 7);
  N.layers[0].packedOutputScratch = 10;
  N.layers[0].packedOutputState = 20;
  N.layers[1].inputs[0].packedScratch = 30;
  N.layers[1].inputs[0].packedState = 24;
  Options O;
  O.forcedPacking = {{1, 50}};
  Plan P = mustPlan(N, O);
  EXPECT_EQ(P.stores[1].stateBytes, O.cost.stateBytes + 20);
  EXPECT_GE(P.packedOutputScratchOffset[0], 0);
  EXPECT_GE(P.packedScratchOffset[1][0], 0);
  EXPECT_GE(P.packedStateOffset[1][0], 0);
  // Unpacked, none of it exists.
  P = mustPlan(N);
  EXPECT_EQ(P.arenaBytes, 51);
  EXPECT_EQ(P.packedScratchOffset[1][0], -1);
}

// A layer that runs channel by channel when its output is packed needs all of
// its input at once, and other memory besides.
TEST(Planner, RunsByChannelWhenPacked) {
  Network N = chain(20, 10, 7);
  Layer ByChannel = N.layers[1];
  ByChannel.steps = 1;
  ByChannel.inputs[0].window = {0, 0, 20};
  ByChannel.packedOutputScratch = 1;
  ByChannel.packedOutputState = 6;
  N.layers[1].packedOutputScratch = 10;
  N.layers[1].whenPacked = {ByChannel};
  // Unpacked it streams as ever.
  EXPECT_EQ(mustPlan(N).arenaBytes, 51);
  Options O;
  O.forcedPacking = {{2, 50}};
  Plan P = mustPlan(N, O);
  EXPECT_EQ(P.stores[1].kind, StoreKind::Dense);
  EXPECT_EQ(P.stores[2].stateBytes, O.cost.stateBytes + 6);
  EXPECT_EQ(std::count_if(P.steps.begin(), P.steps.end(),
                          [](Step s) { return s.layer == 1; }),
            1);
  Network Run = networkAsRun(N, P);
  EXPECT_EQ(Run.layers[1].steps, 1);
  EXPECT_TRUE(Run.layers[1].whenPacked.empty());
  EXPECT_EQ(Run.layers[0].steps, 20);
  // The plan is of the network as it runs; of another it is not.
  N.layers[1].whenPacked.clear();
  EXPECT_NE(verifyPlan(N, P), "");
}

TEST(Planner, InputAndOutputInTheArena) {
  Network N = chain(20, 10, 7);
  N.maps[0].residence = Arena;
  Plan P = mustPlan(N);
  EXPECT_EQ(P.stores[0].kind, StoreKind::Dense);
  EXPECT_EQ(P.arenaBytes, 20 * 8 + 51);
  N.maps[3].residence = Arena;
  P = mustPlan(N);
  EXPECT_EQ(P.stores[3].kind, StoreKind::Dense);
}

TEST(Planner, RejectsMalformedNetworks) {
  auto Message = [](auto change) {
    Network N = chain(20, 10, 7);
    change(N);
    PlanResult R = planNetwork(N);
    return R ? std::string() : R.error().message;
  };
  EXPECT_EQ(Message([](Network &) {}), "");
  EXPECT_NE(Message([](Network &n) { n.layers.clear(); }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].inputs[0].map = 9; }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].output = -1; }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[1].output = 1; }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].inputs[0].map = 2; }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].steps = 19; }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].stepsPerRow = 2; }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].scratch = -1; }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].packedOutputState = -1; }),
            "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].scratchAlign = 3; }), "");
  EXPECT_NE(Message([](Network &n) { n.layers[0].inPlace = 1; }), "");
  EXPECT_NE(Message([](Network &n) { n.maps[1].rows = 0; }), "");
  EXPECT_NE(Message([](Network &n) { n.maps[1].rowBytes = 0; }), "");
  EXPECT_NE(Message([](Network &n) { n.maps[1].elementBytes = 4; }), "");
  EXPECT_NE(Message([](Network &n) { n.maps[1].align = 0; }), "");
  EXPECT_NE(Message([](Network &n) { n.outputMap = 7; }), "");
  EXPECT_NE(
      Message([](Network &n) { n.layers[0].inputs[0].window.stride = -1; }),
      "");
  auto WhenPacked = [&](auto change) {
    return Message([&](Network &n) {
      Layer Packed = n.layers[1];
      change(Packed);
      n.layers[1].whenPacked = {Packed};
    });
  };
  EXPECT_EQ(WhenPacked([](Layer &l) { l.steps = 1; }), "");
  EXPECT_NE(WhenPacked([](Layer &l) { l.steps = 19; }), "");
  EXPECT_NE(WhenPacked([](Layer &l) { l.output = 3; }), "");
  EXPECT_NE(WhenPacked([](Layer &l) { l.inputs[0].map = 0; }), "");
  EXPECT_NE(WhenPacked([](Layer &l) { l.inputs.clear(); }), "");
  EXPECT_NE(WhenPacked([](Layer &l) { l.whenPacked = {Layer(l)}; }), "");
}

TEST(Planner, RejectsMalformedOptions) {
  Network N = chain(20, 10, 7);
  auto Fails = [&](auto change) {
    Options O;
    change(O);
    PlanResult R = planNetwork(N, O);
    return !R && !R.error().message.empty();
  };
  EXPECT_FALSE(Fails([](Options &) {}));
  EXPECT_TRUE(Fails([](Options &o) { o.arenaBudget = -1; }));
  EXPECT_TRUE(Fails([](Options &o) { o.batch = 0; }));
  EXPECT_TRUE(Fails([](Options &o) { o.alpha = 0; }));
  EXPECT_TRUE(Fails([](Options &o) { o.forcedPacking = {{9, 1}}; }));
  EXPECT_TRUE(Fails([](Options &o) { o.forcedPacking = {{0, 1}}; }));
  EXPECT_TRUE(Fails([](Options &o) { o.forcedPacking = {{3, 1}}; }));
  EXPECT_TRUE(Fails([](Options &o) { o.forcedPacking = {{1, 201}}; }));
}

} // namespace
