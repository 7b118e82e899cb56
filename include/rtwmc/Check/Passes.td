//===- Passes.td - Compiled code against its meaning -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CHECK_PASSES_TD
#define RTWMC_CHECK_PASSES_TD

include "mlir/Pass/PassBase.td"

def Check : Pass<"rtwmc-check", "::mlir::ModuleOp"> {
  let summary = "Compares compiled networks with the reference interpreter";
  let description = [{
    Takes every public function with arguments as a network of its own (TOSA,
    layers, or both), compiles it for the host as `rtwmc-compile` does without
    a budget, and runs it in this process on one input after the other: the
    extremes of their type, then random ones. Every second of these has few
    different elements, because pruning decides between equals. The reference
    interpreter computes the same from the layers that `convert-tosa-to-rtwmc`
    makes; the prunings of the module are kept as given by both.

    Writes a line for each network and one for each of its maps, how it was
    stored, to the standard output. Fails where an element of an output differs,
    where the code writes outside its arena or its output, and where the
    interpreter has no meaning for an operation. The arena holds other random
    bytes before every run, so that what is read must have been written. With
    `input=rows` the code must ask for each row once and in order, and stop when
    one is refused. The module stays as it is.
  }];
  let options = [
    Option<"inputs", "inputs", "unsigned", "16",
           "Random inputs, besides the extremes">,
    Option<"seed", "seed", "unsigned", "1", "Seed of the random inputs">,
    ListOption<"kernel", "kernel", "std::string",
               "[LAYER=]NAME[:CHANNELSxCOLUMNS], a kernel to force where it can "
               "be (rtwmc-choose-kernels)">,
    Option<"input", "input", "::rtwmc::InputPlace",
           "::rtwmc::InputPlace::External",
           "Where the network's input lives">,
    Option<"leastMemory", "least-memory", "bool", "false",
           "Leave out what makes pruning fast where there is room for it">
  ];
}

#endif // RTWMC_CHECK_PASSES_TD
