// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s

// Padding, below and to the right, never wins.
// CHECK:      @max: tensor<1x2x2x1xi8>
// CHECK-NEXT:   [-1, -3]
// CHECK-NEXT:   [-7, -9]
func.func @max() -> tensor<1x2x2x1xi8> {
  %0 = arith.constant dense<[[[[-1], [-2], [-3]], [[-4], [-5], [-6]], [[-7], [-8], [-9]]]]> : tensor<1x3x3x1xi8>
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 1, 0, 1>}
    : tensor<1x3x3x1xi8> -> tensor<1x2x2x1xi8>
  return %1 : tensor<1x2x2x1xi8>
}

// Channel by channel; windows overlap, the first column is cropped.
// CHECK:      @overlap: tensor<1x1x2x2xi8>
// CHECK-NEXT:   [4, 8] [9, 8]
func.func @overlap() -> tensor<1x1x2x2xi8> {
  %0 = arith.constant dense<[[[[99, 99], [4, -1], [-5, 8], [9, 2]]]]> : tensor<1x1x4x2xi8>
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, -1, 0>}
    : tensor<1x1x4x2xi8> -> tensor<1x1x2x2xi8>
  return %1 : tensor<1x1x2x2xi8>
}

// Every second row, every column.
// CHECK:      @strides: tensor<1x2x3x1xi8>
// CHECK-NEXT:   [1, 2, 3]
// CHECK-NEXT:   [7, 8, 9]
func.func @strides() -> tensor<1x2x3x1xi8> {
  %0 = arith.constant dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8>
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 1, 1>, stride = array<i64: 2, 1>, pad = array<i64: 0, 0, 0, 0>}
    : tensor<1x3x3x1xi8> -> tensor<1x2x3x1xi8>
  return %1 : tensor<1x2x3x1xi8>
}

// Four elements less 1: 12 - 4, 16 - 4;  24 - 4, 28 - 4
// CHECK:      @sum: tensor<1x2x2x1xi32>
// CHECK-NEXT:   [8, 12]
// CHECK-NEXT:   [20, 24]
func.func @sum() -> tensor<1x2x2x1xi32> {
  %0 = arith.constant dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8>
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    input_zp = 1 : i32} : tensor<1x3x3x1xi8> -> tensor<1x2x2x1xi32>
  return %1 : tensor<1x2x2x1xi32>
}

// Rows 1 and 2 of columns 0 and 1, of each channel: 4 + 5 + 7 + 8.
// CHECK:      @crop: tensor<1x1x1x2xi32>
// CHECK-NEXT:   [24, -24]
func.func @crop() -> tensor<1x1x1x2xi32> {
  %0 = arith.constant dense<[[[[1, -1], [2, -2], [3, -3]], [[4, -4], [5, -5], [6, -6]],
                              [[7, -7], [8, -8], [9, -9]]]]> : tensor<1x3x3x2xi8>
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: -1, 0, 0, -1>,
    input_zp = 0 : i32} : tensor<1x3x3x2xi8> -> tensor<1x1x1x2xi32>
  return %1 : tensor<1x1x1x2xi32>
}

// 32 bits in, and around.
// CHECK:      @wraps: tensor<1x1x1x1xi32>
// CHECK-NEXT:   [-2147483648]
func.func @wraps() -> tensor<1x1x1x1xi32> {
  %0 = arith.constant dense<[[[[2147483647], [1]]]]> : tensor<1x1x2x1xi32>
  %1 = rtwmc.sum_pool2d %0 {kernel = array<i64: 1, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    input_zp = 0 : i32} : tensor<1x1x2x1xi32> -> tensor<1x1x1x1xi32>
  return %1 : tensor<1x1x1x1xi32>
}
