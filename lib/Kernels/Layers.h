//===- Layers.h - A row kernel for every layer ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_KERNELS_LAYERS_H
#define RTWMC_LIB_KERNELS_LAYERS_H

#include "KernelContext.h"

namespace rtwmc {

/// Builds the body of a kernel; the builder stands in its function.
void buildConvolution(KernelContext &context, Conv2DOp op);
void buildDepthwise(KernelContext &context, DepthwiseConv2DOp op);
void buildMaxPool(KernelContext &context, MaxPool2DOp op);
void buildSumPool(KernelContext &context, SumPool2DOp op);
void buildElementwise(KernelContext &context, ElementwiseOp op);
void buildConcat(KernelContext &context, ConcatOp op);
void buildMatMul(KernelContext &context, MatMulOp op);
void buildGather(KernelContext &context, GatherOp op);

} // namespace rtwmc

#endif // RTWMC_LIB_KERNELS_LAYERS_H
