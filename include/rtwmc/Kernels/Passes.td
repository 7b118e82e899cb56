//===- Passes.td - Which kernels compute the layers --------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_KERNELS_PASSES_TD
#define RTWMC_KERNELS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ChooseKernels : Pass<"rtwmc-choose-kernels", "::mlir::ModuleOp"> {
  let summary = "Chooses how the accumulators of each layer are computed";
  let description = [{
    Sets the `kernel` of every convolution in a kernel function
    (`rtwmc-outline-kernels`). Each variant that can compute the layer on the
    core is emitted into a module of its own and priced by the core's instruction
    prices; the cheapest is taken, of equals the one that comes first in the list
    of variants. Variants with the first of their tiles are compared, which keeps
    to the registers of the core; those whose weights take more flash than the
    smallest are taken on request only.

    `kernel` forces a choice: `NAME` wherever that variant can, `LAYER=NAME` for
    one layer, each with `:CHANNELSxCOLUMNS` behind it for another tile. Fails
    where there is no such layer or variant, where the variant cannot compute the
    layer on this core, or, for `NAME` alone, any layer of the network.
  }];
  let options = [
    Option<"mcpu", "mcpu", "std::string", "\"cortex-m4\"",
           "The core to choose kernels for, or `host`">,
    ListOption<"kernel", "kernel", "std::string",
               "[LAYER=]NAME[:CHANNELSxCOLUMNS], a kernel to force">
  ];
  let statistics = [
    Statistic<"numLayers", "layers", "Layers whose kernel was chosen">
  ];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

#endif // RTWMC_KERNELS_PASSES_TD
