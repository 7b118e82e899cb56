//===- MapSettings.cpp - What a user settles for single maps --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Streaming/MapSettings.h"
#include "rtwmc/Planning/PackedCost.h"
#include "rtwmc/Streaming/Passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/FormatVariadic.h"

namespace rtwmc {
#define GEN_PASS_DEF_SETMAPS
#include "rtwmc/Streaming/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

static constexpr StringLiteral tauQMember = "tau_q", dropMember = "drop",
                               unitMember = "unit", batchMember = "batch",
                               lostEnergyMember = "lost_energy";
static constexpr int64_t maxTauQ = 256;
using planning::maxBatch;

/// Whether `values` are nothing, or shares that do not decrease.
static bool isCurve(ArrayRef<double> values) {
  return values.empty() || (values.size() > 1 && values.front() >= 0.0 &&
                            values.back() <= 1.0 && llvm::is_sorted(values));
}

/// Whether the numbers are in range.
static bool isValid(const MapSettings &settings) {
  return settings.tauQ.value_or(0) >= 0 &&
         settings.tauQ.value_or(0) <= maxTauQ &&
         settings.drop.value_or(0) >= 0 && settings.batch.value_or(1) >= 1 &&
         settings.batch.value_or(1) <= maxBatch && isCurve(settings.lostEnergy);
}

/// Reads "0/0.25/1".
static bool parseNumbers(StringRef text, std::vector<double> &numbers) {
  SmallVector<StringRef> parts;
  text.split(parts, '/');
  for (StringRef part : parts)
    if (part.getAsDouble(numbers.emplace_back()))
      return false;
  return true;
}

std::optional<MapSettings> MapSettings::parse(StringRef text) {
  SmallVector<StringRef> parts;
  text.split(parts, ':');
  MapSettings settings;
  settings.name = parts.front().str();
  for (StringRef part : ArrayRef(parts).drop_front()) {
    auto [member, number] = part.split('=');
    if (member == "unit") {
      auto unit = planning::fromSpelling<PruneUnit>(number);
      if (!unit)
        return std::nullopt;
      settings.unit = *unit;
      continue;
    }
    if (member == "lost-energy" && settings.lostEnergy.empty()) {
      if (!parseNumbers(number, settings.lostEnergy))
        return std::nullopt;
      continue;
    }
    int64_t value;
    if (number.getAsInteger(10, value))
      return std::nullopt;
    if (member == "tau-q" && !settings.tauQ)
      settings.tauQ = value;
    else if (member == "drop" && !settings.drop)
      settings.drop = value;
    else if (member == batchMember && !settings.batch)
      settings.batch = value;
    else
      return std::nullopt;
  }
  if (settings.name.empty() || !isValid(settings))
    return std::nullopt;
  return settings;
}

std::string MapSettings::str() const {
  std::string text = name;
  if (tauQ)
    text += ":tau-q=" + std::to_string(*tauQ);
  if (drop)
    text += ":drop=" + std::to_string(*drop);
  if (unit != PruneUnit::Map)
    text.append(":unit=").append(spell(unit));
  if (batch)
    text += ":batch=" + std::to_string(*batch);
  for (auto [index, share] : llvm::enumerate(lostEnergy))
    text.append(index == 0 ? ":lost-energy=" : "/")
        .append(llvm::formatv("{0:f6}", share));
  return text;
}

void rtwmc::setMapSettings(ModuleOp module, ArrayRef<MapSettings> settings) {
  Builder builder(module.getContext());
  NamedAttrList maps;
  for (const MapSettings &map : settings) {
    NamedAttrList members;
    if (map.tauQ)
      members.set(tauQMember, builder.getI64IntegerAttr(*map.tauQ));
    if (map.drop)
      members.set(dropMember, builder.getI64IntegerAttr(*map.drop));
    if (map.unit != PruneUnit::Map)
      members.set(unitMember, builder.getStringAttr(spell(map.unit)));
    if (map.batch)
      members.set(batchMember, builder.getI64IntegerAttr(*map.batch));
    if (!map.lostEnergy.empty())
      members.set(lostEnergyMember,
                  builder.getDenseF64ArrayAttr(map.lostEnergy));
    maps.set(map.name, members.getDictionary(module.getContext()));
  }
  module->setAttr(mapsAttrName, maps.getDictionary(module.getContext()));
}

FailureOr<SmallVector<MapSettings>> rtwmc::getMapSettings(ModuleOp module) {
  SmallVector<MapSettings> settings;
  Attribute attribute = module->getAttr(mapsAttrName);
  if (!attribute)
    return settings;
  auto fail = [&] {
    return module.emitError("expects attribute '")
           << mapsAttrName << "' to be settings of maps by their names, each "
           << "with a 'tau_q' of 0 to " << maxTauQ << ", a 'drop', a "
           << "'unit', a 'batch' of 1 to " << maxBatch
           << " and a 'lost_energy', or some of them; got " << attribute;
  };
  auto maps = dyn_cast<DictionaryAttr>(attribute);
  if (!maps)
    return fail();
  for (NamedAttribute map : maps) {
    auto members = dyn_cast<DictionaryAttr>(map.getValue());
    if (!members)
      return fail();
    MapSettings &each = settings.emplace_back();
    each.name = map.getName().str();
    for (NamedAttribute member : members) {
      auto curve = dyn_cast<DenseF64ArrayAttr>(member.getValue());
      if (member.getName() == lostEnergyMember && curve) {
        each.lostEnergy = curve.asArrayRef().vec();
        continue;
      }
      auto text = dyn_cast<StringAttr>(member.getValue());
      if (member.getName() == unitMember && text) {
        auto unit = planning::fromSpelling<PruneUnit>(text.getValue());
        if (!unit)
          return fail();
        each.unit = *unit;
        continue;
      }
      auto number = dyn_cast<IntegerAttr>(member.getValue());
      if (!number || !number.getType().isSignlessInteger(64))
        return fail();
      if (member.getName() == tauQMember)
        each.tauQ = number.getInt();
      else if (member.getName() == dropMember)
        each.drop = number.getInt();
      else if (member.getName() == batchMember)
        each.batch = number.getInt();
      else
        return fail();
    }
    if (!isValid(each))
      return fail();
  }
  return settings;
}

namespace {

struct SetMapsPass : rtwmc::impl::SetMapsBase<SetMapsPass> {
  using SetMapsBase::SetMapsBase;

  void runOnOperation() override {
    if (failed(run(getOperation())))
      signalPassFailure();
  }

  LogicalResult run(ModuleOp module) {
    SmallVector<MapSettings> settings;
    for (const std::string &text : maps) {
      std::optional<MapSettings> map = MapSettings::parse(text);
      if (!map)
        return module.emitError("expects settings of a map as "
                                "NAME[:tau-q=0..256][:drop=N][:unit=map|row]"
                                "[:batch=1..65535][:lost-energy=0/.../1], "
                                "got '")
               << text << "'";
      if (llvm::is_contained(llvm::map_range(settings, nameOf), map->name))
        return module.emitError("expects each map once, got '")
               << map->name << "' again";
      settings.push_back(std::move(*map));
    }
    if (module.walk([](PruneOp) { return WalkResult::interrupt(); })
            .wasInterrupted())
      return module.emitError("plan: the module prunes its maps itself, so "
                              "that settings of maps have no meaning");
    setMapSettings(module, settings);
    return success();
  }

  static StringRef nameOf(const MapSettings &settings) { return settings.name; }
};

} // namespace
