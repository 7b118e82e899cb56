//===- KernelContext.h - A row kernel under construction --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_KERNELCONTEXT_H
#define RTWMC_LIB_KERNELS_KERNELCONTEXT_H

#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// The buffers of a step inside its kernel, by what they are for.
class StepBuffers {
public:
  StepBuffers(llvm::ArrayRef<StepBuffer> list, mlir::ValueRange values)
      : list(list), values(values.begin(), values.end()) {}

  /// The buffer in that role; null if the kernel has none.
  mlir::Value lookup(BufferRole role, int input = -1) const {
    const auto *found = llvm::find(list, StepBuffer{role, input});
    return found == list.end() ? mlir::Value() : values[found - list.begin()];
  }

private:
  llvm::SmallVector<StepBuffer> list;
  llvm::SmallVector<mlir::Value> values;
};

/// A row kernel under construction.
struct KernelContext {
  KernelBuilder &builder;
  mlir::func::FuncOp kernel;
  LayerOpInterface layer;
  /// Which step of a pass over the input is computed.
  mlir::Value step;
  /// Which output channel this pass computes; null if it computes all.
  mlir::Value channel;
  StepBuffers buffers;
  std::string name;
  /// The columns of the output's row that are computed; null, nothing: all.
  mlir::Value firstColumn;
  std::optional<int64_t> columnCount;

  /// How many columns are computed of a row of `all`.
  int64_t countColumns(int64_t all) const { return columnCount.value_or(all); }
  /// The column that the step's `x`-th is.
  mlir::Value column(mlir::Value x) const {
    return firstColumn ? builder.add(firstColumn, x) : x;
  }

  /// The address of the buffer in that role; null if the kernel has none.
  mlir::Value address(BufferRole role, int input = -1) const {
    mlir::Value buffer = buffers.lookup(role, input);
    return buffer ? builder.pointerTo(buffer) : buffer;
  }
};

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_KERNELCONTEXT_H
