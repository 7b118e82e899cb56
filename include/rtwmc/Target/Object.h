//===- Object.h - From LLVM IR to a proven object file ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An object file that stands on its own: no undefined symbol, no writable data,
// no recursion, a known worst-case stack. Everything runs in the process, and
// the same input gives the same bytes.
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TARGET_OBJECT_H
#define RTWMC_TARGET_OBJECT_H

#include "rtwmc/Cores/Core.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace rtwmc::target {

enum class EmitKind { Object, Assembly };

/// A function of an object; sizes in bytes.
struct FunctionSize {
  std::string name;
  /// What the function itself pushes and reserves (on the host, the return
  /// address that its caller pushed included).
  int64_t frame;
  /// The deepest stack from here, callees included.
  int64_t stack;
  /// Its instructions and literal pool.
  int64_t code;
  /// In alphabetical order.
  std::vector<std::string> callees;
};

/// Read-only data of an object that has a name; bytes.
struct ConstantSize {
  std::string name;
  int64_t bytes;
};

struct ObjectFile {
  llvm::SmallVector<char, 0> bytes;
  /// Sizes in bytes: instructions with their literal pools, read-only data, and
  /// the deepest stack from an entry, rounded up to 8.
  int64_t code, constants, stack;
  /// The stack where an entry calls back, rounded up to 8; nothing if none
  /// does.
  std::optional<int64_t> stackAtCallback;
  /// In alphabetical order.
  std::vector<FunctionSize> functions;
  /// In alphabetical order.
  std::vector<ConstantSize> constantsByName;
};

/// Optimizes `module` (the public symbols are `entries`, everything else
/// becomes internal), generates code for `core` and supplies whatever helper
/// function the backend calls.
///
/// The object fits firmware of any float ABI: no value that they pass may
/// be of a floating-point type.
///
/// Functions are not inlined, except those marked alwaysinline: what is one
/// function in the module is one in the object, and its registers are its own.
/// Identical functions become one. Loops are unrolled only if their metadata
/// asks for it, and never become calls of memset or memcpy.
///
/// Fails if one of `entries` is not defined, if a symbol is left that nothing
/// defines, or if the object has writable data, recursion, a call through a
/// pointer (unless it was marked, CallsBack.h), inline assembly (an empty
/// string, a barrier, is allowed) or a stack frame whose size is not known or
/// whose alignment is beyond that of the stack.
llvm::Expected<ObjectFile> emitObject(std::unique_ptr<llvm::Module> module,
                                      const Core &core,
                                      llvm::ArrayRef<std::string> entries,
                                      bool optimizeForSize = false);

/// The same code as text: the target's assembly language if `assembly`, else
/// LLVM IR as the code generator gets it.
llvm::Expected<std::string> emitText(std::unique_ptr<llvm::Module> module,
                                     const Core &core,
                                     llvm::ArrayRef<std::string> entries,
                                     bool assembly,
                                     bool optimizeForSize = false);

} // namespace rtwmc::target

#endif // RTWMC_TARGET_OBJECT_H
