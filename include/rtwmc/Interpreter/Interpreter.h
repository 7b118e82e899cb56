//===- Interpreter.h - What the dialect's operations mean -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reference interpreter of whole maps: layers, prune and unprune, calls of
// kernels. It is written for reading, after the descriptions of the operations
// and the specification, and shares no code with the lowerings, so that tests
// can hold the one against the other.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_INTERPRETER_INTERPRETER_H
#define RTWMC_INTERPRETER_INTERPRETER_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/Compression.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <vector>

namespace rtwmc {

/// A value while a program runs: a tensor, a pruned map or a scalar.
struct Datum {
  mlir::Type type;
  /// Of a tensor in raster order, of a scalar one; sign-extended, but for i1.
  std::vector<int64_t> elements = {};
  /// Of a pruned map, in its stream order.
  planning::PackedMap packed = {};

  /// What `constant` holds. Fails if these are not integers that are in the
  /// module.
  static llvm::FailureOr<Datum> get(mlir::TypedAttr constant);

  /// An integer of at most 64 bits as `elements` hold it.
  static int64_t toElement(const llvm::APInt &value);

  /// Writes type and elements, those of a tensor a line for each row of pixels.
  void print(llvm::raw_ostream &os) const;
};

using Data = llvm::SmallVector<Datum, 1>;

/// Calls `function` with `arguments`, one of the right type for each of its
/// arguments. Fails, with a diagnostic, where it holds an operation that has no
/// meaning here, or a map of more than 2^24 elements.
llvm::FailureOr<Data> interpret(mlir::func::FuncOp function,
                                llvm::ArrayRef<Datum> arguments);

} // namespace rtwmc

#endif // RTWMC_INTERPRETER_INTERPRETER_H
