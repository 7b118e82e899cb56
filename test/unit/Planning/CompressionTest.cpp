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
  Bytes map(101);
  for (int i = 0; i < 101; ++i)
    map[i] = int8_t(1 + i % 100);
  for (QuotaPolicy policy : {QuotaPolicy::Paper, QuotaPolicy::Proportional}) {
    PackedMap p = compress(map, {10, 88, 0, 0, policy});
    EXPECT_EQ(p.dropped(), 88);
    EXPECT_EQ(p.values.size(), 13u);
  }
}

TEST(Quota, PaperPolicyByHand) {
  // N = 10, S_b = 4, D_p = 5: T = 3, P_b = 2.
  QuotaState s(QuotaPolicy::Paper, 10, 4, 5);
  EXPECT_EQ(s.batchSize(), 4);
  EXPECT_EQ(s.quota(), 2);
  s.advance(4); // the threshold dropped more: P_b = ceil(1 / 2) = 1
  EXPECT_EQ(s.owed(), 1);
  EXPECT_EQ(s.quota(), 1);
  s.advance(1);
  EXPECT_EQ(s.batchSize(), 2); // the last batch is short, never empty
  EXPECT_EQ(s.quota(), 0);
  s.advance(0);
  EXPECT_TRUE(s.done());
}

TEST(Quota, PaperPolicyRaisesTheLastQuota) {
  // N = 9, S_b = 4, D_p = 8: P_b = 3, but the last batch has one element.
  QuotaState s(QuotaPolicy::Paper, 9, 4, 8);
  EXPECT_EQ(s.quota(), 3); // R - rest = 8 - 5 = 3
  s.advance(3);
  EXPECT_EQ(s.quota(), 4); // R - rest = 5 - 1
  s.advance(4);
  EXPECT_EQ(s.batchSize(), 1);
  EXPECT_EQ(s.quota(), 1);
}

TEST(Quota, ProportionalByHand) {
  QuotaState s(QuotaPolicy::Proportional, 10, 4, 5);
  EXPECT_EQ(s.quota(), 2); // ceil(5 * 4 / 10)
  s.advance(2);
  EXPECT_EQ(s.quota(), 2); // ceil(3 * 4 / 6)
  s.advance(4);
  EXPECT_EQ(s.owed(), 0);
  EXPECT_EQ(s.quota(), 0);
}

TEST(Select, EarlierFirstAmongEquals) {
  std::vector<bool> d;
  EXPECT_EQ(selectDropped(Bytes{3, -1, 1, 5, 1}, 2, 0, 0, d), 2);
  EXPECT_EQ(d, (std::vector<bool>{false, true, true, false, false}));
  // Magnitude is |q - z|: with z = -128, -128 is nothing and 127 is 255.
  EXPECT_EQ(selectDropped(Bytes{127, -128, 0, -100}, 2, -128, 0, d), 2);
  EXPECT_EQ(d, (std::vector<bool>{false, true, false, true}));
}

TEST(Select, ThresholdDropsMoreThanTheQuota) {
  std::vector<bool> d;
  // Three are below 2; the quota asks for two: exactly those three go.
  EXPECT_EQ(selectDropped(Bytes{0, 9, 1, -1, 7}, 2, 0, 2, d), 3);
  EXPECT_EQ(d, (std::vector<bool>{true, false, true, true, false}));
  // As many as the quota: the least go, which are the same ones.
  EXPECT_EQ(selectDropped(Bytes{0, 9, 1, -1, 7}, 3, 0, 2, d), 3);
  EXPECT_EQ(d, (std::vector<bool>{true, false, true, true, false}));
  EXPECT_EQ(selectDropped(Bytes{0, 9, 1, -1, 7}, 4, 0, 2, d), 4);
  EXPECT_EQ(d, (std::vector<bool>{true, false, true, true, true}));
}

TEST(Compress, BitmapIsLeastSignificantFirst) {
  PackedMap p = compress(Bytes{5, 0, 6, 0, 7, 8, 9, 1, 0, 2}, {10, 0, 0, 1});
  EXPECT_EQ(p.bitmap, (std::vector<uint8_t>{0b00001010, 0b00000001}));
  EXPECT_EQ(p.values, (Bytes{5, 6, 7, 8, 9, 1, 2}));
  EXPECT_EQ(expand(p, 0), (Bytes{5, 0, 6, 0, 7, 8, 9, 1, 0, 2}));
}

TEST(Compress, Empty) {
  PackedMap p = compress(Bytes{}, {});
  EXPECT_TRUE(p.values.empty());
  EXPECT_TRUE(expand(p, 0).empty());
}

/// Data of several characters: uniform, small around z, mostly z, constant.
Bytes randomMap(std::mt19937 &rng, int64_t n, int z) {
  int kind = rng() % 4;
  Bytes map(n);
  for (int8_t &v : map) {
    int random = int(rng() % 256) - 128;
    if (kind == 1)
      random = z + int(rng() % 7) - 3;
    else if (kind == 2 && rng() % 10 < 7)
      random = z;
    else if (kind == 3)
      random = 42;
    v = int8_t(std::clamp(random, -128, 127));
  }
  return map;
}

TEST(Compress, Guarantees) {
  std::mt19937 rng(1);
  for (int trial = 0; trial < 20000; ++trial) {
    int64_t N = 1 + rng() % 300;
    int64_t batch = 1 + rng() % (trial % 2 ? 20 : 320);
    int64_t drop = trial % 7 ? rng() % (N + 1) : N;
    int8_t zero = int8_t(trial % 3 ? -128 : int(rng() % 256) - 128);
    int32_t tau = trial % 4 ? rng() % 4 : rng() % 257;
    QuotaPolicy policy =
        rng() % 2 ? QuotaPolicy::Paper : QuotaPolicy::Proportional;
    Bytes map = randomMap(rng, N, zero);
    SCOPED_TRACE(testing::Message() << "N=" << N << " S_b=" << batch
                                    << " D_p=" << drop << " tau=" << tau);

    PackedMap p = compress(map, {batch, drop, zero, tau, policy});
    // The budget holds for every input.
    ASSERT_LE(int64_t(p.values.size()), N - drop);
    ASSERT_EQ(int64_t(p.bitmap.size()), (N + 7) / 8);
    for (int64_t i = N; i < int64_t(p.bitmap.size()) * 8; ++i)
      ASSERT_FALSE(p.isDropped(i)) << "bit behind the end";
    // What was kept is unchanged, what was dropped is z.
    Bytes back = expand(p, zero);
    ASSERT_EQ(back.size(), map.size());
    int64_t marked = 0;
    for (int64_t i = 0; i < N; ++i) {
      marked += p.isDropped(i);
      ASSERT_EQ(back[i], p.isDropped(i) ? zero : map[i]);
    }
    ASSERT_EQ(marked, p.dropped());

    // Batch by batch: the invariants and the selection itself.
    QuotaState s(policy, N, batch, drop);
    while (!s.done()) {
      int64_t first = N - s.remaining(), size = s.batchSize(), q = s.quota();
      ASSERT_GT(size, 0);
      ASSERT_LE(s.owed(), s.remaining());
      ASSERT_GE(q, 0);
      ASSERT_LE(q, size);
      if (policy == QuotaPolicy::Proportional) {
        ASSERT_LE(q, (drop * batch + N - 1) / N);
      }
      int64_t dropped = 0, below = 0;
      for (int64_t i = first; i < first + size; ++i) {
        dropped += p.isDropped(i);
        below += magnitude(map[i], zero) < tau;
      }
      ASSERT_EQ(dropped, std::max(q, below));
      for (int64_t a = first; a < first + size; ++a) {
        if (p.isDropped(a))
          continue;
        // A survivor is at least the threshold, and no dropped element is
        // larger, or as large and later.
        ASSERT_GE(magnitude(map[a], zero), tau);
        for (int64_t b = first; b < first + size; ++b) {
          if (!p.isDropped(b))
            continue;
          int32_t ma = magnitude(map[a], zero), mb = magnitude(map[b], zero);
          ASSERT_TRUE(mb < ma || (mb == ma && b < a));
        }
      }
      s.advance(dropped);
    }
    ASSERT_EQ(s.owed(), 0);
  }
}

// If every prefix has its share of exact zeros, nothing is lost.
TEST(Compress, EnoughZerosLoseNothing) {
  std::mt19937 rng(2);
  int checked = 0;
  for (int trial = 0; trial < 5000; ++trial) {
    int64_t N = 1 + rng() % 200, batch = 1 + rng() % 40;
    int8_t zero = int8_t(int(rng() % 256) - 128);
    Bytes map = randomMap(rng, N, zero);
    for (int8_t &v : map)
      if (rng() % 10 < 6)
        v = zero;
    int64_t drop = rng() % (N + 1);
    // The share of each batch under the proportional policy, were only it
    // dropped.
    bool enough = true;
    for (QuotaState s(QuotaPolicy::Proportional, N, batch, drop); !s.done();) {
      auto first = map.begin() + (N - s.remaining());
      int64_t zeros = std::count(first, first + s.batchSize(), zero);
      enough &= zeros >= s.quota();
      s.advance(std::max(zeros, s.quota()));
    }
    if (!enough)
      continue;
    ++checked;
    PackedMap p =
        compress(map, {batch, drop, zero, 1, QuotaPolicy::Proportional});
    ASSERT_EQ(expand(p, zero), map);
  }
  EXPECT_GT(checked, 500);
}

} // namespace
