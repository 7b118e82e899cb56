//===- HostNetwork.h - A compiled network in this process -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_CHECK_HOSTNETWORK_H
#define RTWMC_LIB_CHECK_HOSTNETWORK_H

#include "rtwmc/Pipelines/Compile.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <memory>
#include <random>

namespace rtwmc {

/// The object of a network for the host, loaded.
class HostNetwork {
public:
  /// Loads what `compileNetwork` gave for the host under `name`.
  static llvm::Expected<HostNetwork> load(const CompileResult &compiled,
                                          llvm::StringRef name);

  /// Runs the network once on `input`, in an arena of random bytes. Fails if
  /// it refuses the arena or writes outside of it or of its output.
  llvm::Expected<std::vector<int8_t>> run(llvm::ArrayRef<int8_t> input,
                                          std::mt19937 &random) const;

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
  int (*entry)(const int8_t *input, int8_t *output, void *arena) = nullptr;
  int64_t inputBytes = 0, outputBytes = 0, arenaBytes = 0, arenaAlign = 1;
};

} // namespace rtwmc

#endif // RTWMC_LIB_CHECK_HOSTNETWORK_H
