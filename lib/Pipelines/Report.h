//===- Report.h - JSON report and table -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_REPORT_H
#define RTWMC_LIB_PIPELINES_REPORT_H

#include "Candidate.h"
#include "Interface.h"

#include "llvm/Support/JSON.h"

namespace rtwmc {

/// The report as JSON, and as a table.
llvm::json::Value makeReport(const Candidate &candidate,
                             const CompileOptions &options,
                             const Interface &interface, bool batchSpecialized,
                             llvm::ArrayRef<std::string> notes);
std::string makeTable(const Candidate &candidate, const CompileOptions &options,
                      bool batchSpecialized, llvm::ArrayRef<std::string> notes);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_REPORT_H
