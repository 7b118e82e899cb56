//===- Input.cpp - Reading a network --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input.h"
#include "Converter.h"
#include "GuardedParse.h"
#include "OtherFormats.h"
#include "TfliteFile.h"
#include "TfliteRewrite.h"
#include "TfliteShapes.h"

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

/// What the converter said, `words`, of the operator that it speaks of:
/// `loc("NAME"("FILE":0:0)): error: TEXT`.
static std::string explainConverter(const tflite::Model &model,
                                    StringRef words) {
  StringRef behind = words.split("loc(\"").second;
  StringRef name = behind.split('"').first;
  StringRef text = behind.split("error: ").second.split('\n').first;
  for (const tflite::Operator &op : model.operators())
    if (!text.empty() && !name.empty() && model.resultOf(op).name == name)
      return (model.describe(op) + " does not get through " + converterName +
              ": " + text)
          .str();
  return (converterName + " cannot convert it: " + words.trim()).str();
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
  if (!hasConverter()) {
    llvm::WithColor::error()
        << "'" << path << "' needs " << converterName
        << ", which is not installed: pip install " << converterName << "\n";
    return {};
  }
  TemporaryFile converted("mlirbc"), fixed("tflite");
  if (!converted.isMade || !fixed.isMade)
    return fail(path, "cannot create a temporary file");
  if (std::optional<std::string> rewritten = rewrite(model, contents)) {
    if (!fixed.write(*rewritten))
      return fail(path, "cannot write a temporary file");
    file = fixed.path;
  }
  // Bytecode of operators that the converter leaves cannot be read.
  bool isTosa =
      llvm::none_of(model.operators(), [](const tflite::Operator &op) {
        return op.code == tflite::Code::VarHandle;
      });
  if (auto words = convertTflite(file, isTosa ? "--bytecode" : "--text",
                                 converted.path)) {
    std::string reason = explainShapes(model);
    return fail(path,
                reason.empty() ? explainConverter(model, *words) : reason);
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
  if (!file.write(*contents))
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
