//===- Interpret.cpp - Prints what functions compute ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rtwmc/Interpreter/Interpreter.h"
#include "rtwmc/Interpreter/Passes.h"

namespace rtwmc {
#define GEN_PASS_DEF_INTERPRET
#include "rtwmc/Interpreter/Passes.h.inc"
} // namespace rtwmc

using namespace mlir;
using namespace rtwmc;

namespace {

struct InterpretPass : rtwmc::impl::InterpretBase<InterpretPass> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    bool found = false;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isDeclaration() || function.getNumArguments() != 0)
        continue;
      found = true;
      FailureOr<Data> results = interpret(function, {});
      if (failed(results)) {
        signalPassFailure();
        continue;
      }
      print(function.getName(), *results);
    }
    if (!found) {
      getOperation().emitError("expects a function without arguments, to "
                               "evaluate it");
      signalPassFailure();
    }
  }

  static void print(StringRef name, const Data &results) {
    for (auto [index, result] : llvm::enumerate(results)) {
      llvm::outs() << '@' << name;
      if (results.size() > 1)
        llvm::outs() << '#' << index;
      llvm::outs() << ": ";
      result.print(llvm::outs());
    }
    // The module that follows goes through a stream of its own.
    llvm::outs().flush();
  }
};

} // namespace
