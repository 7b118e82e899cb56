//===- TfliteRewrite.h - A file that the converter understands --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TOOLS_RTWMC_COMPILE_TFLITEREWRITE_H
#define RTWMC_TOOLS_RTWMC_COMPILE_TFLITEREWRITE_H

#include "TfliteModel.h"

namespace rtwmc::tflite {

/// The file `contents` of `model` as the converter gets through it: with a
/// batch of 1 in place of a dynamic one and constants in place of the operators
/// that compute with shapes, operators that are converted here (`isOwn`) as
/// custom ones, zero points and options that are left out written down. Nothing
/// where the file can stay as it is.
std::optional<std::string> rewrite(const Model &model,
                                   llvm::StringRef contents);

} // namespace rtwmc::tflite

#endif // RTWMC_TOOLS_RTWMC_COMPILE_TFLITEREWRITE_H
