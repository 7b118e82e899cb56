//===- RandomPlansTest.cpp - Plans of random networks ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomNetwork.h"
#include "rtwmc/Planning/Planner.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <set>

using namespace rtwmc::planning;

namespace {

struct Tally {
  int Pruned = 0, Aliases = 0, Rings = 0, Packed = 0, Segmented = 0;

  void add(const Plan &plan) {
    Segmented += plan.segments.size() > 1;
    for (const Store &S : plan.stores) {
      Aliases += S.kind == StoreKind::Alias;
      Rings += S.kind == StoreKind::Ring;
      Packed += S.kind == StoreKind::Packed;
    }
  }
};

Options budget(int64_t bytes, double alpha = 1.0) {
  Options O;
  O.arenaBudget = bytes;
  O.batch = 8;
  O.alpha = alpha;
  return O;
}

/// Plans for many budgets: every plan verifies, the smallest arena is exact,
/// and more memory never loses more.
void checkBudgets(const Network &network, RandomNetwork &random, double alpha,
                  Tally &tally) {
  PlanResult Free = planNetwork(network, budget(unlimited, alpha));
  ASSERT_TRUE(bool(Free)) << Free.error().message;
  ASSERT_EQ(verifyPlan(network, *Free), "");
  EXPECT_EQ(Free->lossFraction, 0.0);
  tally.add(*Free);
  int64_t Lossless = Free->arenaBytes;
  if (Lossless == 0)
    return;

  PlanResult None = planNetwork(network, budget(0, alpha));
  ASSERT_FALSE(bool(None));
  int64_t Smallest = None.error().smallestArena;
  EXPECT_EQ(None.error().smallestLosslessArena, Lossless);
  EXPECT_LE(Smallest, Lossless);
  EXPECT_GE(None.error().layerIndex, 0);
  EXPECT_EQ(None.error().layer, network.layers[None.error().layerIndex].name);

  PlanResult Less = planNetwork(network, budget(Smallest - 1, alpha));
  ASSERT_FALSE(bool(Less)) << Smallest;
  EXPECT_EQ(Less.error().smallestArena, Smallest);
  EXPECT_GT(Less.error().bytesNeeded, Smallest - 1);

  std::set<int64_t> Budgets{Smallest, Lossless - 1, Lossless};
  for (int I = 0; I < 6 && Lossless > Smallest; ++I)
    Budgets.insert(Smallest + random.pick(Lossless - Smallest));
  double Loss = 1.0;
  for (int64_t Bytes : Budgets) {
    if (Bytes < Smallest)
      continue;
    PlanResult R = planNetwork(network, budget(Bytes, alpha));
    ASSERT_TRUE(bool(R)) << R.error().message;
    EXPECT_EQ(verifyPlan(network, *R), "") << Bytes;
    EXPECT_LE(R->arenaBytes, Bytes);
    EXPECT_LE(R->lossFraction, Loss) << "not monotone at " << Bytes;
    EXPECT_EQ(expandLoops(foldSteps(R->steps)), R->steps);
    Loss = R->lossFraction;
    tally.Pruned += Loss > 0;
    tally.add(*R);
  }
  EXPECT_EQ(Loss, 0.0);
}

TEST(RandomPlans, SmallNetworks) {
  Tally T;
  for (uint32_t Seed = 0; Seed < 600; ++Seed) {
    SCOPED_TRACE(Seed);
    RandomNetwork Random(Seed);
    Network Net = Random.make(1 + int(Seed % 6));
    ASSERT_EQ(validate(Net), "");
    checkBudgets(Net, Random, Seed % 3 ? 1.0 : 0.6, T);
    if (HasFatalFailure())
      return;
  }
  // The generator must reach every kind of store.
  EXPECT_GT(T.Pruned, 100);
  EXPECT_GT(T.Aliases, 100);
  EXPECT_GT(T.Rings, 100);
  EXPECT_GT(T.Packed, 100);
  EXPECT_GT(T.Segmented, 100);
}

// Layers that run otherwise when their output is packed.
TEST(RandomPlans, ByChannel) {
  Tally T;
  int OneStep = 0;
  for (uint32_t Seed = 0; Seed < 200; ++Seed) {
    SCOPED_TRACE(Seed);
    RandomNetwork Random(5000 + Seed, /*byChannel=*/true);
    Network Net = Random.make(2 + int(Seed % 6));
    ASSERT_EQ(validate(Net), "");
    checkBudgets(Net, Random, Seed % 3 ? 1.0 : 0.6, T);
    if (HasFatalFailure())
      return;
    PlanResult None = planNetwork(Net, budget(0));
    if (None)
      continue;
    PlanResult R = planNetwork(Net, budget(None.error().smallestArena));
    ASSERT_TRUE(bool(R));
    Network Run = networkAsRun(Net, *R);
    for (size_t L = 0; L < Net.layers.size(); ++L) {
      bool Packed = R->stores[Net.layers[L].output].kind == StoreKind::Packed;
      const Layer &Expected = Packed && !Net.layers[L].whenPacked.empty()
                                  ? Net.layers[L].whenPacked[0]
                                  : Net.layers[L];
      EXPECT_EQ(Run.layers[L].steps, Expected.steps);
      EXPECT_EQ(std::count_if(R->steps.begin(), R->steps.end(),
                              [&](Step s) { return s.layer == int(L); }),
                Expected.steps);
      OneStep += Expected.steps != Net.layers[L].steps;
    }
  }
  EXPECT_GT(T.Pruned, 100);
  EXPECT_GT(OneStep, 30);
}

// Alignment makes sizes jump: here, taking the maps one after the other alone
// would lose more with a byte more.
TEST(RandomPlans, MonotoneAcrossAlignment) {
  for (uint32_t Seed : {10286, 11482}) {
    RandomNetwork Random(Seed);
    Network Net = Random.make(1 + int(Seed % 6));
    double Alpha = Seed % 3 ? 1.0 : 0.6;
    PlanResult None = planNetwork(Net, budget(0, Alpha));
    ASSERT_FALSE(bool(None));
    double Loss = 1.0;
    for (int64_t Bytes = None.error().smallestArena;
         Bytes <= None.error().smallestLosslessArena; ++Bytes) {
      PlanResult R = planNetwork(Net, budget(Bytes, Alpha));
      ASSERT_TRUE(bool(R));
      EXPECT_LE(R->lossFraction, Loss) << Seed << " at " << Bytes;
      Loss = R->lossFraction;
    }
  }
}

// Beyond the exhaustive search.
TEST(RandomPlans, LargeNetworks) {
  Tally T;
  for (uint32_t Seed = 0; Seed < 25; ++Seed) {
    SCOPED_TRACE(Seed);
    RandomNetwork Random(1000 + Seed);
    checkBudgets(Random.make(9 + int(Seed % 8)), Random, 1.0, T);
    if (HasFatalFailure())
      return;
  }
  EXPECT_GT(T.Pruned, 10);
}

TEST(RandomPlans, LayerByLayer) {
  for (uint32_t Seed = 0; Seed < 200; ++Seed) {
    SCOPED_TRACE(Seed);
    RandomNetwork Random(2000 + Seed);
    Network Net = Random.make(1 + int(Seed % 7));
    Options O;
    O.layerByLayer = true;
    O.noInPlace = Seed % 2;
    PlanResult R = planNetwork(Net, O);
    ASSERT_TRUE(bool(R));
    EXPECT_EQ(verifyPlan(Net, *R), "");
    EXPECT_EQ(R->segments.size(), Net.layers.size());
    // Layer by layer: no layer runs before the one above has finished.
    for (size_t S = 1; S < R->steps.size(); ++S)
      EXPECT_LE(R->steps[S - 1].layer, R->steps[S].layer);
    for (const Store &S : R->stores) {
      if (O.noInPlace) {
        EXPECT_NE(S.kind, StoreKind::Alias);
      }
    }
    // Nothing that is streamed takes more.
    O.layerByLayer = false;
    PlanResult Streamed = planNetwork(Net, O);
    ASSERT_TRUE(bool(Streamed));
    EXPECT_LE(Streamed->arenaBytes, R->arenaBytes);
  }
}

TEST(RandomPlans, Deterministic) {
  for (uint32_t Seed = 0; Seed < 40; ++Seed) {
    RandomNetwork Random(3000 + Seed);
    Network Net = Random.make(6);
    PlanResult A = planNetwork(Net, budget(200)),
               B = planNetwork(Net, budget(200));
    ASSERT_EQ(bool(A), bool(B));
    if (!A) {
      EXPECT_EQ(A.error().message, B.error().message);
      continue;
    }
    EXPECT_EQ(A->steps, B->steps);
    for (size_t M = 0; M < A->stores.size(); ++M) {
      EXPECT_EQ(A->stores[M].offset, B->stores[M].offset);
      EXPECT_EQ(A->stores[M].drop, B->stores[M].drop);
    }
  }
}

// A checker that accepts everything would make the tests above worthless: move
// one buffer, shrink one ring or reorder two steps, and most plans must fail.
TEST(RandomPlans, VerifierFindsDamage) {
  int Damaged = 0, Found = 0;
  for (uint32_t Seed = 0; Seed < 400; ++Seed) {
    RandomNetwork Random(4000 + Seed);
    Network Net = Random.make(2 + int(Seed % 5));
    PlanResult R = planNetwork(Net, budget(unlimited));
    ASSERT_TRUE(bool(R));
    int64_t Half = R->arenaBytes * 3 / 4;
    if (PlanResult Pruned = planNetwork(Net, budget(Half)))
      R = Pruned;
    Plan P = *R;
    bool Changed = false;
    int M = int(Random.pick(int64_t(Net.maps.size())));
    Store &S = P.stores[M];
    switch (Random.pick(3)) {
    case 0:
      // Everything one byte earlier collides with a neighbour, or with nobody
      // if the one below is dead.
      if (S.kind == StoreKind::Packed && S.valuesBytes > 0 &&
          S.valuesOffset > 0)
        Changed = S.valuesOffset-- > 0;
      else if ((S.kind == StoreKind::Dense || S.kind == StoreKind::Ring) &&
               S.offset > 0)
        Changed = S.offset-- > 0;
      break;
    case 1:
      if (S.kind == StoreKind::Ring && S.rows > 1) {
        --S.rows;
        Changed = true;
      }
      break;
    default:
      if (P.steps.size() > 1) {
        size_t At = size_t(Random.pick(int64_t(P.steps.size()) - 1));
        if (P.steps[At].layer == P.steps[At + 1].layer) {
          std::swap(P.steps[At], P.steps[At + 1]);
          Changed = true;
          EXPECT_NE(verifyPlan(Net, P), "");
        }
      }
      break;
    }
    if (!Changed)
      continue;
    ++Damaged;
    bool Caught = !verifyPlan(Net, P).empty();
    Found += Caught;
    // A ring is as small as it can be for consecutive rows.
    (void)Caught;
  }
  EXPECT_GT(Damaged, 100);
  EXPECT_GT(Found * 10, Damaged * 7) << Found << " of " << Damaged;
}

} // namespace
