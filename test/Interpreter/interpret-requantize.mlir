// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-interpret -o /dev/null | FileCheck %s

// Accumulators are made by a 1x1 convolution with weights of 1.

// Halves, ties upwards: 1.5, -1.5, 2.5, -2.5 are 2, -1, 3, -2; and 10. 60 is
// clamped.
// CHECK:      @halves: tensor<1x1x5x1xi8>
// CHECK-NEXT:   [12, 9, 13, 8, 50]
func.func @halves() -> tensor<1x1x5x1xi8> {
  %0 = arith.constant dense<[[[[3], [-3], [5], [-5], [100]]]]> : tensor<1x1x5x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [31], single, zero_point = 10, range = [-128, 50]>}
    : tensor<1x1x5x1xi8> -> tensor<1x1x5x1xi8>
  return %1 : tensor<1x1x5x1xi8>
}

// Quarters, rounded once: 0.25, -0.25, 0.5, -0.5.
//   (a * 2^30 + 2^31) >> 32
// CHECK:      @once: tensor<1x1x4x1xi8>
// CHECK-NEXT:   [0, 0, 1, 0]
func.func @once() -> tensor<1x1x4x1xi8> {
  %0 = arith.constant dense<[[[[1], [-1], [2], [-2]]]]> : tensor<1x1x4x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [32], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x1x4x1xi8> -> tensor<1x1x4x1xi8>
  return %1 : tensor<1x1x4x1xi8>
}

// The same, rounded twice:
//   (a * 2^30 + 2^31 + 2^30) >> 32, or - 2^30 where a is negative
// CHECK:      @twice: tensor<1x1x4x1xi8>
// CHECK-NEXT:   [1, 0, 1, -1]
func.func @twice() -> tensor<1x1x4x1xi8> {
  %0 = arith.constant dense<[[[[1], [-1], [2], [-2]]]]> : tensor<1x1x4x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [32], double, zero_point = 0, range = [-128, 127]>}
    : tensor<1x1x4x1xi8> -> tensor<1x1x4x1xi8>
  return %1 : tensor<1x1x4x1xi8>
}

// A scale for each channel, 1 and 3/8, and a range that cuts both ends:
//   100, 3/8 * 101 = 37.875;  -100, 3/8 * -99 = -37.125;  in [-37, 37]
// and 3/8 * 9 = 3.375, 3/8 * 4 = 1.5.
// CHECK:      @per_channel: tensor<1x2x2x2xi8>
// CHECK-NEXT:   [37, 37] [-37, -37]
// CHECK-NEXT:   [8, 3] [3, 2]
func.func @per_channel() -> tensor<1x2x2x2xi8> {
  %0 = arith.constant dense<[[[[100], [-100]], [[8], [3]]]]> : tensor<1x2x2x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<2x1x1x1xi8>, bias = dense<[0, 1]> : tensor<2xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824, 1610612736], [30, 32], single, zero_point = 0, range = [-37, 37]>}
    : tensor<1x2x2x1xi8> -> tensor<1x2x2x2xi8>
  return %1 : tensor<1x2x2x2xi8>
}

// Pooled after the requantization, which leaves the values as they are; the
// last row and the last column fill no window.
// CHECK:      @max: tensor<1x1x2x1xi8>
// CHECK-NEXT:   [6, 9]
func.func @max() -> tensor<1x1x2x1xi8> {
  %0 = arith.constant dense<[[[[1], [5], [9], [-2], [99]], [[6], [-7], [3], [8], [99]],
                              [[99], [99], [99], [99], [99]]]]> : tensor<1x3x5x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<1x1x1x1xi8>, bias = dense<0> : tensor<1xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [30], single, zero_point = 0, range = [-128, 127]>,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>} : tensor<1x3x5x1xi8> -> tensor<1x1x2x1xi8>
  return %1 : tensor<1x1x2x1xi8>
}

// Of channel 0, 10 + 20 + 30 + 40 - 4 * 3; of channel 1, negated, -100 - 12.
// CHECK:      @sum: tensor<1x1x1x2xi32>
// CHECK-NEXT:   [88, -112]
func.func @sum() -> tensor<1x1x1x2xi32> {
  %0 = arith.constant dense<[[[[10], [20]], [[30], [40]]]]> : tensor<1x2x2x1xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<[[[[1]]], [[[-1]]]]> : tensor<2x1x1x1xi8>, bias = dense<0> : tensor<2xi32>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [30], single, zero_point = 0, range = [-128, 127]>,
    pool = #rtwmc.pool<sum, [2, 2], zero_point = 3>} : tensor<1x2x2x1xi8> -> tensor<1x1x1x2xi32>
  return %1 : tensor<1x1x1x2xi32>
}
