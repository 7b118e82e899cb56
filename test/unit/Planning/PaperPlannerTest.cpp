//===- PaperPlannerTest.cpp - Golden values of spec section 2 -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PaperPlanner.h"
#include "gtest/gtest.h"

using namespace rtwmc::planning;

namespace {

constexpr int64_t Picture = 32 * 32 * 3;

struct Setting {
  std::vector<PaperLayer> layers;
  PaperOptions options;
};

Setting leNet() {
  return {{{"conv1", Picture, 28 * 28 * 6, 14 * 14 * 6},
           {"conv2", 14 * 14 * 6, 10 * 10 * 32, 0}},
          {4096, 10, 0.8, 8, true}};
}

Setting sparseNet() {
  return {{{"conv1", Picture, 30 * 30 * 9, 0},
           {"conv2", 30 * 30 * 9, 27 * 27 * 11, 13 * 13 * 11},
           {"conv3", 13 * 13 * 11, 13 * 13 * 17, 0},
           {"conv4", 13 * 13 * 17, 9 * 9 * 39, 4 * 4 * 39}},
          {8192, 40, 0.5, 8, true}};
}

Setting sonicNet() {
  return {{{"conv1", Picture, 28 * 28 * 20, 14 * 14 * 20},
           {"conv2", 14 * 14 * 20, 10 * 10 * 80, 5 * 5 * 80}},
          {8192, 30, 0.8, 8, true}};
}

template <typename Get>
std::vector<int64_t> column(const PaperResult &result, Get get) {
  EXPECT_TRUE(bool(result)) << (result ? "" : result.error().message);
  std::vector<int64_t> Values;
  if (result)
    for (const PaperLayerPlan &Plan : *result)
      Values.push_back(get(Plan));
  return Values;
}

std::vector<int64_t> drops(const PaperResult &result) {
  return column(result, [](auto &plan) { return plan.drop; });
}

using Numbers = std::vector<int64_t>;

TEST(PaperPlanner, GoldenDrops) {
  Setting S = leNet();
  EXPECT_EQ(drops(planPaper(S.layers, S.options)), (Numbers{2023, 694}));
  S = sparseNet();
  EXPECT_EQ(drops(planPaper(S.layers, S.options)), (Numbers{5062, 4971, 0, 0}));
  S = sonicNet();
  EXPECT_EQ(drops(planPaper(S.layers, S.options)), (Numbers{11125, 4790}));
}

TEST(PaperPlanner, GoldenDropsWithTheInputInTheArena) {
  Setting S = leNet();
  S.options.inputExternal = false;
  EXPECT_EQ(drops(planPaper(S.layers, S.options)), (Numbers{4295, 514}));
  S = sonicNet();
  S.options.inputExternal = false;
  EXPECT_EQ(drops(planPaper(S.layers, S.options)), (Numbers{12593, 4790}));
  S = sparseNet();
  S.options.inputExternal = false;
  EXPECT_EQ(drops(planPaper(S.layers, S.options)), (Numbers{5062, 4971, 0, 0}));
}

TEST(PaperPlanner, GoldenLeastDrops) {
  Setting S = leNet();
  EXPECT_EQ(drops(leastDrop(S.layers, S.options)), (Numbers{2026, 696}));
  S = sparseNet();
  EXPECT_EQ(drops(leastDrop(S.layers, S.options)), (Numbers{5069, 4976, 0, 0}));
  S = sonicNet();
  EXPECT_EQ(drops(leastDrop(S.layers, S.options)), (Numbers{11131, 4794}));
}

// Finding 2: Table 2's overhead (0.02, 0.09, 0.07 KB) is S_b + 2 * P_b.
TEST(PaperPlanner, GoldenBufferAndCache) {
  auto PerBatch = [](auto &plan) { return plan.dropPerBatch; };
  auto Overhead = [](auto &plan) {
    return plan.bufferElements + plan.cacheElements;
  };
  Setting S = leNet();
  PaperResult R = planPaper(S.layers, S.options);
  EXPECT_EQ(column(R, PerBatch), (Numbers{5, 3}));
  EXPECT_EQ(column(R, Overhead), (Numbers{20, 16}));
  S = sparseNet();
  R = planPaper(S.layers, S.options);
  EXPECT_EQ(column(R, PerBatch), (Numbers{25, 25, 0, 0}));
  // A layer that drops nothing pays neither buffer nor bitmap.
  EXPECT_EQ(column(R, Overhead), (Numbers{90, 90, 0, 0}));
  EXPECT_EQ((*R)[2].bitmapElements, 0);
  S = sonicNet();
  R = planPaper(S.layers, S.options);
  EXPECT_EQ(column(R, PerBatch), (Numbers{22, 18}));
  EXPECT_EQ(column(R, Overhead), (Numbers{74, 66}));
}

TEST(PaperPlanner, Options) {
  Setting S = leNet();
  PaperResult R = planPaper(S.layers, S.options);
  ASSERT_TRUE(bool(R));
  EXPECT_EQ((*R)[0].option, PaperOption::OutputThreshold);
  EXPECT_EQ((*R)[1].option, PaperOption::WholeRam);
  EXPECT_EQ((*R)[0].inputElements, 0);
  EXPECT_EQ((*R)[1].inputElements, 14 * 14 * 6);
  EXPECT_EQ((*R)[0].boundElements, 3276); // 0.8 * 4096 = 3276.8
  S = sparseNet();
  R = planPaper(S.layers, S.options);
  ASSERT_TRUE(bool(R));
  EXPECT_EQ((*R)[2].option, PaperOption::None);
}

// Finding 3: the closed form ignores the ceilings.
TEST(PaperPlanner, ClosedFormOvershoots) {
  Setting S = leNet();
  PaperResult R = planPaper(S.layers, S.options);
  ASSERT_TRUE(bool(R));
  EXPECT_EQ((*R)[1].layoutElements, 4098);
  EXPECT_EQ((*R)[1].boundElements, 4096);
  EXPECT_TRUE((*R)[1].overshoots());
  S = sonicNet();
  R = planPaper(S.layers, S.options);
  ASSERT_TRUE(bool(R));
  EXPECT_EQ((*R)[1].layoutElements, 8196);
  EXPECT_EQ((*R)[1].boundElements, 8192);
  EXPECT_TRUE((*R)[1].overshoots());
}

// The least integer drop fits, and one less does not.
TEST(PaperPlanner, LeastDropIsTight) {
  for (int64_t Ram = 300; Ram <= 9000; Ram += 37)
    for (int64_t Batch : {1, 7, 10, 40, 100})
      for (double Alpha : {0.3, 0.5, 0.8, 1.0}) {
        Setting S = leNet();
        S.options = {Ram, Batch, Alpha, 8, true};
        PaperResult R = leastDrop(S.layers, S.options);
        if (!R)
          continue;
        for (size_t L = 0; L < R->size(); ++L) {
          const PaperLayerPlan &P = (*R)[L];
          EXPECT_FALSE(P.overshoots());
          if (P.drop == 0)
            continue;
          int64_t N = S.layers[L].outputElements, D = P.drop - 1;
          int64_t Cache = 2 * ((D * Batch + N - 1) / N);
          int64_t Layout = N - D + P.bitmapElements + Cache;
          if (P.option == PaperOption::WholeRam)
            Layout += P.inputElements + Batch;
          EXPECT_GT(Layout, P.boundElements) << Ram << " " << Batch;
        }
      }
}

// Finding 4: where the closed form has no answer.
TEST(PaperPlanner, NoAnswer) {
  Setting S = leNet();
  S.options.batch = 5292 / 2;
  PaperResult R = planPaper(S.layers, S.options);
  ASSERT_FALSE(bool(R));
  EXPECT_EQ(R.error().layer, 0);
  EXPECT_NE(R.error().message.find("tiny buffer of 2646"), std::string::npos);

  S = leNet();
  S.options.ram = 600; // the first bitmap alone has 588 bytes, alpha 0.8
  R = planPaper(S.layers, S.options);
  ASSERT_FALSE(bool(R));
  EXPECT_NE(R.error().message.find("dropped of 4704"), std::string::npos);
  R = leastDrop(S.layers, S.options);
  ASSERT_FALSE(bool(R));
  EXPECT_NE(R.error().message.find("every element dropped"), std::string::npos);
}

TEST(PaperPlanner, RejectsNonsense) {
  Setting Good = leNet();
  auto Fails = [&](auto change) {
    Setting S = Good;
    change(S);
    PaperResult R = planPaper(S.layers, S.options);
    return !R && !R.error().message.empty() && !leastDrop(S.layers, S.options);
  };
  EXPECT_TRUE(Fails([](Setting &s) { s.options.ram = 0; }));
  EXPECT_TRUE(Fails([](Setting &s) { s.options.ram = -1; }));
  EXPECT_TRUE(Fails([](Setting &s) { s.options.batch = 0; }));
  EXPECT_TRUE(Fails([](Setting &s) { s.options.alpha = 0.0; }));
  EXPECT_TRUE(Fails([](Setting &s) { s.options.alpha = 1.5; }));
  EXPECT_TRUE(Fails([](Setting &s) { s.options.alpha = 0.0 / 0.0; }));
  EXPECT_TRUE(Fails([](Setting &s) { s.options.bitWidth = 0; }));
  EXPECT_TRUE(Fails([](Setting &s) { s.layers[0].outputElements = 0; }));
  EXPECT_TRUE(Fails([](Setting &s) { s.layers[1].poolElements = -4; }));
  EXPECT_TRUE(
      Fails([](Setting &s) { s.layers[0].outputElements = int64_t(1) << 40; }));
  EXPECT_FALSE(Fails([](Setting &) {}));
}

// Sizes at the limits must not overflow.
TEST(PaperPlanner, LargeSizes) {
  int64_t Big = int64_t(1) << 31;
  PaperResult R = planPaper({{"c", Big, Big, Big}}, {Big, 64, 1.0, 8, false});
  ASSERT_FALSE(bool(R)); // the bitmap makes it impossible
  R = planPaper({{"c", 0, Big, 0}}, {Big, 64, 1.0, 8, true});
  ASSERT_TRUE(bool(R));
  EXPECT_GT((*R)[0].drop, Big / 8);
}

} // namespace
