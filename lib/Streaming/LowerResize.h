//===- LowerResize.h - Resizes, to the nearest and bilinear -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_STREAMING_LOWERRESIZE_H
#define RTWMC_LIB_STREAMING_LOWERRESIZE_H

#include "mlir/IR/PatternMatch.h"

namespace rtwmc {

/// `tosa.resize` of integers as loops (`linalg.generic`), in place of
/// upstream's lowering, which is wrong before the first pixel.
void populateResizePatterns(mlir::RewritePatternSet &patterns);

} // namespace rtwmc

#endif // RTWMC_LIB_STREAMING_LOWERRESIZE_H
