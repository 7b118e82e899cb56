//===- ScheduleTest.cpp - Loops from step lists ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Schedule.h"
#include "gtest/gtest.h"

#include <map>
#include <random>
#include <string>

using namespace rtwmc::planning;

namespace {

/// "AAB": two steps of layer 0, one of layer 1.
std::vector<Step> stepsOf(const std::string &layers) {
  std::map<char, int64_t> next;
  std::vector<Step> steps;
  for (char c : layers)
    steps.push_back({c - 'A', next[c]++});
  return steps;
}

std::string repeat(const std::string &text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += text;
  return all;
}

size_t runs(const std::vector<Loop> &loops) {
  size_t runs = 0;
  for (const Loop &piece : loops)
    runs += piece.body.size();
  return runs;
}

std::vector<Loop> fold(const std::string &layers) {
  std::vector<Step> steps = stepsOf(layers);
  std::vector<Loop> loops = foldSteps(steps);
  EXPECT_EQ(expandLoops(loops), steps) << layers;
  return loops;
}

TEST(FoldSteps, StraightLine) {
  EXPECT_TRUE(foldSteps({}).empty());
  EXPECT_EQ(fold("A"), (std::vector<Loop>{{1, {{0, 0, 1}}}}));
  // Layer by layer needs no loop around the runs.
  EXPECT_EQ(fold("AAAAABBBC"),
            (std::vector<Loop>{{1, {{0, 0, 5}, {1, 0, 3}, {2, 0, 1}}}}));
}

TEST(FoldSteps, SteadyState) {
  // Four rows ahead, then row by row: the prologue is one row shorter than it
  // looks, because the fifth row belongs to the loop.
  EXPECT_EQ(
      fold("AAAAA" + repeat("BA", 20) + "B"),
      (std::vector<Loop>{{1, {{0, 0, 4}}}, {21, {{0, 4, 1}, {1, 0, 1}}}}));
}

TEST(FoldSteps, PoolingTakesTwoSteps) {
  EXPECT_EQ(fold(repeat("AAB", 14)),
            (std::vector<Loop>{{14, {{0, 0, 2}, {1, 0, 1}}}}));
}

TEST(FoldSteps, LayerTwiceInOneBody) {
  // A's steps advance by three in each iteration.
  std::vector<Loop> loops = fold(repeat("ABAAC", 9));
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_EQ(loops[0].tripCount, 9);
  EXPECT_EQ(loops[0].body, (std::vector<Loop::Run>{
                               {0, 0, 1}, {1, 0, 1}, {0, 1, 2}, {2, 0, 1}}));
}

TEST(FoldSteps, RotatesToFewerRuns) {
  // ABBA repeated is three runs; one A first, and it is two.
  std::string layers = "A";
  layers += repeat("BBAA", 10);
  layers += "BB";
  EXPECT_EQ(runs(fold(layers)), 4u);
}

TEST(FoldSteps, PrologueAndEpilogue) {
  std::vector<Loop> loops =
      fold("AAAAAAAA" + repeat("BAABAAC", 12) + "BAABAC" + "BCD");
  EXPECT_LE(runs(loops), 16u);
}

TEST(FoldSteps, RandomListsExpandToThemselves) {
  std::mt19937 rng(3);
  for (int trial = 0; trial < 3000; ++trial) {
    std::string layers;
    int pieces = 1 + int(rng() % 4);
    for (int p = 0; p < pieces; ++p) {
      std::string piece;
      for (int length = 1 + int(rng() % 6); length > 0; --length)
        piece += char('A' + rng() % 3);
      layers += repeat(piece, 1 + int(rng() % 8));
    }
    std::vector<Loop> loops = fold(layers);
    size_t changes = 1;
    for (size_t i = 1; i < layers.size(); ++i)
      changes += layers[i] != layers[i - 1];
    EXPECT_LE(runs(loops), changes) << layers;
    for (const Loop &each : loops)
      for (size_t r = 1; r < each.body.size(); ++r)
        EXPECT_NE(each.body[r].layer, each.body[r - 1].layer) << layers;
  }
}

} // namespace
