//===- Enums.h - What can be chosen, and how it is written ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each enum once, with one table of its spellings: for the IR, the command
// line, plan files, reports and the C interface.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PLANNING_ENUMS_H
#define RTWMC_PLANNING_ENUMS_H

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace rtwmc::planning {

/// Which planner decides.
enum class Mode {
  /// Lossless means first, then the least number of dropped elements for which
  /// the layout fits.
  Exact,
  /// The paper's Algorithm 1. Where a whole network is planned, in the paper's
  /// setting: layer by layer, nothing fused, no overwriting.
  Paper,
};

/// Where the network's input is.
enum class InputPlace {
  /// In the caller's memory; not counted.
  External,
  /// In the arena, all of it.
  Arena,
  /// Nowhere as a whole: the caller is asked for a row at a time, and the arena
  /// has those that are still read.
  Rows,
};

/// In which order the elements of a pruned map are batched and packed.
enum class StreamOrder {
  /// Row by row, as they are computed.
  NHWC,
  /// Channel by channel, each row by row: the paper's.
  NCHW,
};

/// What is pruned as one sequence, with a guarantee of its own.
enum class PruneUnit {
  /// The whole map.
  Map,
  /// Each row, so that rows can be forgotten one by one.
  Row,
};

/// How many elements a batch must drop when the threshold drops fewer.
enum class QuotaPolicy {
  /// `ceil(R * b / rem)`: the share of what is owed that the batch has of what
  /// is still to come.
  Proportional,
  /// The paper's: a constant `P_b`, lowered when the threshold alone dropped
  /// more; corrected at the end so that the guarantee holds.
  Paper,
};

/// How a map is stored.
enum class StoreKind {
  /// Nothing reads or writes the map.
  None,
  /// The last `Store::rows` rows.
  Ring,
  /// All rows.
  Dense,
  /// Kept values, bitmap and tiny buffer.
  Packed,
  /// In the caller's memory.
  External,
  /// Shares the store of map `aliasOf`; offset, rows and bytes repeat it.
  Alias,
  /// The last `Store::rows` rows, each pruned on its own: kept values and
  /// bitmap.
  PackedRing,
};

/// How a value of an enum is written, and what it means, for help texts.
struct Spelling {
  std::string_view name, meaning;
};

/// The spellings of `Enum`, by value.
template <typename Enum> inline constexpr std::array<Spelling, 0> spellings{};

template <>
inline constexpr std::array<Spelling, 2> spellings<Mode>{
    {{"exact", "drops the least for which the layout fits"},
     {"paper", "the closed form of the paper's Algorithm 1"}}};

template <>
inline constexpr std::array<Spelling, 3> spellings<InputPlace>{
    {{"external", "outside the RAM budget: flash or a sensor's buffer"},
     {"arena", "inside the RAM budget"},
     {"rows", "asked of the caller row by row; those kept are inside the RAM "
              "budget"}}};

template <>
inline constexpr std::array<Spelling, 2> spellings<StreamOrder>{
    {{"nhwc", "raster order"}, {"nchw", "channel by channel"}}};

template <>
inline constexpr std::array<Spelling, 2> spellings<PruneUnit>{
    {{"map", "the whole map"}, {"row", "each row on its own"}}};

template <>
inline constexpr std::array<Spelling, 2> spellings<QuotaPolicy>{
    {{"proportional", "its share of what is still owed"},
     {"paper", "the paper's P_b"}}};

template <>
inline constexpr std::array<Spelling, 7> spellings<StoreKind>{
    {{"none", "not stored"},
     {"ring", "the last rows"},
     {"dense", "all rows"},
     {"packed", "kept values and a bitmap"},
     {"external", "the caller's memory"},
     {"in-place", "overwrites another map"},
     {"packed-ring", "kept values and bitmaps of the last rows"}}};

/// An enum with a table above.
template <typename Enum>
concept Spelled = std::is_enum_v<Enum> && !spellings<Enum>.empty();

/// How `value` is written.
template <Spelled Enum> constexpr std::string_view spell(Enum value) {
  return spellings<Enum>[size_t(value)].name;
}

/// The value that is written `name`, if there is one.
template <Spelled Enum>
constexpr std::optional<Enum> fromSpelling(std::string_view name) {
  for (size_t i = 0; i < spellings<Enum>.size(); ++i)
    if (spellings<Enum>[i].name == name)
      return Enum(i);
  return std::nullopt;
}

/// All spellings for a diagnostic, each between `quote`s: "'nhwc' or 'nchw'".
template <Spelled Enum> std::string allSpellings(std::string_view quote) {
  std::string text;
  for (size_t i = 0; i < spellings<Enum>.size(); ++i) {
    if (i > 0)
      text += i + 1 < spellings<Enum>.size() ? ", " : " or ";
    text.append(quote).append(spellings<Enum>[i].name).append(quote);
  }
  return text;
}

} // namespace rtwmc::planning

#endif // RTWMC_PLANNING_ENUMS_H
