//===- RTWMCStripOps.td - Parts of maps --------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RTWMC_STRIP_OPS_TD
#define RTWMC_STRIP_OPS_TD

include "rtwmc/Dialect/RTWMC/IR/RTWMCAttributes.td"
include "rtwmc/Dialect/RTWMC/IR/RTWMCTypes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Around the layer of a kernel that computes a strip. None of them moves a
// byte: they say where in a map the layer reads, or writes.
//===----------------------------------------------------------------------===//

def RTWMC_TakeColumnsOp : RTWMC_Op<"take_columns", [Pure]> {
  let summary = "neighbouring columns of a map";
  let description = [{
    As many columns as the result has, from `first` on. A layer reads them where
    they are in the map.

    Example:

    ```mlir
    %strip = rtwmc.take_columns %map from 3
      : tensor<1x8x8x4xi8> -> tensor<1x8x5x4xi8>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$map, I64Attr:$first);
  let results = (outs AnyStaticShapeTensor:$columns);
  let assemblyFormat = [{
    $map `from` $first attr-dict `:` type($map) `->` type($columns)
  }];
  let hasVerifier = 1;
}

def RTWMC_PutColumnsOp : RTWMC_Op<"put_columns", [Pure]> {
  let summary = "a map with neighbouring columns written anew";
  let description = [{
    The map `into`, with `columns` from its column `first` on. Without `into` the
    other columns are not known yet: they are 0 until they are put there. A layer
    writes its pixels into the memory of `into`, which must be read nowhere else.

    Example: two strips of a map

    ```mlir
    %0 = rtwmc.put_columns %left at 0
      : (tensor<1x8x5x4xi8>) -> tensor<1x8x8x4xi8>
    %1 = rtwmc.put_columns %right at 5 into %0
      : (tensor<1x8x3x4xi8>, tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$columns, I64Attr:$first,
    Optional<AnyStaticShapeTensor>:$into);
  let results = (outs AnyStaticShapeTensor:$map);
  let assemblyFormat = [{
    $columns `at` $first (`into` $into^)? attr-dict `:` functional-type(operands, $map)
  }];
  let hasVerifier = 1;
}

def RTWMC_AddSumsOp : RTWMC_Op<"add_sums", [Pure, SameOperandsAndResultType]> {
  let summary = "sums of a strip added to those of the strips before it";
  let description = [{
    Elements of 32 bits, added with wrap-around. The layer that makes `sums`, a
    sum over all rows and columns of its strip, starts where the strips before it
    ended, in the memory of `into`, which must be read nowhere else.

    Example:

    ```mlir
    %1 = rtwmc.add_sums %sums into %0 : tensor<1x1x1x8xi32>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$sums, AnyStaticShapeTensor:$into);
  let results = (outs AnyStaticShapeTensor:$total);
  let assemblyFormat = "$sums `into` $into attr-dict `:` type($sums)";
  let hasVerifier = 1;
}

def RTWMC_FinishSumsOp : RTWMC_Op<"finish_sums", [Pure,
    AllTypesMatch<["sums", "into"]>]> {
  let summary = "sums of the last strip added to those before, requantized";
  let description = [{
    What `add_sums` gives, requantized channel by channel. The layer that makes
    `sums`, a fully connected one over its strip, adds them in the memory of
    `into`, which must be read nowhere else.

    Example:

    ```mlir
    %1 = rtwmc.finish_sums %sums into %0 {
        requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128,
                                 range = [-128, 127]>}
      : tensor<1x1x1x8xi32> -> tensor<1x1x1x8xi8>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$sums, AnyStaticShapeTensor:$into,
    RTWMC_Requantization:$requant);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = [{
    $sums `into` $into attr-dict `:` type($sums) `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // RTWMC_STRIP_OPS_TD
