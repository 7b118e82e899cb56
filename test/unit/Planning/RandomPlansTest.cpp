//===- RandomPlansTest.cpp - Plans of random networks ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomNetwork.h"
#include "rtwmc/Planning/Planner.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <limits>
#include <set>

using namespace rtwmc::planning;

namespace {

struct Tally {
  int pruned = 0, aliases = 0, rings = 0, packed = 0, packedRings = 0,
      segmented = 0, grown = 0;

  void add(const Plan &plan) {
    segmented += plan.segments.size() > 1;
    for (const Store &s : plan.stores) {
      aliases += s.kind == StoreKind::Alias;
      rings += s.kind == StoreKind::Ring;
      packed += s.kind == StoreKind::Packed;
      packedRings += s.kind == StoreKind::PackedRing;
    }
  }
};

Options budget(int64_t bytes, double alpha = 1.0) {
  Options o;
  o.arenaBudget = bytes;
  o.cost.batch = 8;
  o.alpha = alpha;
  return o;
}

/// What a plan for more memory may lose, as predicted, over what one for less
/// does: which maps are packed is found step by step, not tried out in full.
constexpr double slack = 1.25;

/// Plans for many budgets: every plan verifies, the smallest arena is exact,
/// and more memory loses no more but for that slack.
void checkBudgets(const Network &network, RandomNetwork &random, double alpha,
                  Tally &tally) {
  PlanResult free = planNetwork(network, budget(unlimited, alpha));
  ASSERT_TRUE(bool(free)) << free.error().message;
  ASSERT_EQ(verifyPlan(network, *free), "");
  EXPECT_EQ(free->lossFraction, 0.0);
  tally.add(*free);
  int64_t lossless = free->arenaBytes;
  if (lossless == 0)
    return;

  PlanResult none = planNetwork(network, budget(0, alpha));
  ASSERT_FALSE(bool(none));
  int64_t smallest = none.error().smallestArena;
  EXPECT_EQ(none.error().smallestLosslessArena, lossless);
  EXPECT_LE(smallest, lossless);
  EXPECT_GE(none.error().layerIndex, 0);
  EXPECT_EQ(none.error().layer, network.layers[none.error().layerIndex].name);

  PlanResult less = planNetwork(network, budget(smallest - 1, alpha));
  ASSERT_FALSE(bool(less)) << smallest;
  EXPECT_EQ(less.error().smallestArena, smallest);
  EXPECT_GT(less.error().bytesNeeded, smallest - 1);

  std::set<int64_t> budgets{smallest, lossless - 1, lossless};
  for (int i = 0; i < 6 && lossless > smallest; ++i)
    budgets.insert(smallest + random.pick(lossless - smallest));
  double loss = std::numeric_limits<double>::infinity();
  for (int64_t bytes : budgets) {
    if (bytes < smallest)
      continue;
    PlanResult r = planNetwork(network, budget(bytes, alpha));
    ASSERT_TRUE(bool(r)) << r.error().message;
    EXPECT_EQ(verifyPlan(network, *r), "") << bytes;
    EXPECT_LE(r->arenaBytes, bytes);
    EXPECT_LE(r->predictedLoss, slack * loss) << "not monotone at " << bytes;
    EXPECT_EQ(expandLoops(foldSteps(r->steps)), r->steps);
    loss = r->predictedLoss;
    tally.pruned += loss > 0;
    tally.add(*r);
    Options grows = budget(bytes, alpha);
    grows.growBatches = true;
    PlanResult grown = planNetwork(network, grows);
    ASSERT_TRUE(bool(grown)) << grown.error().message;
    EXPECT_EQ(verifyPlan(network, *grown), "") << bytes;
    EXPECT_LE(grown->arenaBytes, r->arenaBytes);
    for (size_t m = 0; m < network.maps.size(); ++m) {
      EXPECT_EQ(grown->stores[m].drop, r->stores[m].drop);
      EXPECT_GE(grown->stores[m].bufferBytes, r->stores[m].bufferBytes);
      tally.grown += grown->stores[m].bufferBytes > r->stores[m].bufferBytes;
    }
  }
  EXPECT_EQ(loss, 0.0);
}

TEST(RandomPlans, SmallNetworks) {
  Tally t;
  for (uint32_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    RandomNetwork random(seed);
    Network net = random.make(1 + int(seed % 6));
    ASSERT_EQ(validate(net), "");
    checkBudgets(net, random, seed % 3 ? 1.0 : 0.6, t);
    if (HasFatalFailure())
      return;
  }
  // The generator must reach every kind of store.
  EXPECT_GT(t.pruned, 100);
  EXPECT_GT(t.aliases, 100);
  EXPECT_GT(t.rings, 100);
  EXPECT_GT(t.packed, 100);
  EXPECT_GT(t.packedRings, 100);
  EXPECT_GT(t.segmented, 100);
  EXPECT_GT(t.grown, 100);
}

// Layers that run otherwise when their output is packed.
TEST(RandomPlans, ByChannel) {
  Tally t;
  int oneStep = 0;
  for (uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    RandomNetwork random(5000 + seed, /*byChannel=*/true);
    Network net = random.make(2 + int(seed % 6));
    ASSERT_EQ(validate(net), "");
    checkBudgets(net, random, seed % 3 ? 1.0 : 0.6, t);
    if (HasFatalFailure())
      return;
    PlanResult none = planNetwork(net, budget(0));
    if (none)
      continue;
    PlanResult r = planNetwork(net, budget(none.error().smallestArena));
    ASSERT_TRUE(bool(r));
    Network run = networkAsRun(net, *r);
    for (size_t i = 0; i < net.layers.size(); ++i) {
      bool packed = r->stores[net.layers[i].output].kind == StoreKind::Packed;
      const Layer &expected = packed && !net.layers[i].whenPacked.empty()
                                  ? net.layers[i].whenPacked[0]
                                  : net.layers[i];
      EXPECT_EQ(run.layers[i].steps, expected.steps);
      EXPECT_EQ(std::count_if(r->steps.begin(), r->steps.end(),
                              [&](Step s) { return s.layer == int(i); }),
                expected.steps);
      oneStep += expected.steps != net.layers[i].steps;
    }
  }
  EXPECT_GT(t.pruned, 100);
  EXPECT_GT(oneStep, 30);
}

// Alignment makes sizes jump: here, taking the maps one after the other alone
// would lose more with a byte more.
TEST(RandomPlans, MonotoneAcrossAlignment) {
  for (uint32_t seed : {10286, 11482}) {
    RandomNetwork random(seed);
    Network net = random.make(1 + int(seed % 6));
    double alpha = seed % 3 ? 1.0 : 0.6;
    PlanResult none = planNetwork(net, budget(0, alpha));
    ASSERT_FALSE(bool(none));
    double loss = std::numeric_limits<double>::infinity();
    for (int64_t bytes = none.error().smallestArena;
         bytes <= none.error().smallestLosslessArena; ++bytes) {
      PlanResult r = planNetwork(net, budget(bytes, alpha));
      ASSERT_TRUE(bool(r));
      EXPECT_LE(r->predictedLoss, slack * loss) << seed << " at " << bytes;
      loss = r->predictedLoss;
    }
  }
}

// Beyond the exhaustive search.
TEST(RandomPlans, LargeNetworks) {
  Tally t;
  for (uint32_t seed = 0; seed < 25; ++seed) {
    SCOPED_TRACE(seed);
    RandomNetwork random(1000 + seed);
    checkBudgets(random.make(9 + int(seed % 8)), random, 1.0, t);
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(t.pruned, 10);
}

TEST(RandomPlans, LayerByLayer) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    RandomNetwork random(2000 + seed);
    Network net = random.make(1 + int(seed % 7));
    Options o;
    o.layerByLayer = true;
    PlanResult r = planNetwork(net, o);
    ASSERT_TRUE(bool(r));
    EXPECT_EQ(verifyPlan(net, *r), "");
    EXPECT_EQ(r->segments.size(), net.layers.size());
    // Layer by layer: no layer runs before the one above has finished.
    for (size_t s = 1; s < r->steps.size(); ++s)
      EXPECT_LE(r->steps[s - 1].layer, r->steps[s].layer);
    for (const Store &s : r->stores)
      EXPECT_NE(s.kind, StoreKind::Alias);
    // Nothing that is streamed takes more.
    o.layerByLayer = false;
    PlanResult streamed = planNetwork(net, o);
    ASSERT_TRUE(bool(streamed));
    EXPECT_LE(streamed->arenaBytes, r->arenaBytes);
  }
}

TEST(RandomPlans, Deterministic) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    RandomNetwork random(3000 + seed);
    Network net = random.make(6);
    PlanResult a = planNetwork(net, budget(200)),
               b = planNetwork(net, budget(200));
    ASSERT_EQ(bool(a), bool(b));
    if (!a) {
      EXPECT_EQ(a.error().message, b.error().message);
      continue;
    }
    EXPECT_EQ(a->steps, b->steps);
    for (size_t m = 0; m < a->stores.size(); ++m) {
      EXPECT_EQ(a->stores[m].offset, b->stores[m].offset);
      EXPECT_EQ(a->stores[m].drop, b->stores[m].drop);
    }
  }
}

// A checker that accepts everything would make the tests above worthless: move
// one buffer, shrink one ring or reorder two steps, and most plans must fail.
TEST(RandomPlans, VerifierFindsDamage) {
  int damaged = 0, found = 0;
  for (uint32_t seed = 0; seed < 400; ++seed) {
    RandomNetwork random(4000 + seed);
    Network net = random.make(2 + int(seed % 5));
    PlanResult r = planNetwork(net, budget(unlimited));
    ASSERT_TRUE(bool(r));
    int64_t half = r->arenaBytes * 3 / 4;
    if (PlanResult pruned = planNetwork(net, budget(half)))
      r = pruned;
    Plan p = *r;
    bool changed = false;
    int m = int(random.pick(int64_t(net.maps.size())));
    Store &s = p.stores[m];
    switch (random.pick(3)) {
    case 0:
      // Everything one byte earlier collides with a neighbour, or with nobody
      // if the one below is dead.
      if (s.kind == StoreKind::Packed && s.valuesBytes > 0 &&
          s.valuesOffset > 0)
        changed = s.valuesOffset-- > 0;
      else if ((s.kind == StoreKind::Dense || s.kind == StoreKind::Ring) &&
               s.offset > 0)
        changed = s.offset-- > 0;
      break;
    case 1:
      if (s.kind == StoreKind::Ring && s.rows > 1) {
        --s.rows;
        changed = true;
      }
      break;
    default:
      if (p.steps.size() > 1) {
        size_t at = size_t(random.pick(int64_t(p.steps.size()) - 1));
        if (p.steps[at].layer == p.steps[at + 1].layer) {
          std::swap(p.steps[at], p.steps[at + 1]);
          changed = true;
          EXPECT_NE(verifyPlan(net, p), "");
        }
      }
      break;
    }
    if (!changed)
      continue;
    ++damaged;
    bool caught = !verifyPlan(net, p).empty();
    found += caught;
    // A ring is as small as it can be for consecutive rows.
    (void)caught;
  }
  EXPECT_GT(damaged, 100);
  EXPECT_GT(found * 10, damaged * 7) << found << " of " << damaged;
}

} // namespace
