//===- State.h - What a network keeps from run to run -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_STATE_H
#define RTWMC_DIALECT_RTWMC_IR_STATE_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

namespace rtwmc {

/// An array of variables, on the network's function: its last arguments, and
/// its last results. Of a scheduled network the memory they are in is the last
/// argument.
inline constexpr llvm::StringLiteral stateAttrName = "rtwmc.state";

/// Checks that this attribute is an array of variables.
llvm::LogicalResult verifyState(mlir::Operation *op, mlir::NamedAttribute attr);

/// The variables of `network`; none if it has no such attribute.
llvm::SmallVector<VariableAttr> getState(mlir::Operation *network);

/// Where variables are in the caller's memory, one after the other, each at a
/// multiple of its elements' size.
struct StateLayout {
  explicit StateLayout(llvm::ArrayRef<VariableAttr> variables);

  /// By variable, bytes.
  llvm::SmallVector<int64_t> offsets;
  int64_t bytes = 0, align = 1;
};

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_IR_STATE_H
