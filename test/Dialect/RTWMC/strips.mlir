// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s | FileCheck %s
// RUN: rtwmc-opt %s | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --mlir-print-op-generic | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --emit-bytecode | rtwmc-opt | FileCheck %s

// CHECK-LABEL: func.func @strips
func.func @strips(%map: tensor<1x2x8x3xi8>, %sums: tensor<1x1x1x3xi32>) {
  // CHECK: %[[PART:.*]] = rtwmc.take_columns %{{.*}} from 3 : tensor<1x2x8x3xi8> -> tensor<1x2x5x3xi8>
  %0 = rtwmc.take_columns %map from 3 : tensor<1x2x8x3xi8> -> tensor<1x2x5x3xi8>
  // CHECK: %[[MAP:.*]] = rtwmc.put_columns %[[PART]] at 0 : (tensor<1x2x5x3xi8>) -> tensor<1x2x9x3xi8>
  %1 = rtwmc.put_columns %0 at 0 : (tensor<1x2x5x3xi8>) -> tensor<1x2x9x3xi8>
  // CHECK: rtwmc.put_columns %[[PART]] at 4 into %[[MAP]] : (tensor<1x2x5x3xi8>, tensor<1x2x9x3xi8>) -> tensor<1x2x9x3xi8>
  %2 = rtwmc.put_columns %0 at 4 into %1 : (tensor<1x2x5x3xi8>, tensor<1x2x9x3xi8>) -> tensor<1x2x9x3xi8>
  // CHECK: rtwmc.add_sums %[[SUMS:.*]] into %[[SUMS]] : tensor<1x1x1x3xi32>
  %3 = rtwmc.add_sums %sums into %sums : tensor<1x1x1x3xi32>
  // CHECK: rtwmc.finish_sums %[[SUMS]] into %[[SUMS]] {requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128, range = [-128, 127]>} : tensor<1x1x1x3xi32> -> tensor<1x1x1x3xi8>
  %4 = rtwmc.finish_sums %sums into %sums {requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128, range = [-128, 127]>} : tensor<1x1x1x3xi32> -> tensor<1x1x1x3xi8>
  return
}
