//===- OtherFormats.cpp - Models in other files ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OtherFormats.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <optional>

using namespace llvm;

//===----------------------------------------------------------------------===//
// Other frameworks
//===----------------------------------------------------------------------===//

/// The lines of Python that quantize by TensorFlow, from `make`.
static std::string byTensorFlow(const Twine &make) {
  return ("convert it to an int8 .tflite first, in Python: "
          "c = tf.lite.TFLiteConverter." +
          make +
          "; c.optimizations = [tf.lite.Optimize.DEFAULT]; "
          "c.representative_dataset = ...; c.target_spec.supported_ops = "
          "[tf.lite.OpsSet.TFLITE_BUILTINS_INT8]; "
          "open('model.tflite', 'wb').write(c.convert())")
      .str();
}

static bool isHdf5(StringRef path) {
  auto file = MemoryBuffer::getFileSlice(path, 4, 0);
  return file && (*file)->getBuffer() == "\x89HDF";
}

std::string rtwmc::explainFormat(StringRef path) {
  std::string extension = sys::path::extension(path).lower();
  auto is = [&](std::initializer_list<StringRef> names) {
    return is_contained(names, StringRef(extension));
  };
  SmallString<128> inside(path);
  sys::path::append(inside, "saved_model.pb");
  if (sys::fs::is_directory(path))
    return sys::fs::exists(inside)
               ? "a SavedModel: " +
                     byTensorFlow("from_saved_model('" + path + "')")
               : "";
  if (!sys::fs::exists(path))
    return {};
  if (is({".onnx"}))
    return ("an ONNX model: convert it to an int8 .tflite first: "
            "pip install onnx2tf; onnx2tf -oiqt -i '" +
            path + "'")
        .str();
  if (is({".h5", ".hdf5", ".keras"}) || isHdf5(path))
    return "a Keras model: " +
           byTensorFlow("from_keras_model(tf.keras.models.load_model('" + path +
                        "'))");
  if (is({".pb"}))
    return "a graph of TensorFlow: " +
           byTensorFlow("from_saved_model('" + sys::path::parent_path(path) +
                        "')");
  if (is({".pt", ".pth", ".pt2"}))
    return "a PyTorch model: convert it to an int8 .tflite first: "
           "pip install litert-torch ai-edge-quantizer; in Python, "
           "litert_torch.convert(model.eval(), (example,))"
           ".export('float.tflite'), and quantize that with "
           "ai_edge_quantizer and its recipe static_wi8_ai8";
  return {};
}

//===----------------------------------------------------------------------===//
// Arrays of C
//===----------------------------------------------------------------------===//

bool rtwmc::isCSource(StringRef path) {
  return is_contained(
      {".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".inc"},
      sys::path::extension(path).lower());
}

/// Drops blanks, commas and comments from the front of `text`.
static void skipSpace(StringRef &text) {
  for (;;) {
    text = text.ltrim(" \t\r\n,");
    if (text.starts_with("//"))
      text = text.drop_while([](char c) { return c != '\n'; });
    else if (text.consume_front("/*"))
      text = text.split("*/").second;
    else
      return;
  }
}

/// The bytes up to the brace that closes the list at the front of `text`;
/// nothing if it is another list.
static std::optional<std::string> readBytes(StringRef text) {
  std::string bytes;
  for (;;) {
    skipSpace(text);
    if (text.starts_with("}"))
      return bytes;
    bool isNegative = text.consume_front("-");
    int64_t value;
    if (text.consumeInteger(0, value) || value > 255)
      return std::nullopt;
    text = text.ltrim("uUlL");
    bytes.push_back(static_cast<char>(isNegative ? -value : value));
  }
}

Expected<std::string> rtwmc::readCArray(StringRef text) {
  std::optional<std::string> model;
  while (!text.empty()) {
    text = text.drop_front(std::min(text.find('{'), text.size()));
    if (!text.consume_front("{"))
      break;
    std::optional<std::string> bytes = readBytes(text);
    if (!bytes || StringRef(*bytes).substr(4, 4) != "TFL3")
      continue;
    if (model)
      return createStringError("it has more than one array with a .tflite "
                               "model: take them apart");
    model = std::move(bytes);
  }
  if (!model)
    return createStringError(
        "it has no array with a .tflite model, such as unsigned char model[] = "
        "{0x1c, 0x00, ...}; a header that only declares one goes with a source "
        "file");
  return std::move(*model);
}
