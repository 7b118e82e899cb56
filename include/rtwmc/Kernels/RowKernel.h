//===- RowKernel.h - A row kernel for every layer ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_KERNELS_ROWKERNEL_H
#define RTWMC_KERNELS_ROWKERNEL_H

#include "rtwmc/Kernels/KernelBuilder.h"
#include "rtwmc/Kernels/Work.h"

namespace rtwmc {

/// Whether some columns of a row of `kernel` can be computed alone: not of a
/// map that streams by channel, of a strip, or of a layer that takes rows in
/// turn.
bool canComputeColumns(mlir::func::FuncOp kernel);

/// Checks that the layer of `kernel` can be computed on `core` as its `kernel`
/// attribute says; a diagnostic says why not.
llvm::LogicalResult checkRowKernel(mlir::func::FuncOp kernel, const Core &core);

/// Kernels that are fast at the price of stack, code and scratch: `mve`,
/// `block`, `fields12` and `pairs`; faster ones, of more code or constants:
/// `mve2`, `mve4`, `block16`, `fields` and `points`; the fastest, of the most
/// constants: `points16` and `points32`.
enum class FastKernel { None, Fast, Faster, Fastest };
/// Which of them the layer of `kernel` was given.
FastKernel getFastKernel(mlir::func::FuncOp kernel);
/// The next slower kind; of `None`, `None`.
FastKernel getSlower(FastKernel kind);
/// Bytes of its weights as that kernel keeps them.
int64_t countWeightBytes(mlir::func::FuncOp kernel);
/// Gives it the cheapest of those that are not fast or, of the fast ones, at
/// most `fastest`.
void takeKernel(mlir::func::FuncOp kernel, const Core &core,
                FastKernel fastest);

/// The estimated work of a step of `kernel`, a layer's, as if all maps were
/// dense.
Work estimateStep(mlir::func::FuncOp kernel, const Core &core);

/// Lets its kernel, which computes several columns at once, compute one where
/// that takes less scratch. False if it cannot.
bool takeOneColumn(mlir::func::FuncOp kernel, const Core &core);

/// Lets the kernel of a layer that has become narrower compute so few columns
/// at once as there are, or another one if it cannot.
void refitKernel(mlir::func::FuncOp kernel, const Core &core);

/// Adds to the builder's module the function that computes a step of `kernel`
/// (after `rtwmc-stream`: a layer, the `unprune` of its inputs, the `prune` of
/// its output). Its arguments are the step, the channel if the layer runs by
/// channel, the first column if only `columns` of a row are computed, and
/// `memory`; `view` makes from those the buffers of a step, as
/// `listStepBuffers` lists them. `checkRowKernel` has passed.
mlir::func::FuncOp buildRowKernel(
    KernelBuilder &builder, mlir::func::FuncOp kernel, mlir::TypeRange memory,
    llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ValueRange)> view,
    std::optional<int64_t> columns = std::nullopt);

} // namespace rtwmc

#endif // RTWMC_KERNELS_ROWKERNEL_H
