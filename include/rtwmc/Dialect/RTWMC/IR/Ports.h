//===- Ports.h - Inputs and outputs of a network ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_PORTS_H
#define RTWMC_DIALECT_RTWMC_IR_PORTS_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

namespace rtwmc {

/// Arrays of ports, on the network's function.
inline constexpr llvm::StringLiteral inputsAttrName = "rtwmc.inputs";
inline constexpr llvm::StringLiteral outputsAttrName = "rtwmc.outputs";

/// On a network that asks its caller for rows of its inputs
/// (`rtwmc-read-rows`): how many each has. Of a scheduled network each input is
/// two arguments then, a function and its context.
inline constexpr llvm::StringLiteral rowsAttrName = "rtwmc.rows";

/// Checks that one of these attributes is an array of ports.
llvm::LogicalResult verifyPorts(mlir::Operation *op, mlir::NamedAttribute attr);

/// The ports in `network`'s attribute `name`; none if it has no such attribute.
llvm::SmallVector<PortAttr> getPorts(mlir::Operation *network,
                                     llvm::StringRef name);

/// Checks that this attribute is an array of positive numbers.
llvm::LogicalResult verifyRows(mlir::Operation *op, mlir::NamedAttribute attr);

/// The rows of `network`'s inputs; nothing if they are memory.
std::optional<llvm::SmallVector<int64_t>>
getInputRows(mlir::Operation *network);

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_IR_PORTS_H
