//===- EnumOptions.h - Enums with spellings as options ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Options of tools and passes whose type is an enum with a table of spellings
// (Planning/Enums.h): they take its values, explain them, and say what they
// expect where they get another.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_ENUMOPTIONS_H
#define RTWMC_DIALECT_RTWMC_IR_ENUMOPTIONS_H

#include "rtwmc/Planning/Enums.h"

#include "llvm/Support/CommandLine.h"

namespace llvm::cl {

template <rtwmc::planning::Spelled Enum>
class parser<Enum> : public generic_parser_base {
public:
  // LLVM's names: MLIR prints the options of a pass by them.
  // NOLINTBEGIN(readability-identifier-naming)
  using parser_data_type = Enum;

protected:
  struct OptionInfo {
    StringRef Name, HelpStr;
    OptionValue<Enum> V;
  };
  SmallVector<OptionInfo, 8> Values;
  // NOLINTEND(readability-identifier-naming)

public:
  explicit parser(Option &option) : generic_parser_base(option) {
    for (auto [name, meaning] : rtwmc::planning::spellings<Enum>)
      Values.push_back({name, meaning, Enum(Values.size())});
  }

  unsigned getNumOptions() const override { return Values.size(); }
  StringRef getOption(unsigned index) const override {
    return Values[index].Name;
  }
  StringRef getDescription(unsigned index) const override {
    return Values[index].HelpStr;
  }
  const GenericOptionValue &getOptionValue(unsigned index) const override {
    return Values[index].V;
  }

  /// Reads `text` into `value`; returns true after an error.
  bool parse(Option &option, StringRef /*name*/, StringRef text, Enum &value) {
    std::optional<Enum> known = rtwmc::planning::fromSpelling<Enum>(text);
    if (!known)
      return option.error("expects " +
                          rtwmc::planning::allSpellings<Enum>("'") + ", got '" +
                          text + "'");
    value = *known;
    return false;
  }
};

} // namespace llvm::cl

#endif // RTWMC_DIALECT_RTWMC_IR_ENUMOPTIONS_H
