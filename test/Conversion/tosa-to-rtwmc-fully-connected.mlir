// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rtwmc-opt %s --convert-tosa-to-rtwmc --split-input-file | FileCheck %s

// TOSA 1.0 writes a fully connected layer as a 1x1 convolution between
// reshapes; the clamp behind the second one belongs to the layer.
// CHECK-LABEL: func.func @fully_connected
// CHECK: %[[IN:.*]] = tosa.reshape %{{.*}} -> tensor<1x1x1x3xi8>
// CHECK: %[[FC:.*]] = rtwmc.conv2d %[[IN]] {{.*}}range = [0, 127]>
// CHECK-SAME: tensor<1x1x1x3xi8> -> tensor<1x1x1x2xi8>
// CHECK: %[[OUT:.*]] = tosa.reshape %[[FC]]{{.*}} -> tensor<1x2xi8>
// CHECK-NOT: tosa.clamp
// CHECK: return %[[OUT]]
func.func @fully_connected(%arg0: tensor<1x3xi8>) -> tensor<1x2xi8> {
  %w = "tosa.const"() {values = dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>} : () -> tensor<2x3xi8>
  %wshape = tosa.const_shape {values = dense<[2, 1, 1, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %ishape = tosa.const_shape {values = dense<[1, 1, 1, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %oshape = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %b = "tosa.const"() {values = dense<[5, -5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %zp = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %weights = tosa.reshape %w, %wshape : (tensor<2x3xi8>, !tosa.shape<4>) -> tensor<2x1x1x3xi8>
  %0 = tosa.reshape %arg0, %ishape : (tensor<1x3xi8>, !tosa.shape<4>) -> tensor<1x1x1x3xi8>
  %1 = tosa.conv2d %0, %weights, %b, %zp, %zp {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x1x1x3xi8>, tensor<2x1x1x3xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x1x2xi32>
  %2 = tosa.reshape %1, %oshape : (tensor<1x1x1x2xi32>, !tosa.shape<2>) -> tensor<1x2xi32>
  %3 = tosa.rescale %2, %m, %s, %zero, %zp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = DOUBLE_ROUND, scale32 = true}
    : (tensor<1x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x2xi8>
  %4 = tosa.clamp %3 {max_val = 127 : i8, min_val = 0 : i8} : (tensor<1x2xi8>) -> tensor<1x2xi8>
  return %4 : tensor<1x2xi8>
}

// -----

// A product with constant weights is a 1x1 convolution over its rows; the
// weights of a column become those of an output channel.
// CHECK-LABEL: func.func @matmul
// CHECK: %[[IN:.*]] = tosa.reshape %{{.*}} -> tensor<1x1x2x3xi8>
// CHECK: rtwmc.conv2d %[[IN]] {bias = dense<0> : tensor<2xi32>{{.*}}input_zp = 3 : i32
// CHECK-SAME: weight = dense<{{\[\[\[\[}}1, 3, 5]]], {{\[\[\[}}2, 4, 6]]]]> : tensor<2x1x1x3xi8>, weight_zp = 4 : i32
// CHECK-SAME: tensor<1x1x2x3xi8> -> tensor<1x1x2x2xi8>
func.func @matmul(%arg0: tensor<1x2x3xi8>) -> tensor<1x2x2xi8> {
  %w = "tosa.const"() {values = dense<[[[1, 2], [3, 4], [5, 6]]]> : tensor<1x3x2xi8>} : () -> tensor<1x3x2xi8>
  %azp = "tosa.const"() {values = dense<3> : tensor<1xi8>} : () -> tensor<1xi8>
  %bzp = "tosa.const"() {values = dense<4> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<33> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.matmul %arg0, %w, %azp, %bzp : (tensor<1x2x3xi8>, tensor<1x3x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x2x2xi32>
  %1 = tosa.rescale %0, %m, %s, %zero, %azp {input_unsigned = false, output_unsigned = false, per_channel = false, rounding_mode = SINGLE_ROUND, scale32 = true}
    : (tensor<1x2x2xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<1x2x2xi8>
  return %1 : tensor<1x2x2xi8>
}
