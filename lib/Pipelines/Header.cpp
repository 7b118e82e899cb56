//===- Header.cpp - The C header of a network -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Header.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace rtwmc;

namespace {

/// Writes macros, all with the same prefix.
class Macros {
public:
  Macros(raw_ostream &out, StringRef name)
      : out(out), prefix(StringRef(name).upper()) {}

  /// The macro that says `what` of the network.
  std::string name(StringRef what) const { return prefix + "_" + what.str(); }
  void define(StringRef what, const Twine &value, StringRef comment) {
    out << "/* " << comment << " */\n#define " << name(what) << " " << value
        << "\n";
  }

private:
  raw_ostream &out;
  std::string prefix;
};

} // namespace

/// `shape` as the initializer of an array.
static std::string initializer(ArrayRef<int64_t> shape) {
  std::string text = "{";
  llvm::raw_string_ostream out(text);
  llvm::interleaveComma(shape, out);
  out << "}";
  return text;
}

std::string rtwmc::makeHeader(const Candidate &candidate,
                              const CompileOptions &options,
                              const ModelShapes &shapes) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Macros macros(out, options.name);
  std::string guard = macros.name("H");
  out << "/* Made by rtwmc-compile for " << options.mcpu
      << ". Do not edit. */\n"
      << "#ifndef " << guard << "\n#define " << guard << "\n\n"
      << "#include <stdint.h>\n\n";
  macros.define("ARENA_BYTES", Twine(candidate.plan.arenaBytes),
                "Bytes of the arena that a run needs.");
  macros.define("ARENA_ALIGN", Twine(candidate.plan.arenaAlign),
                "Alignment of the arena's address.");
  macros.define("STACK_BYTES", Twine(candidate.object.stack),
                "Deepest stack of a run, the caller's frame apart.");
  macros.define("RAM_BYTES", Twine(candidate.ram()),
                "What a run takes: arena and stack.");
  macros.define("INPUT_BYTES", Twine(candidate.network.inputBytes),
                "Bytes of the input, int8.");
  macros.define("INPUT_SHAPE", initializer(shapes.input),
                "Its shape, to initialize an array.");
  macros.define("OUTPUT_BYTES", Twine(candidate.network.outputBytes),
                "Bytes of the output, int8.");
  macros.define("OUTPUT_SHAPE", initializer(shapes.output),
                "Its shape, to initialize an array.");
  out << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
      << "/* Runs the network once. The arena holds nothing between runs; runs "
         "with\n   different arenas may overlap. Returns 0, or 1 if the arena "
         "is not aligned. */\n"
      << "int " << options.entry()
      << "(const int8_t *input, int8_t *output, void *arena);\n"
      << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
  return text;
}
