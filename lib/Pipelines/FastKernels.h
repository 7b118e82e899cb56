//===- FastKernels.h - Which kernels give way -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_FASTKERNELS_H
#define RTWMC_LIB_PIPELINES_FASTKERNELS_H

#include "Candidate.h"

namespace rtwmc {

/// A layer with a fast kernel.
struct FastLayer {
  const LayerReport *report;
  mlir::func::FuncOp kernel;
};

/// Whether `kernel` is a layer's that is fast at the price of RAM or code.
bool isFast(mlir::func::FuncOp kernel);

/// The layers of `candidate` that have fast kernels in `kernels`.
llvm::SmallVector<FastLayer> findFastLayers(mlir::ModuleOp kernels,
                                            const Candidate &candidate);

/// Those of `layers` that have to give way for `excess` bytes of flash: first
/// where vectors stay, then where code does the least for its size.
llvm::SmallVector<FastLayer> pickForFlash(llvm::SmallVector<FastLayer> layers,
                                          int64_t excess);

/// What `ram` bytes leave for the stack of the deepest layer of `candidate`:
/// what calls the layers needs some of it, too.
int64_t stackLeft(const Candidate &candidate, int64_t ram);

/// Gives layers that have fast kernels those that take the least scratch, but
/// not where `options` name kernels, nor with `keepsVectors` where the core has
/// vectors, for those may take less of the stack.
void takeSlowest(mlir::ModuleOp kernels, const CompileOptions &options,
                 bool keepsVectors);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_FASTKERNELS_H
