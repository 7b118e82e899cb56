//===- Kernel.h - What the planner must know of a kernel --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel is a private function around one layer. Its body says what is
// computed; this header says which rows of its inputs a row of its output
// needs and how much memory a row takes besides.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_KERNEL_H
#define RTWMC_STREAMING_KERNEL_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"
#include "rtwmc/Planning/KernelShape.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace rtwmc {

/// Marks a function as a kernel.
inline constexpr llvm::StringLiteral kernelAttrName = "rtwmc.kernel";
/// The name the front end gave to a kernel's layer.
inline constexpr llvm::StringLiteral layerAttrName = "rtwmc.layer";

/// The loops a kernel without a layer was lowered to: a function over memrefs.
inline constexpr llvm::StringLiteral loweredAttrName = "rtwmc.lowered";
/// Bytes of scratch these loops need.
inline constexpr llvm::StringLiteral scratchAttrName = "rtwmc.scratch";
/// Alignment of that scratch, and of buffers whose elements need one.
inline constexpr int64_t scratchAlign = 8;

/// Whether `function` is a kernel.
inline bool isKernel(mlir::func::FuncOp function) {
  return function->hasAttr(kernelAttrName);
}

using planning::cursorBytes;

/// Bytes of a pruner's state: elements dropped, elements seen, elements in the
/// tiny buffer, and the quota that the paper's policy carries along.
inline constexpr int64_t prunerStateBytes = 16;

/// The one public function with a body; null if there is none or several.
mlir::func::FuncOp findNetwork(mlir::ModuleOp module);

/// Whether `op` is a layer: something that computes rows.
bool isLayer(mlir::Operation *op);

/// The layer inside `kernel`; null if it holds operations without a layer.
mlir::Operation *getLayer(mlir::func::FuncOp kernel);

/// The `prune` of the kernel's result; null if its map is not pruned.
PruneOp getPrune(mlir::func::FuncOp kernel);

/// The tensor type of a map that is a tensor or a pruned map.
mlir::RankedTensorType getMapType(mlir::Type type);

/// Rows of a map: its height if it is 1xHxWxC, otherwise 1.
int64_t getRows(mlir::RankedTensorType type);

/// Bytes of one row of a map.
int64_t getRowBytes(mlir::RankedTensorType type);

/// Whether a map of `type` that is pruned in `order` is a sequence of channels:
/// it is not where both orders are the same.
bool streamsByChannel(mlir::RankedTensorType type, StreamOrder order);
bool streamsByChannel(PrunedType type);

/// Whether the kernel's only step computes channel by channel, each row by row,
/// because its map is pruned in that order.
bool runsByChannel(mlir::func::FuncOp kernel);

/// Steps of one pass over the input of `layer`: its steps unless it runs by
/// channel, then those of each channel.
int64_t getPassSteps(mlir::Operation *layer);

/// Bytes of a rank, the number of values kept before an element, in the cursors
/// of a reader of `type` when that streams by channel.
int64_t getRankBytes(mlir::RankedTensorType type);

/// A map of this type as the planner sees it.
planning::Map describeMap(mlir::RankedTensorType type, llvm::StringRef name);

/// What the planner derives everything from that it knows of `layer`.
planning::KernelShape getKernelShape(mlir::Operation *layer);

/// Whether windows of `layer` may reach outside its input or skip elements, so
/// that they are gathered into a patch of `kernel height x width x channels`.
bool needsPatch(mlir::Operation *layer);

/// Whether `layer` reads a pruned input through a cursor for each row of its
/// windows; otherwise it reads it back row by row.
bool readsThroughCursors(mlir::Operation *layer);

/// Whether `layer` pools its own pixels, so that several steps fill a row.
bool isPooledInside(mlir::Operation *layer);

/// Describes the layer inside `kernel` to the planner: steps, windows and
/// scratch. Maps are left for the caller to fill in. An argument with
/// `isReshaped` set is read as a whole, because its rows are not the rows of
/// the map behind it. `order` is that of the maps that are pruned yet.
planning::Layer describeKernel(mlir::func::FuncOp kernel,
                               llvm::ArrayRef<bool> isReshaped,
                               StreamOrder order);

/// Multiply-accumulates of one inference of `layer`.
int64_t countMacs(mlir::Operation *layer);

} // namespace rtwmc

#endif // RTWMC_STREAMING_KERNEL_H
