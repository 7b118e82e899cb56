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
using namespace rtwmc;

static OwningOpRef<ModuleOp> fail(StringRef path, const Twine &reason) {
  llvm::WithColor::error() << "'" << path << "': " << reason << "\n";
  return {};
}

/// Reads text or bytecode in `file`; messages call it `path`.
static OwningOpRef<ModuleOp> readMlir(StringRef file, StringRef path,
                                      llvm::SourceMgr &sources,
                                      MLIRContext &context) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(file);
  if (!buffer)
    return fail(path, buffer.getError().message());
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  return parseGuarded(sources, context, path);
}

/// Converts `path` to `format` in `converted`. False after a message.
static bool convertTflite(StringRef path, StringRef format,
                          StringRef converted) {
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
      *program, {*program, path, format, "-o", converted, "--emit-debug-info"},
      std::nullopt, redirects, /*SecondsToWait=*/300, /*MemoryLimit=*/0,
      &error);
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

/// Reads a .tflite file and says what the converter loses of it.
static OwningOpRef<ModuleOp>
readTflite(StringRef path, llvm::SourceMgr &sources, MLIRContext &context) {
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return fail(path, file.getError().message());
  tflite::Model model((*file)->getBuffer());
  if (!model.isTflite())
    return fail(path, "not a .tflite file");
  if (std::string reason = explainRefusal(model); !reason.empty())
    return fail(path, reason);
  SmallString<128> converted;
  if (llvm::sys::fs::createTemporaryFile("rtwmc", "mlirbc", converted))
    return fail(path, "cannot create a temporary file");
  llvm::scope_exit removeConverted([&] { llvm::sys::fs::remove(converted); });
  // Bytecode of operators that the converter leaves cannot be read.
  bool isTosa =
      llvm::none_of(model.operators(), [](const tflite::Operator &op) {
        return op.code == tflite::Code::VarHandle;
      });
  if (!convertTflite(path, isTosa ? "--bytecode" : "--text", converted))
    return {};
  OwningOpRef<ModuleOp> module = readMlir(converted, path, sources, context);
  if (!module)
    return {};
  describeLocations(model, *module);
  if (failed(repairConversion(model, *module)))
    return {};
  describeBoundary(model, *module);
  return module;
}

OwningOpRef<ModuleOp> rtwmc::readNetwork(StringRef path,
                                         llvm::SourceMgr &sources,
                                         MLIRContext &context) {
  if (path.ends_with(".tflite"))
    return readTflite(path, sources, context);
  return readMlir(path, path, sources, context);
}
