//===- rtwmc-compile.cpp - A TOSA network in, a Cortex-M object out -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input.h"
#include "rtwmc/Cores/Core.h"
#include "rtwmc/Dialect/RTWMC/IR/EnumOptions.h"
#include "rtwmc/Pipelines/Compile.h"
#include "rtwmc/Pipelines/PlanFile.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/WithColor.h"

#include <cctype>

using namespace llvm;
using namespace rtwmc;

/// In the order of the enum, as all spellings.
template <>
inline constexpr std::array<planning::Spelling, 5>
    rtwmc::planning::spellings<Emit>{{{"obj", "object file (default)"},
                                      {"asm", "assembly"},
                                      {"llvm", "LLVM IR, optimized"},
                                      {"mlir-llvm", "MLIR's LLVM dialect"},
                                      {"mlir", "MLIR loops"}}};

namespace {

cl::OptionCategory category("rtwmc-compile options");

cl::opt<std::string> inputPath(cl::Positional, cl::Required,
                               cl::desc("MODEL.tflite|MODEL.cc|MODEL.mlir"),
                               cl::cat(category));
cl::opt<std::string> outputPath("o", cl::value_desc("file"),
                                cl::desc("Output file (required)"),
                                cl::cat(category));
const std::string mcpuHelp =
    "Core to compile for (default cortex-m4), one of\n" + listCores();
cl::opt<std::string> mcpu("mcpu", cl::init("cortex-m4"), cl::value_desc("core"),
                          cl::desc(mcpuHelp), cl::cat(category));
cl::opt<std::string>
    ram("ram", cl::value_desc("bytes"),
        cl::desc("RAM budget, arena and stack: bytes, or with KiB. Default: "
                 "the smallest that drops nothing"),
        cl::cat(category));
cl::opt<std::string> flash("flash", cl::value_desc("bytes"),
                           cl::desc("Flash budget, code and constants"),
                           cl::cat(category));
cl::opt<bool> lossless("lossless", cl::desc("Fail rather than drop anything"),
                       cl::cat(category));
cl::opt<bool> keepMaps("keep-maps",
                       cl::desc("Store every map whole, in bytes of its own "
                                "that can be read after a run"),
                       cl::cat(category));
cl::opt<Mode> mode("mode", cl::init(Mode::Exact),
                   cl::desc("Planner (default exact)"), cl::cat(category));
cl::opt<InputPlace>
    input("input", cl::init(InputPlace::External),
          cl::desc("Where the network's input lives (default external)"),
          cl::cat(category));
cl::opt<StreamOrder> order("order", cl::init(StreamOrder::NHWC),
                           cl::desc("Stream order of pruned maps (default "
                                    "nhwc)"),
                           cl::cat(category));
cl::opt<int64_t> batch("batch", cl::init(0), cl::value_desc("S_b"),
                       cl::desc("Elements of the tiny buffer (default 32, more "
                                "where that costs no RAM)"),
                       cl::cat(category));
cl::opt<double>
    alpha("alpha", cl::init(0.8), cl::value_desc("0..1"),
          cl::desc("Share of the RAM that one pruned map may take (default "
                   "0.8)"),
          cl::cat(category));
cl::list<int64_t>
    tauQ("tau-q", cl::CommaSeparated, cl::value_desc("N[,N...]"),
         cl::desc("Pruning threshold in quantized steps, one or one per pruned "
                  "map (default 1)"),
         cl::cat(category));
cl::opt<QuotaPolicy> policy("policy", cl::init(QuotaPolicy::Proportional),
                            cl::desc("Quota policy (default proportional)"),
                            cl::cat(category));
cl::list<std::string>
    kernel("kernel", cl::CommaSeparated, cl::value_desc("[LAYER=]NAME[:CxW]"),
           cl::desc("Kernel to force, for all layers that it can compute or "
                    "for one; C channels and W columns at once"),
           cl::cat(category));
cl::list<std::string>
    strips("strips", cl::CommaSeparated, cl::value_desc("FIRST:LAST:COUNT"),
           cl::desc("Layers to compute in strips of columns, one after the "
                    "other: less RAM for more work"),
           cl::cat(category));
cl::opt<int64_t> maxRecompute(
    "max-recompute", cl::init(planning::defaultMaxRecompute),
    cl::value_desc("percent"),
    cl::desc("Below the least RAM that drops nothing, compute at most so much "
             "of the work again, in strips, rather than drop anything "
             "(default 25)"),
    cl::cat(category));
cl::opt<std::string>
    planPath("plan", cl::value_desc("file"),
             cl::desc("Settings of pruning, also of single maps, as JSON; "
                      "options given here as well win"),
             cl::cat(category));
cl::opt<std::string> calibrationPath(
    "calibration", cl::value_desc("file"),
    cl::desc("What dropping a share of each map loses, as measured by "
             "rtwmc.calibrate, as JSON"),
    cl::cat(category));
cl::opt<std::string>
    name("name", cl::value_desc("prefix"),
         cl::desc("Prefix of the C names (default: the file's stem)"),
         cl::cat(category));
cl::opt<std::string>
    headerPath("header", cl::value_desc("file"),
               cl::desc("C header (default: beside the object)"),
               cl::cat(category));
cl::opt<std::string> reportPath("report", cl::value_desc("file"),
                                cl::desc("Report as JSON"), cl::cat(category));
cl::opt<std::string>
    certificatePath("certificate", cl::value_desc("file"),
                    cl::desc("What rtwmc verify-certificate proves of the "
                             "object, as JSON"),
                    cl::cat(category));
cl::opt<bool> printReport("print-report",
                          cl::desc("Print the report as a table"),
                          cl::cat(category));
cl::opt<Emit> emitKind("emit", cl::init(Emit::Object),
                       cl::desc("What to write"), cl::cat(category));

/// A number of bytes: "4096", "4KiB", "4K" or "4KB" (of 1024).
std::optional<int64_t> parseBytes(StringRef text) {
  StringRef digits = text.take_while([](char c) { return isDigit(c); });
  std::string unit = text.drop_front(digits.size()).lower();
  int64_t value;
  if (digits.empty() || digits.getAsInteger(10, value))
    return std::nullopt;
  if (unit == "k" || unit == "kb" || unit == "kib") {
    if (value > (int64_t(1) << 40))
      return std::nullopt;
    return value * 1024;
  }
  return unit.empty() || unit == "b" ? std::optional(value) : std::nullopt;
}

bool fail(const Twine &message) {
  WithColor::error() << message << "\n";
  return false;
}

/// Reads a budget option, if it is given.
bool readBudget(const cl::opt<std::string> &option, int64_t &budget) {
  if (option.getNumOccurrences() == 0)
    return true;
  std::optional<int64_t> bytes = parseBytes(option);
  if (!bytes)
    return fail("--" + option.ArgStr + "=" + option +
                ": expects a number of bytes, such as 4096 or 4KiB");
  if (*bytes <= 0)
    return fail("--" + option.ArgStr + "=" + option +
                ": expects a budget of at least one byte");
  budget = *bytes;
  return true;
}

/// Takes from the plan file what the command line does not say itself.
bool readPlan(CompileOptions &options) {
  if (planPath.empty())
    return planPath.getNumOccurrences() == 0 ||
           fail("--plan=: expects a plan file");
  Expected<PlanFile> plan = readPlanFile(planPath);
  if (!plan)
    return fail("--plan: " + toString(plan.takeError()));
  applyPlanFile(*plan, options, [](StringRef option) {
    return cl::getRegisteredOptions().lookup(option)->getNumOccurrences() > 0;
  });
  return true;
}

bool readCalibration(CompileOptions &options) {
  if (calibrationPath.empty())
    return calibrationPath.getNumOccurrences() == 0 ||
           fail("--calibration=: expects a calibration file");
  Expected<std::vector<MapSettings>> maps =
      readCalibrationFile(calibrationPath);
  if (!maps)
    return fail("--calibration: " + toString(maps.takeError()));
  applyCalibration(*maps, options);
  return true;
}

bool readOptions(CompileOptions &options) {
  options.name = makeIdentifier(sys::path::stem(inputPath));
  if (!name.empty())
    options.name = name;
  options.mcpu = mcpu;
  if (!readBudget(ram, options.ram) || !readBudget(flash, options.flash))
    return false;
  options.lossless = lossless;
  options.keepMaps = keepMaps;
  options.mode = mode;
  options.input = input;
  options.order = order;
  options.batch = batch;
  options.alpha = alpha;
  options.policy = policy;
  options.kernel.assign(kernel.begin(), kernel.end());
  options.strips.assign(strips.begin(), strips.end());
  options.maxRecompute = maxRecompute;
  options.tauQ.assign(tauQ.begin(), tauQ.end());
  if (!readPlan(options) || !readCalibration(options))
    return false;
  if (std::string problem = checkOptions(options); !problem.empty())
    return fail("--" + problem);
  if (outputPath.empty())
    return fail("expects an output file (-o)");
  if (!certificatePath.empty() && emitKind != Emit::Object)
    return fail("--certificate: there is one of objects only (--emit=obj)");
  if (StringRef(reportPath).ends_with(".html"))
    return fail(
        "--report=" + reportPath +
        ": is JSON here; 'rtwmc compile' and 'rtwmc report' make pages");
  return true;
}

/// `file:line:column: error: message`, in one line. Remarks are in the report.
void printDiagnostic(mlir::Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Remark)
    return;
  mlir::FileLineColLoc place;
  // What the .tflite file calls it (describeLocations).
  mlir::StringAttr layer;
  mlir::Location(diagnostic.getLocation())->walk([&](mlir::Location each) {
    if (auto fused = dyn_cast<mlir::FusedLoc>(each); fused && !layer)
      layer = dyn_cast_or_null<mlir::StringAttr>(fused.getMetadata());
    if (auto file = dyn_cast<mlir::FileLineColLoc>(each); file && !place)
      place = file;
    return mlir::WalkResult::advance();
  });
  if (place)
    errs() << place.getFilename().getValue() << ":";
  if (place && place.getLine() > 0)
    errs() << place.getLine() << ":" << place.getColumn() << ":";
  if (place)
    errs() << " ";
  switch (diagnostic.getSeverity()) {
  case mlir::DiagnosticSeverity::Error:
    WithColor::error();
    break;
  case mlir::DiagnosticSeverity::Warning:
    WithColor::warning();
    break;
  default:
    WithColor::note();
  }
  if (layer)
    errs() << layer.getValue() << ": ";
  errs() << diagnostic.str() << "\n";
}

/// The certificate, with the hash of the model's file: of what is read from
/// standard input, that of the text.
std::optional<std::string> describeCertificate(CompileResult &result,
                                               const SourceMgr &sources) {
  std::unique_ptr<MemoryBuffer> file;
  if (inputPath == "-") {
    file = MemoryBuffer::getMemBuffer(
        sources.getMemoryBuffer(sources.getMainFileID())->getMemBufferRef(),
        /*RequiresNullTerminator=*/false);
  } else {
    auto read = MemoryBuffer::getFile(inputPath, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
    if (!read) {
      fail("cannot read '" + inputPath + "': " + read.getError().message());
      return std::nullopt;
    }
    file = std::move(*read);
  }
  result.certificate.getAsObject()->insert(
      {"model_sha256",
       toHex(SHA256::hash(arrayRefFromStringRef(file->getBuffer())),
             /*LowerCase=*/true)});
  return formatv("{0:2}\n", result.certificate).str();
}

/// Writes all files or none.
bool writeFiles(ArrayRef<std::pair<std::string, std::string>> files) {
  for (size_t i = 0; i < files.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (files[i].first == files[j].first)
        return fail("two outputs go to '" + files[i].first + "'");
  SmallVector<std::string> written;
  for (const auto &[path, contents] : files) {
    Error error = writeToOutput(path, [&](raw_ostream &out) {
      out << contents;
      return Error::success();
    });
    if (error) {
      for (const std::string &done : written)
        sys::fs::remove(done);
      return fail("cannot write '" + path + "': " + toString(std::move(error)));
    }
    written.push_back(path);
  }
  return true;
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::AddExtraVersionPrinter(
      [](raw_ostream &out) { out << "RTWMC version " RTWMC_VERSION "\n"; });
  cl::ParseCommandLineOptions(
      argc, argv,
      "Compiles a quantized network for a microcontroller, within its RAM.\n");
  CompileOptions options;
  if (!readOptions(options))
    return 1;

  mlir::DialectRegistry registry;
  registerCompilerDialects(registry);
  // What passes do side by side is a small part, and locks take more of it.
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  // The attributes of front ends are read and dropped.
  context.allowUnregisteredDialects();
  context.printOpOnDiagnostic(false);
  SourceMgr sources;
  // Lines of a network are megabytes of constants: print where, not what.
  mlir::ScopedDiagnosticHandler handler(
      &context, [](mlir::Diagnostic &diagnostic) {
        printDiagnostic(diagnostic);
        for (mlir::Diagnostic &note : diagnostic.getNotes())
          printDiagnostic(note);
        return success();
      });
  mlir::OwningOpRef<mlir::ModuleOp> module =
      readNetwork(inputPath, sources, context);
  if (!module)
    return 1;
  CompileResult result;
  if (failed(compileNetwork(*module, options, result, emitKind)))
    return 1;

  SmallVector<std::pair<std::string, std::string>> files{
      {outputPath, result.output}};
  std::string header = headerPath;
  if (header.empty() && emitKind == Emit::Object && outputPath != "-") {
    SmallString<128> beside(outputPath);
    sys::path::replace_extension(beside, "h");
    header = beside.str();
  }
  if (!header.empty())
    files.emplace_back(header, result.header);
  if (!reportPath.empty())
    files.emplace_back(reportPath, formatv("{0:2}\n", result.report));
  if (!certificatePath.empty()) {
    std::optional<std::string> certificate =
        describeCertificate(result, sources);
    if (!certificate)
      return 1;
    files.emplace_back(certificatePath, std::move(*certificate));
  }
  if (!writeFiles(files))
    return 1;
  if (printReport)
    outs() << result.table;
  return 0;
}
