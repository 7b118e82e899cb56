// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --rtwmc-normalize-tosa --convert-tosa-to-rtwmc --canonicalize --split-input-file | FileCheck %s

// The columns of the second become pixels; the rescale and the clamp are part of
// the product.
// CHECK-LABEL: func.func @attention
// CHECK-DAG: %[[A:.*]] = tosa.reshape %arg0, %{{.*}} -> tensor<1x2x1x3xi8>
// CHECK-DAG: %[[B:.*]] = tosa.reshape %arg1, %{{.*}} -> tensor<1x1x3x4xi8>
// CHECK: %[[T:.*]] = rtwmc.gather %[[B]] {{.*}} : tensor<1x1x3x4xi8> -> tensor<1x1x4x3xi8>
// CHECK: rtwmc.matmul %[[A]], %[[T]] {a_zp = 3 : i32, b_zp = -4 : i32
// CHECK-SAME: requant = #rtwmc.requant<[1073741824], [33], single, zero_point = 3, range = [-128, 127]>
// CHECK-SAME: -> tensor<1x2x1x4xi8>
func.func @attention(%arg0: tensor<1x2x3xi8>, %arg1: tensor<1x3x4xi8>) -> tensor<1x2x4xi8> {
  %azp = "tosa.const"() {values = dense<3> : tensor<1xi8>} : () -> tensor<1xi8>
  %bzp = "tosa.const"() {values = dense<-4> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.matmul %arg0, %arg1, %azp, %bzp : (tensor<1x2x3xi8>, tensor<1x3x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x4xi32>
  %1 = tosa.rescale %0, %m, %s, %zero, %azp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x2x4xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x2x4xi8>
  return %1 : tensor<1x2x4xi8>
}

// -----

// Each of a batch is a row of the second input; where it was transposed before,
// nothing is moved.
// CHECK-LABEL: func.func @keys
// CHECK-NOT: rtwmc.gather
// CHECK: rtwmc.matmul %{{.*}}, %{{.*}} {a_zp = 0 : i32, b_zp = 0 : i32} : (tensor<1x2x5x3xi8>, tensor<1x2x4x3xi8>) -> tensor<1x10x1x4xi32>
func.func @keys(%arg0: tensor<2x5x3xi8>, %arg1: tensor<2x4x3xi8>) -> tensor<2x5x4xi32> {
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.transpose %arg1 {perms = array<i32: 0, 2, 1>} : (tensor<2x4x3xi8>) -> tensor<2x3x4xi8>
  %1 = tosa.matmul %arg0, %0, %zp, %zp : (tensor<2x5x3xi8>, tensor<2x3x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2x5x4xi32>
  return %1 : tensor<2x5x4xi32>
}

// -----

// A fully connected layer of several pixels: pictures of a batch are rows.
// CHECK-LABEL: func.func @pixels
// CHECK: %[[IN:.*]] = tosa.reshape %arg0, %{{.*}} -> tensor<1x4x1x3xi8>
// CHECK: rtwmc.conv2d %[[IN]] {{.*}} : tensor<1x4x1x3xi8> -> tensor<1x4x1x2xi32>
func.func @pixels(%arg0: tensor<1x4x3xi8>) -> tensor<4x1x1x2xi32> {
  %shape = tosa.const_shape {values = dense<[4, 1, 1, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %w = "tosa.const"() {values = dense<[[[[1, 2, 3]]], [[[4, 5, 6]]]]> : tensor<2x1x1x3xi8>} : () -> tensor<2x1x1x3xi8>
  %b = "tosa.const"() {values = dense<0> : tensor<2xi32>} : () -> tensor<2xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.reshape %arg0, %shape : (tensor<1x4x3xi8>, !tosa.shape<4>) -> tensor<4x1x1x3xi8>
  %1 = tosa.conv2d %0, %w, %b, %zp, %zp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<4x1x1x3xi8>, tensor<2x1x1x3xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<4x1x1x2xi32>
  return %1 : tensor<4x1x1x2xi32>
}
