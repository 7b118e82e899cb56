// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// Convolution, rescale and clamp are one layer; a bias of one element is one
// for each channel.
// CHECK-LABEL: func.func @conv
// CHECK-NOT: tosa.
// CHECK: %[[R:.*]] = rtwmc.conv2d %{{.*}} {bias = dense<7> : tensor<2xi32>,
// CHECK-SAME: dilation = array<i64: 1, 2>, input_zp = -5 : i32, pad = array<i64: 1, 1, 1, 0>,
// CHECK-SAME: requant = #rtwmc.requant<[1073741824], [33], double, zero_point = -3, range = [-3, 20]>,
// CHECK-SAME: stride = array<i64: 2, 1>,
// CHECK-SAME: weight = dense<{{.*}}> : tensor<2x2x2x1xi8>, weight_zp = 1 : i32}
// CHECK-SAME: : tensor<1x4x5x1xi8> -> tensor<1x3x4x2xi8>
// CHECK-NEXT: return %[[R]]
func.func @conv(%arg0: tensor<1x4x5x1xi8>) -> tensor<1x3x4x2xi8> {
  %w = "tosa.const"() {values = dense<[[[[1], [2]], [[3], [4]]], [[[5], [6]], [[7], [8]]]]> : tensor<2x2x2x1xi8>} : () -> tensor<2x2x2x1xi8>
  %b = "tosa.const"() {values = dense<7> : tensor<1xi32>} : () -> tensor<1xi32>
  %izp = "tosa.const"() {values = dense<-5> : tensor<1xi8>} : () -> tensor<1xi8>
  %wzp = "tosa.const"() {values = dense<1> : tensor<1xi8>} : () -> tensor<1xi8>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %ozp = "tosa.const"() {values = dense<-3> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %w, %b, %izp, %wzp {acc_type = i32, dilation = array<i64: 1, 2>, pad = array<i64: 1, 1, 1, 0>, stride = array<i64: 2, 1>}
    : (tensor<1x4x5x1xi8>, tensor<2x2x2x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x3x4x2xi32>
  %1 = tosa.rescale %0, %m, %s, %zero, %ozp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x3x4x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x3x4x2xi8>
  %2 = tosa.clamp %1 {max_val = 20 : i8, min_val = -3 : i8} : (tensor<1x3x4x2xi8>) -> tensor<1x3x4x2xi8>
  return %2 : tensor<1x3x4x2xi8>
}

// -----

// Two filters a channel, a multiplier for each of the four outputs.
// CHECK-LABEL: func.func @depthwise
// CHECK-NOT: tosa.
// CHECK: rtwmc.depthwise_conv2d %{{.*}} {bias = dense<[1, 2, 3, 4]> : tensor<4xi32>
// CHECK-SAME: requant = #rtwmc.requant<[1, 2, 3, 4], [30, 31, 32, 33], single, zero_point = 0, range = [-128, 127]>
// CHECK-SAME: weight = dense<{{.*}}> : tensor<1x2x2x2xi8>
// CHECK-SAME: : tensor<1x4x5x2xi8> -> tensor<1x4x4x4xi8>
func.func @depthwise(%arg0: tensor<1x4x5x2xi8>) -> tensor<1x4x4x4xi8> {
  %w = "tosa.const"() {values = dense<[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]> : tensor<1x2x2x2xi8>} : () -> tensor<1x2x2x2xi8>
  %b = "tosa.const"() {values = dense<[1, 2, 3, 4]> : tensor<4xi32>} : () -> tensor<4xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %m = "tosa.const"() {values = dense<[1, 2, 3, 4]> : tensor<4xi32>} : () -> tensor<4xi32>
  %s = "tosa.const"() {values = dense<[30, 31, 32, 33]> : tensor<4xi8>} : () -> tensor<4xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.depthwise_conv2d %arg0, %w, %b, %zp, %zp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x4x5x2xi8>, tensor<1x2x2x2xi8>, tensor<4xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x4xi32>
  %1 = tosa.rescale %0, %m, %s, %zero, %zp {input_unsigned = false, output_unsigned = false, per_channel = true, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x4x4x4xi32>, tensor<4xi32>, tensor<4xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x4x4x4xi8>
  return %1 : tensor<1x4x4x4xi8>
}

// -----

// Accumulators that two rescales read are stored.
// CHECK-LABEL: func.func @two_readers
// CHECK: %[[ACC:.*]] = rtwmc.conv2d {{.*}} -> tensor<1x2x2x1xi32>
// CHECK: rtwmc.elementwise %[[ACC]]
// CHECK: rtwmc.elementwise %[[ACC]]
func.func @two_readers(%arg0: tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8> {
  %w = "tosa.const"() {values = dense<1> : tensor<1x1x1x1xi8>} : () -> tensor<1x1x1x1xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %t = "tosa.const"() {values = dense<35> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %arg0, %w, %b, %zp, %zp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x2x2x1xi8>, tensor<1x1x1x1xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2x1xi32>
  %1 = tosa.rescale %0, %m, %s, %b, %zp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x2x2x1xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x2x2x1xi8>
  %2 = tosa.rescale %0, %m, %t, %b, %zp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x2x2x1xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x2x2x1xi8>
  %3 = tosa.maximum %1, %2 : (tensor<1x2x2x1xi8>, tensor<1x2x2x1xi8>) -> tensor<1x2x2x1xi8>
  return %3 : tensor<1x2x2x1xi8>
}
