//===- PlanFile.cpp - Settings of pruning, read from a file ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Pipelines/PlanFile.h"
#include "JSONFile.h"
#include "rtwmc/Planning/PackedCost.h"
#include "rtwmc/Streaming/SplitStrips.h"

#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace rtwmc;

/// Whether `value`, if it is there, is within [least, most].
static bool isWithin(const std::optional<int64_t> &value, int64_t least,
                     int64_t most, json::Path path, StringLiteral expected) {
  if (!value || (*value >= least && *value <= most))
    return true;
  path.report(expected);
  return false;
}

namespace rtwmc {

namespace planning {

template <Spelled Enum>
bool fromJSON(const json::Value &value, Enum &result, json::Path path) {
  std::optional<Enum> known =
      fromSpelling<Enum>(value.getAsString().value_or(""));
  if (!known) {
    // A path keeps no text of its own, so it takes literals only.
    static const std::string expected = "expected " + allSpellings<Enum>("\"");
    StringLiteral literal("");
    static_cast<StringRef &>(literal) = expected;
    path.report(literal);
    return false;
  }
  result = *known;
  return true;
}

} // namespace planning

/// Reads a member that may be left out, and then leaves `result` as it is.
template <planning::Spelled Enum>
static bool mapSpelling(const json::Value &value, StringLiteral name,
                        Enum &result, json::Path path) {
  const json::Value *member = value.getAsObject()->get(name);
  return !member || planning::fromJSON(*member, result, path.field(name));
}

static bool fromJSON(const json::Value &value, MapSettings &map,
                     json::Path path) {
  json::ObjectMapper members(value, path);
  return members &&
         hasOnly(value, {"name", "tau_q", "drop", "unit", "batch"}, path) &&
         members.map("name", map.name) &&
         members.mapOptional("tau_q", map.tauQ) &&
         members.mapOptional("drop", map.drop) &&
         mapSpelling(value, "unit", map.unit, path) &&
         members.mapOptional("batch", map.batch) &&
         isWithin(map.batch, 1, planning::maxBatch, path.field("batch"),
                  "expected 1 to 65535 elements") &&
         isWithin(map.tauQ, 0, 256, path.field("tau_q"),
                  "expected 0 to 256 steps") &&
         isWithin(map.drop, 0, std::numeric_limits<int64_t>::max(),
                  path.field("drop"), "expected a number of elements");
}

static bool fromJSON(const json::Value &value, PlanFile &plan,
                     json::Path path) {
  json::ObjectMapper members(value, path);
  if (!members || !hasKnownSchema(value, path) ||
      !hasOnly(
          value,
          {"schema", "order", "policy", "alpha", "batch", "strips", "maps"},
          path) ||
      !members.mapOptional("order", plan.order) ||
      !members.mapOptional("policy", plan.policy) ||
      !members.mapOptional("alpha", plan.alpha) ||
      !members.mapOptional("batch", plan.batch) ||
      !members.mapOptional("strips", plan.strips) ||
      !members.mapOptional("maps", plan.maps) ||
      !isWithin(plan.batch, 1, planning::maxBatch, path.field("batch"),
                "expected 1 to 65535 elements"))
    return false;
  if (plan.alpha && !(*plan.alpha > 0.0 && *plan.alpha <= 1.0)) {
    path.field("alpha").report("expected a share above 0 and at most 1");
    return false;
  }
  for (auto [index, strips] : enumerate(plan.strips))
    if (!StripSetting::parse(strips)) {
      path.field("strips").index(index).report("expected FIRST:LAST:COUNT");
      return false;
    }
  StringSet<> names;
  for (auto [index, map] : enumerate(plan.maps))
    if (!names.insert(map.name).second) {
      path.field("maps").index(index).field("name").report(
          "expected each map once");
      return false;
    }
  return true;
}

} // namespace rtwmc

Expected<PlanFile> rtwmc::readPlanFile(StringRef path) {
  return readJSONFile<PlanFile>(path, "plan");
}

void rtwmc::applyPlanFile(const PlanFile &plan, CompileOptions &options,
                          function_ref<bool(StringRef)> isGiven) {
  if (plan.order && !isGiven("order"))
    options.order = *plan.order;
  if (plan.policy && !isGiven("policy"))
    options.policy = *plan.policy;
  if (plan.alpha && !isGiven("alpha"))
    options.alpha = *plan.alpha;
  if (plan.batch && !isGiven("batch"))
    options.batch = *plan.batch;
  if (!plan.strips.empty() && !isGiven("strips"))
    options.strips.assign(plan.strips.begin(), plan.strips.end());
  options.maps = plan.maps;
  for (MapSettings &map : options.maps) {
    if (isGiven("tau-q"))
      map.tauQ.reset();
    if (isGiven("batch"))
      map.batch.reset();
  }
}
