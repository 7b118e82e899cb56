//===- RegainSpeed.h - Speed in what a plan leaves --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_REGAINSPEED_H
#define RTWMC_LIB_PIPELINES_REGAINSPEED_H

#include "Candidate.h"
#include "rtwmc/Kernels/RowKernel.h"

#include "llvm/ADT/StringMap.h"

namespace rtwmc {

/// How fast the kernels of layers are that have fast ones, by their names.
using Speeds = llvm::StringMap<FastKernel>;
Speeds findSpeeds(mlir::ModuleOp kernels);

/// A plan that prunes was found with kernels that take the least. Gives layers
/// of `kernels`, of which `found` was made, faster ones again, up to what they
/// had as `speeds` says, as far as there is room in `ram` bytes and nothing
/// more is dropped; returns what is made of them then.
llvm::FailureOr<Candidate> regainSpeed(mlir::ModuleOp kernels,
                                       const CompileOptions &options,
                                       const Speeds &speeds, int64_t ram,
                                       ObjectCache &objects, Candidate found);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_REGAINSPEED_H
