//===- Input.cpp - Reading a network --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input.h"
#include "GuardedParse.h"
#include "TfliteFile.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

/// Converts `path` to bytecode in `converted`. False after a message.
static bool convertTflite(StringRef path, StringRef converted) {
  constexpr StringLiteral name = "tosa-converter-for-tflite";
  auto program = llvm::sys::findProgramByName(name);
  if (!program) {
    llvm::WithColor::error()
        << "'" << path << "' needs " << name
        << ", which is not installed: pip install " << name << "\n";
    return false;
  }
  SmallString<128> log;
  if (llvm::sys::fs::createTemporaryFile("rtwmc", "log", log))
    log.clear();
  llvm::scope_exit removeLog([&] { llvm::sys::fs::remove(log); });
  std::string error;
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log),
                                          StringRef(log)};
  int code = llvm::sys::ExecuteAndWait(
      *program, {*program, path, "--bytecode", "-o", converted}, std::nullopt,
      redirects, /*SecondsToWait=*/300, /*MemoryLimit=*/0, &error);
  if (code == 0)
    return true;
  llvm::WithColor::error() << name << " cannot convert '" << path << "'";
  if (!error.empty())
    llvm::errs() << ": " << error;
  llvm::errs() << "\n";
  if (auto text = llvm::MemoryBuffer::getFile(log))
    llvm::errs() << (*text)->getBuffer();
  return false;
}

OwningOpRef<ModuleOp> rtwmc::readNetwork(StringRef path,
                                         llvm::SourceMgr &sources,
                                         MLIRContext &context) {
  SmallString<128> converted;
  llvm::scope_exit removeConverted([&] {
    if (!converted.empty())
      llvm::sys::fs::remove(converted);
  });
  StringRef readable = path;
  if (path.ends_with(".tflite")) {
    if (!llvm::sys::fs::exists(path)) {
      llvm::WithColor::error() << "'" << path << "': no such file\n";
      return {};
    }
    if (llvm::sys::fs::createTemporaryFile("rtwmc", "mlirbc", converted)) {
      llvm::WithColor::error() << "cannot create a temporary file\n";
      return {};
    }
    if (!convertTflite(path, converted))
      return {};
    readable = converted;
  }
  auto file = llvm::MemoryBuffer::getFileOrSTDIN(readable);
  if (!file) {
    llvm::WithColor::error()
        << "'" << path << "': " << file.getError().message() << "\n";
    return {};
  }
  sources.AddNewSourceBuffer(std::move(*file), llvm::SMLoc());
  OwningOpRef<ModuleOp> module = parseGuarded(sources, context, path);
  if (module && !converted.empty())
    if (auto tflite = llvm::MemoryBuffer::getFile(path))
      describeBoundary((*tflite)->getBuffer(), *module);
  return module;
}
