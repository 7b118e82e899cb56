//===- Kernel.h - Functions around layers -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel is a private function around one layer, with the `unprune` of its
// inputs and the `prune` of its output, or with what says which columns of maps
// they are (RTWMCStripOps.td): it says what is computed. A step of the
// schedule computes a row of it, in buffers whose list is here as well: whoever
// emits, verifies or lowers a step takes it from `listStepBuffers`.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_DIALECT_RTWMC_IR_KERNEL_H
#define RTWMC_DIALECT_RTWMC_IR_KERNEL_H

#include "rtwmc/Dialect/RTWMC/IR/RTWMC.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

#include <optional>

namespace rtwmc {

/// Marks a function as a kernel.
inline constexpr llvm::StringLiteral kernelAttrName = "rtwmc.kernel";
/// The name the front end gave to a kernel's layer.
inline constexpr llvm::StringLiteral layerAttrName = "rtwmc.layer";
/// On a function that was generated: the name of the kernel whose code it is.
inline constexpr llvm::StringLiteral codeOfAttrName = "rtwmc.code_of";
/// The loops a kernel without a layer was lowered to: a function over memrefs.
inline constexpr llvm::StringLiteral loweredAttrName = "rtwmc.lowered";
/// On a kernel that has room for more, if maps are pruned: for the rows of a
/// pruned input under its windows, which are then read back once; for a window
/// of it, and not only for a row of one; and for a row of its own pruned
/// result, which is then pruned as one.
inline constexpr llvm::StringLiteral holdsInputRowsAttrName =
    "rtwmc.holds_input_rows";
inline constexpr llvm::StringLiteral holdsInputWindowAttrName =
    "rtwmc.holds_input_window";
inline constexpr llvm::StringLiteral holdsOutputRowAttrName =
    "rtwmc.holds_output_row";
/// Bytes of scratch these loops need.
inline constexpr llvm::StringLiteral scratchAttrName = "rtwmc.scratch";

/// Whether `function` is a kernel.
inline bool isKernel(mlir::FunctionOpInterface function) {
  return function->hasAttr(kernelAttrName);
}

/// The layer inside `kernel`; null if it holds operations without a layer, or
/// has no body.
LayerOpInterface getLayer(mlir::FunctionOpInterface kernel);

/// The `prune` of the kernel's result; null if its map is not pruned.
PruneOp getPrune(mlir::FunctionOpInterface kernel);

/// The columns that the layer reads of the kernel's argument `index`; null if
/// they are all.
TakeColumnsOp getTakenColumns(mlir::FunctionOpInterface kernel, unsigned index);

/// Where the layer's result goes in the map that the kernel makes; null if it
/// is that map.
PutColumnsOp getPutColumns(mlir::FunctionOpInterface kernel);

/// The end of sums over strips, after which they are requantized; null if the
/// kernel does not do that.
FinishSumsOp getFinishedSums(mlir::FunctionOpInterface kernel);

/// Which argument of `kernel` is a map that the layer's result goes on in, in
/// the same memory; nothing if there is none.
std::optional<unsigned> getContinuedArgument(mlir::FunctionOpInterface kernel);

/// Whether `kernel` reads, or makes, a part of a map.
bool computesStrip(mlir::FunctionOpInterface kernel);

/// The kernel's argument behind an input of its layer.
unsigned argumentOf(mlir::Value input);

/// Whether the layer reads the kernel's pruned argument `index` through a
/// cursor for each row of its windows; otherwise its rows are read back.
bool readsThroughCursors(mlir::FunctionOpInterface kernel, unsigned index);

/// Whether a pruned result is pruned row by row, not pixel by pixel.
bool holdsOutputRow(mlir::FunctionOpInterface kernel);

/// The shape of the layer inside `kernel`, with the rows that the kernel holds.
planning::KernelShape getKernelShape(mlir::FunctionOpInterface kernel);

/// The tensor type of a map that is a tensor or a pruned map.
mlir::RankedTensorType getMapType(mlir::Type type);

/// What a buffer of a step is for.
enum class BufferRole {
  /// Rows of a map that is not pruned.
  Rows,
  /// The packed values and the bitmap of one that is.
  Values,
  Bitmap,
  /// Of a pruned input: what its reader keeps from step to step, with the rows
  /// that are read back, and room for one window of one that has none.
  Cursors,
  Window,
  /// Of a pruned output: the tiny buffer, the pruner's counters (and the row
  /// that several steps fill), and room for one pixel, or for a row of them.
  TinyBuffer,
  PrunerState,
  Pixel,
  /// Of a layer that accumulates rows beside its result: from its first step to
  /// its last.
  Accumulators,
  /// Room for windows that are gathered, or what lowered loops need besides.
  Scratch,
};

/// A buffer of a step: of the kernel's argument `input`, or (-1) of its result
/// or of the layer itself.
struct StepBuffer {
  BufferRole role;
  int input = -1;

  friend bool operator==(const StepBuffer &, const StepBuffer &) = default;
};

/// The buffers that steps of `kernel` are given, in order. The kernel has a
/// body and one result.
llvm::SmallVector<StepBuffer> listStepBuffers(mlir::FunctionOpInterface kernel);

} // namespace rtwmc

#endif // RTWMC_DIALECT_RTWMC_IR_KERNEL_H
