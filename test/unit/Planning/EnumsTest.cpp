//===- EnumsTest.cpp - Enums and their spellings --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Enums.h"

#include <gtest/gtest.h>

using namespace rtwmc::planning;

namespace {

/// Every spelling is that of its value and of no other.
template <typename Enum> void checkTable() {
  for (size_t i = 0; i < spellings<Enum>.size(); ++i) {
    std::string_view name = spell(Enum(i));
    EXPECT_FALSE(name.empty());
    EXPECT_FALSE(spellings<Enum>[i].meaning.empty()) << name;
    EXPECT_EQ(fromSpelling<Enum>(name), Enum(i)) << name;
  }
  EXPECT_EQ(fromSpelling<Enum>(""), std::nullopt);
  EXPECT_EQ(fromSpelling<Enum>("neither"), std::nullopt);
}

TEST(Enums, Tables) {
  checkTable<Mode>();
  checkTable<InputPlace>();
  checkTable<StreamOrder>();
  checkTable<QuotaPolicy>();
  checkTable<StoreKind>();
}

TEST(Enums, SpellsTheValueItself) {
  EXPECT_EQ(spell(Mode::Paper), "paper");
  EXPECT_EQ(spell(InputPlace::Arena), "arena");
  EXPECT_EQ(spell(InputPlace::Rows), "rows");
  EXPECT_EQ(spell(StreamOrder::NCHW), "nchw");
  EXPECT_EQ(spell(QuotaPolicy::Proportional), "proportional");
  EXPECT_EQ(spell(StoreKind::External), "external");
  EXPECT_EQ(spell(StoreKind::Alias), "in-place");
  static_assert(!Spelled<int>);
}

TEST(Enums, AllSpellings) {
  EXPECT_EQ(allSpellings<StreamOrder>("'"), "'nhwc' or 'nchw'");
  EXPECT_EQ(allSpellings<StoreKind>(""),
            "none, ring, dense, packed, external, in-place or packed-ring");
}

} // namespace
