//===- DepthwiseKernel.cpp - All channels of a depthwise window -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DepthwiseKernel.h"

using namespace rtwmc;

int32_t DepthwiseKernel::startOfPart(Part part, int64_t channel,
                                     int64_t start) const {
  for (int64_t tap = 0; tap < filters.perChannel(); ++tap) {
    int64_t kx = tap % filters.length;
    if (kx < part.first || kx >= part.last)
      start += inputZp * filters.weights[channel * filters.perChannel() + tap];
  }
  return static_cast<int32_t>(start);
}
