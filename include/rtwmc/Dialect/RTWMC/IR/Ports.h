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

/// Checks that one of these attributes is an array of ports.
llvm::LogicalResult verifyPorts(mlir::Operation *op, mlir::NamedAttribute attr);

/// The ports in `network`'s attribute `name`; none if it has no such attribute.
llvm::SmallVector<PortAttr> getPorts(mlir::Operation *network,
                                     llvm::StringRef name);

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_IR_PORTS_H
