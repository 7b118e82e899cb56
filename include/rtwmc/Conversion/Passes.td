//===- Passes.td - Conversions to and from rtwmc -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_CONVERSION_PASSES_TD
#define RTWMC_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormalizeTosa : Pass<"rtwmc-normalize-tosa", "::mlir::ModuleOp"> {
  let summary = "Turns what front ends emit into the TOSA this compiler reads";
  let description = [{
    Specialises a dynamic batch to 1 (and marks the function with
    `rtwmc.batch_specialized`), propagates the shapes that follow, drops the
    attributes of dialects that are not ours, folds reshapes and transposes of
    constants, and removes clamps to the full range of their type.

    Fails, naming the operation, where the module cannot be compiled: no or
    several functions, not one input and one output of `i8`, floating point,
    control flow, shapes that stay dynamic.

    Before:

    ```mlir
    func.func @main(%arg0: tensor<?x4xi8>) -> tensor<?x4xi8>
        attributes {tf.entry_function = {}} {
      %0 = tosa.clamp %arg0 {max_val = 127 : i8, min_val = 0 : i8}
        : (tensor<?x4xi8>) -> tensor<?x4xi8>
      return %0 : tensor<?x4xi8>
    }
    ```

    After:

    ```mlir
    func.func @main(%arg0: tensor<1x4xi8>) -> tensor<1x4xi8>
        attributes {rtwmc.batch_specialized} {
      %0 = tosa.clamp %arg0 {max_val = 127 : i8, min_val = 0 : i8}
        : (tensor<1x4xi8>) -> tensor<1x4xi8>
      return %0 : tensor<1x4xi8>
    }
    ```
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect",
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

    Before:

    ```mlir
    %0 = tosa.conv2d %x, %w, %b, %xzp, %wzp {...}
      : (tensor<1x32x32x3xi8>, ...) -> tensor<1x28x28x6xi32>
    %1 = tosa.rescale %0, %multiplier, %shift, %izp, %ozp {...}
      : (tensor<1x28x28x6xi32>, ...) -> tensor<1x28x28x6xi8>
    ```

    After:

    ```mlir
    %0 = rtwmc.conv2d %x {weight = ..., bias = ..., requant = ...}
      : tensor<1x32x32x3xi8> -> tensor<1x28x28x6xi8>
    ```
  }];
  let dependentDialects = ["::rtwmc::RTWMCDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tosa::TosaDialect"];
}

def ConvertRTWMCToLoops : Pass<"convert-rtwmc-to-loops", "::mlir::ModuleOp"> {
  let summary = "Turns steps into calls of row kernels";
  let description = [{
    Writes a row kernel for every layer: loops over pointers into the arena,
    with the layer's constants laid out in the order in which its loops read
    them, and calls it where the schedule has a step. Pruned maps go through
    the streaming operations, which are lowered here as well.

    Before:

    ```mlir
    rtwmc.step @conv1[%row] (%input, %conv1)
      : memref<1x32x32x3xi8>, memref<1x5x14x6xi8>
    ```

    After:

    ```mlir
    call @conv1_row(%row, %input, %arena)
      : (i32, memref<1x32x32x3xi8>, memref<548xi8>) -> ()
    ```
  }];
  let options = [
    Option<"dsp", "dsp", "bool", "false",
           "Use SMLAD and SXTB16 (Armv7E-M, Armv8-M with DSP)">,
    Option<"unaligned", "unaligned", "bool", "false",
           "Load words from any address (not Armv6-M)">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

#endif // RTWMC_CONVERSION_PASSES_TD
