//===- MapSettings.h - What a user settles for single maps ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_MAPSETTINGS_H
#define RTWMC_STREAMING_MAPSETTINGS_H

#include "rtwmc/Dialect/RTWMC/IR/Enums.h"

#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>
#include <vector>

namespace rtwmc {

/// What is settled for one map; empty members leave it to the options.
struct MapSettings {
  /// As in the report: the kernel that makes the map.
  std::string name;
  /// The threshold, 0 to 256 steps, if this map is pruned.
  std::optional<int64_t> tauQ;
  /// Elements to drop at least; 0: the map is not pruned. If any map of a
  /// module has a `drop`, no planner decides: exactly the maps with a `drop`
  /// above 0 are pruned.
  std::optional<int64_t> drop;
  /// What `drop` is of: the map, or each of its rows.
  PruneUnit unit = PruneUnit::Map;
  /// Elements of its tiny buffer, 1 to 65535, if this map is pruned.
  std::optional<int64_t> batch;
  /// What is lost by dropping a share of the map, as `planning::LossCurve`
  /// takes it; empty: not known.
  std::vector<double> lostEnergy;

  /// Reads "NAME[:tau-q=N][:drop=N][:unit=map|row][:batch=N]
  /// [:lost-energy=0/.../1]".
  /// Nothing if `text` is not that, or a number is out of range.
  static std::optional<MapSettings> parse(llvm::StringRef text);
  /// The text that `parse` reads.
  std::string str() const;
};

/// A module's settings: `{conv1 = {drop = 300, tau_q = 2}}`.
inline constexpr llvm::StringLiteral mapsAttrName = "rtwmc.maps";

/// Puts `settings` on `module`, each map once.
void setMapSettings(mlir::ModuleOp module,
                    llvm::ArrayRef<MapSettings> settings);

/// The settings on `module`, none if it has none. Fails with a diagnostic if
/// they are malformed.
llvm::FailureOr<llvm::SmallVector<MapSettings>>
getMapSettings(mlir::ModuleOp module);

} // namespace rtwmc

#endif // RTWMC_STREAMING_MAPSETTINGS_H
