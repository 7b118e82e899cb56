//===- BudgetSearch.h - Plans within a budget -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_BUDGETSEARCH_H
#define RTWMC_LIB_PIPELINES_BUDGETSEARCH_H

#include "Candidate.h"

namespace rtwmc {

/// Plans `kernels` and generates code until both keep within the budgets of
/// `options`, and leaves on the network which plan does (`rtwmc.fit`). What the
/// report has to say besides goes into `notes`. Fails with a diagnostic if
/// nothing fits.
llvm::LogicalResult fitNetwork(mlir::ModuleOp kernels,
                               const CompileOptions &options, Candidate &result,
                               std::vector<std::string> &notes);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_BUDGETSEARCH_H
