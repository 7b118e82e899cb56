//===- Emit.cpp - An object file from LLVM IR, for tests ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// rtwmc-target-emit INPUT.ll CORE ENTRY OUTPUT.o [size]
//
// Prints the bytes of code, constants and stack.
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Target/Object.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace rtwmc;
using namespace rtwmc::target;

int main(int argc, char **argv) {
  ExitOnError check("rtwmc-target-emit: ");
  const Core *core = argc > 4 ? lookupCore(argv[2]) : nullptr;
  if (!core)
    check(createStringError("usage: INPUT.ll CORE ENTRY OUTPUT.o [size]"));
  LLVMContext context;
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module = parseIRFile(argv[1], diagnostic, context);
  if (!module)
    check(createStringError(diagnostic.getMessage()));
  rtwmc::target::ObjectFile object =
      check(emitObject(std::move(module), *core, {argv[3]}, argc > 5));
  std::error_code error;
  raw_fd_ostream stream(argv[4], error);
  if (error)
    check(errorCodeToError(error));
  stream.write(object.bytes.data(), object.bytes.size());
  outs() << object.code << ' ' << object.constants << ' ' << object.stack
         << '\n';
}
