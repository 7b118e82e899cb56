//===- FitGather.h - A table of places as a formula -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_TOSATORTWMC_FITGATHER_H
#define RTWMC_CONVERSION_TOSATORTWMC_FITGATHER_H

#include "rtwmc/Dialect/RTWMC/IR/GatherMap.h"

namespace rtwmc {

/// The map of a `gather` whose element `i` is element `from[i]` of its input,
/// or none of it if that is negative; nothing where there is no such map.
std::optional<GatherMap> fitGather(llvm::ArrayRef<int64_t> from,
                                   const planning::MapShape &input,
                                   const planning::MapShape &output);

} // namespace rtwmc

#endif // RTWMC_CONVERSION_TOSATORTWMC_FITGATHER_H
