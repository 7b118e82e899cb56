//===- Passes.td - From layers to a schedule in one arena --*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STREAMING_PASSES_TD
#define RTWMC_STREAMING_PASSES_TD

include "mlir/Pass/PassBase.td"

def SetMaps : Pass<"rtwmc-set-maps", "::mlir::ModuleOp"> {
  let summary = "Settles how single maps are to be pruned";
  let description = [{
    Leaves the settings on the module, as `rtwmc.maps`, for `rtwmc-stream` and
    `rtwmc-fit`. A map has the name of the kernel that makes it, which
    `rtwmc-outline-kernels` gives, so that only these passes can tell whether
    there is such a map. Thresholds are in quantized steps. If any map has a
    `drop`, no planner decides: exactly the maps with a `drop` above 0 are
    pruned. Fails if the module prunes its maps itself.
  }];
  let options = [
    ListOption<"maps", "maps", "std::string",
               "Settings of maps, each as NAME[:tau-q=0..256][:drop=ELEMENTS]">
  ];
  let dependentDialects = ["::rtwmc::RTWMCDialect"];
}

def OrientMaps : Pass<"rtwmc-orient-maps", "::mlir::ModuleOp"> {
  let summary = "Lets maps of one row stream along their columns";
  let description = [{
    Networks over time have maps of one row and many columns (Conv1D, as Keras
    writes it), and row by row nothing of those can be forgotten. Rows and
    columns of their layers are exchanged, which changes no byte of a map:
    reshapes say so where other operations read it. A module that prunes its
    maps itself stays as it is.
  }];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::tosa::TosaDialect"];
}

def CropMaps : Pass<"rtwmc-crop-maps", "::mlir::ModuleOp"> {
  let summary = "Computes no rows and columns that nobody reads";
  let description = [{
    Poolings, strides and slices leave rows and columns of their inputs out.
    Layers, from the last to the first, compute only those that are read: first
    and last ones go, and where all readers skip places (strides of windows of
    one place), those between as well. Inputs and outputs of the network, and
    what other operations read, stay whole. A `gather` that then moves nothing
    is removed.
  }];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::arith::ArithDialect"];
}

def Fuse : Pass<"rtwmc-fuse", "::mlir::ModuleOp"> {
  let summary = "Merges layers whose maps then need not be stored";
  let description = [{
    A pooling whose windows do not overlap becomes part of the convolution
    before it: pixels are pooled as they are computed, and the map between the
    two is never stored. A fully connected layer behind the flattening of a map
    becomes a convolution of that map with one window, which takes its rows as
    they come, if its accumulators are smaller than the rows that need not be
    stored then. Elementwise operations that feed only each other become one.
    Where a map is enlarged in height for convolutions alone, these read each of
    its rows several times (`row_repeat`), and none is stored twice.
  }];
  let options = [
    Option<"wholeMaps", "whole-maps", "bool", "false",
           "Store every map, as the paper does: only elementwise operations "
           "are merged">,
    Option<"byChannel", "by-channel", "bool", "false",
           "Maps may be pruned channel by channel, in which rows cannot be read "
           "several times">
  ];
  let dependentDialects = ["::rtwmc::RTWMCDialect"];
}

def ReadRows : Pass<"rtwmc-read-rows", "::mlir::ModuleOp"> {
  let summary = "Lets a network ask its caller for its inputs row by row";
  let description = [{
    Whatever reads an argument of the network reads what `read_rows` makes of it
    instead: a map like any other, of which `rtwmc-stream` keeps the rows that
    are still needed. Rows are those of the argument; where it has only one, or
    is no map of 1xHxWxC, those of the map that a reshape makes of it. Variables
    are not inputs.

    How many rows each input has is left on the network, as `rtwmc.rows`: that
    its inputs are a function and a context each, and no memory.
  }];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::tosa::TosaDialect"];
}

def OutlineKernels : Pass<"rtwmc-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Makes every layer a function of its own, a kernel";
  let description = [{
    The network becomes a list of calls. A kernel holds one layer, with the
    `unprune` of its inputs and the `prune` of its output where they are
    pruned, or a run of operations for which there is no layer. Reshapes stay
    behind: they are names for the same bytes.
  }];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::func::FuncDialect"];
}

def LowerGenericKernels
    : Pass<"rtwmc-lower-generic-kernels", "::mlir::ModuleOp"> {
  let summary = "Lowers kernels without a layer by upstream's patterns";
  let description = [{
    Adds a function of loops over memrefs beside every kernel that holds plain
    TOSA operations (the softmax at the end of a classifier, for instance),
    with its temporary memory as a last argument, so that this memory is part
    of the plan like everything else. Fails where upstream has no lowering,
    naming the operation.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::bufferization::BufferizationDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect",
                           "::mlir::tosa::TosaDialect"];
}

def SplitStrips : Pass<"rtwmc-split-strips", "::mlir::ModuleOp"> {
  let summary = "Computes segments of a network in strips of columns";
  let description = [{
    Each strip of a segment is computed by kernels of its own, on narrower maps,
    which `rtwmc-stream` then keeps narrower rings of; the strips of the
    segment's result make one map, or add to the same sums if the segment ends in
    a sum over all columns. What several strips need of the maps between they
    compute each.

    A segment is all kernels from its first to its last, and only the last makes
    a map that others read. Its layers may be convolutions, poolings,
    elementwise operations and concatenations. Which kernels compute them is
    chosen afterwards (`rtwmc-choose-kernels`).
  }];
  let options = [
    ListOption<"strips", "strips", "std::string",
               "Segments, each as FIRST:LAST:COUNT: the kernels it begins and "
               "ends with, and how many strips">
  ];
  let statistics = [
    Statistic<"numStrips", "num-strips", "Strips">
  ];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::func::FuncDialect"];
}

def Stream : Pass<"rtwmc-stream", "::mlir::ModuleOp"> {
  let summary = "Decides when each row is computed and where it lives";
  let description = [{
    Plans the network (`exact` planner of the specification, section 2) and
    turns its calls into steps over rows, folded into loops, on buffers with
    offsets in one arena. In a segment, layers run depth-first: a row is
    computed when the next layer needs it, and only the last rows are kept.
    Maps that the plan prunes get `prune` and `unprune` in their kernels;
    kernels that have them already (`rtwmc-insert-pruning`) are kept as given.
    Settings of single maps (`rtwmc-set-maps`) go before the options, and what
    `rtwmc-fit` found in place of a budget.
    The layer of a map that is pruned channel by channel runs in one step.
    Fails where no plan fits, with the smallest arena that would.
  }];
  let options = [
    Option<"arenaBudget", "arena-budget", "int64_t", "-1",
           "Bytes the arena may take; -1: no bound">,
    Option<"layerByLayer", "layer-by-layer", "bool", "false",
           "Every layer completes before the next starts, and none overwrites its "
           "input (the paper's setting)">,
    Option<"input", "input", "::rtwmc::InputPlace",
           "::rtwmc::InputPlace::External",
           "Where the network's input lives; `rows` is for a network that "
           "`rtwmc-read-rows` made">,
    Option<"batch", "batch", "int64_t", "0",
           "Elements of the tiny buffer of a pruned map (S_b); 0: 32, or more "
           "where that costs no RAM">,
    Option<"alpha", "alpha", "double", "1.0",
           "Largest share of the arena for one pruned map, 0..1">,
    ListOption<"tauQ", "tau-q", "int64_t",
           "Pruning threshold in quantized steps: one for all pruned maps, or "
           "one for each in the order of production (default 1)">,
    Option<"policy", "policy", "::rtwmc::QuotaPolicy",
           "::rtwmc::QuotaPolicy::Proportional",
           "How many elements a batch must drop">,
    Option<"order", "order", "::rtwmc::StreamOrder",
           "::rtwmc::StreamOrder::NHWC",
           "Stream order of the maps that the plan prunes">,
    Option<"lossless", "lossless", "bool", "false", "Never prune">,
    Option<"keepMaps", "keep-maps", "bool", "false",
           "Store every map whole, in bytes of its own that stay to the end">
  ];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def PlaceBuffers : Pass<"rtwmc-place-buffers", "::mlir::ModuleOp"> {
  let summary = "Turns buffers into views of the arena, after checking them";
  let description = [{
    Proves from the IR alone that buffers whose live intervals meet do not
    share bytes and that all lie inside the arena, then replaces each by a view
    of the arena argument at its offset.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect",
                           "::mlir::arith::ArithDialect"];
}

def MakeEntry : Pass<"rtwmc-make-entry", "::mlir::ModuleOp"> {
  let summary = "Gives the network the interface of a function of C";
  let description = [{
    Names the network and lets it return an `i32`: 0, or 1 without having run if
    the arena's address is not a multiple of `rtwmc.arena_align`. `rtwmc-stream`
    leaves that attribute on the network; it is used up, and so are the ports,
    which are for the C header. A network with variables (`rtwmc.state`) is
    joined by a function that sets them to their first values.
  }];
  let options = [
    Option<"name", "name", "std::string", "\"network_run\"",
           "Name of the function">,
    Option<"reset", "reset", "std::string", "\"network_reset\"",
           "Name of the function that resets variables">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

#endif // RTWMC_STREAMING_PASSES_TD
