//===- PruneBatch.h - Packing what is in the tiny buffer --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_OUTPUT_PRUNEBATCH_H
#define RTWMC_LIB_KERNELS_OUTPUT_PRUNEBATCH_H

#include "rtwmc/Kernels/KernelBuilder.h"

namespace rtwmc {

/// What the code that prunes has to know of a map, as words in flash. Places
/// are bytes from the beginning of the arena.
enum class PruneParameter {
  /// Elements of a call, and of the map or of a row that is pruned on its own.
  Count,
  Elements,
  /// Of the `prune`.
  Drop,
  Batch,
  Zero,
  TauQ,
  /// How far a threshold moves for an element that is missing, times 256.
  Spread,
  /// Where the pruner's state, the tiny buffer, the values and the bitmap are.
  State,
  Buffer,
  Values,
  Bitmap,
  /// What a row takes of the last two that is pruned on its own.
  RowValues,
  RowBitmap,
};

/// The first byte of the arena, and where the buffers of a pruner lie in it.
struct PrunerPlaces {
  mlir::Value arena;
  int64_t state = 0, buffer = 0, values = 0, bitmap = 0;
};

/// The function that prunes elements: they go through the tiny buffer, and of
/// each batch the least are dropped and the others packed (specification,
/// section 3). One function serves all pruned maps of a module that have
/// `prune`'s policy; of rows, those of zero point -128 have their own. Its
/// arguments are the addresses of the elements, of the arena and of the
/// parameters, and for a row that is pruned on its own the number of its place
/// (otherwise 0). The one for rows is faster, and takes more code and stack.
mlir::func::FuncOp getPruneFunction(KernelBuilder &b, PruneOp prune,
                                    bool ofRows);

/// The parameters, of which `elements` are pruned by a call.
mlir::LLVM::GlobalOp pruneParameters(KernelBuilder &b, llvm::StringRef name,
                                     PruneOp prune, const PrunerPlaces &places,
                                     int64_t elements);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_OUTPUT_PRUNEBATCH_H
