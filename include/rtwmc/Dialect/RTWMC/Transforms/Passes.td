//===- Passes.td - Passes on the rtwmc dialect -------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_TRANSFORMS_PASSES_TD
#define RTWMC_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Portable passes: any MLIR compiler can run them
//===----------------------------------------------------------------------===//

def RTWMCPlan : Pass<"rtwmc-plan"> {
  let summary = "plans which feature maps are pruned, and by how much";
  let description = [{
    Finds the convolution layers (`tosa.conv2d`, `tosa.depthwise_conv2d`; not a
    fully connected layer, which is a 1x1 convolution of a 1x1 map) of each
    function, in order, runs Algorithm 1 of the paper on them and leaves a
    `#rtwmc.plan` on each operation that defines a map which must shrink: the
    last `tosa.rescale` or `tosa.clamp` after the convolution. A dynamic batch
    size counts as 1. One remark for each layer says what was decided and where
    the bytes go.

    In mode `paper` the elements to drop follow the paper's closed form, whose
    layout may overshoot the budget by its own rounding (a warning says so). In
    mode `exact` they are the least for which the layout fits. Either charges
    the packed values, the bitmap, the tiny buffer and a Top-K cache of a value
    and an index for each element that a batch may have to drop.

    Algorithm 1 sees a chain: it counts what a layer reads from the one before
    it and no other tensor that may be live at the same time, such as the other
    branch of a residual connection. A budget is proven for the code that
    `rtwmc-compile` generates, not by this pass.
  }];
  let options = [
    Option<"mode", "mode", "::rtwmc::Mode", "::rtwmc::Mode::Exact",
           "How the elements to drop are computed">,
    Option<"ram", "ram", "int64_t", "0",
           "RAM budget S_r, bytes; must be given">,
    Option<"batch", "batch", "int64_t", "32",
           "Tiny buffer S_b, elements per batch">,
    Option<"alpha", "alpha", "double", "0.8",
           "A packed map and its overhead take at most this share of the RAM, "
           "0 < alpha <= 1">,
    Option<"input", "input", "::rtwmc::InputPlace",
           "::rtwmc::InputPlace::External",
           "Where the network's input lives">,
    ListOption<"tauQ", "tau-q", "int32_t",
               "Pruning threshold in quantized steps, 0..256: one for all "
               "layers or one for each (default 1)">,
    Option<"policy", "policy", "::rtwmc::QuotaPolicy",
           "::rtwmc::QuotaPolicy::Proportional",
           "How many elements a batch must drop">,
    Option<"order", "order", "::rtwmc::StreamOrder",
           "::rtwmc::StreamOrder::NHWC",
           "Stream order of the pruned maps">
  ];
  let statistics = [
    Statistic<"numLayers", "layers", "Convolution layers planned">,
    Statistic<"numPruned", "pruned", "Feature maps that must shrink">,
    Statistic<"numDropped", "dropped", "Elements dropped at least">
  ];
  let dependentDialects = ["::rtwmc::RTWMCDialect"];
}

def RTWMCInsertPruning : Pass<"rtwmc-insert-pruning"> {
  let summary = "prunes the feature maps that have a plan";
  let description = [{
    Prunes the map behind every operation with a `rtwmc.plan`, whatever its
    dialect, and reads it back in front of each operation that uses it, so that
    only the pruned map lives in between. The plan is used up. A plan that drops
    nothing and has no threshold is removed without effect.

    A dynamic batch size becomes 1 by a `tensor.cast`, and dynamic again behind.
  }];
  let statistics = [
    Statistic<"numPruned", "pruned", "Feature maps pruned">,
    Statistic<"numReads", "reads", "Places where a pruned map is read back">
  ];
  let dependentDialects = [
    "::rtwmc::RTWMCDialect", "::mlir::tensor::TensorDialect"
  ];
}

def RTWMCLowerPruning : Pass<"rtwmc-lower-pruning", "::mlir::ModuleOp"> {
  let summary = "lowers pruned maps to their buffers, pruning to loops";
  let description = [{
    A pruned map becomes two memrefs, the packed values and the bitmap, also
    through `scf`, `cf`, function boundaries, calls and returns. `rtwmc.prune`
    becomes a loop over batches: fill the tiny buffer, compute the quota, select,
    append. `rtwmc.unprune` becomes a loop that reads element by element. The
    streaming operations in them are lowered as well, so nothing of the dialect
    is left.

    Maps themselves stay tensors; bufferize the module afterwards, then let the
    deallocation pipeline free what was allocated (`memref.alloc`). Where the
    quotas are computed in `index`, 32 bits are enough.

    By itself this lowering saves no memory while a layer writes or reads a map,
    because those do it densely; between them only the pruned map lives.
  }];
  let options = [
    Option<"selection", "selection", "::rtwmc::Selection",
           "::rtwmc::Selection::Bisect",
           "How the elements to drop are found", [{llvm::cl::values(
      clEnumValN(::rtwmc::Selection::Bisect, "bisect",
                 "bisection of the magnitude; needs no memory"),
      clEnumValN(::rtwmc::Selection::Insertion, "insertion",
                 "the paper's sorted cache, on the stack"))}]>
  ];
  let statistics = [
    Statistic<"numPruned", "pruned", "Prunings lowered">,
    Statistic<"storageBytes", "storage",
              "Bytes of values and bitmaps, all maps together">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Passes of the Cortex-M pipeline
//===----------------------------------------------------------------------===//

#endif // RTWMC_TRANSFORMS_PASSES_TD
