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
  std::map<char, int64_t> Next;
  std::vector<Step> Steps;
  for (char C : layers)
    Steps.push_back({C - 'A', Next[C]++});
  return Steps;
}

std::string repeat(const std::string &text, int times) {
  std::string All;
  for (int I = 0; I < times; ++I)
    All += text;
  return All;
}

size_t runs(const std::vector<Loop> &loops) {
  size_t Runs = 0;
  for (const Loop &L : loops)
    Runs += L.body.size();
  return Runs;
}

std::vector<Loop> fold(const std::string &layers) {
  std::vector<Step> Steps = stepsOf(layers);
  std::vector<Loop> Loops = foldSteps(Steps);
  EXPECT_EQ(expandLoops(Loops), Steps) << layers;
  return Loops;
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
  std::vector<Loop> L = fold(repeat("ABAAC", 9));
  ASSERT_EQ(L.size(), 1u);
  EXPECT_EQ(L[0].tripCount, 9);
  EXPECT_EQ(L[0].body, (std::vector<Loop::Run>{
                           {0, 0, 1}, {1, 0, 1}, {0, 1, 2}, {2, 0, 1}}));
}

TEST(FoldSteps, RotatesToFewerRuns) {
  // ABBA repeated is three runs; one A first, and it is two.
  std::string Layers = "A";
  Layers += repeat("BBAA", 10);
  Layers += "BB";
  EXPECT_EQ(runs(fold(Layers)), 4u);
}

TEST(FoldSteps, PrologueAndEpilogue) {
  std::vector<Loop> L =
      fold("AAAAAAAA" + repeat("BAABAAC", 12) + "BAABAC" + "BCD");
  EXPECT_LE(runs(L), 16u);
}

TEST(FoldSteps, RandomListsExpandToThemselves) {
  std::mt19937 Rng(3);
  for (int Trial = 0; Trial < 3000; ++Trial) {
    std::string Layers;
    int Pieces = 1 + int(Rng() % 4);
    for (int P = 0; P < Pieces; ++P) {
      std::string Piece;
      for (int Length = 1 + int(Rng() % 6); Length > 0; --Length)
        Piece += char('A' + Rng() % 3);
      Layers += repeat(Piece, 1 + int(Rng() % 8));
    }
    std::vector<Loop> L = fold(Layers);
    size_t Changes = 1;
    for (size_t I = 1; I < Layers.size(); ++I)
      Changes += Layers[I] != Layers[I - 1];
    EXPECT_LE(runs(L), Changes) << Layers;
    for (const Loop &Each : L)
      for (size_t R = 1; R < Each.body.size(); ++R)
        EXPECT_NE(Each.body[R].layer, Each.body[R - 1].layer) << Layers;
  }
}

} // namespace
