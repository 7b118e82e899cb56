//===- Interface.h - A network as its callers see it ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_INTERFACE_H
#define RTWMC_LIB_PIPELINES_INTERFACE_H

#include "rtwmc/Dialect/RTWMC/IR/Ports.h"
#include "rtwmc/Dialect/RTWMC/IR/State.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace rtwmc {

/// An input or an output.
struct Port {
  /// In the model; and the parameter of the C function, an identifier.
  std::string name, parameter;
  unsigned bits = 8;
  bool isUnsigned = false;
  /// As in the model; a dynamic batch is 1.
  llvm::SmallVector<int64_t> shape;
  /// What its integers stand for, where that is known.
  std::optional<float> scale;
  int64_t zeroPoint = 0;
  /// Of an input that is read by rows: how many there are.
  std::optional<int64_t> rows;

  int64_t bytes() const;
  int64_t rowBytes() const { return bytes() / *rows; }
  /// `int8`; in C with `_t` behind.
  std::string type() const;
};

/// Inputs and outputs, in the order of the model.
struct Interface {
  std::vector<Port> inputs, outputs;
  /// What is kept from run to run.
  StateLayout state{{}};

  /// Of the network in `module`, after `rtwmc-normalize-tosa`.
  static Interface get(mlir::ModuleOp module);
  /// With one of each there is nothing to tell apart: parameters are `input`
  /// and `output`, not the names of the model.
  bool isSimple() const { return inputs.size() == 1 && outputs.size() == 1; }
  /// Whether inputs are functions that give their rows.
  bool readsRows() const {
    return !inputs.empty() && inputs.front().rows.has_value();
  }
  /// These functions, and what they are called with, are parameters instead.
  std::string readerOf(const Port &input) const {
    return isSimple() ? "read_row" : "read_" + input.parameter;
  }
  std::string contextOf(const Port &input) const {
    return isSimple() ? "context" : "context_" + input.parameter;
  }
};

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_INTERFACE_H
