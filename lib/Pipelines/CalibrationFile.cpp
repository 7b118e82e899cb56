//===- CalibrationFile.cpp - What dropping loses, read from a file --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JSONFile.h"
#include "rtwmc/Pipelines/PlanFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace rtwmc;

namespace {

struct CalibrationFile {
  std::vector<MapSettings> maps;
};

struct CalibratedMap {
  MapSettings settings;
};

bool fromJSON(const json::Value &value, CalibratedMap &map, json::Path path) {
  json::ObjectMapper members(value, path);
  // `zeros` is for people.
  if (!members || !hasOnly(value, {"name", "lost_energy", "zeros"}, path) ||
      !members.map("name", map.settings.name) ||
      !members.map("lost_energy", map.settings.lostEnergy))
    return false;
  ArrayRef<double> lost = map.settings.lostEnergy;
  if (lost.size() >= 2 && lost.front() >= 0.0 && lost.back() <= 1.0 &&
      is_sorted(lost))
    return true;
  path.field("lost_energy")
      .report("expected two or more shares, 0 to 1, that "
              "do not decrease");
  return false;
}

bool fromJSON(const json::Value &value, CalibrationFile &file,
              json::Path path) {
  std::vector<CalibratedMap> maps;
  json::ObjectMapper members(value, path);
  if (!members || !hasKnownSchema(value, path) ||
      !hasOnly(value, {"schema", "images", "maps"}, path) ||
      !members.map("maps", maps))
    return false;
  StringSet<> names;
  for (auto [index, map] : enumerate(maps)) {
    if (!names.insert(map.settings.name).second) {
      path.field("maps").index(index).field("name").report(
          "expected each map once");
      return false;
    }
    file.maps.push_back(std::move(map.settings));
  }
  return true;
}

} // namespace

Expected<std::vector<MapSettings>> rtwmc::readCalibrationFile(StringRef path) {
  Expected<CalibrationFile> file =
      readJSONFile<CalibrationFile>(path, "calibration");
  if (!file)
    return file.takeError();
  return std::move(file->maps);
}

void rtwmc::applyCalibration(ArrayRef<MapSettings> maps,
                             CompileOptions &options) {
  for (const MapSettings &measured : maps) {
    auto found = find_if(options.maps, [&](const MapSettings &map) {
      return map.name == measured.name;
    });
    if (found == options.maps.end())
      options.maps.push_back(measured);
    else
      found->lostEnergy = measured.lostEnergy;
  }
}
