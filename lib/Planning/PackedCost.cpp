//===- PackedCost.cpp - Bytes of a packed map -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/PackedCost.h"

#include <algorithm>

using namespace rtwmc::planning;

int64_t PackedCost::values(int64_t N, int64_t drop) const { return N - drop; }
int64_t PackedCost::bitmap(int64_t N) const { return (N + 7) / 8; }
int64_t PackedCost::buffer(int64_t N) const { return std::min(batch, N); }
int64_t PackedCost::cache(int64_t N, int64_t drop) const {
  return chargeCache ? 2 * ((drop * std::min(batch, N) + N - 1) / N) : 0;
}
int64_t PackedCost::total(int64_t N, int64_t drop) const {
  return values(N, drop) + bitmap(N) + buffer(N) + cache(N, drop) + stateBytes;
}
