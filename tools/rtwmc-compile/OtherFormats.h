//===- OtherFormats.h - Models in other files -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_OTHERFORMATS_H
#define RTWMC_TOOLS_RTWMC_COMPILE_OTHERFORMATS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace rtwmc {

/// What `path` is and how it becomes a `.tflite` file, if its name or its
/// contents tell that it is a model of another framework; otherwise empty.
std::string explainFormat(llvm::StringRef path);

/// Whether `path` is a source or header file of C or C++.
bool isCSource(llvm::StringRef path);

/// The `.tflite` file that an array in `text`, C or C++, holds, as firmware
/// carries it: `unsigned char model[] = {0x1c, 0x00, ...};`. Fails if there is
/// none, or more than one.
llvm::Expected<std::string> readCArray(llvm::StringRef text);

} // namespace rtwmc

#endif // RTWMC_TOOLS_RTWMC_COMPILE_OTHERFORMATS_H
