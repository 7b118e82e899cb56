// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s

// Weights are KH x KW x C x M, and channel c * M + m of the output is filter m
// of channel c: of the pixel [5, 7], 5 * 1, 5 * 2, 7 * 3, 7 * 4.
// CHECK:      @filters: tensor<1x1x2x4xi32>
// CHECK-NEXT:   [5, 10, 21, 28] [-1, -2, 300, 400]
func.func @filters() -> tensor<1x1x2x4xi32> {
  %0 = arith.constant dense<[[[[5, 7], [-1, 100]]]]> : tensor<1x1x2x2xi8>
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<[[[[1, 2], [3, 4]]]]> : tensor<1x1x2x2xi8>,
    bias = dense<[0, 0, 0, 0]> : tensor<4xi32>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32}
    : tensor<1x1x2x2xi8> -> tensor<1x1x2x4xi32>
  return %1 : tensor<1x1x2x4xi32>
}

// Less 1, the columns of the input are [0, 1, 2], [9, 19, 29]. Kernels [1, 10]
// and [100, 1] below each other, with a row of padding above:
//   10 * 0, 1 * 9;  0 + 10 * 1, 100 * 9 + 19;  1 + 10 * 2, 100 * 19 + 29
// and bias. Less its zero point of 2 each kernel is that.
// CHECK:      @padding: tensor<1x3x1x2xi32>
// CHECK-NEXT:   [1000, 2009]
// CHECK-NEXT:   [1010, 2919]
// CHECK-NEXT:   [1021, 3929]
func.func @padding() -> tensor<1x3x1x2xi32> {
  %0 = arith.constant dense<[[[[1, 10]], [[2, 20]], [[3, 30]]]]> : tensor<1x3x1x2xi8>
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<[[[[3], [102]]], [[[12], [3]]]]> : tensor<2x1x2x1xi8>,
    bias = dense<[1000, 2000]> : tensor<2xi32>, stride = array<i64: 1, 1>, pad = array<i64: 1, 0, 0, 0>,
    dilation = array<i64: 1, 1>, input_zp = 1 : i32, weight_zp = 2 : i32}
    : tensor<1x3x1x2xi8> -> tensor<1x3x1x2xi32>
  return %1 : tensor<1x3x1x2xi32>
}

// [1, _, 10] from the second column on, in steps of 2: 1 + 30, 3 + 50. Halved,
// up, 16 and 27; the greater of the two.
// CHECK:      @all: tensor<1x1x1x1xi8>
// CHECK-NEXT:   [27]
func.func @all() -> tensor<1x1x1x1xi8> {
  %0 = arith.constant dense<[[[[0], [1], [2], [3], [4], [5], [6]]]]> : tensor<1x1x7x1xi8>
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<[[[[1]], [[10]]]]> : tensor<1x2x1x1xi8>,
    bias = dense<0> : tensor<1xi32>, stride = array<i64: 1, 2>, pad = array<i64: 0, 0, -1, 0>,
    dilation = array<i64: 1, 2>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [31], single, zero_point = 0, range = [-128, 127]>,
    pool = #rtwmc.pool<max, [1, 2], zero_point = 0>}
    : tensor<1x1x7x1xi8> -> tensor<1x1x1x1xi8>
  return %1 : tensor<1x1x1x1xi8>
}
