//===- Rounding.h - Integers rounded up -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the planner, which has nothing of LLVM. No number is negative.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PLANNING_ROUNDING_H
#define RTWMC_LIB_PLANNING_ROUNDING_H

#include <cstdint>

namespace rtwmc::planning {

inline int64_t ceilDiv(int64_t numerator, int64_t denominator) {
  return (numerator + denominator - 1) / denominator;
}

/// `value` rounded up to a multiple of `align`.
inline int64_t alignUp(int64_t value, int64_t align) {
  return ceilDiv(value, align) * align;
}

} // namespace rtwmc::planning

#endif // RTWMC_LIB_PLANNING_ROUNDING_H
