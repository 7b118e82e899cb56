//===- GuardedParse.cpp - Parsing what may be damaged ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuardedParse.h"
#include "rtwmc/Conversion/StoredData.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/WithColor.h"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

using namespace mlir;
using namespace rtwmc;

/// What a few megabytes need is a few milliseconds.
static constexpr unsigned secondsToWait = 10;

static OwningOpRef<ModuleOp> parse(llvm::SourceMgr &sources,
                                   MLIRContext &context, StringRef path) {
  // Some of upstream's parsers of attributes fail and say nothing.
  bool hasSaid = false;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    hasSaid |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
    return failure();
  });
  // Verifiers trust constants: those come first.
  ParserConfig config(&context, /*verifyAfterParse=*/false);
  auto module = parseSourceFile<ModuleOp>(sources, config);
  if (module && (failed(checkStoredData(*module)) || failed(verify(*module))))
    module = nullptr;
  if (!module && !hasSaid)
    llvm::WithColor::error() << "'" << path << "' cannot be parsed as MLIR\n";
  return module;
}

/// LLVM's last words would be about itself; ours are about the file.
static void endSilently(void *, const char *, bool) { std::abort(); }

/// Reads in a process of its own: one that crashed, or wrote where it should
/// not, cannot go on. Returns its exit code, 0 if there is a module and 1 after
/// a diagnostic; negative if it did not come to an end.
static int tryToParse(llvm::SourceMgr &sources, MLIRContext &context,
                      StringRef path) {
  llvm::sys::ProcessInfo child;
  child.Pid = fork();
  if (child.Pid < 0)
    return 0;
  if (child.Pid > 0)
    return llvm::sys::Wait(child, secondsToWait).ReturnCode;
  for (int number : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV})
    (void)std::signal(number, SIG_DFL);
  llvm::install_fatal_error_handler(endSilently);
  llvm::install_bad_alloc_error_handler(endSilently);
  _exit(parse(sources, context, path).release() ? 0 : 1);
}

OwningOpRef<ModuleOp> rtwmc::parseGuarded(llvm::SourceMgr &sources,
                                          MLIRContext &context,
                                          StringRef path) {
  const llvm::MemoryBuffer *buffer =
      sources.getMemoryBuffer(sources.getMainFileID());
  if (!isBytecode(buffer->getMemBufferRef()))
    return parse(sources, context, path);
  int code = tryToParse(sources, context, path);
  if (code < 0)
    llvm::WithColor::error() << "'" << path
                             << "' is damaged: it cannot be read as the "
                                "bytecode that it begins like\n";
  return code == 0 ? parse(sources, context, path) : OwningOpRef<ModuleOp>();
}
