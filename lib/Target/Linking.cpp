//===- Linking.cpp - Objects that link with any firmware ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Linking.h"

#include "llvm/IR/Module.h"

using namespace llvm;
using namespace rtwmc;
using namespace rtwmc::target;

// Tag_ABI_VFP_args = 3, "compatible with both" (Arm's addenda to the ABI). An
// object without the tag is one of the soft-float ABI to GNU ld, and is refused
// in hard-float firmware even if it is for a core without an FPU.
void rtwmc::target::declareAnyFloatABI(Module &module) {
  module.setModuleInlineAsm(".eabi_attribute 28, 3");
}
