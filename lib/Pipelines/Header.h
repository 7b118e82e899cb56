//===- Header.h - The C header of a network ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_HEADER_H
#define RTWMC_LIB_PIPELINES_HEADER_H

#include "Candidate.h"

namespace rtwmc {

/// The C header of a compiled network.
std::string makeHeader(const Candidate &candidate,
                       const CompileOptions &options,
                       const ModelShapes &shapes);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_HEADER_H
