//===- Passes.td - Conversions to and from rtwmc -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_PASSES_TD
#define RTWMC_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def LiftState : Pass<"rtwmc-lift-state", "::mlir::ModuleOp"> {
  let summary = "Makes variables arguments and results of the network";
  let description = [{
    A `tosa.variable` that outlives a run becomes an argument, its value before
    the run, and a result, its value after, behind all others; the attribute
    `rtwmc.state` says what they are. One that is never written, or always to
    what it was, is a constant, and one whose old value nobody reads is nothing.

    Fails where a variable has no readable initial value.
  }];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::tosa::TosaDialect"];
}

def NormalizeTosa : Pass<"rtwmc-normalize-tosa", "::mlir::ModuleOp"> {
  let summary = "Turns what front ends emit into the TOSA this compiler reads";
  let description = [{
    Specialises a dynamic batch to 1 (and marks the function with
    `rtwmc.batch_specialized`), propagates the shapes that follow, drops the
    attributes of dialects that are not ours, folds reshapes, transposes and
    layers of constants, and removes clamps to the full range of their type and
    rescales that change nothing. Outputs that are constants, or inputs, become
    copies. A transposed convolution of int8 becomes a convolution whose filters
    each compute one of the places between the pixels, and a move of channels to
    these places: no tap is multiplied with a zero in between, but the map is
    stored whole before and after the move.

    What callers see is left on the network as `rtwmc.inputs` and
    `rtwmc.outputs`, arrays of `#rtwmc.port`; inside, integers are signless. An
    input of floating point that is quantized first, and an output that is
    dequantized last, are taken at the integers behind: callers are told the
    scale and the zero point.

    Fails, naming the operation, where the module cannot be compiled: no or
    several functions, no input or no output, integers of other than 8, 16 or
    32 bits there, floating point elsewhere, control flow, shapes that
    stay dynamic.
  }];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tosa::TosaDialect",
                           "::mlir::tensor::TensorDialect"];
}

def ConvertTosaToRTWMC : Pass<"convert-tosa-to-rtwmc", "::mlir::ModuleOp"> {
  let summary = "Turns quantized TOSA layers into rtwmc layers";
  let description = [{
    A convolution, its `rescale` and its `clamp` become one `rtwmc.conv2d`;
    poolings, fully connected layers, `matmul` with constant weights and
    elementwise arithmetic likewise. `pad` and `slice` around a layer become
    its padding. Operations for which there is no layer stay as they are and
    are lowered by upstream's own patterns later.
  }];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::tosa::TosaDialect"];
}

def ConvertRTWMCToLoops : Pass<"convert-rtwmc-to-loops", "::mlir::ModuleOp"> {
  let summary = "Turns steps into calls of row kernels";
  let description = [{
    Writes a row kernel for every layer: loops over pointers into the arena,
    with the layer's constants laid out in the order in which its loops read
    them, and calls it where the schedule has a step. Pruned maps go through
    the streaming operations, which are lowered here as well.
  }];
  let options = [
    Option<"mcpu", "mcpu", "std::string", "\"cortex-m4\"",
           "The core to write kernels for, or `host`">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def LowerStops : Pass<"rtwmc-lower-stops", "::mlir::ModuleOp"> {
  let summary = "Turns ends of a run into branches";
  let description = [{
    Behind each `rtwmc.stop_if`, its function goes on in a block of its own, or
    returns the status. For this there must be no loops around any more, but
    blocks (after `convert-scf-to-cf`), and a function that returns an `i32`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::cf::ControlFlowDialect",
                           "::mlir::func::FuncDialect"];
}

#endif // RTWMC_CONVERSION_PASSES_TD
