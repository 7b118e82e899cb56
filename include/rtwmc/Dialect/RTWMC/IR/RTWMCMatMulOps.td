//===- RTWMCMatMulOps.td - Products of two maps ----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_MATMUL_OPS_TD
#define RTWMC_MATMUL_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCLayerOps.td"

def RTWMC_MatMulOp : RTWMC_LayerOp<"matmul", ["countMacs",
                                   "getWrittenZeroPoint"]> {
  let summary = "quantized product of the pixels of two maps";
  let description = [{
    Channel `n` of pixel `p` of the output, pixels counted row after row, is the
    sum over the channels `k` of `(a[p,k] - a_zp) * (b[g,n,k] - b_zp)`, in 32
    bits with wrap-around, then `requant`, if there is one. Row `g` of `b`, a
    matrix of its own, is for as many rows of the output as there are for each
    row of `b`; so are rows of `a`, whose pixels may be in fewer rows than the
    output's.

    Example: for each of two heads, four pixels times five, of eight channels

    ```mlir
    %2 = rtwmc.matmul %0, %1 {a_zp = 3 : i32, b_zp = -5 : i32}
      : (tensor<1x2x4x8xi8>, tensor<1x2x5x8xi8>) -> tensor<1x8x1x5xi32>
    ```
  }];
  let arguments = (ins
    AnyStaticShapeTensor:$a, AnyStaticShapeTensor:$b, I32Attr:$a_zp,
    I32Attr:$b_zp, OptionalAttr<RTWMC_Requantization>:$requant);
  let results = (outs AnyStaticShapeTensor:$output);
  let assemblyFormat = [{
    $a `,` $b attr-dict `:` functional-type(operands, $output)
  }];
  let hasVerifier = 1;
}

#endif // RTWMC_MATMUL_OPS_TD
