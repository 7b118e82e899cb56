//===- GrowBatches.h - Larger tiny buffers where they are free --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner. A batch drops its least elements, whatever the others
// of the map are; so the fewer batches, the fewer large elements are dropped.
// Often a tiny buffer is not alive when memory is tightest.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_GROWBATCHES_H
#define RTWMC_LIB_PLANNING_GROWBATCHES_H

#include "Layout.h"
#include "rtwmc/Planning/Placement.h"

namespace rtwmc::planning {

/// Gives the maps that are packed in `drops`, and whose batch is not settled,
/// the largest tiny buffers with which the arena stays as small as it is
/// `placed`, those of which most bytes are dropped first. Batches divide a map
/// or a row as evenly as they can. Returns the new placement.
Placement growBatches(const Timeline &time, Drops &drops,
                      const Placement &placed, const Options &options);

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_GROWBATCHES_H
