// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-fuse --split-input-file | FileCheck %s

// Windows that overlap.
// CHECK-LABEL: func.func @overlapping
// CHECK: rtwmc.conv2d {{.*}} -> tensor<1x8x8x4xi8>
// CHECK: rtwmc.max_pool2d
func.func @overlapping(%0: tensor<1x8x8x2xi8>) -> tensor<1x3x3x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x1x1x2xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x8x8x2xi8> -> tensor<1x8x8x4xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x8x8x4xi8> -> tensor<1x3x3x4xi8>
  return %2 : tensor<1x3x3x4xi8>
}

// -----

// Windows that are padded.
// CHECK-LABEL: func.func @padded
// CHECK: rtwmc.conv2d {{.*}} -> tensor<1x8x8x4xi8>
// CHECK: rtwmc.max_pool2d
func.func @padded(%0: tensor<1x8x8x2xi8>) -> tensor<1x5x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x1x1x2xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x8x8x2xi8> -> tensor<1x8x8x4xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 1, 1, 0, 0>} : tensor<1x8x8x4xi8> -> tensor<1x5x4x4xi8>
  return %2 : tensor<1x5x4x4xi8>
}

// -----

// Pixels that a crop in front would not compute.
// CHECK-LABEL: func.func @cropped_in_front
// CHECK: rtwmc.conv2d {{.*}} -> tensor<1x8x8x4xi8>
// CHECK: rtwmc.max_pool2d
func.func @cropped_in_front(%0: tensor<1x8x8x2xi8>) -> tensor<1x3x4x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x1x1x2xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x8x8x2xi8> -> tensor<1x8x8x4xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: -2, 0, 0, 0>} : tensor<1x8x8x4xi8> -> tensor<1x3x4x4xi8>
  return %2 : tensor<1x3x4x4xi8>
}

// -----

// A map that another layer reads as well.
// CHECK-LABEL: func.func @two_readers
// CHECK: rtwmc.conv2d {{.*}} -> tensor<1x8x8x4xi8>
// CHECK: rtwmc.max_pool2d
func.func @two_readers(%0: tensor<1x8x8x2xi8>) -> tensor<1x8x8x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x1x1x2xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x8x8x2xi8> -> tensor<1x8x8x4xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 1, 1>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x8x8x4xi8> -> tensor<1x8x8x4xi8>
  %3 = rtwmc.elementwise %1, %2 {
  ^bb0(%a: i8, %b: i8):
    %4 = arith.maxsi %a, %b : i8
    rtwmc.yield %4 : i8
  } : (tensor<1x8x8x4xi8>, tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8>
  return %3 : tensor<1x8x8x4xi8>
}
