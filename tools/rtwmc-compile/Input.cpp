//===- Input.cpp - Reading a network --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input.h"
#include "GuardedParse.h"
#include "OtherFormats.h"
#include "TfliteFile.h"
#include "TfliteRewrite.h"
#include "TfliteShapes.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
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

constexpr StringLiteral converterName = "tosa-converter-for-tflite";

/// Finds the converter: on the PATH, or among the programs of the Python
/// environment that this program was installed in by pip.
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

/// Converts `file` to `format` in `converted`. False after a message, which
/// calls it `path`.
static bool convertTflite(StringRef file, StringRef path, StringRef format,
                          StringRef converted) {
  auto program = findConverter();
  if (!program) {
    llvm::WithColor::error()
        << "'" << path << "' needs " << converterName
        << ", which is not installed: pip install " << converterName << "\n";
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
      *program, {*program, file, format, "-o", converted, "--emit-debug-info"},
      std::nullopt, redirects, /*SecondsToWait=*/300, /*MemoryLimit=*/0,
      &error);
  if (code == 0)
    return true;
  llvm::WithColor::error() << converterName << " cannot convert '" << path
                           << "'";
  if (!error.empty())
    llvm::errs() << ": " << error;
  llvm::errs() << "\n";
  if (auto text = llvm::MemoryBuffer::getFile(log))
    llvm::errs() << (*text)->getBuffer();
  return false;
}

/// A temporary file, while this lives.
class TemporaryFile {
public:
  explicit TemporaryFile(StringRef extension) {
    isMade = !llvm::sys::fs::createTemporaryFile("rtwmc", extension, path);
  }
  ~TemporaryFile() {
    if (isMade)
      llvm::sys::fs::remove(path);
  }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  bool isMade;
  SmallString<128> path;
};

/// Whether `contents` could be written to `path`.
static bool writeFile(StringRef contents, StringRef path) {
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (error)
    return false;
  out << contents;
  out.close();
  bool isWritten = !out.has_error();
  out.clear_error();
  return isWritten;
}

/// Says what to do about a model that computes shapes of more than its batch
/// when it runs, which the converter does not get through; empty where it
/// computes none.
static std::string explainShapes(const tflite::Model &model) {
  tflite::Shapes shapes(model);
  for (const tflite::Operator &op : model.operators())
    if (op.code == tflite::Code::Shape && !op.outputs.empty() &&
        (!shapes.isComputed(op.outputs[0]) ||
         llvm::is_contained(model.outputs(), op.outputs[0])))
      return model.describe(op) +
             " computes a shape that is not known: give all inputs a fixed "
             "size, in Keras keras.Input(shape, batch_size=1)";
  return {};
}

/// Reads `contents`, a .tflite file that is in `file`, and says what the
/// converter loses of it; messages call it `path`.
static OwningOpRef<ModuleOp> readTflite(StringRef contents, StringRef file,
                                        StringRef path,
                                        llvm::SourceMgr &sources,
                                        MLIRContext &context) {
  tflite::Model model(contents);
  if (!model.isTflite())
    return fail(path, "not a .tflite file");
  if (std::string reason = explainRefusal(model); !reason.empty())
    return fail(path, reason);
  TemporaryFile converted("mlirbc"), fixed("tflite");
  if (!converted.isMade || !fixed.isMade)
    return fail(path, "cannot create a temporary file");
  if (std::optional<std::string> rewritten = rewrite(model, contents)) {
    if (!writeFile(*rewritten, fixed.path))
      return fail(path, "cannot write a temporary file");
    file = fixed.path;
  }
  // Bytecode of operators that the converter leaves cannot be read.
  bool isTosa =
      llvm::none_of(model.operators(), [](const tflite::Operator &op) {
        return op.code == tflite::Code::VarHandle;
      });
  if (!convertTflite(file, path, isTosa ? "--bytecode" : "--text",
                     converted.path)) {
    if (std::string reason = explainShapes(model); !reason.empty())
      return fail(path, reason);
    return {};
  }
  OwningOpRef<ModuleOp> module =
      readMlir(converted.path, path, sources, context);
  if (!module)
    return {};
  bool computesShape = false;
  module->walk([&](Operation *op) {
    computesShape |= op->getName().getStringRef() == "tfl.shape";
  });
  if (computesShape)
    return fail(path, explainShapes(model));
  describeLocations(model, path, *module);
  if (failed(repairConversion(model, *module)))
    return {};
  describeBoundary(model, *module);
  return module;
}

/// Reads the .tflite file that an array of C holds.
static OwningOpRef<ModuleOp> readArray(StringRef text, StringRef path,
                                       llvm::SourceMgr &sources,
                                       MLIRContext &context) {
  llvm::Expected<std::string> contents = readCArray(text);
  if (!contents)
    return fail(path, llvm::toString(contents.takeError()));
  TemporaryFile file("tflite");
  if (!file.isMade || !writeFile(*contents, file.path))
    return fail(path, "cannot write a temporary file");
  return readTflite(*contents, file.path, path, sources, context);
}

OwningOpRef<ModuleOp> rtwmc::readNetwork(StringRef path,
                                         llvm::SourceMgr &sources,
                                         MLIRContext &context) {
  if (std::string format = explainFormat(path); !format.empty())
    return fail(path, format);
  if (path == "-")
    return readMlir(path, path, sources, context);
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return fail(path, file.getError().message());
  StringRef contents = (*file)->getBuffer();
  if (path.ends_with(".tflite") || contents.substr(4, 4) == "TFL3")
    return readTflite(contents, path, path, sources, context);
  if (isCSource(path))
    return readArray(contents, path, sources, context);
  return readMlir(path, path, sources, context);
}
