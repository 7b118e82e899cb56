//===- CompressionTest.cpp - Guarantees of spec section 3 -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Compression.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <random>

using namespace rtwmc::planning;

namespace {

using Bytes = std::vector<int8_t>;

TEST(Quota, PaperExampleDropsEnough) {
  // As printed, Algorithm 2 keeps seven elements too many here.
  Bytes Map(101);
  for (int I = 0; I < 101; ++I)
    Map[I] = int8_t(1 + I % 100);
  for (QuotaPolicy Policy : {QuotaPolicy::Paper, QuotaPolicy::Proportional}) {
    PackedMap P = compress(Map, {10, 88, 0, 0, Policy});
    EXPECT_EQ(P.dropped(), 88);
    EXPECT_EQ(P.values.size(), 13u);
  }
}

TEST(Quota, PaperPolicyByHand) {
  // N = 10, S_b = 4, D_p = 5: T = 3, P_b = 2.
  QuotaState S(QuotaPolicy::Paper, 10, 4, 5);
  EXPECT_EQ(S.batchSize(), 4);
  EXPECT_EQ(S.quota(), 2);
  S.advance(4); // the threshold dropped more: P_b = ceil(1 / 2) = 1
  EXPECT_EQ(S.owed(), 1);
  EXPECT_EQ(S.quota(), 1);
  S.advance(1);
  EXPECT_EQ(S.batchSize(), 2); // the last batch is short, never empty
  EXPECT_EQ(S.quota(), 0);
  S.advance(0);
  EXPECT_TRUE(S.done());
}

TEST(Quota, PaperPolicyRaisesTheLastQuota) {
  // N = 9, S_b = 4, D_p = 8: P_b = 3, but the last batch has one element.
  QuotaState S(QuotaPolicy::Paper, 9, 4, 8);
  EXPECT_EQ(S.quota(), 3); // R - rest = 8 - 5 = 3
  S.advance(3);
  EXPECT_EQ(S.quota(), 4); // R - rest = 5 - 1
  S.advance(4);
  EXPECT_EQ(S.batchSize(), 1);
  EXPECT_EQ(S.quota(), 1);
}

TEST(Quota, ProportionalByHand) {
  QuotaState S(QuotaPolicy::Proportional, 10, 4, 5);
  EXPECT_EQ(S.quota(), 2); // ceil(5 * 4 / 10)
  S.advance(2);
  EXPECT_EQ(S.quota(), 2); // ceil(3 * 4 / 6)
  S.advance(4);
  EXPECT_EQ(S.owed(), 0);
  EXPECT_EQ(S.quota(), 0);
}

TEST(Select, EarlierFirstAmongEquals) {
  std::vector<bool> D;
  EXPECT_EQ(selectDropped(Bytes{3, -1, 1, 5, 1}, 2, 0, 0, D), 2);
  EXPECT_EQ(D, (std::vector<bool>{false, true, true, false, false}));
  // Magnitude is |q - z|: with z = -128, -128 is nothing and 127 is 255.
  EXPECT_EQ(selectDropped(Bytes{127, -128, 0, -100}, 2, -128, 0, D), 2);
  EXPECT_EQ(D, (std::vector<bool>{false, true, false, true}));
}

TEST(Select, ThresholdDropsMoreThanTheQuota) {
  std::vector<bool> D;
  // Three are below 2; the quota asks for two: exactly those three go.
  EXPECT_EQ(selectDropped(Bytes{0, 9, 1, -1, 7}, 2, 0, 2, D), 3);
  EXPECT_EQ(D, (std::vector<bool>{true, false, true, true, false}));
  // As many as the quota: the least go, which are the same ones.
  EXPECT_EQ(selectDropped(Bytes{0, 9, 1, -1, 7}, 3, 0, 2, D), 3);
  EXPECT_EQ(D, (std::vector<bool>{true, false, true, true, false}));
  EXPECT_EQ(selectDropped(Bytes{0, 9, 1, -1, 7}, 4, 0, 2, D), 4);
  EXPECT_EQ(D, (std::vector<bool>{true, false, true, true, true}));
}

TEST(Compress, BitmapIsLeastSignificantFirst) {
  PackedMap P = compress(Bytes{5, 0, 6, 0, 7, 8, 9, 1, 0, 2}, {10, 0, 0, 1});
  EXPECT_EQ(P.bitmap, (std::vector<uint8_t>{0b00001010, 0b00000001}));
  EXPECT_EQ(P.values, (Bytes{5, 6, 7, 8, 9, 1, 2}));
  EXPECT_EQ(expand(P, 0), (Bytes{5, 0, 6, 0, 7, 8, 9, 1, 0, 2}));
}

TEST(Compress, Empty) {
  PackedMap P = compress(Bytes{}, {});
  EXPECT_TRUE(P.values.empty());
  EXPECT_TRUE(expand(P, 0).empty());
}

/// Data of several characters: uniform, small around z, mostly z, constant.
Bytes randomMap(std::mt19937 &rng, int64_t n, int8_t z) {
  int Kind = rng() % 4;
  Bytes Map(n);
  for (int8_t &V : Map) {
    int Random = int(rng() % 256) - 128;
    if (Kind == 1)
      Random = z + int(rng() % 7) - 3;
    else if (Kind == 2 && rng() % 10 < 7)
      Random = z;
    else if (Kind == 3)
      Random = 42;
    V = int8_t(std::clamp(Random, -128, 127));
  }
  return Map;
}

TEST(Compress, Guarantees) {
  std::mt19937 Rng(1);
  for (int Trial = 0; Trial < 20000; ++Trial) {
    int64_t N = 1 + Rng() % 300;
    int64_t Batch = 1 + Rng() % (Trial % 2 ? 20 : 320);
    int64_t Drop = Trial % 7 ? Rng() % (N + 1) : N;
    int8_t Zero = int8_t(Trial % 3 ? -128 : int(Rng() % 256) - 128);
    int32_t Tau = Trial % 4 ? Rng() % 4 : Rng() % 257;
    QuotaPolicy Policy =
        Rng() % 2 ? QuotaPolicy::Paper : QuotaPolicy::Proportional;
    Bytes Map = randomMap(Rng, N, Zero);
    SCOPED_TRACE(testing::Message() << "N=" << N << " S_b=" << Batch
                                    << " D_p=" << Drop << " tau=" << Tau);

    PackedMap P = compress(Map, {Batch, Drop, Zero, Tau, Policy});
    // The budget holds for every input.
    ASSERT_LE(int64_t(P.values.size()), N - Drop);
    ASSERT_EQ(int64_t(P.bitmap.size()), (N + 7) / 8);
    for (int64_t I = N; I < int64_t(P.bitmap.size()) * 8; ++I)
      ASSERT_FALSE(P.isDropped(I)) << "bit behind the end";
    // What was kept is unchanged, what was dropped is z.
    Bytes Back = expand(P, Zero);
    ASSERT_EQ(Back.size(), Map.size());
    int64_t Marked = 0;
    for (int64_t I = 0; I < N; ++I) {
      Marked += P.isDropped(I);
      ASSERT_EQ(Back[I], P.isDropped(I) ? Zero : Map[I]);
    }
    ASSERT_EQ(Marked, P.dropped());

    // Batch by batch: the invariants and the selection itself.
    QuotaState S(Policy, N, Batch, Drop);
    while (!S.done()) {
      int64_t First = N - S.remaining(), Size = S.batchSize(), Q = S.quota();
      ASSERT_GT(Size, 0);
      ASSERT_LE(S.owed(), S.remaining());
      ASSERT_GE(Q, 0);
      ASSERT_LE(Q, Size);
      if (Policy == QuotaPolicy::Proportional) {
        ASSERT_LE(Q, (Drop * Batch + N - 1) / N);
      }
      int64_t Dropped = 0, Below = 0;
      for (int64_t I = First; I < First + Size; ++I) {
        Dropped += P.isDropped(I);
        Below += magnitude(Map[I], Zero) < Tau;
      }
      ASSERT_EQ(Dropped, std::max(Q, Below));
      for (int64_t A = First; A < First + Size; ++A) {
        if (P.isDropped(A))
          continue;
        // A survivor is at least the threshold, and no dropped element is
        // larger, or as large and later.
        ASSERT_GE(magnitude(Map[A], Zero), Tau);
        for (int64_t B = First; B < First + Size; ++B) {
          if (!P.isDropped(B))
            continue;
          int32_t MA = magnitude(Map[A], Zero), MB = magnitude(Map[B], Zero);
          ASSERT_TRUE(MB < MA || (MB == MA && B < A));
        }
      }
      S.advance(Dropped);
    }
    ASSERT_EQ(S.owed(), 0);
  }
}

// If every prefix has its share of exact zeros, nothing is lost.
TEST(Compress, EnoughZerosLoseNothing) {
  std::mt19937 Rng(2);
  int Checked = 0;
  for (int Trial = 0; Trial < 5000; ++Trial) {
    int64_t N = 1 + Rng() % 200, Batch = 1 + Rng() % 40;
    int8_t Zero = int8_t(int(Rng() % 256) - 128);
    Bytes Map = randomMap(Rng, N, Zero);
    for (int8_t &V : Map)
      if (Rng() % 10 < 6)
        V = Zero;
    int64_t Drop = Rng() % (N + 1);
    // The share of each batch under the proportional policy, were only it
    // dropped.
    bool Enough = true;
    for (QuotaState S(QuotaPolicy::Proportional, N, Batch, Drop); !S.done();) {
      auto First = Map.begin() + (N - S.remaining());
      int64_t Zeros = std::count(First, First + S.batchSize(), Zero);
      Enough &= Zeros >= S.quota();
      S.advance(std::max(Zeros, S.quota()));
    }
    if (!Enough)
      continue;
    ++Checked;
    PackedMap P =
        compress(Map, {Batch, Drop, Zero, 1, QuotaPolicy::Proportional});
    ASSERT_EQ(expand(P, Zero), Map);
  }
  EXPECT_GT(Checked, 500);
}

} // namespace
