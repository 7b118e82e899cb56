//===- Header.h - The C header of a network ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_HEADER_H
#define RTWMC_LIB_PIPELINES_HEADER_H

#include "Candidate.h"
#include "Interface.h"

namespace rtwmc {

/// The C header of a compiled network: its sizes, its function, and functions
/// that quantize and dequantize where scales are known.
std::string makeHeader(const Candidate &candidate,
                       const CompileOptions &options,
                       const Interface &interface);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_HEADER_H
