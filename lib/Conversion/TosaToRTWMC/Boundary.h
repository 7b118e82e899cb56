//===- Boundary.h - Where a network meets its callers -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_TOSATORTWMC_BOUNDARY_H
#define RTWMC_CONVERSION_TOSATORTWMC_BOUNDARY_H

#include "rtwmc/Dialect/RTWMC/IR/Ports.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>
#include <vector>

namespace rtwmc {

/// What the attributes of a network, ours or a front end's, and its types say
/// of its inputs and outputs. It outlives the changes of types: inside,
/// integers are signless and the quantization at the boundary is left to the
/// caller.
class Boundary {
public:
  /// Reads `network` as the front end left it. Fails with a diagnostic where it
  /// has ports, but not one for each input and output.
  static llvm::FailureOr<Boundary> read(mlir::func::FuncOp network);

  /// Makes the integers of `network` signless: operations say themselves where
  /// they read or write unsigned ones. Fails with a diagnostic at an operation
  /// that has no way to say so.
  llvm::LogicalResult makeSignless(mlir::func::FuncOp network);

  /// Takes inputs that are quantized first, and outputs that are dequantized
  /// last, at the integers behind.
  void dropFloats(mlir::func::FuncOp network);

  /// Leaves the ports on `network`, whose shapes are static now.
  void write(mlir::func::FuncOp network) const;

private:
  struct Port {
    std::string name;
    bool isUnsigned = false;
    mlir::FloatAttr scale;
    int64_t zeroPoint = 0;
  };
  std::vector<Port> inputs, outputs;
};

} // namespace rtwmc

#endif // RTWMC_CONVERSION_TOSATORTWMC_BOUNDARY_H
