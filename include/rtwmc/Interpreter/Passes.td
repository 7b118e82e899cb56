//===- Passes.td - The reference interpreter as a pass -----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_INTERPRETER_PASSES_TD
#define RTWMC_INTERPRETER_PASSES_TD

include "mlir/Pass/PassBase.td"

def Interpret : Pass<"rtwmc-interpret", "::mlir::ModuleOp"> {
  let summary = "Prints what functions without arguments compute";
  let description = [{
    Evaluates every function without arguments by the reference interpreter,
    which follows the descriptions of the operations and shares nothing with
    their lowerings, and writes the results to the standard output. It knows
    layers, `prune` and `unprune`, calls, reshapes, constants, and operations
    on scalars that fold; of anything else the diagnostic names the operation.
    The module stays as it is.

    A result is its name and type (`@f`, or `@f#1` for the second of several)
    and a line for each row of pixels. A pixel of several channels stands in
    brackets of its own. Of a pruned map the stream is printed, a dropped
    element as a dot, and the bytes of the bitmap.
  }];
}

#endif // RTWMC_INTERPRETER_PASSES_TD
