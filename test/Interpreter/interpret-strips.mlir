// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s

// CHECK-LABEL: @take: tensor<1x2x2x1xi8>
// CHECK-NEXT: [2, 3]
// CHECK-NEXT: [6, 7]
func.func @take() -> tensor<1x2x2x1xi8> {
  %0 = arith.constant dense<[[[[1], [2], [3], [4]], [[5], [6], [7], [8]]]]> : tensor<1x2x4x1xi8>
  %1 = rtwmc.take_columns %0 from 1 : tensor<1x2x4x1xi8> -> tensor<1x2x2x1xi8>
  return %1 : tensor<1x2x2x1xi8>
}

// Column 1 is put there by nobody.
// CHECK-LABEL: @put: tensor<1x2x3x1xi8>
// CHECK-NEXT: [1, 0, 3]
// CHECK-NEXT: [2, 0, 4]
func.func @put() -> tensor<1x2x3x1xi8> {
  %0 = arith.constant dense<[[[[1]], [[2]]]]> : tensor<1x2x1x1xi8>
  %1 = arith.constant dense<[[[[3]], [[4]]]]> : tensor<1x2x1x1xi8>
  %2 = rtwmc.put_columns %0 at 0 : (tensor<1x2x1x1xi8>) -> tensor<1x2x3x1xi8>
  %3 = rtwmc.put_columns %1 at 2 into %2 : (tensor<1x2x1x1xi8>, tensor<1x2x3x1xi8>) -> tensor<1x2x3x1xi8>
  return %3 : tensor<1x2x3x1xi8>
}

// With wrap-around.
// CHECK-LABEL: @add: tensor<1x1x1x2xi32>
// CHECK-NEXT: [8, -2147483648]
func.func @add() -> tensor<1x1x1x2xi32> {
  %0 = arith.constant dense<[[[[3, 1]]]]> : tensor<1x1x1x2xi32>
  %1 = arith.constant dense<[[[[5, 2147483647]]]]> : tensor<1x1x1x2xi32>
  %2 = rtwmc.add_sums %0 into %1 : tensor<1x1x1x2xi32>
  return %2 : tensor<1x1x1x2xi32>
}

// Halved, each channel at its own scale; rounded to nearest, then clamped.
// CHECK-LABEL: @finish: tensor<1x1x1x3xi8>
// CHECK-NEXT: [6, 5, 20]
func.func @finish() -> tensor<1x1x1x3xi8> {
  %0 = arith.constant dense<[[[[3, 1, 90]]]]> : tensor<1x1x1x3xi32>
  %1 = arith.constant dense<[[[[8, 19, 90]]]]> : tensor<1x1x1x3xi32>
  %2 = rtwmc.finish_sums %0 into %1 {requant = #rtwmc.requant<[1073741824, 1073741824, 1073741824], [31, 32, 31], single, zero_point = 0, range = [-128, 20]>} : tensor<1x1x1x3xi32> -> tensor<1x1x1x3xi8>
  return %2 : tensor<1x1x1x3xi8>
}
