//===- MakePlan.h - A placed layout, written out as a plan ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_MAKEPLAN_H
#define RTWMC_LIB_PLANNING_MAKEPLAN_H

#include "Layout.h"
#include "Partitions.h"
#include "rtwmc/Planning/Placement.h"
#include "rtwmc/Planning/Plan.h"

namespace rtwmc::planning {

/// The plan of `layout`, made for the segments of `partition`, with its buffers
/// at the offsets of `placement`.
Plan makePlan(const Layout &layout, const Placement &placement,
              const Partition &partition);

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_MAKEPLAN_H
