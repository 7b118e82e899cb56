//===- PlanFile.h - Settings of pruning, read from a file -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_PIPELINES_PLANFILE_H
#define RTWMC_PIPELINES_PLANFILE_H

#include "rtwmc/Pipelines/Pipelines.h"

#include "llvm/Support/Error.h"

namespace rtwmc {

/// A plan file (docs/plan-file.md); what it leaves out is empty.
struct PlanFile {
  std::optional<StreamOrder> order;
  std::optional<QuotaPolicy> policy;
  std::optional<double> alpha;
  std::optional<int64_t> batch;
  /// Each as `StripSetting::parse` reads it.
  std::vector<std::string> strips;
  std::vector<MapSettings> maps;
};

/// Reads the plan file at `path` ("-": standard input). The error names the
/// file and, where it is a plan's member that is wrong, the member.
llvm::Expected<PlanFile> readPlanFile(llvm::StringRef path);

/// Puts into `options` what `plan` says and no option: `isGiven` tells by its
/// name whether the user gave an option.
void applyPlanFile(const PlanFile &plan, CompileOptions &options,
                   llvm::function_ref<bool(llvm::StringRef)> isGiven);

/// Reads the calibration file at `path` (docs/calibration.md), which says what
/// dropping a share of each map loses.
llvm::Expected<std::vector<MapSettings>>
readCalibrationFile(llvm::StringRef path);

/// Adds what was measured to the settings of maps in `options`.
void applyCalibration(llvm::ArrayRef<MapSettings> maps,
                      CompileOptions &options);

} // namespace rtwmc

#endif // RTWMC_PIPELINES_PLANFILE_H
