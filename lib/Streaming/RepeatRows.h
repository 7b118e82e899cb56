//===- RepeatRows.h - Enlarged maps whose rows are stored once --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_STREAMING_REPEATROWS_H
#define RTWMC_LIB_STREAMING_REPEATROWS_H

#include "mlir/IR/PatternMatch.h"

namespace rtwmc {

/// Where convolutions alone read a map whose rows come several times, by a
/// `gather`, lets them read each of its rows several times (`row_repeat`).
void populateRepeatRows(mlir::RewritePatternSet &patterns);

} // namespace rtwmc

#endif // RTWMC_LIB_STREAMING_REPEATROWS_H
