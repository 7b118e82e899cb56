//===- Plan.cpp - What runs when, and where everything is -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Planning/Plan.h"

using namespace rtwmc::planning;

Network rtwmc::planning::networkAsRun(const Network &network,
                                      const Plan &plan) {
  Network result = network;
  for (Layer &self : result.layers)
    if (size_t(self.output) < plan.stores.size())
      self =
          Layer(self.asRun(plan.stores[self.output].kind == StoreKind::Packed));
  return result;
}
