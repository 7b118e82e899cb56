//===- Codegen.h - LLVM IR to code, for one core ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_TARGET_CODEGEN_H
#define RTWMC_LIB_TARGET_CODEGEN_H

#include "rtwmc/Target/Object.h"
#include "llvm/Target/TargetMachine.h"

namespace rtwmc::target {

class Codegen {
public:
  static llvm::Expected<Codegen> create(const Core &core, bool optimizeForSize);

  /// Gives `module` the data layout and triple of the core, `entries` as its
  /// only public symbols, the attributes that `setAttributes` gives, and runs
  /// LLVM's pipeline. Fails if what is left cannot be proven (Stack.h).
  llvm::Error optimize(llvm::Module &module,
                       llvm::ArrayRef<std::string> entries) const;

  /// What every function of an object has, helper functions too.
  void setAttributes(llvm::Function &function) const;

  /// Machine code or assembly text of `module`, which is not changed. An object
  /// has its stack sizes (ObjectReader.h).
  llvm::Expected<llvm::SmallVector<char, 0>> emit(const llvm::Module &module,
                                                  EmitKind kind) const;

  const Core &getCore() const { return core; }

private:
  Codegen(const Core &core, bool optimizeForSize,
          std::unique_ptr<llvm::TargetMachine> machine)
      : core(core), optimizeForSize(optimizeForSize),
        machine(std::move(machine)) {}

  const Core &core;
  bool optimizeForSize;
  std::unique_ptr<llvm::TargetMachine> machine;
};

/// Sets LLVM options that have no other interface than the command line, and
/// holds a lock on them while it lives: they are global. An option that the
/// user gave keeps the user's value.
class ScopedOptions {
public:
  using Setting = std::pair<llvm::StringRef, llvm::StringRef>;
  explicit ScopedOptions(llvm::ArrayRef<Setting> settings);
  ~ScopedOptions();
  ScopedOptions(const ScopedOptions &) = delete;
  ScopedOptions &operator=(const ScopedOptions &) = delete;

private:
  llvm::SmallVector<llvm::StringRef> changed;
};

} // namespace rtwmc::target

#endif // RTWMC_LIB_TARGET_CODEGEN_H
