// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-fuse --split-input-file | FileCheck %s
// RUN: rtwmc-opt %s --rtwmc-fuse=whole-maps --split-input-file | FileCheck %s --check-prefix=KEEP

// Windows that touch but do not overlap: the map between is never stored.
// CHECK-LABEL: func.func @max
// CHECK: rtwmc.conv2d {{.*}}pool = #rtwmc.pool<max, [2, 3], zero_point = 0>
// CHECK-SAME: tensor<1x7x7x2xi8> -> tensor<1x3x2x4xi8>
// CHECK-NOT: rtwmc.max_pool2d
// KEEP-LABEL: func.func @max
// KEEP: rtwmc.conv2d {{.*}} -> tensor<1x7x7x4xi8>
// KEEP: rtwmc.max_pool2d
func.func @max(%0: tensor<1x7x7x2xi8>) -> tensor<1x3x2x4xi8> {
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<4x1x1x2xi8>, bias = dense<0> : tensor<4xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 0, range = [-128, 127]>}
    : tensor<1x7x7x2xi8> -> tensor<1x7x7x4xi8>
  %2 = rtwmc.max_pool2d %1 {kernel = array<i64: 2, 3>, stride = array<i64: 2, 3>, pad = array<i64: 0, 0, 0, 0>} : tensor<1x7x7x4xi8> -> tensor<1x3x2x4xi8>
  return %2 : tensor<1x3x2x4xi8>
}

// -----

// A sum over the whole map, of a depthwise convolution.
// CHECK-LABEL: func.func @global_sum
// CHECK: rtwmc.depthwise_conv2d {{.*}}pool = #rtwmc.pool<sum, [7, 7], zero_point = -4>
// CHECK-SAME: tensor<1x7x7x2xi8> -> tensor<1x1x1x2xi32>
// CHECK-NOT: rtwmc.sum_pool2d
// KEEP-LABEL: func.func @global_sum
// KEEP: rtwmc.sum_pool2d
func.func @global_sum(%0: tensor<1x7x7x2xi8>) -> tensor<1x1x1x2xi32> {
  %1 = rtwmc.depthwise_conv2d %0 {weight = dense<1> : tensor<1x1x2x1xi8>, bias = dense<0> : tensor<2xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>, input_zp = 0 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [33], single, zero_point = -4, range = [-128, 127]>}
    : tensor<1x7x7x2xi8> -> tensor<1x7x7x2xi8>
  %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 7, 7>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, input_zp = -4 : i32} : tensor<1x7x7x2xi8> -> tensor<1x1x1x2xi32>
  return %2 : tensor<1x1x1x2xi32>
}
