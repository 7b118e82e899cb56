//===- Converter.cpp - The program that converts .tflite files ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Converter.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace rtwmc;
using llvm::SmallString;
using llvm::StringRef;

TemporaryFile::TemporaryFile(StringRef extension)
    : isMade(!llvm::sys::fs::createTemporaryFile("rtwmc", extension, path)) {}

TemporaryFile::~TemporaryFile() {
  if (isMade)
    llvm::sys::fs::remove(path);
}

bool TemporaryFile::write(StringRef contents) const {
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (!isMade || error)
    return false;
  out << contents;
  out.close();
  bool isWritten = !out.has_error();
  out.clear_error();
  return isWritten;
}

/// Where it is.
static llvm::ErrorOr<std::string> findConverter() {
  namespace path = llvm::sys::path;
  if (auto program = llvm::sys::findProgramByName(converterName))
    return program;
  static int inThisProgram;
  std::string program =
      llvm::sys::fs::getMainExecutable(nullptr, &inThisProgram);
  StringRef packages = path::parent_path(program);
  while (!packages.empty() && path::filename(packages) != "site-packages" &&
         path::filename(packages) != "dist-packages")
    packages = path::parent_path(packages);
  if (packages.empty())
    return std::make_error_code(std::errc::no_such_file_or_directory);
  // Packages are in PREFIX/lib/python3.x, programs in PREFIX/bin.
  SmallString<128> programs(
      path::parent_path(path::parent_path(path::parent_path(packages))));
  path::append(programs, "bin");
  return llvm::sys::findProgramByName(converterName, StringRef(programs));
}

bool rtwmc::hasConverter() { return static_cast<bool>(findConverter()); }

std::optional<std::string>
rtwmc::convertTflite(StringRef file, StringRef format, StringRef converted) {
  auto program = findConverter();
  if (!program)
    return program.getError().message();
  TemporaryFile log("log");
  std::string error;
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log.path),
                                          StringRef(log.path)};
  int code = llvm::sys::ExecuteAndWait(
      *program, {*program, file, format, "-o", converted, "--emit-debug-info"},
      std::nullopt, redirects, /*SecondsToWait=*/300, /*MemoryLimit=*/0,
      &error);
  if (code == 0)
    return std::nullopt;
  if (auto text = llvm::MemoryBuffer::getFile(log.path))
    error += (error.empty() ? "" : "\n") + (*text)->getBuffer().str();
  return error;
}
