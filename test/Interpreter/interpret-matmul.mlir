// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s
// RUN: rtwmc-opt %s --canonicalize --rtwmc-interpret -o /dev/null | FileCheck %s

// Two matrices, one in each row of the second input: [[1, 2], [3, 4], [5, 6]]
// without its zero point of 1, and zeros but for one element. The first input
// is [[1, -1], [2, 0]] and [[3, 1], [0, -2]] without its zero point of -1:
// 1*1 - 1*2 = -1, 1*3 - 1*4 = -1, ...; 3*0 + 1*7 = 7, ...
// CHECK:      @two: tensor<1x4x1x3xi32>
// CHECK-NEXT:   [-1, -1, -1]
// CHECK-NEXT:   [2, 6, 10]
// CHECK-NEXT:   [7, 0, 0]
// CHECK-NEXT:   [-14, 0, 0]
func.func @two() -> tensor<1x4x1x3xi32> {
  %0 = arith.constant dense<[[[[0, -2], [1, -1]], [[2, 0], [-1, -3]]]]> : tensor<1x2x2x2xi8>
  %1 = arith.constant dense<[[[[2, 3], [4, 5], [6, 7]], [[1, 8], [1, 1], [1, 1]]]]> : tensor<1x2x3x2xi8>
  %2 = rtwmc.matmul %0, %1 {a_zp = -1 : i32, b_zp = 1 : i32}
    : (tensor<1x2x2x2xi8>, tensor<1x2x3x2xi8>) -> tensor<1x4x1x3xi32>
  return %2 : tensor<1x4x1x3xi32>
}

// One matrix for both rows; a quarter, halves rounded up, and 10 more, at most 14.
// CHECK:      @scaled: tensor<1x2x1x2xi8>
// CHECK-NEXT:   [14, 9]
// CHECK-NEXT:   [12, 10]
func.func @scaled() -> tensor<1x2x1x2xi8> {
  %0 = arith.constant dense<[[[[4, 2]], [[1, 1]]]]> : tensor<1x2x1x2xi8>
  %1 = arith.constant dense<[[[[6, 1], [-2, 1]]]]> : tensor<1x1x2x2xi8>
  %2 = rtwmc.matmul %0, %1 {a_zp = 0 : i32, b_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [32], single, zero_point = 10, range = [-128, 14]>}
    : (tensor<1x2x1x2xi8>, tensor<1x1x2x2xi8>) -> tensor<1x2x1x2xi8>
  return %2 : tensor<1x2x1x2xi8>
}
