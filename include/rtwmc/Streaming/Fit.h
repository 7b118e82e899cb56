//===- Fit.h - Which plan fits a budget -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_FIT_H
#define RTWMC_STREAMING_FIT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace rtwmc {

/// On a network: which plan fits, as a dictionary of the members of `Fit`.
inline constexpr llvm::StringLiteral fitAttrName = "rtwmc.fit";

/// What `rtwmc-fit` found out by generating code, and `rtwmc-stream` plans by.
struct Fit {
  /// Bytes of arena to plan within; nothing: no bound.
  std::optional<int64_t> budget;
  /// Plan without pruning.
  bool lossless = false;
  /// Generate code for size: for speed it does not fit the flash.
  bool optimizeForSize = false;
  /// Bytes that the plan takes of arena, and its code of stack.
  int64_t arena = 0, stack = 0;

  /// Reads what `network` has, nothing if it has none. Fails with a diagnostic
  /// if that is malformed.
  static llvm::FailureOr<std::optional<Fit>> get(mlir::func::FuncOp network);
  void set(mlir::func::FuncOp network) const;
};

} // namespace rtwmc

#endif // RTWMC_STREAMING_FIT_H
