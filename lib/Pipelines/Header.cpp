//===- Header.cpp - The C header of a network -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Header.h"

#include "llvm/ADT/StringExtras.h"

#include <charconv>

using namespace mlir;
using namespace rtwmc;

namespace {

class HeaderWriter {
public:
  HeaderWriter(raw_ostream &out, const CompileOptions &options,
               const Interface &interface)
      : out(out), options(options), interface(interface) {}

  void write(const Candidate &candidate);

private:
  /// The macro that says `what` of the network.
  std::string macro(const Twine &what) const {
    return StringRef(options.name).upper() + "_" + what.str();
  }
  void define(const Twine &what, const Twine &value, const Twine &comment) {
    out << "/* " << comment << " */\n#define " << macro(what) << " " << value
        << "\n";
  }
  /// How macros begin that are of `port`.
  static std::string prefix(const Port &port) {
    return StringRef(port.parameter).upper() + "_";
  }
  void describe(const Port &port);
  void describeRun(bool hasState);
  void declareRun();
  void defineFunctions();
  /// How the name of a function continues that is of `port`.
  std::string suffix(const Port &port) const {
    return interface.isSimple() ? "" : "_" + port.parameter;
  }
  void defineQuantize(const Port &port);
  void defineDequantize(const Port &port);

  raw_ostream &out;
  const CompileOptions &options;
  const Interface &interface;
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

/// `value` in C, with as many digits as tell it from its neighbours.
static std::string literal(float value) {
  std::array<char, 32> text;
  auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value);
  StringRef digits(text.data(), end - text.data());
  bool isInteger = digits.find_first_of(".e") == StringRef::npos;
  return (digits + (isInteger ? ".0f" : "f")).str();
}

/// `value` in C, also behind a minus.
static std::string literal(int64_t value) {
  return value < 0 ? "(" + std::to_string(value) + ")" : std::to_string(value);
}

void HeaderWriter::describe(const Port &port) {
  std::string of = interface.isSimple() ? "the " + port.parameter
                                        : "'" + port.parameter + "'";
  define(prefix(port) + "BYTES", Twine(port.bytes()),
         "Bytes of " + of + ", " + port.type() + ".");
  define(prefix(port) + "SHAPE", initializer(port.shape),
         "Its shape, to initialize an array.");
  if (port.rows) {
    define(prefix(port) + "ROWS", Twine(*port.rows),
           "Rows that are asked for, and bytes of each.");
    out << "#define " << macro(prefix(port) + "ROW_BYTES") << " "
        << port.rowBytes() << "\n";
  }
  if (!port.scale)
    return;
  define(prefix(port) + "SCALE", literal(*port.scale),
         "Its integers are real numbers divided by this,");
  define(prefix(port) + "ZERO_POINT", literal(port.zeroPoint), "plus this.");
}

/// What its caller must know.
void HeaderWriter::describeRun(bool hasState) {
  const char *one = hasState ? "one of them\n   is" : "the arena is";
  out << "/* Runs the network once. ";
  if (interface.readsRows()) {
    const Port &first = interface.inputs.front();
    bool isOne = interface.inputs.size() == 1;
    out << "It asks for each row of its input" << (isOne ? "" : "s")
        << " once and in order,\n   when it needs it. "
        << interface.readerOf(first) << " writes it to `destination`, "
        << (isOne ? "" : "as many bytes as\n   ")
        << macro(prefix(first) + "ROW_BYTES")
        << (isOne ? "\n   bytes" : " says") << ", and returns 0; anything else "
        << "ends the run, which returns it"
        << (hasState ? " and\n   leaves `state` as it was" : "")
        << ".\n   The arena holds nothing between runs; runs with ";
  } else {
    out << "The arena holds nothing between runs; runs with\n   ";
  }
  out << "different arenas" << (hasState ? " and states" : "")
      << " may overlap. Returns 0, or 1 if " << one << " not aligned. */\n";
}

void HeaderWriter::declareRun() {
  bool hasState = interface.state.bytes > 0;
  if (hasState)
    out << "/* Sets `state` to what it is before the first run. Returns 0, or "
           "1 "
           "if it is not\n   aligned. */\n"
        << "int " << options.reset() << "(void *state);\n\n";
  describeRun(hasState);
  out << "int " << options.entry() << "(";
  for (const Port &port : interface.inputs)
    if (port.rows)
      out << "int (*" << interface.readerOf(port)
          << ")(void *context, int32_t row, void *destination), void *"
          << interface.contextOf(port) << ", ";
    else
      out << "const " << port.type() << "_t *" << port.parameter << ", ";
  for (const Port &port : interface.outputs)
    out << port.type() << "_t *" << port.parameter << ", ";
  out << "void *arena" << (hasState ? ", void *state" : "") << ");\n";
}

void HeaderWriter::defineQuantize(const Port &port) {
  int64_t low = port.isUnsigned ? 0 : -(int64_t(1) << (port.bits - 1));
  int64_t high = low + (int64_t(1) << port.bits) - 1;
  std::string type = port.type() + "_t";
  // Far from the range of the type, whatever the zero point, and a number whose
  // fraction is exact.
  constexpr StringLiteral bound = "1048576.0f";
  out << "\n/* `value` for " << port.parameter
      << ": the nearest integer, of two the one farther from zero. */\n"
      << "static inline " << type << " " << options.name << "_quantize"
      << suffix(port) << "(float value) {\n"
      << "  const float scaled = value / " << macro(prefix(port) + "SCALE")
      << ";\n"
      << "  int32_t integer;\n  float rest;\n"
      << "  if (!(scaled > -" << bound << "))\n    return " << low << ";\n"
      << "  if (scaled >= " << bound << ")\n    return " << high << ";\n"
      << "  integer = (int32_t)scaled;\n"
      << "  rest = scaled - (float)integer;\n"
      << "  integer += (rest >= 0.5f) - (rest <= -0.5f) + "
      << macro(prefix(port) + "ZERO_POINT") << ";\n"
      << "  return (" << type << ")(integer < " << low << " ? " << low
      << " : integer > " << high << " ? " << high << " : integer);\n}\n";
}

void HeaderWriter::defineDequantize(const Port &port) {
  out << "\n/* The real number that `value` of " << port.parameter
      << " stands for. */\n"
      << "static inline float " << options.name << "_dequantize" << suffix(port)
      << "(" << port.type() << "_t value) {\n"
      << "  return " << macro(prefix(port) + "SCALE") << " * (float)(value - "
      << macro(prefix(port) + "ZERO_POINT") << ");\n}\n";
}

void HeaderWriter::defineFunctions() {
  // As TensorFlow Lite computes; it has neither for 32 bits.
  for (const Port &port : interface.inputs)
    if (port.scale && port.bits <= 16)
      defineQuantize(port);
  for (const Port &port : interface.outputs)
    if (port.scale && port.bits <= 16)
      defineDequantize(port);
}

void HeaderWriter::write(const Candidate &candidate) {
  std::string guard = macro("H");
  out << "/* Made by rtwmc-compile for " << options.mcpu
      << ". Do not edit. */\n"
      << "#ifndef " << guard << "\n#define " << guard << "\n\n"
      << "#include <stdint.h>\n\n";
  define("ARENA_BYTES", Twine(candidate.plan.arenaBytes),
         "Bytes of the arena that a run needs.");
  define("ARENA_ALIGN", Twine(candidate.plan.arenaAlign),
         "Alignment of the arena's address.");
  define("STACK_BYTES", Twine(candidate.object.stack),
         "Deepest stack of a run, the caller's frame apart.");
  if (candidate.object.stackAtCallback)
    define("CALLBACK_STACK_BYTES", Twine(*candidate.object.stackAtCallback),
           "Of it where a row is asked for; what that takes itself "
           "comes on top.");
  bool hasState = interface.state.bytes > 0;
  if (hasState) {
    define("STATE_BYTES", Twine(interface.state.bytes),
           "Bytes of what it keeps from run to run.");
    define("STATE_ALIGN", Twine(interface.state.align),
           "Alignment of their address.");
  }
  define("RAM_BYTES", Twine(candidate.ram()),
         hasState ? "What it takes: arena, state and stack."
                  : "What a run takes: arena and stack.");
  for (const Port &port : interface.inputs)
    describe(port);
  for (const Port &port : interface.outputs)
    describe(port);
  out << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  declareRun();
  defineFunctions();
  out << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
}

std::string rtwmc::makeHeader(const Candidate &candidate,
                              const CompileOptions &options,
                              const Interface &interface) {
  std::string text;
  llvm::raw_string_ostream out(text);
  HeaderWriter(out, options, interface).write(candidate);
  return text;
}
