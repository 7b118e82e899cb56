//===- Enums.h - The planner's enums in the IR ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attributes hold the planner's own enums and are written as Planning/Enums.h
// spells them; TableGen would make enums of its own.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_ENUMS_H
#define RTWMC_DIALECT_RTWMC_IR_ENUMS_H

#include "rtwmc/Planning/Enums.h"

#include "mlir/IR/DialectImplementation.h"

namespace rtwmc {

using planning::InputPlace;
using planning::Mode;
using planning::PruneUnit;
using planning::QuotaPolicy;
using planning::StreamOrder;

namespace planning {

template <Spelled Enum>
llvm::raw_ostream &operator<<(llvm::raw_ostream &out, Enum value) {
  return out << spell(value);
}

} // namespace planning
} // namespace rtwmc

template <typename Enum>
struct mlir::FieldParser<
    Enum, std::enable_if_t<rtwmc::planning::Spelled<Enum>, Enum>> {
  static FailureOr<Enum> parse(AsmParser &parser) {
    SMLoc loc = parser.getCurrentLocation();
    std::string keyword;
    if (parser.parseKeywordOrString(&keyword))
      return failure();
    if (auto value = rtwmc::planning::fromSpelling<Enum>(keyword))
      return *value;
    return parser.emitError(loc, "expected ")
           << rtwmc::planning::allSpellings<Enum>("'");
  }
};

#endif // RTWMC_DIALECT_RTWMC_IR_ENUMS_H
