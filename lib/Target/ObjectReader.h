//===- ObjectReader.h - What an object file really contains -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_LIB_TARGET_OBJECTREADER_H
#define RTWMC_LIB_TARGET_OBJECTREADER_H

#include "rtwmc/Target/Object.h"

namespace rtwmc::target {

/// Where LLVM notes the frame of each function.
inline constexpr llvm::StringLiteral stackSizesSection = ".stack_sizes";

/// What is read back from an object with function sections.
struct ObjectContents {
  /// Bytes of executable sections, and of data that is only read.
  int64_t code = 0, constants = 0;
  /// In alphabetical order; `stack` is 0, and `frame` -1 without a stack size.
  std::vector<FunctionSize> functions;
  /// The instructions of each function, in the order of `functions`.
  std::vector<std::string> text;
  /// In alphabetical order.
  std::vector<ConstantSize> constantsByName;
  /// Symbols that nothing defines, and sections of writable data; sorted.
  std::vector<std::string> undefined, writable;
};

/// Reads `bytes`, an ELF object for `core`.
llvm::Expected<ObjectContents> readObject(llvm::ArrayRef<char> bytes,
                                          const Core &core);

} // namespace rtwmc::target

#endif // RTWMC_LIB_TARGET_OBJECTREADER_H
