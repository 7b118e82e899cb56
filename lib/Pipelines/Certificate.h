//===- Certificate.h - What can be proved of an object ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_PIPELINES_CERTIFICATE_H
#define RTWMC_LIB_PIPELINES_CERTIFICATE_H

#include "Candidate.h"
#include "Interface.h"

#include "llvm/Support/JSON.h"

namespace rtwmc {

/// What is claimed of the object of `candidate` (docs/certificate.md): its
/// hash, the memory of its callers, what lies where in the arena at which step,
/// and the stack of its functions.
llvm::json::Value makeCertificate(const Candidate &candidate,
                                  const CompileOptions &options,
                                  const Interface &interface);

} // namespace rtwmc

#endif // RTWMC_LIB_PIPELINES_CERTIFICATE_H
