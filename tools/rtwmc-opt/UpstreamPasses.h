//===- UpstreamPasses.h - Passes of MLIR for use between ours ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_OPT_UPSTREAMPASSES_H
#define RTWMC_OPT_UPSTREAMPASSES_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace rtwmc {

/// Registers the passes of MLIR on the dialects between TOSA and LLVM. All of
/// its passes would link the code generators of all machines.
void registerUpstreamPasses();

/// Registers what these passes ask of operations, besides what the compiler
/// itself needs.
void registerUpstreamInterfaces(mlir::DialectRegistry &registry);

} // namespace rtwmc

#endif // RTWMC_OPT_UPSTREAMPASSES_H
