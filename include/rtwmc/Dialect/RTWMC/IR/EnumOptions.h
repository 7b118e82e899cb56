//===- EnumOptions.h - The planner's enums as options -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_ENUMOPTIONS_H
#define RTWMC_DIALECT_RTWMC_IR_ENUMOPTIONS_H

#include "rtwmc/Planning/Enums.h"

#include "llvm/Support/CommandLine.h"

#include <utility>

namespace rtwmc {

/// The values of an option of a tool or of a pass, as Planning/Enums.h spells
/// and explains them.
template <planning::Spelled Enum> llvm::cl::ValuesClass spelledValues() {
  constexpr const auto &all = planning::spellings<Enum>;
  return [&]<size_t... Indices>(std::index_sequence<Indices...>) {
    return llvm::cl::values(llvm::cl::OptionEnumValue{
        all[Indices].name, int(Indices), all[Indices].meaning}...);
  }(std::make_index_sequence<all.size()>());
}

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_IR_ENUMOPTIONS_H
