// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s

// Accumulators: 1 * 1 + 2 * 2 + 3 * 4 + 4 * 5 = 37 under the first window, and
// the bias.
// CHECK:      @windows: tensor<1x2x2x1xi32>
// CHECK-NEXT:   [137, 147]
// CHECK-NEXT:   [167, 177]
func.func @windows() -> tensor<1x2x2x1xi32> {
  %0 = arith.constant dense<[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]> : tensor<1x3x3x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8>,
    bias = dense<100> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x3x3x1xi8> -> tensor<1x2x2x1xi32>
  return %1 : tensor<1x2x2x1xi32>
}

// Weights are O x KH x KW x I: 1 * 1 + 2 * 10 + 3 * 100 - 4 = 317, 2 + 3 = 5.
// CHECK:      @channels: tensor<1x1x1x2xi32>
// CHECK-NEXT:   [317, 5]
func.func @channels() -> tensor<1x1x1x2xi32> {
  %0 = arith.constant dense<[[[[1, 2], [3, 4]]]]> : tensor<1x1x2x2xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[1, 10], [100, -1]]], [[[0, 1], [1, 0]]]]> : tensor<2x1x2x2xi8>,
    bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x1x2x2xi8> -> tensor<1x1x1x2xi32>
  return %1 : tensor<1x1x1x2xi32>
}

// Less their zero points, the input is [0, 1], [2, 3] and the kernel [1, 2],
// [3, 4]. Above and to the right of the input is nothing:
//   3 * 0 + 4 * 1, 3 * 1;  1 * 0 + 2 * 1 + 3 * 2 + 4 * 3, 1 * 1 + 3 * 3
// CHECK:      @padding: tensor<1x2x2x1xi32>
// CHECK-NEXT:   [4, 3]
// CHECK-NEXT:   [20, 10]
func.func @padding() -> tensor<1x2x2x1xi32> {
  %0 = arith.constant dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[0], [1]], [[2], [3]]]]> : tensor<1x2x2x1xi8>,
    bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 0, 1>,
    dilation = array<i64: 1, 1>, input_zp = 1 : i32, weight_zp = -1 : i32}
    : tensor<1x2x2x1xi8> -> tensor<1x2x2x1xi32>
  return %1 : tensor<1x2x2x1xi32>
}

// The kernel [1, _, 10] over rows 1 and 3; the first row is cropped.
//   4 + 10 * 6, 5 + 10 * 7;  12 + 10 * 14, 13 + 10 * 15
// CHECK:      @dilation: tensor<1x2x2x1xi32>
// CHECK-NEXT:   [64, 75]
// CHECK-NEXT:   [152, 163]
func.func @dilation() -> tensor<1x2x2x1xi32> {
  %0 = arith.constant dense<[[[[0], [1], [2], [3]], [[4], [5], [6], [7]],
                              [[8], [9], [10], [11]], [[12], [13], [14], [15]]]]> : tensor<1x4x4x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[1], [10]]]]> : tensor<1x1x2x1xi8>,
    bias = dense<0> : tensor<1xi32>, stride = array<i64: 2, 1>, pad = array<i64: -1, 0, 0, 0>,
    dilation = array<i64: 1, 2>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x4x4x1xi8> -> tensor<1x2x2x1xi32>
  return %1 : tensor<1x2x2x1xi32>
}

// The kernel 1 above 10 over rows three apart: 0 + 10 * 6, 1 + 10 * 7; ...
// CHECK:      @dilated_rows: tensor<1x2x2x1xi32>
// CHECK-NEXT:   [60, 71]
// CHECK-NEXT:   [82, 93]
func.func @dilated_rows() -> tensor<1x2x2x1xi32> {
  %0 = arith.constant dense<[[[[0], [1]], [[2], [3]], [[4], [5]], [[6], [7]], [[8], [9]]]]> : tensor<1x5x2x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[1]], [[10]]]]> : tensor<1x2x1x1xi8>,
    bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 3, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x5x2x1xi8> -> tensor<1x2x2x1xi32>
  return %1 : tensor<1x2x2x1xi32>
}

// The kernel 1 above 10, from the padding on, over rows 0, 0, 1 and 1, as if
// each were there twice.
// CHECK:      @repeated_rows: tensor<1x4x1x1xi32>
// CHECK-NEXT:   [20]
// CHECK-NEXT:   [22]
// CHECK-NEXT:   [32]
// CHECK-NEXT:   [33]
func.func @repeated_rows() -> tensor<1x4x1x1xi32> {
  %0 = arith.constant dense<[[[[2]], [[3]]]]> : tensor<1x2x1x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[1]], [[10]]]]> : tensor<1x2x1x1xi8>,
    bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32, row_repeat = 2 : i64}
    : tensor<1x2x1x1xi8> -> tensor<1x4x1x1xi32>
  return %1 : tensor<1x4x1x1xi32>
}

// The first and the last row and the first column are cropped.
// CHECK:      @crop: tensor<1x2x3x1xi32>
// CHECK-NEXT:   [5, 6, 7]
// CHECK-NEXT:   [9, 10, 11]
func.func @crop() -> tensor<1x2x3x1xi32> {
  %0 = arith.constant dense<[[[[0], [1], [2], [3]], [[4], [5], [6], [7]],
                              [[8], [9], [10], [11]], [[12], [13], [14], [15]]]]> : tensor<1x4x4x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: -1, -1, -1, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x4x4x1xi8> -> tensor<1x2x3x1xi32>
  return %1 : tensor<1x2x3x1xi32>
}

// 2^31 - 1 and one more.
// CHECK:      @wraps: tensor<1x1x1x1xi32>
// CHECK-NEXT:   [-2147483648]
func.func @wraps() -> tensor<1x1x1x1xi32> {
  %0 = arith.constant dense<1> : tensor<1x1x1x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x1x1xi8>, bias = dense<2147483647> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32} : tensor<1x1x1x1xi8> -> tensor<1x1x1x1xi32>
  return %1 : tensor<1x1x1x1xi32>
}
