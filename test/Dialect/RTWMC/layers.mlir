// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s | FileCheck %s
// RUN: rtwmc-opt %s | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --mlir-print-op-generic | rtwmc-opt | FileCheck %s
// RUN: rtwmc-opt %s --emit-bytecode | rtwmc-opt | FileCheck %s

// A convolution with a fused pooling: 28x28 pixels are convolved, 14x14 stored.
// CHECK-LABEL: func.func @convolutions
func.func @convolutions(%0: tensor<1x32x32x3xi8>) -> tensor<1x15x14x12xi32> {
  // CHECK: rtwmc.conv2d %{{.*}} {bias = dense<0> : tensor<6xi32>
  // CHECK-SAME: pad = array<i64: 0, 0, 0, 0>
  // CHECK-SAME: pool = #rtwmc.pool<max, [2, 2], zero_point = 0>
  // CHECK-SAME: requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128, range = [-128, 127]>
  // CHECK-SAME: : tensor<1x32x32x3xi8> -> tensor<1x14x14x6xi8>
  %1 = rtwmc.conv2d %0 {weight = dense<1> : tensor<6x5x5x3xi8>,
    bias = dense<0> : tensor<6xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 0, 0, 0, 0>, dilation = array<i64: 1, 1>,
    input_zp = -128 : i32, weight_zp = 0 : i32,
    requant = #rtwmc.requant<[1073741824], [38], double, zero_point = -128,
                             range = [-128, 127]>,
    pool = #rtwmc.pool<max, [2, 2], zero_point = 0>}
    : tensor<1x32x32x3xi8> -> tensor<1x14x14x6xi8>
  // Accumulators of two filters a channel; a row of padding, a column of crop.
  // CHECK: rtwmc.depthwise_conv2d %{{.*}} {{.*}}pad = array<i64: 1, 1, 0, -1>
  // CHECK-SAME: tensor<1x14x14x6xi8> -> tensor<1x15x12x12xi32>
  %2 = rtwmc.depthwise_conv2d %1 {weight = dense<1> : tensor<2x2x6x2xi8>,
    bias = dense<0> : tensor<12xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 0, -1>, dilation = array<i64: 1, 1>,
    input_zp = -128 : i32, weight_zp = 0 : i32}
    : tensor<1x14x14x6xi8> -> tensor<1x15x12x12xi32>
  // CHECK: rtwmc.depthwise_conv2d {{.*}}dilation = array<i64: 1, 2>
  %3 = rtwmc.depthwise_conv2d %1 {weight = dense<1> : tensor<2x2x6x2xi8>,
    bias = dense<0> : tensor<12xi32>, stride = array<i64: 1, 1>,
    pad = array<i64: 1, 1, 1, 1>, dilation = array<i64: 1, 2>,
    input_zp = 0 : i32, weight_zp = 3 : i32}
    : tensor<1x14x14x6xi8> -> tensor<1x15x14x12xi32>
  return %3 : tensor<1x15x14x12xi32>
}

// CHECK-LABEL: func.func @poolings
func.func @poolings(%0: tensor<1x7x6x2xi8>) -> tensor<1x1x1x2xi32> {
  // CHECK: rtwmc.max_pool2d %{{.*}} {kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 0, 1>, stride = array<i64: 2, 2>}
  %1 = rtwmc.max_pool2d %0 {kernel = array<i64: 3, 3>,
    stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 1>}
    : tensor<1x7x6x2xi8> -> tensor<1x3x3x2xi8>
  // CHECK: rtwmc.sum_pool2d %{{.*}} {input_zp = 4 : i32, kernel = array<i64: 3, 3>
  %2 = rtwmc.sum_pool2d %1 {kernel = array<i64: 3, 3>,
    stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
    input_zp = 4 : i32} : tensor<1x3x3x2xi8> -> tensor<1x1x1x2xi32>
  return %2 : tensor<1x1x1x2xi32>
}
