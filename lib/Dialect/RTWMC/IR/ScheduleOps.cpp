//===- ScheduleOps.cpp - Rows, steps and the arena ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

using namespace mlir;
using namespace rtwmc;
