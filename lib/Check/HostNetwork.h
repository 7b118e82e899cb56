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
#include <optional>
#include <random>

namespace rtwmc {

/// The object of a network for the host, loaded.
class HostNetwork {
public:
  /// Loads what `compileNetwork` gave for the host under `name`.
  static llvm::Expected<HostNetwork> load(const CompileResult &compiled,
                                          llvm::StringRef name);

  /// Runs the network once on the bytes of its inputs, in an arena of random
  /// bytes, and returns those of its outputs. Fails if it refuses the arena or
  /// writes outside of it or of an output. Where it asks for rows, it runs once
  /// more, with one that is refused, and fails if it asks for rows out of order
  /// or goes on behind that one.
  llvm::Expected<std::vector<std::vector<int8_t>>>
  run(llvm::ArrayRef<std::vector<int8_t>> inputs, std::mt19937 &random) const;

private:
  /// What a run says; nothing if it takes too many arguments. `stopAt`: the row
  /// of each input that is refused.
  std::optional<int> call(llvm::ArrayRef<std::vector<int8_t>> inputs,
                          llvm::ArrayRef<void *> others,
                          std::optional<int64_t> stopAt,
                          std::string &problem) const;

  std::unique_ptr<llvm::orc::LLJIT> jit;
  llvm::orc::ExecutorAddr entry;
  std::vector<int64_t> inputBytes, outputBytes;
  /// Of inputs that are read by rows; else empty.
  std::vector<int64_t> inputRows;
  int64_t arenaBytes = 0, arenaAlign = 1;
};

} // namespace rtwmc

#endif // RTWMC_LIB_CHECK_HOSTNETWORK_H
