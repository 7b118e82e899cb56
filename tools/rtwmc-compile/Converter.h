//===- Converter.h - The program that converts .tflite files ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_CONVERTER_H
#define RTWMC_TOOLS_RTWMC_COMPILE_CONVERTER_H

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace rtwmc {

inline constexpr llvm::StringLiteral converterName =
    "tosa-converter-for-tflite";

/// A temporary file, while this lives.
class TemporaryFile {
public:
  explicit TemporaryFile(llvm::StringRef extension);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  /// Whether `contents` could be written to it.
  bool write(llvm::StringRef contents) const;

  llvm::SmallString<128> path;
  bool isMade;
};

/// Whether the converter is installed: on the PATH, or among the programs of
/// the Python environment that this program was installed in by pip.
bool hasConverter();

/// Converts `file` to `format`, an option of the converter, in `converted`.
/// Returns what the converter said if it failed.
std::optional<std::string> convertTflite(llvm::StringRef file,
                                         llvm::StringRef format,
                                         llvm::StringRef converted);

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_CONVERTER_H
