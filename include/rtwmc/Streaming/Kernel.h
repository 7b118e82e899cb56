//===- Kernel.h - Kernels as the planner sees them --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_KERNEL_H
#define RTWMC_STREAMING_KERNEL_H

#include "rtwmc/Dialect/RTWMC/IR/Kernel.h"
#include "rtwmc/Planning/KernelShape.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace rtwmc {

/// Alignment of the scratch of lowered loops, and of buffers whose elements
/// need one.
inline constexpr int64_t scratchAlign = 8;

/// The alignment that a scheduled network needs of its arena's address.
inline constexpr llvm::StringLiteral arenaAlignAttrName = "rtwmc.arena_align";

/// The arena of a scheduled network: its last argument, before that of its
/// variables if it has any (State.h).
mlir::BlockArgument getArena(mlir::func::FuncOp network);

/// The one public function with a body; null if there is none or several.
mlir::func::FuncOp findNetwork(mlir::ModuleOp module);

/// Whether `type` is a tensor of 1xHxWxC, of whatever elements.
bool hasMapShape(mlir::Type type);

/// Rows of a map: its height if it is 1xHxWxC, otherwise 1.
int64_t getRows(mlir::RankedTensorType type);

/// Bytes that an element of `type` takes in memory.
int64_t getElementBytes(mlir::ShapedType type);

/// Bytes of one row of a map.
int64_t getRowBytes(mlir::RankedTensorType type);

/// Whether a map of `type` that is pruned in `order` is a sequence of channels:
/// it is not where both orders are the same.
bool streamsByChannel(mlir::RankedTensorType type, StreamOrder order);
bool streamsByChannel(PrunedType type);

/// Whether the kernel's only step computes channel by channel, each row by row,
/// because its map is pruned in that order.
bool runsByChannel(mlir::func::FuncOp kernel);

/// How often a step of the kernel calls the function of its row: once, or where
/// it runs by channel for each row of each channel.
int64_t countCallsPerStep(mlir::func::FuncOp kernel);

/// Bytes of a rank, the number of values kept before an element, in the cursors
/// of a reader of `type` when that streams by channel.
int64_t getRankBytes(mlir::RankedTensorType type);

/// A map of this type as the planner sees it.
planning::Map describeMap(mlir::RankedTensorType type, llvm::StringRef name);

/// Describes the layer inside `kernel` to the planner: steps, windows and
/// scratch. Maps are left for the caller to fill in. An argument with
/// `isReshaped` set is read as a whole, because its rows are not the rows of
/// the map behind it. `order` is that of the maps that are pruned yet.
planning::Layer describeKernel(mlir::func::FuncOp kernel,
                               llvm::ArrayRef<bool> isReshaped,
                               StreamOrder order);

} // namespace rtwmc

#endif // RTWMC_STREAMING_KERNEL_H
