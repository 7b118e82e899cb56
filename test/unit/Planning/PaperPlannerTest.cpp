//===- PaperPlannerTest.cpp - Golden values of spec section 2 -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PaperPlanner.h"
#include "gtest/gtest.h"

using namespace rtwmc::planning;

namespace {

constexpr int64_t picture = 32 * 32 * 3;

struct Setting {
  std::vector<PaperLayer> layers;
  PaperOptions options;
};

Setting leNetSetting() {
  return {{{"conv1", picture, 28 * 28 * 6, 14 * 14 * 6},
           {"conv2", 14 * 14 * 6, 10 * 10 * 32, 0}},
          {4096, 10, 0.8, 8}};
}

Setting sparseNetSetting() {
  return {{{"conv1", picture, 30 * 30 * 9, 0},
           {"conv2", 30 * 30 * 9, 27 * 27 * 11, 13 * 13 * 11},
           {"conv3", 13 * 13 * 11, 13 * 13 * 17, 0},
           {"conv4", 13 * 13 * 17, 9 * 9 * 39, 4 * 4 * 39}},
          {8192, 40, 0.5, 8}};
}

Setting sonicNetSetting() {
  return {{{"conv1", picture, 28 * 28 * 20, 14 * 14 * 20},
           {"conv2", 14 * 14 * 20, 10 * 10 * 80, 5 * 5 * 80}},
          {8192, 30, 0.8, 8}};
}

template <typename Get>
std::vector<int64_t> column(const PaperResult &result, Get get) {
  EXPECT_TRUE(bool(result)) << (result ? "" : result.error().message);
  std::vector<int64_t> values;
  if (result)
    for (const PaperLayerPlan &plan : *result)
      values.push_back(get(plan));
  return values;
}

std::vector<int64_t> drops(const PaperResult &result) {
  return column(result, [](auto &plan) { return plan.drop; });
}

using Numbers = std::vector<int64_t>;

TEST(PaperPlanner, GoldenDrops) {
  Setting s = leNetSetting();
  EXPECT_EQ(drops(planPaper(s.layers, s.options)), (Numbers{2023, 694}));
  s = sparseNetSetting();
  EXPECT_EQ(drops(planPaper(s.layers, s.options)), (Numbers{5062, 4971, 0, 0}));
  s = sonicNetSetting();
  EXPECT_EQ(drops(planPaper(s.layers, s.options)), (Numbers{11125, 4790}));
}

TEST(PaperPlanner, GoldenDropsWithTheInputInTheArena) {
  Setting s = leNetSetting();
  s.options.input = InputPlace::Arena;
  EXPECT_EQ(drops(planPaper(s.layers, s.options)), (Numbers{4295, 514}));
  s = sonicNetSetting();
  s.options.input = InputPlace::Arena;
  EXPECT_EQ(drops(planPaper(s.layers, s.options)), (Numbers{12593, 4790}));
  s = sparseNetSetting();
  s.options.input = InputPlace::Arena;
  EXPECT_EQ(drops(planPaper(s.layers, s.options)), (Numbers{5062, 4971, 0, 0}));
}

TEST(PaperPlanner, GoldenLeastDrops) {
  Setting s = leNetSetting();
  EXPECT_EQ(drops(leastDrop(s.layers, s.options)), (Numbers{2026, 696}));
  s = sparseNetSetting();
  EXPECT_EQ(drops(leastDrop(s.layers, s.options)), (Numbers{5069, 4976, 0, 0}));
  s = sonicNetSetting();
  EXPECT_EQ(drops(leastDrop(s.layers, s.options)), (Numbers{11131, 4794}));
}

// Finding 2: Table 2's overhead (0.02, 0.09, 0.07 KB) is S_b + 2 * P_b.
TEST(PaperPlanner, GoldenBufferAndCache) {
  auto perBatch = [](auto &plan) { return plan.dropPerBatch; };
  auto overhead = [](auto &plan) {
    return plan.bufferElements + plan.cacheElements;
  };
  Setting s = leNetSetting();
  PaperResult r = planPaper(s.layers, s.options);
  EXPECT_EQ(column(r, perBatch), (Numbers{5, 3}));
  EXPECT_EQ(column(r, overhead), (Numbers{20, 16}));
  s = sparseNetSetting();
  r = planPaper(s.layers, s.options);
  EXPECT_EQ(column(r, perBatch), (Numbers{25, 25, 0, 0}));
  // A layer that drops nothing pays neither buffer nor bitmap.
  EXPECT_EQ(column(r, overhead), (Numbers{90, 90, 0, 0}));
  EXPECT_EQ((*r)[2].bitmapElements, 0);
  s = sonicNetSetting();
  r = planPaper(s.layers, s.options);
  EXPECT_EQ(column(r, perBatch), (Numbers{22, 18}));
  EXPECT_EQ(column(r, overhead), (Numbers{74, 66}));
}

TEST(PaperPlanner, Options) {
  Setting s = leNetSetting();
  PaperResult r = planPaper(s.layers, s.options);
  ASSERT_TRUE(bool(r));
  EXPECT_EQ((*r)[0].option, PaperOption::OutputThreshold);
  EXPECT_EQ((*r)[1].option, PaperOption::WholeRam);
  EXPECT_EQ((*r)[0].inputElements, 0);
  EXPECT_EQ((*r)[1].inputElements, 14 * 14 * 6);
  EXPECT_EQ((*r)[0].boundElements, 3276); // 0.8 * 4096 = 3276.8
  s = sparseNetSetting();
  r = planPaper(s.layers, s.options);
  ASSERT_TRUE(bool(r));
  EXPECT_EQ((*r)[2].option, PaperOption::None);
}

// Finding 3: the closed form ignores the ceilings.
TEST(PaperPlanner, ClosedFormOvershoots) {
  Setting s = leNetSetting();
  PaperResult r = planPaper(s.layers, s.options);
  ASSERT_TRUE(bool(r));
  EXPECT_EQ((*r)[1].layoutElements, 4098);
  EXPECT_EQ((*r)[1].boundElements, 4096);
  EXPECT_TRUE((*r)[1].overshoots());
  s = sonicNetSetting();
  r = planPaper(s.layers, s.options);
  ASSERT_TRUE(bool(r));
  EXPECT_EQ((*r)[1].layoutElements, 8196);
  EXPECT_EQ((*r)[1].boundElements, 8192);
  EXPECT_TRUE((*r)[1].overshoots());
}

// The least integer drop fits, and one less does not.
TEST(PaperPlanner, LeastDropIsTight) {
  for (int64_t ram = 300; ram <= 9000; ram += 37)
    for (int64_t batch : {1, 7, 10, 40, 100})
      for (double alpha : {0.3, 0.5, 0.8, 1.0}) {
        Setting s = leNetSetting();
        s.options = {ram, batch, alpha, 8};
        PaperResult r = leastDrop(s.layers, s.options);
        if (!r)
          continue;
        for (size_t i = 0; i < r->size(); ++i) {
          const PaperLayerPlan &p = (*r)[i];
          EXPECT_FALSE(p.overshoots());
          if (p.drop == 0)
            continue;
          int64_t N = s.layers[i].outputElements, d = p.drop - 1;
          int64_t cache = 2 * ((d * batch + N - 1) / N);
          int64_t layout = N - d + p.bitmapElements + cache;
          if (p.option == PaperOption::WholeRam)
            layout += p.inputElements + batch;
          EXPECT_GT(layout, p.boundElements) << ram << " " << batch;
        }
      }
}

// Finding 4: where the closed form has no answer.
TEST(PaperPlanner, NoAnswer) {
  Setting s = leNetSetting();
  s.options.batch = 5292 / 2;
  PaperResult r = planPaper(s.layers, s.options);
  ASSERT_FALSE(bool(r));
  EXPECT_EQ(r.error().layer, 0);
  EXPECT_NE(r.error().message.find("tiny buffer of 2646"), std::string::npos);

  s = leNetSetting();
  s.options.ram = 600; // the first bitmap alone has 588 bytes, alpha 0.8
  r = planPaper(s.layers, s.options);
  ASSERT_FALSE(bool(r));
  EXPECT_NE(r.error().message.find("dropped of 4704"), std::string::npos);
  r = leastDrop(s.layers, s.options);
  ASSERT_FALSE(bool(r));
  EXPECT_NE(r.error().message.find("every element dropped"), std::string::npos);
}

TEST(PaperPlanner, RejectsNonsense) {
  Setting good = leNetSetting();
  auto fails = [&](auto change) {
    Setting s = good;
    change(s);
    PaperResult r = planPaper(s.layers, s.options);
    return !r && !r.error().message.empty() && !leastDrop(s.layers, s.options);
  };
  EXPECT_TRUE(fails([](Setting &s) { s.options.ram = 0; }));
  EXPECT_TRUE(fails([](Setting &s) { s.options.ram = -1; }));
  EXPECT_TRUE(fails([](Setting &s) { s.options.batch = 0; }));
  EXPECT_TRUE(fails([](Setting &s) { s.options.alpha = 0.0; }));
  EXPECT_TRUE(fails([](Setting &s) { s.options.alpha = 1.5; }));
  EXPECT_TRUE(fails([](Setting &s) { s.options.alpha = 0.0 / 0.0; }));
  EXPECT_TRUE(fails([](Setting &s) { s.options.bitWidth = 0; }));
  EXPECT_TRUE(fails([](Setting &s) { s.layers[0].outputElements = 0; }));
  EXPECT_TRUE(fails([](Setting &s) { s.layers[1].poolElements = -4; }));
  EXPECT_TRUE(
      fails([](Setting &s) { s.layers[0].outputElements = int64_t(1) << 40; }));
  EXPECT_FALSE(fails([](Setting &) {}));
}

// Sizes at the limits must not overflow.
TEST(PaperPlanner, LargeSizes) {
  int64_t big = int64_t(1) << 31;
  PaperResult r =
      planPaper({{"c", big, big, big}}, {big, 64, 1.0, 8, InputPlace::Arena});
  ASSERT_FALSE(bool(r)); // the bitmap makes it impossible
  r = planPaper({{"c", 0, big, 0}}, {big, 64, 1.0, 8});
  ASSERT_TRUE(bool(r));
  EXPECT_GT((*r)[0].drop, big / 8);
}

} // namespace
