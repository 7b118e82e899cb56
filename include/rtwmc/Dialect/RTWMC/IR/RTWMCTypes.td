//===- RTWMCTypes.td - Types of the rtwmc dialect ----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TYPES_TD
#define RTWMC_TYPES_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCDialect.td"

class RTWMC_Type<string name, string typeMnemonic, list<Trait> traits = []>
    : TypeDef<RTWMC_Dialect, name, traits> {
  let mnemonic = typeMnemonic;
}

#endif // RTWMC_TYPES_TD
