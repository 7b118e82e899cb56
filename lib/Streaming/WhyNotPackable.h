//===- WhyNotPackable.h - Why a map cannot be pruned ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_STREAMING_WHYNOTPACKABLE_H
#define RTWMC_LIB_STREAMING_WHYNOTPACKABLE_H

#include "rtwmc/Streaming/NetworkModel.h"

namespace rtwmc {

/// Why `model` must not prune `map` by `unit`, which it cannot pack so, in
/// `order`: the rest of a sentence after "it cannot be pruned: ".
std::string whyNotPackable(const NetworkModel &model, int map, PruneUnit unit,
                           StreamOrder order);

} // namespace rtwmc

#endif // RTWMC_LIB_STREAMING_WHYNOTPACKABLE_H
